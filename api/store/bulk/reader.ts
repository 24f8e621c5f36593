/** Reads the lines of an upload and judges them, a slice ahead of the one that is being stored; then those that were put aside. */
import { open, type FileHandle } from 'node:fs/promises'
import type { PoolClient } from 'pg'
import type { ImportCounts, ImportJudge, ImportLine, ReadyLine, RefusedLine } from '../../model/bulk-ports.ts'
import type { Head } from '../../model/ports.ts'
import type { ResourceKey } from '../../model/resource.ts'
import { toMutual } from './aside.ts'
import type { JobRow } from './jobs.ts'
import { readLine, readLines, uploadPath } from './upload.ts'
import { readHeads } from '../read/reading.ts'
import { run } from '../connection/rows.ts'
import type { TransactionParts } from '../write/transaction-parts.ts'

export interface BulkImportOptions {
  readonly parts: TransactionParts
  readonly judge: ImportJudge
  /** Folder of uploads. */
  readonly folder: string
  /** Lines in one transaction, and lines that may wait for others, at most. */
  readonly slice?: number
  readonly aside?: number
}

/**
 * Few enough that what is judged of one is stored before the next collection of garbage, which else copies all of it again and again: with 400 in one part that was more than a third of the
 * processor time. Two parts (import.ts), so that the second is made ready while PostgreSQL stores the first.
 */
const SLICE = 200
/** Milliseconds of judging before the slice that is being stored has a turn. */
const TURN_MS = 2

export interface ImportPlace {
  readonly size: number
  readonly offset: number
  readonly line: number
  /** Line behind which those that were put aside go on; undefined: they are not looked at yet. */
  readonly aside?: number
  readonly waiting: number
  readonly counts: ImportCounts
}

export const importPlaceOf = (row: Pick<JobRow, 'place'>): ImportPlace => JSON.parse(row.place) as ImportPlace

export type Line = ReadyLine | RefusedLine
/** `end`: what the place is when these lines are done; undefined when there are none. */
export interface Slice { readonly lines: readonly Line[]; readonly end: Partial<ImportPlace>; /** Keys that may be referred to: they come with this import. */ readonly promised?: ReadonlySet<string> }

export const same = ({ type, id }: ResourceKey): string => `${type}/${id}`
export const isReady = (line: Line): line is ReadyLine => 'key' in line

export type Heads = ReadonlyMap<string, Head & { readonly immutable?: boolean }>

export const headsOf = async (client: PoolClient, tenant: number, lines: readonly ReadyLine[]): Promise<Heads> => {
  const keys = new Map(lines.flatMap(({ key, targets }) => [key, ...targets]).map((key) => [same(key), key]))
  return keys.size === 0 ? new Map() : new Map((await readHeads(client, tenant, [...keys.values()])).map((head) => [same(head), head]))
}

/** A key that comes again waits for the next slice: what is written together is written once. */
const untilRepeated = (lines: readonly Line[]): { readonly before: readonly Line[]; readonly again: Line | undefined } => {
  const seen = new Set<string>()
  const at = lines.findIndex((line) => isReady(line) && (seen.has(same(line.key)) || !seen.add(same(line.key))))
  return at < 0 ? { before: lines, again: undefined } : { before: lines.slice(0, at), again: lines[at] }
}

/** Reads and judges slices, one ahead of the one that is stored. */
export const createReader = (options: BulkImportOptions) => {
  const { judge, folder, slice: most = SLICE, parts: { database: { tenant }, prepare } } = options
  let file: { readonly job: string; readonly handle: FileHandle } | undefined
  let next: { readonly from: string; readonly slice: Promise<Slice | undefined> } | undefined
  let mutual: { readonly job: string; readonly lines: readonly ImportLine[]; readonly promised: ReadonlySet<string> } | undefined
  const fromOf = (job: JobRow, { offset }: ImportPlace): string => `${job.job} ${offset}`

  const openFile = async (job: string): Promise<FileHandle> => {
    if (file?.job === job) return file.handle
    await file?.handle.close()
    file = undefined
    const handle = await open(uploadPath(folder, job), 'r')
    file = { job, handle }
    return handle
  }
  const judgeLines = async (lines: readonly (ImportLine & { readonly text: string | undefined })[]): Promise<Line[]> => {
    const judged: Line[] = []
    let since = performance.now()
    for (const { text, ...line } of lines) {
      if (text !== undefined && text.trim() === '') continue
      const one = await judge.prepare(line, text)
      if (isReady(one)) prepare(one.resource, one.key.type)
      judged.push(one)
      if (performance.now() - since < TURN_MS) continue
      // what the database has answered meanwhile comes first
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
    }
    return judged
  }
  const readMain = async (job: JobRow, place: ImportPlace): Promise<Slice | undefined> => {
    const texts = await readLines(await openFile(job.job), place.offset, most)
    const lines = await judgeLines(texts.map((each, at) => ({ ...each, line: place.line + at + 1 })))
    const last = texts.at(-1)
    if (last === undefined) return undefined
    const { before, again } = untilRepeated(lines)
    return { lines: before, end: again ? { offset: again.start, line: again.line - 1 } : { offset: last.start + last.length, line: place.line + texts.length } }
  }
  const readAside = async (client: PoolClient, job: JobRow, place: ImportPlace): Promise<Slice | undefined> => {
    if (mutual?.job !== job.job) mutual = { job: job.job, ...await findMutual(client, job) }
    const after = place.aside ?? 0
    const some = mutual.lines.filter(({ line }) => line > after).slice(0, most)
    const last = some.at(-1)
    if (last === undefined) return undefined
    const handle = await openFile(job.job)
    const texts = await Promise.all(some.map(async (line) => ({ ...line, text: await readLine(handle, line.start, line.length) })))
    const { before, again } = untilRepeated(await judgeLines(texts))
    return { lines: before, end: { aside: again ? again.line - 1 : last.line }, promised: mutual.promised }
  }
  /** Of those that were put aside: all lines, and the keys of those that have all they need in the store or among themselves. */
  const findMutual = async (client: PoolClient, job: JobRow): Promise<{ readonly lines: readonly ImportLine[]; readonly promised: ReadonlySet<string> }> => {
    const rows = await run<{ line: string; start: string; length: number }>(client, 'select l.line, l.start, l.length from bulk_line l where l.tenant = $1 and l.job = $2 and l.put_aside order by l.line', [tenant, job.job], 'bulk-aside')
    const lines = rows.map((row): ImportLine => ({ line: Number(row.line), start: Number(row.start), length: row.length }))
    const handle = await openFile(job.job)
    const needs: { readonly key: string; readonly needs: readonly string[] }[] = []
    for (let at = 0; at < lines.length; at += most) {
      const ready = (await judgeLines(await Promise.all(lines.slice(at, at + most).map(async (line) => ({ ...line, text: await readLine(handle, line.start, line.length) }))))).filter(isReady)
      const heads = await headsOf(client, tenant, ready)
      needs.push(...ready.map(({ key, targets }) => ({ key: same(key), needs: targets.map(same).filter((each) => heads.get(each)?.deleted !== false) })))
    }
    return { lines, promised: new Set(toMutual(needs).map(({ key }) => key)) }
  }
  return {
    /** undefined: all is done. */
    async at(client: PoolClient, job: JobRow, place: ImportPlace): Promise<Slice | undefined> {
      if (place.aside === undefined) {
        const known = next?.from === fromOf(job, place) ? next.slice : undefined
        next = undefined
        const slice = await (known ?? readMain(job, place))
        if (slice !== undefined) return slice
        // those put aside come last
        if (place.waiting > 0) return { lines: [], end: { aside: 0 } }
        return undefined
      }
      return readAside(client, job, place)
    },
    ahead(job: JobRow, place: ImportPlace): void {
      if (place.aside !== undefined) return
      const slice = readMain(job, place)
      // whoever takes it meets the error
      slice.catch(() => undefined)
      next = { from: fromOf(job, place), slice }
    },
    async close(): Promise<void> {
      await next?.slice.catch(() => undefined)
      await file?.handle.close()
      file = next = mutual = undefined
    },
  }
}
