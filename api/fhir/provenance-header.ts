/**
 * X-Provenance (http://hl7.org/fhir/R4/provenance.html#header): a Provenance without targets beside what a request writes. It is stored in the same transaction, and
 * its targets are the versions that the request makes; when nothing is created or updated it tells of nothing, and is not stored. Pure.
 */
import type { GuardedRequest, Reply, RouteRequest } from '../http/route.ts'
import { JsonObject, parseJson, stringAt, type JsonValue } from '../model/json.ts'
import { Outcome, outcome } from '../model/outcome.ts'
import type { IdSource, Written } from '../model/ports.ts'
import type { Planned } from './planned.ts'
import { same } from './resolve.ts'

const HEADER = 'x-provenance'
const PLACE = 'http.X-Provenance'
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const bad = (diagnostics: string, place = PLACE): Outcome => outcome('bad-request', { expression: place, diagnostics })

/** What was sent as UTF-8 arrives as one character for each byte. */
const decode = (header: string): string => {
  try {
    return utf8.decode(Buffer.from(header, 'latin1'))
  } catch {
    throw bad('The header is not UTF-8 text.')
  }
}

const parse = (header: string): JsonValue => {
  try {
    return parseJson(decode(header))
  } catch (error) {
    // the place of what is wrong is the header, not the body
    throw error instanceof Outcome ? outcome(error.code, { ...error.detail, expression: PLACE }) : error
  }
}

/** What the header says; undefined when there is none. Throws bad-request and what wrong JSON throws. */
const provenanceOf = ({ headers }: Pick<RouteRequest, 'headers'>): JsonObject | undefined => {
  const header = headers[HEADER]
  if (header === undefined) return undefined
  const value = parse(header)
  if (!(value instanceof JsonObject) || stringAt(value, 'resourceType') !== 'Provenance') throw bad('Expected one Provenance as JSON.')
  if (value.has('target')) throw bad('The targets are what this request writes: leave them out.', `${PLACE}.target`)
  const meta = value.get('meta')
  if (meta !== undefined && !(meta instanceof JsonObject)) throw bad('meta is an object.', `${PLACE}.meta`)
  return value
}

/** Throws bad-request where nothing is written that a Provenance could be about: what a client says is never left out in silence. */
export const refuseProvenance = ({ headers }: Pick<RouteRequest, 'headers'>, why: string): void => {
  if (headers[HEADER] !== undefined) throw bad(why)
}

/** The handler of a request that keeps no Provenance, and says so. */
export const withoutProvenance = (handler: (request: GuardedRequest) => Promise<Reply>) => async (request: GuardedRequest): Promise<Reply> => {
  refuseProvenance(request, 'A Provenance is kept with a create, an update, a patch or a transaction.')
  return await handler(request)
}

const toldOf = (written: readonly Planned[]): readonly Planned[] => written.filter(({ kind, tells }) => kind !== 'delete' && tells !== true)
const withTargets = (resource: JsonObject, references: readonly string[]): JsonObject =>
  resource.set('target', references.map((reference) => JsonObject.from({ reference })))

/** The plan, and behind it the Provenance of the header. Its targets are provisional until conditions are resolved. */
export const withProvenance = (ids: IdSource, request: Pick<RouteRequest, 'headers'>, plan: readonly Planned[]): readonly Planned[] => {
  const provenance = provenanceOf(request)
  const told = toldOf(plan)
  if (provenance === undefined || told.length === 0) return plan
  const resource = withTargets(provenance, told.map(({ key }) => same(key)))
  return [...plan, { kind: 'create', key: { type: 'Provenance', id: ids.uuid() }, resource, path: PLACE, tells: true }]
}

/** What is left to write once it is known what is written: a Provenance of it, or none of nothing. */
export const settleProvenance = (writing: readonly Planned[]): readonly Planned[] => {
  if (!writing.some(({ tells }) => tells === true)) return writing
  const references = toldOf(writing).map(({ key }) => same(key))
  return writing.flatMap((item) => {
    if (item.tells !== true || item.resource === undefined) return [item]
    return references.length === 0 ? [] : [{ ...item, resource: withTargets(item.resource, references) }]
  })
}

/** Its body with the versions that were made, deletions apart. */
export const withVersions = (body: JsonObject | undefined, written: readonly Pick<Written, 'type' | 'id' | 'version' | 'deleted'>[]): JsonObject =>
  withTargets(body ?? new JsonObject([], []), written.filter(({ deleted }) => !deleted).map((each) => `${same(each)}/_history/${each.version}`))
