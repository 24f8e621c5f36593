/**
 * Adds labels to a resource and takes them away (http://hl7.org/fhir/R4/resource-operation-meta-add.html, http://hl7.org/fhir/R4/resource-operation-meta-delete.html).
 * Labels stand in the resource here: a change makes a new version, by the same door as an update.
 */
import { JsonObject, arrayAt, parseJsonObject, stringAt, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { ResourceKey } from '../../model/resource.ts'
import { requireWritable } from '../answer.ts'
import { commit, type CommitDeps } from '../commit.ts'
import { fhirReply, isExpected, parseIfMatch, versionHeaders } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { requireLoaded } from '../load.ts'
import { pairsOf, withPairs, type Pair } from '../patch/edit.ts'
import { MAX_TRIES, wasOvertaken } from '../patch/patches.ts'
import { Budget, type At } from '../patch/work.ts'
import { requireId, requireType } from '../resource-body.ts'
import { requireWhole } from '../view.ts'
import { metaOf, writeMeta } from './meta.ts'
import { readOperation } from './parameters-body.ts'

export type MetaChange = 'meta-add' | 'meta-delete'

/** What tells a label from another: of a profile its address, of the others system and code. */
const LABELS: readonly (readonly [member: string, keyOf: (value: JsonValue) => string])[] = [
  ['profile', (value) => (typeof value === 'string' ? value : '')],
  ['security', (value) => `${stringAt(value, 'system') ?? ''}|${stringAt(value, 'code') ?? ''}`],
  ['tag', (value) => `${stringAt(value, 'system') ?? ''}|${stringAt(value, 'code') ?? ''}`],
]

/** The resource with its labels changed. Pure. */
export const changeMeta = (resource: JsonObject, given: JsonObject, change: MetaChange): JsonObject => {
  const at: At = { place: 'Parameters.parameter[0].valueMeta', budget: new Budget() }
  const before = resource.get('meta')
  let meta = before instanceof JsonObject ? before : new JsonObject([], [])
  for (const [member, keyOf] of LABELS) {
    const wanted = new Map(arrayAt(given, member).map((value) => [keyOf(value), value]))
    if (wanted.size === 0) continue
    const there = pairsOf(meta, member, at)
    const known = new Set(there.map(({ value }) => keyOf(value)))
    const after: readonly Pair[] = change === 'meta-delete' ? there.filter(({ value }) => !wanted.has(keyOf(value)))
      : [...there, ...[...wanted].filter(([key]) => !known.has(key)).map(([, value]) => ({ value, said: null }))]
    if (after.length !== there.length) meta = withPairs(meta, member, after)
  }
  return meta === before ? resource : resource.set('meta', meta)
}

/** 200 with the Meta of the version that is current now; 412 by If-Match, 409 for what is signed. What changes nothing makes no version. */
export const metaChangeOperation = (deps: CommitDeps, change: MetaChange): FhirHandler => async (request) => {
  const given = readOperation(request, { meta: { kind: 'Meta' } }).object('meta')
  if (given === undefined) throw outcome('bad-parameter', { expression: 'meta', diagnostics: 'Send the labels as the parameter meta.' })
  const key: ResourceKey = { type: requireWritable(requireType(request.params.type)), id: requireId(request.params.id) }
  const expected = parseIfMatch(request.headers['if-match'])
  for (let attempt = 1; ; attempt += 1) {
    const current = await requireLoaded(deps.gate, request.caller, { interaction: 'read', ...key }, (seeing) => deps.store.read(seeing, key), `$${change}`)
    if (!isExpected(expected, current.version)) throw outcome('version-conflict', { expression: `${key.type}.meta.versionId`, diagnostics: 'If-Match names another version.' })
    const before = parseJsonObject(current.body)
    const resource = changeMeta(before, given, change)
    requireWhole(resource, key.type)
    try {
      const { committed: [result] } = await commit(deps, request.caller, [{ kind: 'update', key, resource, path: key.type, expected: current.version }])
      if (result?.kind !== 'written') throw outcome('internal', { diagnostics: 'Nothing was committed.' })
      return fhirReply(request, 200, writeMeta(metaOf(result.written)), versionHeaders(result.written))
    } catch (error) {
      if (!wasOvertaken(error, [key]) || typeof expected === 'number' || attempt === MAX_TRIES) throw error
    }
  }
}
