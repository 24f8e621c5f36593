/** Rows of bulk jobs: asked for, found by their own client only, taken by the background process one slice at a time, removed with all that is theirs. */
import type { PoolClient } from 'pg'
import type { BulkState } from '../../model/bulk-ports.ts'
import { Outcome, outcome } from '../../model/outcome.ts'
import type { Caller, Clock } from '../../model/ports.ts'
import type { Database } from '../connection/database.ts'
import { run, type Queryable } from '../connection/rows.ts'

export type BulkKind = 'export' | 'import'

export interface JobRow {
  job: string
  kind: BulkKind
  client: string
  scopes: string[]
  address: string | null
  state: BulkState
  request: string
  parameters: string
  place: string
  asked_at: string
  expires_at: string | null
}

/** Open jobs of a site; more are refused rather than queued for hours. */
const MOST_OPEN = 16
/** How long what an ended job has made is kept. */
export const KEPT_MS = 24 * 3600_000

const COLUMNS = 'j.job, j.kind, j.client, j.scopes, j.address, j.state, j.request, j.parameters, j.place, j.asked_at, j.expires_at'

/** Throws too-many-open. */
export const insertJob = async (on: Queryable, tenant: number, caller: Caller, job: { readonly id: string; readonly kind: BulkKind; readonly request: string; readonly parameters: unknown; readonly place: unknown; readonly askedAt: Date }): Promise<void> => {
  const { actor } = caller
  if (actor.kind !== 'system') throw outcome('forbidden', { diagnostics: 'Bulk data is for system clients.' })
  const rows = await run<{ job: string }>(on, `
    insert into bulk_job (tenant, job, kind, client, scopes, address, state, request, parameters, place, asked_at)
    select $1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, $10
    where (select count(*) from bulk_job o where o.tenant = $1 and o.kind = $3 and o.state in ('waiting', 'running')) < ${MOST_OPEN} returning job`,
  [tenant, job.id, job.kind, actor.client, [...actor.scopes], caller.address ?? null, job.request, JSON.stringify(job.parameters), JSON.stringify(job.place), job.askedAt.toISOString()])
  if (rows.length === 0) throw outcome('too-many-open', { diagnostics: `${MOST_OPEN} jobs of this kind are open already.`, retryAfter: 60 })
}

/** undefined: there is none, it has expired, or it is somebody else's. */
export const findJob = async (on: Queryable, tenant: number, caller: Caller, kind: BulkKind, id: string, now: Date): Promise<JobRow | undefined> => {
  const { actor } = caller
  if (actor.kind !== 'system' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined
  const [row] = await run<JobRow>(on, `select ${COLUMNS} from bulk_job j where j.tenant = $1 and j.job = $2 and j.kind = $3 and j.client = $4 and j.state <> 'cancelled' and (j.expires_at is null or j.expires_at > $5)`,
    [tenant, id, kind, actor.client, now.toISOString()], 'bulk-find')
  return row
}

/** Locked until the transaction ends; undefined when none is open, or another process holds them. */
const takeJob = async (client: PoolClient, tenant: number, kind: BulkKind): Promise<JobRow | undefined> =>
  (await run<JobRow>(client, `select ${COLUMNS} from bulk_job j where j.tenant = $1 and j.kind = $2 and j.state in ('waiting', 'running') order by j.asked_at, j.job limit 1 for update skip locked`, [tenant, kind], 'bulk-take'))[0]

/** How far it has come; `state` when that changes, with the time of its end. */
export const saveJob = (on: Queryable, tenant: number, { job }: Pick<JobRow, 'job'>, state: BulkState, place: unknown, now: Date): Promise<unknown> => {
  const ended = state === 'done' || state === 'failed'
  return run(on, `update bulk_job set state = $3, place = $4, ended_at = $5, expires_at = $6 where tenant = $1 and job = $2 and state <> 'cancelled'`,
    [tenant, job, state, JSON.stringify(place), ended ? now.toISOString() : null, ended ? new Date(now.getTime() + KEPT_MS).toISOString() : null], 'bulk-save')
}

/**
 * Whether every transaction has ended that may yet commit what carries an earlier time than the job: those that were open when it was asked for, and those that began within `settle`
 * milliseconds after it, because a writer reads its clock when it sends for a transaction, not when it has one.
 */
export const isQuiet = async (client: PoolClient, tenant: number, { job }: Pick<JobRow, 'job'>, settle: number): Promise<boolean> => {
  const [row] = await run<{ quiet: boolean }>(client, `
    select clock_timestamp() > e.end and not exists (
      select from pg_stat_activity a where a.datname = current_database() and a.pid <> pg_backend_pid() and a.backend_type = 'client backend' and a.xact_start <= e.end) as quiet
    from bulk_job j cross join lateral (select j.barrier + make_interval(secs => $3::float8 / 1000) as end) as e where j.tenant = $1 and j.job = $2`, [tenant, job, settle], 'bulk-quiet')
  return row?.quiet ?? false
}

/** Tries of one job that fail in a row before it is ended. */
const TRIES = 5

export type Did = 'more' | 'wait' | 'idle'

/**
 * The oldest open job of the kind, and one step of work on it in one transaction: all of the step or nothing. A database that is away is waited for; what fails for another
 * reason again and again ends the job.
 */
export const createStepper = (options: { readonly database: Database; readonly clock: Clock; readonly kind: BulkKind }, step: (client: PoolClient, job: JobRow) => Promise<'more' | 'wait'>): (() => Promise<Did>) => {
  const { database, clock, kind } = options
  const { tenant } = database
  const failures = new Map<string, number>()
  return async () => {
    let taken: JobRow | undefined
    try {
      const did = await database.withTransaction(async (client) => {
        taken = await takeJob(client, tenant, kind)
        return taken === undefined ? 'idle' as const : await step(client, taken)
      })
      if (taken !== undefined) failures.delete(taken.job)
      return did
    } catch (error) {
      if (taken === undefined || (error instanceof Outcome && error.code === 'database-unavailable')) throw error
      const tries = (failures.get(taken.job) ?? 0) + 1
      failures.set(taken.job, tries)
      if (tries < TRIES) throw error
      failures.delete(taken.job)
      await saveJob(database.pool, tenant, taken, 'failed', JSON.parse(taken.place), clock.now())
      return 'more'
    }
  }
}

const OWNED = ['bulk_slice', 'bulk_file', 'bulk_line'] as const

/** Marks it as cancelled: from now on nobody finds it, and the background process sweeps it away. False: there was none. */
export const cancelJob = async (on: Queryable, tenant: number, { job }: Pick<JobRow, 'job'>): Promise<boolean> =>
  (await run(on, `update bulk_job set state = 'cancelled' where tenant = $1 and job = $2 and state <> 'cancelled' returning job`, [tenant, job], 'bulk-cancel')).length > 0

/** Takes away one job that was cancelled or has expired, with all that is its own; answers which. */
export const sweepJob = (database: Database, now: Date): Promise<Pick<JobRow, 'job' | 'kind'> | undefined> => database.withTransaction(async (client) => {
  const { tenant } = database
  const [row] = await run<Pick<JobRow, 'job' | 'kind'>>(client, `
    select j.job, j.kind from bulk_job j where j.tenant = $1 and (j.state = 'cancelled' or j.expires_at <= $2) order by j.job limit 1 for update skip locked`, [tenant, now.toISOString()], 'bulk-sweep')
  if (row === undefined) return undefined
  for (const table of OWNED) await run(client, `delete from ${table} where tenant = $1 and job = $2`, [tenant, row.job])
  await run(client, 'delete from bulk_job where tenant = $1 and job = $2', [tenant, row.job])
  return row
})
