/**
 * Takes a merge back: each resource that it changed gets the content of the version before, unless somebody has changed it since. Then nothing is done, and what was changed is named. An operation of
 * this server's own (operations/definitions.ts); what was written for the target after the merge stays with it, since only people can tell whose it is.
 */
import type { GuardedRequest } from '../../http/route.ts'
import { JsonObject, parseJsonObject, writeJson } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller } from '../../model/ports.ts'
import { commit } from '../commit.ts'
import { fhirReply } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { withFullSight } from '../load.ts'
import type { Planned } from '../planned.ts'
import { same } from '../resolve.ts'
import { writeMerged } from './merge-answer.ts'
import { MOST_MOVED } from './merge-gather.ts'
import { linkedBy } from './merge-patients.ts'
import { PEOPLE_PARAMETERS, readPeople, refusePersonsAndParts, type MergePeople } from './merge-people.ts'
import { buildMergeProvenance, markOf, readMergeRecord, type MergeRecord, type MergedVersion } from './merge-record.ts'
import type { MergeDeps } from './merge.ts'
import { readOperation } from './parameters-body.ts'
import { findRefusal, JUDGED } from './rehearse.ts'

const NAME = '$unmerge'
const MOST_RECORDS = 100
/** Versions that are read at a time. */
const AT_ONCE = 16

/** 200 as $merge; 409 changed-since with each resource that was changed, patient-not-merged. */
export const unmergeOperation = (deps: MergeDeps): FhirHandler => async (request) => {
  await refusePersonsAndParts(deps, request)
  const input = readOperation(request, PEOPLE_PARAMETERS)
  const people = await readPeople(deps, request, input, NAME)
  const records = linkedBy(parseJsonObject(people.source.body), 'replaced-by').includes(people.target.id) ? await findRecords(deps, request, people) : []
  if (records.length === 0) throw outcome('patient-not-merged', { expression: 'source-patient', diagnostics: 'No merge of these two by this operation is on record.' })
  const { writes, target } = await planBack(deps, request, people, records)
  const said = `${writes.length} resources are as they were before the merge, the patients among them.`
  if (input.flag('preview') === true) {
    const refusal = await findRefusal(deps, request.caller, writes)
    if (refusal !== undefined) throw refusal
    return fhirReply(request, 200, writeMerged(request, `Nothing was written. ${said}`, target))
  }
  const made = writes.map(({ key, expected }): MergedVersion => ({ ...key, version: (typeof expected === 'number' ? expected : 0) + 1 }))
  const id = deps.ids.uuid()
  const resource = buildMergeProvenance('unmerge', { id, source: people.source.id, target: people.target.id, made, at: deps.clock.now(), actor: request.caller.actor })
  const { committed } = await commit({ ...deps, checks: JUDGED }, request.caller, [...writes, { kind: 'create', key: { type: 'Provenance', id }, resource, path: 'Provenance' }], async (tx) => {
    for (const record of records) await tx.dropCare(people.target.id, markOf(record.id))
  })
  const written = committed.flatMap((each) => (each.kind === 'written' && same(each.written) === `Patient/${people.target.id}` ? [each.written.body] : []))[0] ?? target
  return fhirReply(request, 200, writeMerged(request, said, written))
}

/** The merge, and those after it that moved what had come since; none from before they were last parted. Newest first. */
const findRecords = async ({ store }: MergeDeps, { caller }: GuardedRequest, { source, target }: MergePeople): Promise<MergeRecord[]> => {
  const { matches } = await store.search(withFullSight(caller), {
    type: 'Provenance', parameters: [['target', `Patient/${target.id}`], ['entity', `Patient/${source.id}`], ['_sort', '-_lastUpdated'], ['_count', String(MOST_RECORDS)]], strict: true,
  })
  const records = matches.flatMap((stored) => readMergeRecord(stored) ?? [])
  const parted = records.findIndex(({ activity }) => activity === 'unmerge')
  return parted < 0 ? records : records.slice(0, parted)
}

/** Throws changed-since, too-costly. */
const planBack = async ({ store }: MergeDeps, { caller }: GuardedRequest, { target }: MergePeople, records: readonly MergeRecord[]): Promise<{ readonly writes: Planned[]; readonly target: string }> => {
  const made = [...new Map(records.flatMap((record) => record.made).map((one) => [same(one), one])).values()]
  if (made.length > 2 * MOST_MOVED) throw outcome('too-costly', { expression: 'source-patient', diagnostics: `More than ${2 * MOST_MOVED} resources were moved.` })
  const seeing = withFullSight(caller)
  const heads = await store.transact(seeing, (tx) => tx.heads(made.map(({ type, id }) => ({ type, id }))))
  const current = new Map(heads.flatMap((head) => (head.deleted || head.immutable === true ? [] : [[same(head), head.version]])))
  const writes: Planned[] = [], changed: string[] = []
  let before = target.body
  for (let from = 0; from < made.length; from += AT_ONCE) {
    await Promise.all(made.slice(from, from + AT_ONCE).map(async (one, place) => {
      const { type, id, version } = one
      const now = current.get(same(one)), old = await store.vread(seeing, { type, id }, version - 1)
      if (now === undefined || old === undefined || old.deleted || !(await isAsMade(store, seeing, one, now))) {
        changed.push(same(one))
        return
      }
      if (same(one) === `Patient/${target.id}`) before = old.body
      writes[from + place] = { kind: 'update', key: { type, id }, resource: parseJsonObject(old.body), path: same(one), expected: now }
    }))
  }
  if (changed.length > 0) throw changedSince(changed)
  return { writes, target: before }
}

/** The same content under a later number will do: another merge may have come and gone. */
const isAsMade = async (store: MergeDeps['store'], seeing: Caller, { type, id, version }: MergedVersion, now: number): Promise<boolean> => {
  if (now === version) return true
  const [then, current] = await Promise.all([version, now].map(async (each) => (await store.vread(seeing, { type, id }, each))?.body))
  return then !== undefined && current !== undefined && contentOf(then) === contentOf(current)
}

const contentOf = (body: string): string => {
  const resource = parseJsonObject(body), meta = resource.get('meta')
  return writeJson(meta instanceof JsonObject ? resource.set('meta', meta.delete('versionId').delete('lastUpdated')) : resource)
}

const MOST_NAMED = 100

const changedSince = (changed: readonly string[]): Error => {
  const named = changed.slice(0, MOST_NAMED)
  return outcome('changed-since', { expression: named, diagnostics: `${changed.length} resources were changed, signed or deleted since the merge.` },
    named.map((expression) => ({ severity: 'error' as const, message: 'This was changed, signed or deleted since the merge.', expression })))
}
