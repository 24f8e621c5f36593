/**
 * Carries out exports, a bounded slice in each transaction, so that a restart goes on behind the last one. A slice walks a type in the order of its row numbers, which
 * updates do not change: each resource is looked at once, and of each the version is taken that was current at the job's time. What is kept are row numbers and
 * versions: both never change, and no copy of a body lies about.
 */
import type { PoolClient } from 'pg'
import type { ExportWish } from '../../model/bulk-ports.ts'
import type { Clock, CodeSets, Visibility } from '../../model/ports.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { typeNumber } from '../../search/resource-types.ts'
import { createStepper, isQuiet, saveJob, type Did, type JobRow } from './jobs.ts'
import { compileChanged, compileRecord, compileScope, scopeFilters } from './scope.ts'
import { hasOldRows, isRenewing } from '../read/renewing.ts'
import type { Database } from '../connection/database.ts'
import { literal, run } from '../connection/rows.ts'

export interface BulkExportOptions {
  readonly database: Database
  readonly clock: Clock
  readonly timeZone: string
  readonly bases: readonly string[]
  readonly codes?: CodeSets
  /** Rows looked at in one transaction, and lines of a file, at most. */
  readonly slice?: number
  readonly lines?: number
  /** Milliseconds within which a writer that has read its clock has its transaction; default two seconds. */
  readonly settle?: number
}

const SLICE = 5_000, LINES = 100_000, SETTLE_MS = 2_000

type Kind = 'output' | 'deleted'

/** How far an export has come; `at`: number of the type that is looked at. */
export interface ExportPlace {
  readonly at: number
  /** Row number behind which the next slice begins, and the highest that concerns this export. */
  readonly after: string
  readonly bound: string
  readonly looked: number
  readonly files: number
  /** The files that grow. */
  readonly open: Partial<Readonly<Record<Kind, { readonly file: number; readonly count: number; readonly slices: number }>>>
}

/** What a client asked for, and what it could see then. */
export interface ExportParameters { readonly wish: ExportWish; readonly visibility: Visibility }

export const FIRST_PLACE: ExportPlace = { at: 0, after: '0', bound: '0', looked: 0, files: 0, open: {} }

/** Our own rows, written by bulk-jobs.ts. */
export const parametersOf = (row: Pick<JobRow, 'parameters'>): ExportParameters => JSON.parse(row.parameters) as ExportParameters
export const placeOf = (row: Pick<JobRow, 'place'>): ExportPlace => JSON.parse(row.place) as ExportPlace

/** Does one slice of the oldest export each time: `more` is to be done, `wait` for transactions that were open when it was asked for, or `idle`. */
export const createExporter = (options: BulkExportOptions): (() => Promise<Did>) => {
  const { database, clock } = options
  return createStepper({ database, clock, kind: 'export' }, async (client, job) => {
    if (job.state === 'waiting' && !await isQuiet(client, database.tenant, job, options.settle ?? SETTLE_MS)) return 'wait'
    // whoever commits from now on carries a later time: rows that concern this export have their numbers by now
    const place = job.state === 'waiting' ? { ...FIRST_PLACE, bound: String(database.rids.bound()) } : placeOf(job)
    const { wish, visibility } = parametersOf(job)
    if (await hasOldRows(client, database.tenant) && await isRenewing(client, database.tenant, { filters: await scopeFilters(wish, { timeZone: options.timeZone, bases: options.bases, now: clock.now() }, options.codes) })) return 'wait'
    const type = wish.types[place.at]
    const next = type === undefined ? place : await lookAt(options, client, job, { wish, visibility }, type, place)
    await saveJob(client, database.tenant, job, next.at >= wish.types.length ? 'done' : 'running', next, clock.now())
    return 'more'
  })
}

interface Taken { rid: string; ver: number; del: boolean }

const lookAt = async (options: BulkExportOptions, client: PoolClient, job: JobRow, parameters: ExportParameters, type: string, place: ExportPlace): Promise<ExportPlace> => {
  const { tenant } = options.database
  const rtype = typeNumber(type) ?? 0
  const [window] = await run<{ last: string | null; n: number }>(client, `
    select max(w.rid) as last, count(*)::int4 as n from (
      select r.rid from resource r where r.tenant = $1 and r.rtype = $2 and r.rid > $3 and r.rid <= $4 order by r.rid limit $5) as w`,
  [tenant, rtype, place.after, place.bound, options.slice ?? SLICE], 'bulk-window')
  const last = window?.last ?? null
  if (window === undefined || last === null) return { ...place, at: place.at + 1, after: '0', open: {} }
  const rows = await take(options, client, job, parameters, type, { rtype, after: place.after, last })
  let next: ExportPlace = { ...place, after: last, looked: place.looked + window.n }
  for (const kind of ['output', 'deleted'] as const) next = await keep(options, client, job, rtype, kind, rows.filter(({ del }) => del === (kind === 'deleted')), next)
  return next
}

/** The versions that were current at the job's time. Those of resources that have changed since are found in the history. */
const take = async (options: BulkExportOptions, client: PoolClient, job: JobRow, { wish, visibility }: ExportParameters, type: string, range: { readonly rtype: number; readonly after: string; readonly last: string }): Promise<Taken[]> => {
  const { database, clock, timeZone, bases, codes } = options
  const sql = new SqlParameters(database.tenant, range.rtype, range.after, range.last, job.asked_at)
  const now = clock.now()
  const scope = await compileScope(wish, type, { on: client, database, range: [range.after, range.last], context: { timeZone, bases, now }, codes, visibility, sql })
  // values that no part of the text asks for are refused
  // what was, no search row tells any more: of a limited type it is left out
  const limited = visibility.kind === 'all' && visibility.limits?.some((limit) => limit.type === type) === true
  const gone = wish.since === undefined || limited ? 'false' : compileRecord(wish, sql)
  const changed = limited ? 'false' : compileChanged(wish, type, sql)
  const bounds = [...(wish.since === undefined ? [] : [`v.ts > ${sql.add(wish.since)}::timestamptz`]), ...(wish.until === undefined ? [] : [`v.ts < ${sql.add(wish.until)}::timestamptz`])]
  return run<Taken>(client, `
    select r.rid, v.ver, v.del from resource r cross join lateral (
      select r.ver, r.del, r.ts, r.pat where r.ts < $5::timestamptz
      union all
      (select h.ver, h.del, h.ts, h.pat from resource_history h where h.tenant = $1 and h.rtype = $2 and h.rid = r.rid and r.ts >= $5::timestamptz and h.ts < $5::timestamptz order by h.ver desc limit 1)
    ) as v
    where r.tenant = $1 and r.rtype = $2 and r.rid > $3 and r.rid <= $4${bounds.map((each) => ` and ${each}`).join('')}
      and case when v.del then ${gone} when r.ts >= $5::timestamptz then ${changed} else ${scope} end
    order by r.rid`, sql.values)
}

/** Appends to the file of this kind that grows, and begins the next when it is full. */
const keep = async (options: BulkExportOptions, client: PoolClient, { job }: JobRow, rtype: number, kind: Kind, rows: readonly Taken[], place: ExportPlace): Promise<ExportPlace> => {
  if (rows.length === 0) return place
  const { tenant } = options.database
  const growing = place.open[kind]
  const fits = growing !== undefined && growing.count + rows.length <= (options.lines ?? LINES)
  const open = fits ? growing : { file: place.files + 1, count: 0, slices: 0 }
  const count = open.count + rows.length
  await run(client, `insert into bulk_file (tenant, job, file, kind, rtype, count) values ($1, $2, $3, $4, $5, $6) on conflict (tenant, job, file) do update set count = excluded.count`,
    [tenant, job, open.file, kind, rtype, count], 'bulk-file')
  await run(client, 'insert into bulk_slice (tenant, job, file, slice, rids, vers) values ($1, $2, $3, $4, $5, $6)',
    [tenant, job, open.file, open.slices, literal(rows.map(({ rid }) => rid)), literal(rows.map(({ ver }) => ver))], 'bulk-slice')
  return { ...place, files: Math.max(place.files, open.file), open: { ...place.open, [kind]: { file: open.file, count, slices: open.slices + 1 } } }
}
