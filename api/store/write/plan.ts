/**
 * Decides what each write of a call does to the row that stands there now: versions, times, bodies, search rows. Pure; write-rows.ts carries it out.
 * Update semantics: http://hl7.org/fhir/R4/http.html#update, #concurrency.
 */
import { JsonObject, parseJsonObject, writeJson, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { Write } from '../../model/ports.ts'
import { NO_POSTINGS, NO_ROWS, NOT_INDEXED, POSTING_VERSION, type Indexed, type PostingRows, type PostingSet } from './posting-set.ts'
import { toInstant } from '../connection/rows.ts'

/** The row that is locked now. */
export interface CurrentRow {
  readonly rtype: number
  readonly id: string
  readonly rid: string
  readonly ver: number
  readonly ts: string
  readonly del: boolean
  readonly immutable: boolean
  readonly pat: string | null
  readonly phash: string
  readonly pver: number
  readonly body: string
}

export interface PlanContext {
  readonly now: Date
  readonly nextRid: () => bigint
  readonly indexedOf: (resource: JsonObject, type: string) => Indexed
  readonly patientOf: (resource: JsonObject, type: string, id: string) => string | null
}

/** A version to store. `was`: version that it follows, 0 for a new row. `past`: goes to the history, the current row stays. */
export interface Step {
  readonly op: 'created' | 'updated' | 'deleted' | 'unchanged'
  readonly past?: boolean
  /** Its id was made up just now, so that there is no row with it. */
  readonly fresh?: boolean
  readonly rtype: number
  readonly type: string
  readonly id: string
  readonly rid: bigint
  readonly ver: number
  readonly was: number
  readonly ts: string
  readonly method: 'C' | 'U' | 'D'
  readonly immutable: boolean
  readonly pat: string | null
  /** Whose record it was in before, when that differs. */
  readonly patBefore?: string
  readonly body: string
  readonly postings: Pick<PostingSet, 'd' | 'present'>
  readonly phash: bigint
  /** Search rows that stand there now, and those that shall; undefined when they are the same. */
  readonly rows?: { readonly before: PostingRows; readonly after: PostingRows }
  /** They were made by earlier rules. */
  readonly stale?: boolean
}

export const planWrite = (write: Write, rtype: number, current: CurrentRow | undefined, context: PlanContext): Step => {
  if (write.op === 'put-exact') return planExact(write, rtype, current, context)
  requireExpected(write, current)
  if (current?.immutable && !(write.op === 'update' && write.amends)) {
    throw outcome('immutable-record', { expression: `${write.key.type}/${write.key.id}` })
  }
  return write.op === 'delete' ? planDelete(write, rtype, current, context) : planPut(write, rtype, current, context)
}

const requireExpected = (write: Exclude<Write, { op: 'put-exact' }>, current: CurrentRow | undefined): void => {
  const live = current && !current.del
  const detail = { expression: `${write.key.type}/${write.key.id}`, ...(current && { found: current.ver }) }
  if (write.op === 'create' ? live : write.expected === 0 && live) throw outcome('already-exists', { ...detail, type: write.key.type, id: write.key.id })
  if (write.op === 'create' || write.expected === undefined || write.expected === 0) return
  if (current?.ver !== write.expected) throw outcome('version-conflict', { ...detail, expected: write.expected })
}

const planPut = (write: Extract<Write, { op: 'create' | 'update' }>, rtype: number, current: CurrentRow | undefined, context: PlanContext): Step => {
  const { type, id } = write.key
  if (write.resource.get('resourceType') !== type) throw outcome('type-mismatch', { expression: 'resourceType' })
  const ver = (current?.ver ?? 0) + 1
  const ts = laterThan(context.now, current)
  const immutable = write.immutable ?? current?.immutable ?? false
  if (current && !current.del && write.op === 'update' && immutable === current.immutable) {
    const same = writeJson(stamp(write.resource, id, current.ver, toInstant(current.ts)))
    if (same === current.body) return unchanged(write.key.type, current)
  }
  // what the server stamps is nothing to look for: id and time are columns
  return follow(context, current, write.resource, {
    op: current && !current.del ? 'updated' : 'created', rtype, type, id, ver, ts, method: write.op === 'create' ? 'C' : 'U', immutable, body: writeJson(stamp(write.resource, id, ver, ts)),
    ...(write.op === 'create' && write.fresh && { fresh: true }),
  })
}

const planDelete = (write: Extract<Write, { op: 'delete' }>, rtype: number, current: CurrentRow | undefined, context: PlanContext): Step => {
  const { type, id } = write.key
  if (!current) {
    return {
      op: 'unchanged', rtype, type, id, rid: 0n, ver: 0, was: 0, ts: context.now.toISOString(), method: 'D', immutable: false, pat: null, body: '',
      postings: NO_POSTINGS, phash: 0n,
    }
  }
  if (current.del) return unchanged(type, current)
  return follow(context, current, undefined, {
    op: 'deleted', rtype, type, id, ver: current.ver + 1, ts: laterThan(context.now, current), method: 'D', immutable: false, body: '',
  })
}

const planExact = (write: Extract<Write, { op: 'put-exact' }>, rtype: number, current: CurrentRow | undefined, context: PlanContext): Step => {
  const { type, id } = write.key
  if (current?.ver === write.version) {
    if (current.body === write.body && current.del === (write.deleted ?? false)) return unchanged(type, current)
    throw outcome('version-conflict', { expression: `${type}/${id}`, expected: write.version, diagnostics: 'This version is stored with other bytes' })
  }
  const resource = write.deleted ? undefined : parseJsonObject(write.body)
  if (resource && resource.get('resourceType') !== type) throw outcome('type-mismatch', { expression: 'resourceType' })
  if (resource && resource.get('id') !== id) throw outcome('id-mismatch', { expression: 'id' })
  if (Number.isNaN(Date.parse(write.lastUpdated))) throw outcome('invalid-resource', { expression: 'meta.lastUpdated' })
  const step = follow(context, current, resource, {
    op: write.deleted ? 'deleted' : current && !current.del ? 'updated' : 'created', rtype, type, id, ver: write.version, ts: new Date(write.lastUpdated).toISOString(),
    method: write.deleted ? 'D' : write.version === 1 ? 'C' : 'U', immutable: write.immutable ?? current?.immutable ?? false, body: write.body,
  })
  return current && current.ver > write.version ? { ...step, past: true } : step
}

type Version = Pick<Step, 'op' | 'fresh' | 'rtype' | 'type' | 'id' | 'ver' | 'ts' | 'method' | 'immutable' | 'body'>

/** The step from the current row to the version; `resource` undefined: deleted. */
const follow = (context: PlanContext, current: CurrentRow | undefined, resource: JsonObject | undefined, version: Version): Step => {
  // a deleted resource stays in the record it was in
  const pat = resource ? context.patientOf(resource, version.type, version.id) : current?.pat ?? null
  const { postings, rows: after, digest: phash } = resource ? context.indexedOf(resource, version.type) : NOT_INDEXED
  const changed = !current || current.phash !== String(phash) || current.pver !== POSTING_VERSION
  return {
    ...version, pat, postings, phash,
    rid: current ? BigInt(current.rid) : context.nextRid(),
    was: current?.ver ?? 0,
    ...(current?.pat && current.pat !== pat && { patBefore: current.pat }),
    ...(current && current.pver !== POSTING_VERSION && { stale: true }),
    ...(changed && { rows: { before: current && !current.del ? context.indexedOf(parseJsonObject(current.body), version.type).rows : NO_ROWS, after } }),
  }
}

const unchanged = (type: string, current: CurrentRow): Step => ({
  op: 'unchanged', rtype: current.rtype, type, id: current.id, rid: BigInt(current.rid), ver: current.ver, was: current.ver, ts: toInstant(current.ts),
  method: current.del ? 'D' : 'U', immutable: current.immutable, pat: current.pat, body: current.body, postings: NO_POSTINGS, phash: BigInt(current.phash),
})

/** Versions of one resource ascend in time too, whatever the clock does. */
const laterThan = (now: Date, current: CurrentRow | undefined): string =>
  new Date(Math.max(now.getTime(), current ? new Date(current.ts).getTime() + 1 : 0)).toISOString()

/** resourceType, id and meta first; versionId and lastUpdated are the server's, the rest of meta is kept. */
const stamp = (resource: JsonObject, id: string, version: number, lastUpdated: string): JsonObject => {
  const meta = resource.get('meta')
  const stamped = meta instanceof JsonObject ? inFront(['versionId', 'lastUpdated'], [String(version), lastUpdated], meta) : new JsonObject(['versionId', 'lastUpdated'], [String(version), lastUpdated])
  return inFront(['resourceType', 'id', 'meta'], [resource.get('resourceType') ?? null, id, stamped], resource)
}

/** These members, then those of the object that are not among them. */
const inFront = (names: readonly string[], values: readonly JsonValue[], object: JsonObject): JsonObject => {
  const [allNames, allValues] = [[...names], [...values]]
  for (let at = 0; at < object.names.length; at += 1) {
    const [name = '', value = null] = [object.names[at], object.values[at]]
    if (names.includes(name)) continue
    allNames.push(name)
    allValues.push(value)
  }
  return new JsonObject(allNames, allValues)
}
