/** The port BulkExports: jobs as their clients see them, and the lines of their files, read from the store when they are asked for. */
import type { BulkExports, ExportFile, ExportJob } from '../../model/bulk-ports.ts'
import type { CodeSets } from '../../model/ports.ts'
import { typeName, typeNumber } from '../../search/resource-types.ts'
import { FIRST_PLACE, parametersOf, placeOf, type BulkExportOptions } from './export.ts'
import { cancelJob, findJob, insertJob, type JobRow } from './jobs.ts'
import { scopeFilters } from './scope.ts'
import { requireNumbers } from '../read/renewing.ts'
import { literal, run, toInstant, type Queryable } from '../connection/rows.ts'

/** Bodies in memory at a time for each reader; entries of a Bundle of deletions. */
const AT_ONCE = 500

export const createBulkExports = (options: Pick<BulkExportOptions, 'database' | 'clock' | 'timeZone' | 'bases'> & { readonly codes?: CodeSets }): BulkExports => {
  const { database: { pool, tenant }, clock, timeZone, bases, codes } = options
  return {
    async start(caller, { id, request, wish }) {
      await requireNumbers(pool, tenant, { filters: await scopeFilters(wish, { timeZone, bases, now: clock.now() }, codes) })
      await insertJob(pool, tenant, caller, { id, kind: 'export', request, parameters: { wish, visibility: caller.visibility }, place: FIRST_PLACE, askedAt: clock.now() })
    },
    async find(caller, id) {
      const row = await findJob(pool, tenant, caller, 'export', id, clock.now())
      return row && toJob(row, row.state === 'done' ? await filesOf(pool, tenant, id) : [])
    },
    async remove(caller, id) {
      const row = await findJob(pool, tenant, caller, 'export', id, clock.now())
      return row !== undefined && cancelJob(pool, tenant, row)
    },
    read: (job, file) => (file.kind === 'output' ? readBodies(pool, tenant, job, file) : readDeletions(pool, tenant, job, file)),
  }
}

const toJob = (row: JobRow, files: readonly ExportFile[]): ExportJob => {
  const { wish } = parametersOf(row)
  const { at, looked } = placeOf(row)
  return {
    id: row.job, state: row.state, request: row.request, wish, files,
    // versions of this very millisecond may still be in the making when a job is asked for: it takes those before
    transactionTime: new Date(new Date(row.asked_at).getTime() - 1).toISOString(),
    progress: row.state === 'waiting' ? 'waiting' : `${at} of ${wish.types.length} types, ${looked} resources looked at`,
    ...(row.expires_at !== null && { expiresAt: toInstant(row.expires_at) }),
  }
}

const filesOf = async (on: Queryable, tenant: number, job: string): Promise<ExportFile[]> =>
  (await run<{ file: number; kind: ExportFile['kind']; rtype: number; count: string }>(on, 'select f.file, f.kind, f.rtype, f.count from bulk_file f where f.tenant = $1 and f.job = $2 order by f.file', [tenant, job], 'bulk-files'))
    .map(({ file, kind, rtype, count }) => ({ number: file, kind, type: typeName(rtype), count: Number(count) }))

interface Places { readonly rids: readonly string[]; readonly vers: readonly number[] }

/** The places of a file in their order, a bounded number at a time. */
const walk = async function* (on: Queryable, tenant: number, job: string, file: number): AsyncGenerator<Places> {
  for (let slice = 0; ; slice += 1) {
    const [found] = await run<{ rids: string[]; vers: number[] }>(on, 'select s.rids, s.vers from bulk_slice s where s.tenant = $1 and s.job = $2 and s.file = $3 and s.slice = $4', [tenant, job, file, slice], 'bulk-places')
    if (found === undefined) return
    for (let at = 0; at < found.rids.length; at += AT_ONCE) yield { rids: found.rids.slice(at, at + AT_ONCE), vers: found.vers.slice(at, at + AT_ONCE) }
  }
}

// A version is the current one or in the history: it moves from the one to the other, and is never in neither.
const BODIES = `
  select coalesce(r.body, h.body) as body from unnest($3::int8[], $4::int4[]) with ordinality as p(rid, ver, place)
  left join resource r on r.tenant = $1 and r.rtype = $2 and r.rid = p.rid and r.ver = p.ver
  left join resource_history h on r.rid is null and h.tenant = $1 and h.rtype = $2 and h.rid = p.rid and h.ver = p.ver
  order by p.place`

const readBodies = async function* (on: Queryable, tenant: number, { id }: ExportJob, { number, type }: ExportFile): AsyncGenerator<readonly string[]> {
  for await (const { rids, vers } of walk(on, tenant, id, number)) {
    const rows = await run<{ body: string | null }>(on, BODIES, [tenant, typeNumber(type), literal(rids), literal(vers)], 'bulk-bodies')
    yield rows.flatMap(({ body }) => (body === null ? [] : toLine(body)))
  }
}

/** JSON has line breaks between its members only: a space says the same. */
const toLine = (body: string): string => `${/[\r\n]/.test(body) ? body.replace(/[\r\n]+/g, ' ') : body}\n`

const IDS = `select r.id from unnest($3::int8[]) with ordinality as p(rid, place) join resource r on r.tenant = $1 and r.rtype = $2 and r.rid = p.rid order by p.place`

const readDeletions = async function* (on: Queryable, tenant: number, { id }: ExportJob, { number, type }: ExportFile): AsyncGenerator<readonly string[]> {
  for await (const { rids } of walk(on, tenant, id, number)) {
    const rows = await run<{ id: string }>(on, IDS, [tenant, typeNumber(type), literal(rids)], 'bulk-ids')
    yield [`${JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: rows.map((row) => ({ request: { method: 'DELETE', url: `${type}/${row.id}` } })) })}\n`]
  }
}
