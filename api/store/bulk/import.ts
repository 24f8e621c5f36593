/**
 * Carries out imports: two hundred lines in each transaction, by the same statements as every write, and in it the place behind them; so a restart neither loses nor repeats
 * a line. While the database writes one slice, the next is being read and judged. A line that refers to what is not there yet is put aside until all others are done.
 */
import type { PoolClient } from 'pg'
import type { ImportCounts, ImportLine, ReadyLine, RefusedLine } from '../../model/bulk-ports.ts'
import type { Caller } from '../../model/ports.ts'
import { applyJobs } from '../write/apply-writes.ts'
import { toMutual } from './aside.ts'
import { createStepper, saveJob, type Did, type JobRow } from './jobs.ts'
import { createReader, headsOf, importPlaceOf, isReady, same, type BulkImportOptions, type Heads, type ImportPlace, type Slice } from './reader.ts'
import { appendJournal } from '../journal/append.ts'
import { literal, run } from '../connection/rows.ts'
import { Touched } from '../write/touched.ts'

const ASIDE = 100_000
/** Lines that are sent at a time, of a slice. */
const PART = 100

/**
 * The commit of a slice does not wait for the disk. A crash may undo the last slices, and their places with them, so that they are done again. Whatever rests on one
 * (a read's audit row, another write, what is sent to the data center) is committed behind it in the log and takes it to the disk first, as does the end of the job
 * (https://www.postgresql.org/docs/current/wal-async-commit.html).
 */
const UNHURRIED = 'set local synchronous_commit = off'

/** Does one slice of the oldest import each time. */
export const createImporter = (options: BulkImportOptions): { readonly step: () => Promise<Did>; close(): Promise<void> } => {
  const { parts } = options
  const reader = createReader(options)
  const step = createStepper({ database: parts.database, clock: parts.clock, kind: 'import' }, async (client, job) => {
    const place = importPlaceOf(job)
    const now = await clientNow(client, parts.database.tenant, job)
    if (now === undefined) {
      await saveJob(client, parts.database.tenant, job, 'failed', place, parts.clock.now())
      return 'more'
    }
    const slice = await reader.at(client, job, place)
    if (slice !== undefined) {
      reader.ahead(job, { ...place, ...slice.end })
      await client.query(UNHURRIED)
    }
    const next = slice === undefined ? place : await store(options, client, { job, today: job.scopes.every((scope) => now.includes(scope)) ? job : { ...job, scopes: now } }, place, slice)
    await saveJob(client, parts.database.tenant, job, slice === undefined ? 'done' : 'running', next, parts.clock.now())
    return 'more'
  })
  return {
    async step() {
      const did = await step()
      // an upload that is open keeps its place on the disk after it is removed
      if (did === 'idle') await reader.close()
      return did
    },
    close: () => reader.close(),
  }
}

/** The scopes that the client has by now; a client that was shut out since has none and writes nothing more. */
const clientNow = async (client: PoolClient, tenant: number, job: JobRow): Promise<string[] | undefined> => {
  const [row] = await run<{ active: boolean; scopes: string[] }>(client, 'select c.active, c.scopes from system_client c where c.tenant = $1 and c.client = $2', [tenant, job.client], 'bulk-client')
  return row?.active === true ? row.scopes : undefined
}

/** The client, with the scopes that it had when it sent the upload, or those that it has by now. */
const callerOf = ({ client, scopes, address }: JobRow, tenant: number): Caller =>
  ({ actor: { kind: 'system', tenant, client, scopes }, visibility: { kind: 'all' }, purpose: 'HDATAEXCH', ...(address !== null && { address }) })

/** `today`: the same job with the scopes of today, where one was taken away since: then a line needs both. */
const store = async (options: BulkImportOptions, client: PoolClient, { job, today }: { readonly job: JobRow; readonly today: JobRow }, place: ImportPlace, { lines, end, promised }: Slice): Promise<ImportPlace> => {
  const { parts, judge } = options
  const { tenant } = parts.database
  const caller = callerOf(job, tenant)
  const heads = await headsOf(client, tenant, lines.filter(isReady))
  const refused: RefusedLine[] = lines.flatMap((line) => (isReady(line) ? [] : line))
  const fit: ReadyLine[] = []
  for (const line of lines.filter(isReady)) {
    const refusal = judge.refuse(caller, line, heads) ?? (today === job ? undefined : judge.refuse(callerOf(today, tenant), line, heads))
    if (refusal === undefined) fit.push(line)
    else refused.push({ ...toPlace(line), refusal })
  }
  const { ready, lost } = splitLost(fit, heads, promised)
  const { counts, failed } = await write(options, client, caller, ready)
  refused.push(...failed)
  const room = place.aside === undefined ? Math.max(0, (options.aside ?? ASIDE) - place.waiting) : 0
  refused.push(...lost.slice(room).map((line) => ({ ...toPlace(line), refusal: judge.lost(line) })))
  await keepLines(client, tenant, job.job, refused, lost.slice(0, room))
  const before = place.counts
  return {
    ...place, ...end, waiting: place.waiting + Math.min(room, lost.length),
    counts: { created: before.created + counts.created, updated: before.updated + counts.updated, unchanged: before.unchanged + counts.unchanged, refused: before.refused + refused.length },
  }
}

const toPlace = ({ line, start, length }: ImportLine): ImportLine => ({ line, start, length })

/** Lines of a slice may refer to each other: one is lost when it refers to what is neither there nor among those that are left. */
const splitLost = (lines: readonly ReadyLine[], heads: Heads, promised: ReadonlySet<string> = new Set()): { readonly ready: readonly ReadyLine[]; readonly lost: readonly ReadyLine[] } => {
  const there = (key: string): boolean => promised.has(key) || heads.get(key)?.deleted === false
  const kept = toMutual(lines.map((line) => ({ line, key: same(line.key), needs: line.targets.map(same).filter((key) => !there(key)) })))
  const ready = new Set(kept.map(({ line }) => line))
  return { ready: [...ready], lost: lines.filter((line) => !ready.has(line)) }
}

const write = async ({ parts, judge }: BulkImportOptions, client: PoolClient, caller: Caller, lines: readonly ReadyLine[]): Promise<{ readonly counts: Omit<ImportCounts, 'refused'>; readonly failed: RefusedLine[] }> => {
  const counts = { created: 0, updated: 0, unchanged: 0, deleted: 0 }
  const failed: RefusedLine[] = []
  const touched = new Touched()
  const applied = lines.length === 0 ? [] : await applyJobs(parts, client, lines.map(({ key, resource }) => ({ caller, writes: [{ op: 'update', key, resource }] })), PART)
  for (const [at, line] of lines.entries()) {
    const result = applied[at]
    if (result?.ok) {
      touched.add(result.steps)
      for (const { op } of result.steps) counts[op] += 1
    } else failed.push({ ...toPlace(line), refusal: judge.toRefusal(line, result?.error) })
  }
  if (parts.journal) await appendJournal(client, parts.database, touched.entries(), parts.clock.now())
  return { counts, failed }
}

/** A line that was put aside and is refused in the end changes its row. */
const keepLines = async (client: PoolClient, tenant: number, job: string, refused: readonly RefusedLine[], aside: readonly ImportLine[]): Promise<void> => {
  const rows = [...refused, ...aside.map((line) => ({ ...toPlace(line), refusal: null }))]
  if (rows.length === 0) return
  await run(client, `
    insert into bulk_line (tenant, job, line, put_aside, start, length, outcome)
    select $1, $2, l.line, l.outcome is null, l.start, l.length, l.outcome from unnest($3::int8[], $4::int8[], $5::int4[], $6::text[]) as l(line, start, length, outcome)
    on conflict (tenant, job, line) do update set put_aside = excluded.put_aside, outcome = excluded.outcome`,
  [tenant, job, literal(rows.map(({ line }) => line)), literal(rows.map(({ start }) => start)), literal(rows.map(({ length }) => length)), rows.map(({ refusal }) => refusal)], 'bulk-lines')
}
