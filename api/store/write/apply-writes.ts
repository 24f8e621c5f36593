/**
 * Writes inside one transaction, of one use case or of several that share it: a fixed number of statements, however many there are. What one of them is refused
 * concerns that one alone; nothing of it is stored.
 */
import type { PoolClient } from 'pg'
import { outcome } from '../../model/outcome.ts'
import type { AuditRow, Caller, Write, Written } from '../../model/ports.ts'
import { ID_PATTERN, type ResourceKey } from '../../model/resource.ts'
import { typeNumber } from '../../search/resource-types.ts'
import { insertAuditRows } from '../audit/rows.ts'
import { addPostings, removePostings } from './posting-rows.ts'
import { diffRows } from './posting-set.ts'
import type { TransactionParts } from './transaction-parts.ts'
import { planWrite, type PlanContext, type Step } from './plan.ts'
import { lockRows, Overtaken, replaceVersions, storeNew, storePast } from './rows.ts'

export interface Job {
  readonly caller: Caller
  readonly writes: readonly Write[]
}

export type Applied = { readonly ok: true; readonly steps: readonly Step[] } | { readonly ok: false; readonly error: unknown }

interface Planned { readonly caller: Caller; readonly step: Step }

/**
 * The verdict on each job, in their order. No resource may be in two of them. Throws for what concerns all.
 * @param together jobs that are sent at a time: while PostgreSQL stores them the next are made ready.
 */
export const applyJobs = async (parts: TransactionParts, client: PoolClient, jobs: readonly Job[], together = jobs.length): Promise<Applied[]> => {
  const { database, clock } = parts
  const { tenant } = database
  const now = clock.now()
  const context: PlanContext = { now, nextRid: () => database.rids.next(), indexedOf: parts.indexedOf, patientOf: parts.patientOf }
  const keyed = jobs.map((job) => attempt(() => requireKeys(job.writes)))
  const known = keyed.flatMap((keys) => (keys.ok ? keys.value.filter(({ fresh }) => !fresh) : []))
  const locked = new Map((known.length === 0 ? [] : await lockRows(client, tenant, known)).map((row) => [`${row.rtype}/${row.id}`, row]))
  const judge = ({ writes }: Job, at: number): Applied => {
    const keys = keyed[at]
    if (!keys?.ok) return { ok: false, error: keys?.error }
    const planned = attempt(() => writes.map((write, number) => {
      const { rtype, id } = keys.value[number] ?? { rtype: 0, id: '' }
      return planWrite(write, rtype, locked.get(`${rtype}/${id}`), context)
    }))
    return planned.ok ? { ok: true, steps: planned.value } : planned
  }
  const results: Applied[] = []
  const sent: Promise<PromiseSettledResult<void>[]>[] = []
  while (results.length < jobs.length) {
    const planned = jobs.slice(results.length, results.length + together).flatMap((job): Planned[] => {
      const result = judge(job, results.length)
      results.push(result)
      return result.ok ? result.steps.map((step) => ({ caller: job.caller, step })) : []
    })
    sent.push(Promise.allSettled([store(parts, client, planned, now)]))
    // what was written leaves now, before the next are made ready
    if (results.length < jobs.length) await new Promise((resolve) => setImmediate(resolve))
  }
  // all of them, even when one has failed: nothing may come behind the rollback
  for (const one of (await Promise.all(sent)).flat()) if (one.status === 'rejected') throw one.reason
  return results
}

const attempt = <T>(work: () => T): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown } => {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    return { ok: false, error }
  }
}

const store = async ({ database }: TransactionParts, client: PoolClient, planned: readonly Planned[], now: Date): Promise<void> => {
  const { tenant } = database
  const past = planned.filter(({ step }) => step.past)
  if (past.length > 0) await storePast(client, tenant, past.map(toStored))
  const current = planned.filter(({ step }) => step.op !== 'unchanged' && !step.past)
  const made = current.filter(({ step }) => step.was === 0)
  const known = current.filter(({ step }) => step.was > 0)
  // sent together: none needs what another answers, and PostgreSQL takes them in this order
  const [replaced] = await Promise.all([
    known.length > 0 ? replaceVersions(client, tenant, known.map(toStored)) : 0,
    made.length > 0 && storeNew(client, tenant, made.map(toStored)),
    current.length > 0 && changePostings(client, tenant, current.map(({ step }) => step)),
    insertAuditRows(client, database, planned.filter(({ step }) => step.ver > 0).map(({ caller, step }) => ({ caller, at: now, row: auditOf(step) }))),
  ])
  // look again from the start
  if (replaced < known.length) throw new Overtaken('another transaction changed the same resource')
}

const toStored = ({ caller, step }: Planned): Step & { readonly actor: string } => ({ ...step, actor: actorOf(caller) })

const changePostings = async (client: PoolClient, tenant: number, steps: readonly Step[]): Promise<void> => {
  const changes = steps.flatMap(({ rid, rows, stale }) => (rows ? [{ rid, ...diffRows(rows.before, rows.after, stale) }] : []))
  await Promise.all([
    removePostings(client, tenant, changes.flatMap(({ rid, gone }) => gone.map((row) => ({ rid, row })))),
    addPostings(client, tenant, changes.flatMap(({ rid, added }) => added.map((row) => ({ rid, row }))), steps.some(({ stale }) => stale) ? 'stale' : steps.every(({ was }) => was === 0) ? 'fresh' : 'known'),
  ])
}

interface Key { readonly rtype: number; readonly id: string; readonly fresh: boolean }

const requireKeys = (writes: readonly Write[]): Key[] => {
  const keys = writes.map((write): Key => ({ ...requireKey(write.key), fresh: write.op === 'create' && write.fresh === true }))
  if (new Set(keys.map(({ rtype, id }) => `${rtype}/${id}`)).size < keys.length) throw outcome('bad-request', { diagnostics: 'The same resource is written twice in one transaction' })
  return keys
}

const requireKey = ({ type, id }: ResourceKey): { rtype: number; id: string } => {
  const rtype = typeNumber(type)
  if (rtype === undefined) throw outcome('unknown-type', { expression: type })
  if (!ID_PATTERN.test(id)) throw outcome('bad-id', { expression: `${type}/${id.slice(0, 80)}` })
  return { rtype, id }
}

const actorOf = ({ actor }: Caller): string =>
  actor.kind === 'person' ? `account/${actor.account}${actor.app === undefined ? '' : ` client/${actor.app.client}`}` : actor.kind === 'system' ? `client/${actor.client}` : `internal/${actor.name}`

const INTERACTION = { created: ['C', 'create'], updated: ['U', 'update'], deleted: ['D', 'delete'], unchanged: ['U', 'update'] } as const

const auditOf = (step: Step): AuditRow => {
  const [action, interaction] = INTERACTION[step.op]
  return {
    action, interaction, type: step.type, id: step.id, version: step.ver, outcome: 'success', ...(step.pat && { patient: step.pat }),
    ...(step.op === 'unchanged' && { detail: 'unchanged' }),
  }
}

/** What the caller is told of a step. */
export const toWritten = (step: Step): Written => ({
  op: step.op, type: step.type, id: step.id, version: step.ver, lastUpdated: step.ts, deleted: step.method === 'D', body: step.body,
  ...(step.pat !== null && { patient: step.pat }),
})

