/** Profiles, tags and security labels: of a resource, of a version, of what a type or the server has. http://hl7.org/fhir/R4/resource-operation-meta.html */
import type { GuardedRequest } from '../../http/route.ts'
import { JsonObject, parseJson, parseJsonObject, stringAt, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { ResourceStore } from '../../model/ports.ts'
import type { Labels, Records } from '../../model/record-ports.ts'
import type { ResourceKey, StoredVersion } from '../../model/resource.ts'
import type { Gate } from '../gate.ts'
import { fhirReply, parseVersion, versionHeaders } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { requireLoaded } from '../load.ts'
import { requireId, requireType } from '../resource-body.ts'
import { readOperation, writeParameters } from './parameters-body.ts'
import { seesAll, sightsOf } from './sight.ts'

export interface MetaDeps {
  readonly store: ResourceStore
  readonly records: Records
  readonly gate: Gate
}

/** The Meta of a stored version, as it is stored. */
export const metaOf = ({ body }: Pick<StoredVersion, 'body'>): JsonValue => parseJsonObject(body).get('meta') ?? new JsonObject([], [])

/** AuditEvents are rendered from the log and have no labels. */
export const requireLabelled = (type: string | undefined): string => {
  const known = requireType(type)
  if (known === 'AuditEvent') throw outcome('method-not-allowed', { allow: 'GET, HEAD', expression: 'http.type', diagnostics: 'An AuditEvent is rendered from the audit log and has no labels.' })
  return known
}

/** 200 with Parameters that return a Meta; of one resource as a read of it. */
export const metaOperation = (deps: MetaDeps): FhirHandler => async (request) => {
  readOperation(request, {})
  const { type, id, version } = request.params
  if (type === undefined || id === undefined) return fhirReply(request, 200, writeMeta(metaWith(await readLabels(deps, request, type))))
  const stored = await load(deps, request, { type: requireLabelled(type), id: requireId(id) }, version)
  return fhirReply(request, 200, writeMeta(metaOf(stored)), versionHeaders(stored))
}

/** The text of the answer of every operation on a Meta. */
export const writeMeta = (valueMeta: JsonValue): string => writeParameters([{ name: 'return', valueMeta }])

const load = ({ store, gate }: MetaDeps, { caller }: GuardedRequest, key: ResourceKey, version: string | undefined): Promise<StoredVersion> => {
  if (version === undefined) return requireLoaded(gate, caller, { interaction: 'read', ...key }, (seeing) => store.read(seeing, key), '$meta')
  const number = parseVersion(version)
  if (number === undefined) throw outcome('not-found', { expression: key.type, diagnostics: 'Versions are numbered from 1.' })
  return requireLoaded(gate, caller, { interaction: 'vread', ...key }, (seeing) => store.vread(seeing, key, number), '$meta')
}

/** Of the rows that a search would show; of every type for those who may search all of them. */
const readLabels = async ({ records, gate }: MetaDeps, { caller }: GuardedRequest, given: string | undefined): Promise<Labels> => {
  const type = given === undefined ? undefined : requireLabelled(given)
  const question = { interaction: 'search-type' as const, type: type ?? '*' }
  if (type !== undefined) await gate.require(caller, [question])
  else if (!seesAll(caller)) {
    await gate.note(caller, question, 'forbidden')
    throw outcome('forbidden', { diagnostics: 'The labels of all types need the right to search each of them for every patient.' })
  }
  const labels = await records.labels(sightsOf(caller), type)
  await gate.record(caller, question, undefined, '$meta')
  return labels
}

/** A tag that several resources write with other words is one tag. */
const metaWith = ({ profile, tag, security }: Labels): JsonObject => JsonObject.from([['profile', profile], ['security', codings(security)], ['tag', codings(tag)]]
  .flatMap(([name, list]) => (typeof name === 'string' && Array.isArray(list) && list.length > 0 ? [[name, list] as const] : [])))

const codings = (texts: readonly string[]): JsonValue[] => {
  const all = texts.map(parseJson)
  return [...new Map(all.map((coding) => [`${stringAt(coding, 'system') ?? ''}|${stringAt(coding, 'code') ?? ''}`, coding])).values()]
}
