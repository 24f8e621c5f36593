/** A random site: departments, patients with their records, care relations that hold, have ended and will end, people with several roles, system clients. Everybody is invented. */
import type { Random } from '#test/support/random.ts'
import { keyOf, ownerOf, typeOf, TYPES, type Plain, type Type } from './facts.ts'
import type { Actor, App, Grant, Relation } from './rules.ts'

export interface Version { readonly deleted: boolean; readonly body: Plain; /** Milliseconds; later than that of the version before. */ readonly at: number }

/** What is stored, with all versions; the reference of what the product should hold. */
export class World {
  readonly #records = new Map<string, Version[]>()
  /** By type; made anew after a write. */
  readonly #alive = new Map<Type, readonly Plain[]>()
  readonly relations: Relation[] = []
  readonly #now: () => number
  constructor(now: () => number) {
    this.#now = now
  }

  put(body: Plain): void {
    this.#alive.delete(typeOf(body))
    this.#records.set(keyOf(body), [...this.versionsOf(keyOf(body)), { deleted: false, body, at: this.#next(keyOf(body)) }])
  }
  remove(key: string): void {
    const last = this.versionsOf(key).at(-1)
    if (last === undefined) return
    this.#alive.delete(typeOf(last.body))
    this.#records.set(key, [...this.versionsOf(key), { deleted: true, body: last.body, at: this.#next(key) }])
  }
  #next(key: string): number {
    return Math.max(this.#now(), (this.versionsOf(key).at(-1)?.at ?? 0) + 1)
  }
  versionsOf(key: string): readonly Version[] {
    return this.#records.get(key) ?? []
  }
  find(key: string): Plain | undefined {
    const last = this.versionsOf(key).at(-1)
    return last === undefined || last.deleted ? undefined : last.body
  }
  all(): Plain[] {
    return TYPES.flatMap((type) => this.ofType(type))
  }
  ofType(type: Type): readonly Plain[] {
    const known = this.#alive.get(type)
    if (known !== undefined) return known
    const found = this.keys().filter((key) => key.startsWith(`${type}/`)).flatMap((key) => this.find(key) ?? [])
    this.#alive.set(type, found)
    return found
  }
  keys(): string[] {
    return [...this.#records.keys()]
  }
}

export const DEPARTMENTS = ['khoa-a', 'khoa-b', 'khoa-c'] as const
const FAMILIES = ['an', 'anh', 'binh', 'chi', 'dung', 'giang'] as const
export const CODES = ['k1', 'k2', 'k3', 'k4', 'k5'] as const
export const SYSTEM = 'urn:model:codes'
const DAY = (random: Random): string => `2026-0${random.whole(1, 9)}-${String(random.whole(10, 28))}`
/** Noon in London: the same day in Hanoi. Instants are told apart by their seconds. */
const instant = (random: Random): string => `${DAY(random)}T12:${random.digits(2).replace(/^[6-9]/, '3')}:${random.digits(2).replace(/^[6-9]/, '2')}Z`
const hex = (random: Random): string => random.uuid().replaceAll('-', '').slice(0, 14)
/** Ids and secrets can be told from all other text in an answer. */
export const newId = (random: Random): string => `rq${hex(random)}`
export const MARKS = /\b(?:rq|zq)[0-9a-f]{14}\b/g

const concept = (random: Random): object => ({ coding: [{ system: SYSTEM, code: random.pick(CODES) }] })
const to = (key: string): { readonly reference: string } => ({ reference: key })

/** What some types contain now and then. */
const HELD: Partial<Readonly<Record<Type, 'Practitioner' | 'Organization' | 'Questionnaire'>>> = { Observation: 'Practitioner', Condition: 'Practitioner', ServiceRequest: 'Organization', QuestionnaireResponse: 'Questionnaire' }
/** So that several have the same address, in some versions. */
const urlOf = (random: Random): string => `http://model.example/q${random.whole(1, 4)}`

/** A resource of the type with random content that is valid, referring to what is there. */
export const makeResource = (random: Random, world: World, type: Type, id = newId(random)): Plain => {
  const some = (of: Type): { readonly reference: string } | undefined => {
    const all = world.ofType(of)
    return all.length === 0 ? undefined : to(keyOf(random.pick(all)))
  }
  const maybe = (probability: number, of: Type): { readonly reference: string } | undefined => (random.chance(probability) ? some(of) : undefined)
  const many = (probability: number, of: Type): readonly object[] | undefined => {
    const one = maybe(probability, of)
    return one === undefined ? undefined : [one]
  }
  const subject = maybe(0.95, 'Patient')
  // usually one of the same record, sometimes of another
  const related = (of: Type): { readonly reference: string } | undefined => {
    const mine = world.ofType(of).filter((each) => `Patient/${ownerOf(each) ?? ''}` === subject?.reference)
    return !random.chance(0.5) ? undefined : random.chance(0.75) && mine.length > 0 ? to(keyOf(random.pick(mine))) : some(of)
  }
  /** Somebody inside of what is made, in place of a reference to one that is stored. */
  const within = (probability: number, of: 'Practitioner' | 'Organization' | 'Questionnaire'): Plain | undefined => (random.chance(probability) ? makeResource(random, world, of, 'in') : undefined)
  const list = (one: object | undefined): readonly object[] | undefined => (one === undefined ? undefined : [one])
  const content = (): Readonly<Record<string, unknown>> => {
    const held = HELD[type]
    const inner = held && within(0.15, held)
    const contained = inner && [inner]
    switch (type) {
      case 'Organization': return { active: random.chance(0.8), name: random.pick(FAMILIES), partOf: maybe(id === 'in' ? 0.7 : 0.3, 'Organization') }
      case 'Practitioner': return { active: random.chance(0.8), gender: random.pick(['male', 'female']), name: [{ family: random.pick(FAMILIES) }] }
      case 'Patient': {
        const other = maybe(0.2, 'Patient')
        return {
          gender: random.pick(['male', 'female', 'other']), birthDate: random.chance(0.9) ? `19${random.whole(50, 99)}${DAY(random).slice(4)}` : undefined, name: [{ family: random.pick(FAMILIES) }],
          generalPractitioner: list(random.chance(0.5) ? maybe(0.8, 'Practitioner') : maybe(0.5, 'Organization')), managingOrganization: maybe(0.5, 'Organization'), link: other && [{ other, type: 'seealso' }],
        }
      }
      case 'Encounter': {
        const condition = maybe(0.4, 'Condition')
        return { status: random.pick(['arrived', 'in-progress', 'finished']), class: { system: SYSTEM, code: random.pick(['AMB', 'IMP']) }, subject, serviceProvider: maybe(0.5, 'Organization'), partOf: maybe(0.2, 'Encounter'), diagnosis: condition && [{ condition }] }
      }
      case 'Observation': return {
        contained, status: random.pick(['final', 'amended']), code: concept(random), subject, encounter: related('Encounter'), effectiveDateTime: random.chance(0.9) ? instant(random) : undefined,
        valueQuantity: random.chance(0.7) ? { value: random.whole(1, 9) * 10, unit: 'x' } : undefined, performer: inner ? [to('#in')] : random.chance(0.8) ? many(0.5, 'Practitioner') : many(0.9, 'Patient'), hasMember: list(related('Observation')), derivedFrom: many(0.15, 'Observation'),
      }
      case 'Condition': {
        const detail = random.chance(0.5) ? related('Observation') : undefined
        return {
          clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: random.pick(['active', 'recurrence']) }] }, code: concept(random), subject: subject ?? some('Patient'), encounter: related('Encounter'),
          contained, recordedDate: random.chance(0.9) ? instant(random) : undefined, asserter: inner ? to('#in') : random.chance(0.7) ? maybe(0.5, 'Practitioner') : maybe(0.7, 'Patient'), evidence: detail && [{ detail: [detail] }],
        }
      }
      case 'AllergyIntolerance': return {
        clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }, code: concept(random), patient: subject ?? some('Patient'), recordedDate: random.chance(0.9) ? instant(random) : undefined,
        recorder: random.chance(0.7) ? maybe(0.5, 'Practitioner') : maybe(0.7, 'Patient'),
      }
      case 'ServiceRequest': return {
        contained, status: random.pick(['active', 'completed']), intent: 'order', code: concept(random), subject: subject ?? some('Patient'), encounter: related('Encounter'), authoredOn: random.chance(0.9) ? instant(random) : undefined,
        requester: inner ? to('#in') : random.chance(0.7) ? maybe(0.5, 'Practitioner') : maybe(0.5, 'Organization'), basedOn: list(related('ServiceRequest')),
      }
      case 'List': {
        const entry = [some('Observation'), maybe(0.5, 'Condition'), maybe(0.3, 'Patient')].flatMap((item) => (item === undefined ? [] : [{ item }]))
        return { status: 'current', mode: 'working', subject: random.chance(0.8) ? subject : undefined, source: random.chance(0.6) ? maybe(0.5, 'Practitioner') : maybe(0.7, 'Patient'), entry: entry.length === 0 ? undefined : entry }
      }
      case 'Composition': {
        const entry = [related('Observation'), related('Condition'), maybe(0.5, 'List'), maybe(0.2, 'Encounter'), maybe(0.2, 'Practitioner'), maybe(0.2, 'ServiceRequest')].flatMap((each) => (each === undefined ? [] : [each]))
        return {
          identifier: { system: 'urn:model', value: `n${random.whole(1, 60)}` }, status: random.pick(['preliminary', 'final']), type: concept(random), subject: random.chance(0.9) ? subject : undefined, encounter: related('Encounter'), date: instant(random), title: random.pick(FAMILIES),
          author: [(random.chance(0.8) ? some('Practitioner') : some('Patient')) ?? { display: 'x' }], custodian: maybe(0.3, 'Organization'), section: entry.length === 0 ? undefined : [{ title: 'x', entry }],
        }
      }
      case 'Questionnaire': return { url: urlOf(random), version: random.pick(['1', '2']), status: random.pick(['draft', 'active']), title: random.pick(FAMILIES) }
      case 'QuestionnaireResponse': return {
        contained, identifier: { system: 'urn:model', value: `n${random.whole(1, 60)}` }, status: random.pick(['completed', 'amended']), subject, encounter: related('Encounter'), authored: random.chance(0.9) ? instant(random) : undefined,
        author: random.chance(0.7) ? maybe(0.5, 'Practitioner') : maybe(0.7, 'Patient'), questionnaire: inner ? '#in' : `${urlOf(random)}${random.pick(['', '', '|1', '|2', '|3'])}`,
      }
      case 'Task': return { status: random.pick(['draft', 'requested']), intent: 'order', for: maybe(0.8, 'Patient'), focus: maybe(0.5, 'Observation'), owner: maybe(0.5, 'Practitioner') }
    }
  }
  const body = { resourceType: type, id, extension: [{ url: 'urn:model:secret', valueString: `zq${hex(random)}` }], identifier: [{ system: 'urn:model', value: `n${random.whole(1, 60)}` }], ...content() }
  const written: unknown = JSON.parse(JSON.stringify(body))
  return written as Plain
}

const SIZES: readonly (readonly [Type, number])[] = [
  ['Questionnaire', 6], ['Organization', 4], ['Practitioner', 6], ['Patient', 14], ['Encounter', 20], ['Condition', 20], ['Observation', 70], ['AllergyIntolerance', 14], ['ServiceRequest', 24], ['List', 8], ['Task', 8], ['Composition', 10], ['Encounter', 8], ['QuestionnaireResponse', 16],
]

const MINUTE = 60_000
/** Until when: long over, over, soon over, not soon. */
const untilOf = (random: Random, now: number): number => now + random.pick([-600, -1, 2, 5, 9, 600, 6000, 60000]) * MINUTE + random.whole(1, 59) * 1000

export const relate = (random: Random, world: World, accounts: readonly string[], now: number): Relation => {
  const patient = random.pick(world.ofType('Patient')).id
  const glass = accounts.length > 0 && random.chance(0.3)
  return { patient, department: glass ? null : random.pick(DEPARTMENTS), account: glass ? random.pick(accounts) : null, kind: glass ? 'break-glass' : 'encounter', until: untilOf(random, now) }
}

/** A relation that is there already ends at the later of both times. */
export const addRelation = ({ relations }: World, added: Relation): void => {
  const at = relations.findIndex((each) => each.patient === added.patient && each.department === added.department && each.account === added.account && each.kind === added.kind)
  const known = relations[at]
  if (known === undefined) relations.push(added)
  else relations[at] = { ...known, until: Math.max(known.until, added.until) }
}

export const makeWorld = (random: Random, now: () => number): World => {
  const world = new World(now)
  for (const [type, count] of SIZES) for (let made = 0; made < count; made += 1) world.put(makeResource(random, world, type))
  return world
}

const makeGrants = (random: Random): Grant[] => Array.from({ length: random.pick([1, 1, 1, 2, 2, 3]) }, () =>
  ({ role: random.pick(['reception', 'nurse', 'doctor', 'doctor', 'head', 'laboratory', 'imaging', 'administrator'] as const), department: random.chance(0.15) ? null : random.pick(DEPARTMENTS) }))

const RIGHTS = ['rs', 'r', 's', 'cruds', 'c', 'cu', 'u', 'rds', 'crs'] as const
/** A scope with search parameters. */
const makeLimited = (random: Random): string => {
  const code = `${random.chance(0.3) ? 'code:not' : 'code'}=${SYSTEM}|${random.pick(CODES)}${random.chance(0.4) ? `,${SYSTEM}|${random.pick(CODES)}` : ''}`
  const more = random.chance(0.2) ? `&identifier:not=urn:model|n${random.whole(1, 60)}` : ''
  return `system/${random.pick(['Observation', 'Observation', 'Condition', 'ServiceRequest', 'AllergyIntolerance'])}.${random.pick(['rs', 'rs', 'cruds', 'crus', 'ruds'])}?${code}${more}`
}

const makeScopes = (random: Random): string[] => {
  if (random.chance(0.15)) return [`system/*.${random.pick(['cruds', 'rs', 'cud', 's'])}`]
  // much of everything: what is hidden stands beside a lot that is shown, and a document or an export is not refused as a whole
  if (random.chance(0.35)) {
    const [hidden, part] = [random.pick(TYPES), random.chance(0.5) ? makeLimited(random) : '']
    return [...TYPES.filter((type) => type !== hidden && !part.startsWith(`system/${type}.`)).map((type) => `system/${type}.${random.pick(['rs', 'rs', 'cruds'])}`), ...(part === '' ? [] : [part])]
  }
  const plain = (): string => `system/${random.pick(['Patient', 'Encounter', 'Observation', 'Condition', 'ServiceRequest', 'List', 'Task', 'Practitioner', 'Organization', 'AllergyIntolerance', 'Composition', 'Questionnaire', 'QuestionnaireResponse'])}.${random.pick(RIGHTS)}`
  return [...new Set([...Array.from({ length: random.whole(1, 4) }, plain), ...Array.from({ length: random.pick([0, 1, 1, 2]) }, () => makeLimited(random))])]
}

/** Persons come without their account, which the site gives. */
export const makeActors = (random: Random): Actor[] => [
  ...Array.from({ length: 9 }, (): Actor => ({ kind: 'person', account: '', grants: makeGrants(random) })),
  ...Array.from({ length: 6 }, (): Actor => ({ kind: 'system', scopes: makeScopes(random) })),
]

/** What an app asks for: about one patient, about all that its person may see, or both. Of some types, or of all. */
const makeAppScopes = (random: Random): string[] => {
  const rights = (): string => random.pick(['rs', 'rs', 'rs', 'r', 's'])
  const some = (level: 'patient' | 'user'): string[] => {
    if (random.chance(0.4)) return [`${level}/*.${rights()}`]
    const limited = makeLimited(random).replace(/^system\/(\w+)\.\w+/, (_, type: string) => `${level}/${type}.${rights()}`)
    return [...Array.from({ length: random.whole(3, 7) }, () => `${level}/${random.pick(TYPES)}.${rights()}`), ...(random.chance(0.5) ? [limited] : [])]
  }
  return [...new Set(random.pick([() => some('patient'), () => some('user'), () => [...some('patient'), ...some('user')]])())]
}

/** Apps of these persons, each about a patient or about none. */
export const makeApps = <T>(random: Random, world: World, persons: readonly T[]): { readonly of: T; readonly app: App }[] =>
  persons.map((of) => ({ of, app: { scopes: makeAppScopes(random), patient: random.pick(world.ofType('Patient')).id } }))
