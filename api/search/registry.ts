/** Which search parameters each resource type has (http://hl7.org/fhir/R4/searchparameter-registry.html): indexing, searching and the CapabilityStatement read the same rows. */
import definitions from './search-parameters.json' with { type: 'json' }
import { parsePath, type Path } from './path.ts'

export const KINDS = ['token', 'reference', 'date', 'string', 'number', 'quantity', 'uri', 'composite', 'special'] as const
export type Kind = (typeof KINDS)[number]

export interface Component {
  readonly kind: Kind
  readonly paths: readonly Path[]
}

export interface Parameter {
  readonly code: string
  readonly kind: Kind
  /** Stored in resource.present when the resource has a value. */
  readonly number: number
  readonly paths: readonly Path[]
  /** Types a reference may lead to; empty: any, or not a reference. */
  readonly targets: readonly string[]
  /** A reference that names what it means by its canonical (canonical.ts), and not by where it is stored. */
  readonly canonical?: true
  readonly components: readonly Component[]
  /** Of a composite whose group is the whole resource: the parameter that has the codes of the first component with their systems (whole-group.ts). */
  readonly whole?: string
  /** The system of all its codes, which have it without saying so (implied.ts). */
  readonly implied?: string
  /** Has no search rows of its own: these parameters together have them, limited to a target type. */
  readonly alias?: { readonly of: readonly string[]; readonly target?: string }
}

/** In all of them the value is that of the first or of the second parameter. */
const OBSERVATION_COMBOS: Readonly<Record<string, readonly string[]>> = {
  'combo-code': ['code', 'component-code'],
  'combo-value-quantity': ['value-quantity', 'component-value-quantity'],
  'combo-value-concept': ['value-concept', 'component-value-concept'],
  'combo-data-absent-reason': ['data-absent-reason', 'component-data-absent-reason'],
  'combo-code-value-quantity': ['code-value-quantity', 'component-code-value-quantity'],
  'combo-code-value-concept': ['code-value-concept', 'component-code-value-concept'],
}

type Row = readonly unknown[]
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
const toKind = (value: unknown): Kind => KINDS.find((kind) => kind === value) ?? 'token'

const readRow = (row: Row, type: string, siblings: readonly Row[], numbers: ReadonlyMap<string, number>): Parameter => {
  const [code = '', , paths, rest] = [String(row[0]), row[1], strings(row[2]), row[3]]
  const kind = toKind(row[1])
  const alias = aliasOf(type, code, paths, siblings)
  const whole = kind === 'composite' && Array.isArray(rest) ? wholeOf(paths, rest, siblings) : undefined
  const [implied, ...others] = new Set(kind === 'token' ? paths.map((path) => parsePath(path).system) : [])
  return {
    code, kind, number: numbers.get(code) ?? 0, paths: paths.map(parsePath),
    targets: kind === 'reference' ? strings(rest).filter((target) => target !== '*') : [],
    components: kind === 'composite' && Array.isArray(rest) ? rest.map((each: unknown): Component => ({ kind: toKind(strings(each)[0]), paths: strings(Array.isArray(each) ? each[1] : []).map(parsePath) })) : [],
    ...(row[4] === 'canonical' && { canonical: true as const }),
    ...(implied !== undefined && others.length === 0 && { implied }),
    ...(whole !== undefined && { whole }),
    ...(alias && { alias }),
  }
}

const wholeOf = (paths: readonly string[], [first]: readonly unknown[], siblings: readonly Row[]): string | undefined => {
  const [kind, of] = Array.isArray(first) ? [String(first[0]), strings(first[1]).join()] : ['', '']
  const same = paths.join() === '' && kind === 'token' ? siblings.find((row) => row[1] === kind && strings(row[2]).join() === of) : undefined
  return same && String(same[0])
}

/** We do not index by sound: folded names are what there is. "patient" beside "subject" is the same rows looked at for one target type. */
const aliasOf = (type: string, code: string, paths: readonly string[], siblings: readonly Row[]): Parameter['alias'] => {
  const combo = type === 'Observation' ? OBSERVATION_COMBOS[code] : undefined
  if (combo) return { of: combo }
  if (code === 'phonetic') return { of: ['name'] }
  const [path = '', target] = (paths.length === 1 ? paths[0] ?? '' : '').split('@')
  const whole = target === undefined ? undefined : siblings.find((row) => row[0] !== code && row[1] === 'reference' && strings(row[2]).join() === path)
  return whole && target !== undefined ? { of: [String(whole[0])], target } : undefined
}

const readAll = (): ReadonlyMap<string, ReadonlyMap<string, Parameter>> => {
  const numbers = new Map(definitions.codes.map((code, at) => [code, at + 1]))
  return new Map(Object.entries<readonly Row[]>(definitions.types).map(([type, each]) => [type, new Map(each.map((row) => [String(row[0]), readRow(row, type, each, numbers)]))]))
}

const REGISTRY = readAll()

/** undefined: no such parameter. _id and _lastUpdated are columns of the row and not here. */
export const parameterOf = (type: string, code: string): Parameter | undefined => REGISTRY.get(type)?.get(code)

/** Places in a list as the bits of numbers, 32 in each. */
type Places = readonly number[]

/** Parameters with rows of their own, by the member of a resource with which their values begin: most members that a type may have are not there in a resource. */
interface Holders {
  readonly parameters: readonly Parameter[]
  readonly byMember: ReadonlyMap<string, Places>
  /** Those that say something of every resource. */
  readonly always: Places
}

const holdersIn = (type: ReadonlyMap<string, Parameter>): Holders => {
  const parameters = [...type.values()].filter(({ alias }) => alias === undefined)
  const none = (): number[] => Array<number>(Math.ceil(parameters.length / 32)).fill(0)
  const [byMember, always] = [new Map<string, number[]>(), none()]
  const mark = (bits: number[], place: number): void => { bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31)) }
  for (const [place, { paths }] of parameters.entries()) {
    for (const { steps: [first], presence } of paths) {
      if (presence || first === undefined) mark(always, place)
      else for (const member of first.names) mark(byMember.get(member) ?? byMember.set(member, none()).get(member) ?? [], place)
    }
  }
  return { parameters, byMember, always }
}

const HOLDERS: ReadonlyMap<string, Holders> = new Map([...REGISTRY].map(([type, parameters]) => [type, holdersIn(parameters)]))

/** The parameters for which a resource with these members can have rows, in order of their codes; without aliases. */
export const parametersWithin = (type: string, members: readonly string[]): readonly Parameter[] => {
  const holders = HOLDERS.get(type)
  if (holders === undefined) return []
  const places = [...holders.always]
  for (const member of members) {
    const more = holders.byMember.get(member)
    if (more !== undefined) for (let word = 0; word < places.length; word += 1) places[word] = (places[word] ?? 0) | (more[word] ?? 0)
  }
  return holders.parameters.filter((_, place) => ((places[place >> 5] ?? 0) & (1 << (place & 31))) !== 0)
}

/** In order of their codes. */
export const parametersOf = (type: string): readonly Parameter[] => [...(REGISTRY.get(type)?.values() ?? [])]

/** The parameters that hold the rows of this one: itself, or what it is an alias of. */
export const holdersOf = (type: string, parameter: Parameter): readonly Parameter[] =>
  parameter.alias ? parameter.alias.of.flatMap((code) => parameterOf(type, code) ?? []) : [parameter]

/**
 * The date by which a resource takes its place in a chart: its parameter, where it is not called "date". Search rows stand in this order, so that
 * `_sort=-date` of the commonest searches is one walk along an index.
 */
const CLINICAL_DATE: Readonly<Record<string, string>> = {
  Condition: 'recorded-date', MedicationRequest: 'authoredon', ServiceRequest: 'authored', MedicationAdministration: 'effective-time', MedicationDispense: 'whenhandedover',
  MedicationStatement: 'effective', Task: 'authored-on', DeviceRequest: 'authored-on', NutritionOrder: 'datetime', VisionPrescription: 'datewritten', Specimen: 'collected',
  ImagingStudy: 'started', Communication: 'sent', CommunicationRequest: 'authored', QuestionnaireResponse: 'authored', Claim: 'created', ChargeItem: 'occurrence', RequestGroup: 'authored', Bundle: 'timestamp',
  Goal: 'start-date', Media: 'created', DocumentManifest: 'created', DetectedIssue: 'identified', Provenance: 'recorded', Slot: 'start', ClaimResponse: 'created',
  ExplanationOfBenefit: 'created', CoverageEligibilityRequest: 'created', CoverageEligibilityResponse: 'created', Contract: 'issued',
}

export const clinicalDateOf = (type: string): string => CLINICAL_DATE[type] ?? 'date'
