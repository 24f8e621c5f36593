/** What a visit sheet sends (a FHIR transaction Bundle, http://hl7.org/fhir/R4/http.html#transaction) as changes with their final ids: POST, PUT and DELETE of the visit's own kinds. Pure. */
import { arrayAt, JsonObject, stringAt, type JsonValue } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { ID_PATTERN, type ResourceKey } from '../model/resource.ts'

/** Kinds of resources that a visit sheet writes. What is signed is printed, and each of these has its place on a form. */
export const VISIT_TYPES = ['Encounter', 'Condition', 'Observation', 'MedicationRequest', 'ServiceRequest', 'AllergyIntolerance'] as const

export interface VisitChange {
  readonly key: ResourceKey
  /** undefined: to be removed. Carries its final id; references are relative. */
  readonly resource?: JsonObject
  /** Version that must be current; 0: there must be none. */
  readonly expected: number
  /** "Bundle.entry[3]" */
  readonly path: string
}

const MAX_CHANGES = 400
const UUID = /^urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

const refuse = (expression: string, diagnostics: string): never => { throw outcome('bad-request', { expression, diagnostics }) }

const requireType = (type: string | undefined, path: string): string =>
  type !== undefined && VISIT_TYPES.some((known) => known === type) ? type : refuse(path, `A visit holds ${VISIT_TYPES.join(', ')}.`)

const readKey = (method: string, url: string, resource: JsonValue | undefined, fullUrl: string, path: string, newId: () => string): ResourceKey => {
  if (method === 'POST') return { type: requireType(stringAt(resource, 'resourceType'), path), id: UUID.exec(fullUrl)?.[1] ?? newId() }
  const [type, id = '', ...more] = url.split('/')
  if (!ID_PATTERN.test(id) || more.length > 0) refuse(`${path}.request.url`, 'Expected Type/id.')
  return { type: requireType(type, path), id }
}

const readExpected = (ifMatch: string | undefined, path: string): number => {
  if (ifMatch === undefined) return 0
  const version = Number(/^W\/"(\d{1,9})"$/.exec(ifMatch)?.[1] ?? Number.NaN)
  return version > 0 ? version : refuse(`${path}.request.ifMatch`, 'Expected W/"version".')
}

const readEntry = (entry: JsonValue, path: string, newId: () => string): VisitChange & { readonly fullUrl: string } => {
  const method = stringAt(entry, 'request', 'method') ?? ''
  const resource = entry instanceof JsonObject ? entry.get('resource') : undefined
  const fullUrl = stringAt(entry, 'fullUrl') ?? ''
  if (!['POST', 'PUT', 'DELETE'].includes(method)) refuse(`${path}.request.method`, 'Expected POST, PUT or DELETE.')
  const key = readKey(method, stringAt(entry, 'request', 'url') ?? '', resource, fullUrl, path, newId)
  const expected = method === 'POST' ? 0 : readExpected(stringAt(entry, 'request', 'ifMatch'), path)
  if (method === 'DELETE') return { key, expected: expected > 0 ? expected : refuse(`${path}.request.ifMatch`, 'A removal names the version that it removes.'), path, fullUrl }
  if (!(resource instanceof JsonObject) || resource.get('resourceType') !== key.type) return refuse(`${path}.resource`, `Expected a ${key.type}.`)
  if (method === 'PUT' && resource.get('id') !== key.id) throw outcome('id-mismatch', { expression: `${path}.resource.id` })
  return { key, resource: withoutVersion(resource.set('id', key.id)), expected, path, fullUrl }
}

/** A screen sends back what it read; version and time are the store's to set. */
const withoutVersion = (resource: JsonObject): JsonObject => {
  const meta = resource.get('meta')
  if (!(meta instanceof JsonObject)) return resource
  const rest = meta.delete('versionId').delete('lastUpdated')
  return rest.size === 0 ? resource.delete('meta') : resource.set('meta', rest)
}

const retarget = (value: JsonValue, targets: ReadonlyMap<string, string>): JsonValue => {
  if (Array.isArray(value)) return value.map((item: JsonValue) => retarget(item, targets))
  if (!(value instanceof JsonObject)) return value
  return JsonObject.from([...value.entries()].map(([name, member]): [string, JsonValue] =>
    [name, name === 'reference' && typeof member === 'string' ? targets.get(member) ?? member : retarget(member, targets)]))
}

/** Throws bad-request or id-mismatch with the place. `newId`: for new resources without a urn:uuid of their own. */
export const readVisitBundle = (bundle: JsonValue, newId: () => string): VisitChange[] => {
  if (stringAt(bundle, 'resourceType') !== 'Bundle' || stringAt(bundle, 'type') !== 'transaction') return refuse('Bundle', 'Expected a Bundle of type transaction.')
  const entries = arrayAt(bundle, 'entry')
  if (entries.length > MAX_CHANGES) throw outcome('bundle-too-large', { expression: 'Bundle.entry' })
  const changes = entries.map((entry, at) => readEntry(entry, `Bundle.entry[${at}]`, newId))
  const places = new Set(changes.map(({ key }) => `${key.type}/${key.id}`))
  if (places.size < changes.length) refuse('Bundle.entry', 'The same resource is written twice.')
  const targets = new Map(changes.filter(({ fullUrl }) => fullUrl !== '').map(({ fullUrl, key }) => [fullUrl, `${key.type}/${key.id}`]))
  return changes.map(({ fullUrl: _fullUrl, ...change }) => {
    if (change.resource === undefined) return change
    const resource = retarget(change.resource, targets)
    return resource instanceof JsonObject ? { ...change, resource } : change
  })
}
