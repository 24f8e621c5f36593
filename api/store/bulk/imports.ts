/** The port BulkImports: uploads taken in, jobs as their clients see them, and what was refused. */
import type { BulkImports, ImportJob } from '../../model/bulk-ports.ts'
import type { Clock } from '../../model/ports.ts'
import { importPlaceOf, type ImportPlace } from './reader.ts'
import { cancelJob, findJob, insertJob, sweepJob, type JobRow } from './jobs.ts'
import { listUploads, removeUpload, writeUpload } from './upload.ts'
import type { Database } from '../connection/database.ts'
import { run, toInstant, type Queryable } from '../connection/rows.ts'

interface Options { readonly database: Database; readonly clock: Clock; /** Of uploads. */ readonly folder: string }

const AT_ONCE = 500
/** An upload without a job that nobody has written to for so long was broken off by a crash. */
const ORPHAN_MS = 3_600_000

export const createBulkImports = ({ database: { pool, tenant }, clock, folder }: Options): BulkImports => ({
  async receive(caller, { id, request }, body) {
    const size = await writeUpload(folder, id, body)
    const place: ImportPlace = { size, offset: 0, line: 0, waiting: 0, counts: { created: 0, updated: 0, unchanged: 0, refused: 0 } }
    try {
      await insertJob(pool, tenant, caller, { id, kind: 'import', request, parameters: {}, place, askedAt: clock.now() })
    } catch (error) {
      await removeUpload(folder, id)
      throw error
    }
    return size
  },
  async find(caller, id) {
    const row = await findJob(pool, tenant, caller, 'import', id, clock.now())
    return row && toJob(row)
  },
  async remove(caller, id) {
    const row = await findJob(pool, tenant, caller, 'import', id, clock.now())
    return row !== undefined && cancelJob(pool, tenant, row)
  },
  errors: ({ id }) => readErrors(pool, tenant, id),
})

const toJob = (row: JobRow): ImportJob => {
  const { size, offset, aside, counts } = importPlaceOf(row)
  const done = size === 0 ? 100 : Math.floor((offset * 100) / size)
  return {
    id: row.job, state: row.state, request: row.request, askedAt: toInstant(row.asked_at), counts,
    progress: row.state === 'waiting' ? 'waiting' : `${aside === undefined ? '' : 'last references, '}${done}%, ${counts.created + counts.updated + counts.unchanged} stored, ${counts.refused} refused`,
    ...(row.expires_at !== null && { expiresAt: toInstant(row.expires_at) }),
  }
}

const readErrors = async function* (on: Queryable, tenant: number, job: string): AsyncGenerator<readonly string[]> {
  for (let after = '0'; ;) {
    const rows = await run<{ line: string; outcome: string }>(on, `select l.line, l.outcome from bulk_line l where l.tenant = $1 and l.job = $2 and l.line > $3 and not l.put_aside order by l.line limit ${AT_ONCE}`, [tenant, job, after], 'bulk-errors')
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows.map(({ outcome }) => `${outcome}\n`)
    after = last.line
  }
}

/** Takes away one job that was cancelled or has expired, export or import; then uploads whose import is over, and those that never became one. Answers whether there was a job. */
export const sweepBulk = async ({ database, clock, folder }: Options): Promise<boolean> => {
  const now = clock.now()
  const swept = await sweepJob(database, now)
  if (swept !== undefined) {
    await removeUpload(folder, swept.job)
    return true
  }
  const uploads = await listUploads(folder)
  if (uploads.length === 0) return false
  const rows = await run<{ job: string; open: boolean }>(database.pool, `select j.job::text as job, j.state in ('waiting', 'running') as open from bulk_job j where j.tenant = $1 and j.job::text = any($2::text[])`,
    [database.tenant, uploads.map(({ job }) => job)], 'bulk-uploads')
  const open = new Map(rows.map((row) => [row.job, row.open]))
  for (const { job, writtenAt } of uploads) if (open.get(job) === false || (!open.has(job) && now.getTime() - writtenAt.getTime() > ORPHAN_MS)) await removeUpload(folder, job)
  return false
}
