/**
 * One transaction for what a request wants to write: conditions resolved, references rewritten and checked, the policy asked, everything stored or nothing.
 * Used by create, update, delete and transaction alike (http://hl7.org/fhir/R4/http.html#trules).
 */
import { JsonObject, stringAt } from '../model/json.ts'
import { Outcome, outcome } from '../model/outcome.ts'
import type { Caller, Head, IdSource, ResourceStore, StoreTransaction, Write, Written } from '../model/ports.ts'
import type { ResourceKey, StoredVersion } from '../model/resource.ts'
import type { Limit } from '../model/scope-limit.ts'
import { requireNoBenchWork, touchesBench } from './bench-work.ts'
import { boundsOf, createIsSeen, holdToBounds, type Bounds } from './bounds.ts'
import type { Checks } from './checks.ts'
import { findCondition, prefetchConditions } from './conditions.ts'
import type { Gate, Question, Verdict } from './gate.ts'
import type { Ask, Committed, Planned } from './planned.ts'
import { settleProvenance, withVersions } from './provenance-header.ts'
import { parseRelative } from './references.ts'
import { resolveAll, same, type Resolution } from './resolve.ts'
import { withIdentity } from './resource-body.ts'
import type { SubscriptionDesk } from './subscriptions/desk.ts'
import { findTargets } from './targets.ts'
import { Mistold, pinAll, requireForetold, type Versions } from './version-specific.ts'

export interface CommitDeps {
  readonly store: ResourceStore
  readonly gate: Gate
  readonly checks: Checks
  readonly ids: IdSource
  readonly subscriptions: SubscriptionDesk
  /** In whose record a resource stands; null: in nobody's; '': in somebody's, but in whose cannot be told. */
  readonly patientOf: (resource: JsonObject, key: ResourceKey) => string | null
  /** Whether a report says that its order is in the hands of a laboratory or imaging, or was. */
  readonly isUnderWay: (report: JsonObject) => boolean
  /** Whether a resource that is to be written is within what scopes leave of its type. */
  readonly fitsLimit: (resource: JsonObject, limit: Limit) => boolean
  /** Addresses of this server itself by which what is written may refer to it (own-address.ts). */
  readonly bases?: readonly string[]
}

/** Extra work in the same transaction, after the writes: reads of a transaction Bundle. */
export type After<T> = (tx: StoreTransaction, committed: readonly Committed[], ask: Ask) => Promise<T>

class Undecided extends Error {
  readonly questions: readonly Question[]
  constructor(questions: readonly Question[]) {
    super('The policy needs care relations, which are looked up outside the transaction.')
    this.questions = questions
  }
}
class Refused extends Error {
  readonly question: Question
  readonly verdict: Exclude<Verdict, 'allow'>
  constructor(question: Question, verdict: Exclude<Verdict, 'allow'>) {
    super('The policy says no.')
    this.question = question
    this.verdict = verdict
  }
}

const MAX_ROUNDS = 4
/** Writes of a Bundle that may share a transaction with others. */
const MOST_SHARED = 32
const keyOf = (question: Question): string => `${question.interaction} ${question.type} ${question.patient ?? ''}`

/** Commits everything or nothing. Throws the first refusal with its place. */
export const commit = async <T>(deps: CommitDeps, caller: Caller, given: readonly Planned[], after?: After<T>): Promise<{ readonly committed: Committed[]; readonly extra: T | undefined }> => {
  await deps.checks.require(given.flatMap((item) => (item.resource === undefined ? [] : [{ resource: item.resource, path: item.path, key: item.key, ...(item.fullUrl !== undefined && { fullUrl: item.fullUrl }) }])))
  const { plan, settle } = await deps.subscriptions.prepare(caller, given, deps.bases)
  // What a person reads or changes is judged after it is loaded; a condition would be answered from rows that nobody judges, so persons have none.
  const conditions = caller.actor.kind !== 'person'
  const inside: Caller = conditions ? caller : { ...caller, visibility: { kind: 'all' } }
  const known = new Map<string, Verdict>()
  let versions: Versions = new Map()
  const ask: Ask = (questions) => {
    const open: Question[] = []
    for (const question of questions) {
      const verdict = known.get(keyOf(question)) ?? deps.gate.judgeNow(caller, question)
      if (verdict === undefined) open.push(question)
      else if (verdict !== 'allow') throw new Refused(question, verdict)
    }
    if (open.length > 0) throw new Undecided(open)
  }
  const bounds = boundsOf(caller, deps.fitsLimit)
  // a long Bundle has a transaction of its own, or all who share it would wait for it
  const small = !bounds.any && plan.length <= MOST_SHARED && after === undefined && settle === undefined && (conditions || !touchesBench(plan)) && plan.every((item) => item.condition === undefined && item.target === undefined)
  const transact: ResourceStore['transact'] = (own, work) => (small ? deps.store.transactShared(own, work, plan.length) : deps.store.transact(own, work))
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    try {
      return await transact(inside, async (given) => {
        const tx = withBases(given, deps.bases)
        const committed = await writeAll(tx, deps, plan, ask, conditions, bounds, versions)
        await settle?.(tx, committed)
        return { committed, extra: after === undefined ? undefined : await after(tx, committed, ask) }
      })
    } catch (error) {
      if (error instanceof Outcome && error.code === 'forbidden') await deps.gate.note(caller, { interaction: 'search-type', type: plan[0]?.key.type ?? '*' }, 'forbidden')
      if (error instanceof Refused) await deps.gate.refuse(caller, error.question, error.verdict)
      if (error instanceof Mistold) {
        versions = error.versions
        continue
      }
      if (!(error instanceof Undecided)) throw error
      const verdicts = await deps.gate.judge(caller, error.questions)
      for (const [at, question] of error.questions.entries()) known.set(keyOf(question), verdicts[at] ?? 'forbidden')
    }
  }
  throw outcome('overloaded', { diagnostics: 'The record changed again and again while the policy was asked.' })
}

/** Searches in the transaction know by which addresses this server was reached. */
const withBases = (tx: StoreTransaction, bases: readonly string[] | undefined): StoreTransaction =>
  (bases === undefined ? tx : { ...tx, search: (request) => tx.search({ ...request, bases }) })

const writeAll = async (tx: StoreTransaction, { patientOf, isUnderWay, bases }: Pick<CommitDeps, 'patientOf' | 'isUnderWay' | 'bases'>, given: readonly Planned[], ask: Ask, conditions: boolean, bounds: Bounds, versions: Versions): Promise<Committed[]> => {
  const targets = await findTargets(tx, given, ask, conditions)
  const plan = given.flatMap((item) => targets.get(item) ?? [])
  const found = await findAll(tx, plan, ask, conditions)
  const writing = settleProvenance(plan.filter((item) => !found.has(item)))
  const writes = new Map(writing.map((item) => [same(item.key), item]))
  const resolved = await resolveAll(tx, plan.map((item) => {
    const stored = found.get(item)
    if (stored !== undefined) return { ...item, key: stored, writes: false }
    const settled = writes.get(same(item.key))
    return { ...(settled ?? item), writes: settled !== undefined }
  }), { conditions, bases, ...(bounds.any && { isSeen: createIsSeen(tx, bounds, plan) }) })
  const { resolution, foretold } = pinAll(writing, resolved, versions)
  const heads = new Map(resolution.heads.map((head) => [same(head), head]))
  // the policy first: whether an id exists, or a visit is signed, is nothing to tell to who may not write there
  ask(writing.flatMap((item) => questionsOf(item, patientOf, resolution, heads)))
  const verdict = bounds.any ? await holdToBounds(tx, bounds, writing, resolution, heads) : { held: writing }
  if ('refused' in verdict) throw new Refused(verdict.refused, 'forbidden')
  if (resolution.lost !== undefined) throw resolution.lost
  requireUnsigned(writing, resolution, heads, conditions)
  if (!conditions) await requireNoBenchWork(tx, writing, resolution, heads, isUnderWay)
  ask([...found.values()].map((stored) => ({ interaction: 'read' as const, type: stored.type, id: stored.id, patient: stored.patient })))
  const written = await writeTold(tx, verdict.held, resolution, heads)
  requireForetold(foretold, written)
  const results = new Map(writing.map((item, at) => [same(item.key), written[at]]))
  return given.map((wanted): Committed => {
    const item = targets.get(wanted)
    if (item === undefined) return { kind: 'none' }
    const stored = found.get(item)
    if (stored !== undefined) return { kind: 'found', stored }
    if (item.tells === true && !writes.has(same(item.key))) return { kind: 'none' }
    const result = results.get(same(item.key))
    if (result === undefined) throw outcome('internal', { diagnostics: 'The store answered fewer writes than it was given.' })
    return { kind: 'written', written: result }
  })
}

/** A Provenance comes behind what it tells of: only then the versions are known for sure. Answered in the order of the writes, in which it is the last. */
const writeTold = async (tx: StoreTransaction, held: readonly Planned[], resolution: Resolution, heads: ReadonlyMap<string, Head>): Promise<Written[]> => {
  const written = await tx.write(held.filter(({ tells }) => tells !== true).map((item) => toWrite(item, resolution, heads)))
  const [telling] = held.filter(({ tells }) => tells === true)
  if (telling === undefined) return written
  const body = withVersions(resolution.bodies.get(same(telling.key)), written)
  return [...written, ...await tx.write([{ op: 'create', key: telling.key, resource: withIdentity(body, telling.key), fresh: true }])]
}

/** What a doctor says of a visit: once it is signed, more is said by an addendum or a correction, never beside them. Measurements may still come from other systems. */
const SAID: ReadonlySet<string> = new Set(['Condition', 'MedicationRequest', 'ServiceRequest'])

/** Throws immutable-record for what would stand in a signed visit without having been signed. */
export const requireUnsigned = (writing: readonly Pick<Planned, 'kind' | 'key' | 'path'>[], resolution: Pick<Resolution, 'bodies'>, heads: ReadonlyMap<string, { readonly immutable?: boolean }>, system: boolean): void => {
  for (const { kind, key, path } of writing) {
    if (kind === 'delete' || !(SAID.has(key.type) || (key.type === 'Observation' && !system))) continue
    const visit = parseRelative(stringAt(resolution.bodies.get(same(key)), 'encounter', 'reference') ?? '')
    if (visit !== undefined && heads.get(same(visit))?.immutable === true) {
      throw outcome('immutable-record', { expression: `${path}.encounter`, diagnostics: 'The visit is signed: add an addendum or a correction.' })
    }
  }
}

/** What the conditional creates find. */
const findAll = async (tx: StoreTransaction, plan: readonly Planned[], ask: Ask, conditions: boolean): Promise<Map<Planned, StoredVersion>> => {
  const found = new Map<Planned, StoredVersion>()
  const all = plan.flatMap((item) => item.condition ?? [])
  const [first] = all
  if (first === undefined) return found
  if (!conditions) throw outcome('forbidden', { expression: first.path, diagnostics: 'Conditional creates are for system clients.' })
  ask([...new Set(all.map(({ type }) => type))].map((type) => ({ interaction: 'search-type' as const, type })))
  const prefetched = await prefetchConditions(tx, all)
  for (const item of plan) {
    const stored = item.condition === undefined ? undefined : await findCondition(tx, item.condition, item.key, prefetched)
    if (stored !== undefined) found.set(item, stored)
  }
  return found
}

/** An update is asked for the record where the resource stands and for the one where it would stand. */
const questionsOf = (item: Planned, patientOf: CommitDeps['patientOf'], resolution: Resolution, heads: ReadonlyMap<string, Head>): Question[] => {
  const head = heads.get(same(item.key))
  const current = head === undefined || head.deleted ? undefined : head
  if (item.kind === 'delete') return [{ interaction: 'delete', ...item.key, patient: current?.patient }]
  const body = resolution.bodies.get(same(item.key))
  const patient = body === undefined ? undefined : (patientOf(body, item.key) ?? undefined)
  const interaction = current === undefined ? 'create' : 'update'
  const asked: Question = { interaction, ...item.key, ...(patient === undefined ? {} : { patient }) }
  return current === undefined || current.patient === patient ? [asked] : [asked, { interaction, ...item.key, patient: current.patient }]
}

/** Of a list the version that is current, which must be so still when it is written; none of them: one that never is. */
const oneOf = (expected: number | readonly number[] | undefined, current: number | undefined): number | undefined =>
  (typeof expected !== 'object' ? expected : current !== undefined && expected.includes(current) ? current : -1)

const toWrite = (item: Planned, resolution: Resolution, heads: ReadonlyMap<string, Head>): Write => {
  const { key } = item
  const head = heads.get(same(key))
  if (item.expected === '*' && (head === undefined || head.deleted)) throw outcome('version-conflict', { expression: item.path, diagnostics: 'If-Match: * and nothing is there.' })
  const expected = item.expected === '*' ? undefined : item.expected === 'none' ? 0 : oneOf(item.expected, head?.version)
  const bounded = expected === undefined ? {} : { expected }
  if (item.kind === 'delete') return { op: 'delete', key, ...bounded }
  const resource = resolution.bodies.get(same(key)) ?? withIdentity(new JsonObject([], []), key)
  return item.kind === 'create' ? { op: 'create', key, resource, fresh: true } : { op: 'update', key, resource, ...bounded }
}
