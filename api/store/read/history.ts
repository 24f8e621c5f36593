/** Runs compiled histories. Every version passes the caller's visibility, and so does the resource of today that it belongs to. */
import type { Caller, HistoryPage, HistoryRequest } from '../../model/ports.ts'
import { compileHistory, compileHistoryCount, compileInstanceHistory } from '../../search/history.ts'
import { parseHistory, readPlace, writePlace, type HistoryQuery } from '../../search/history-query.ts'
import { readPage } from '../../search/pages.ts'
import { run, toVersion, type Queryable, type VersionRow } from '../connection/rows.ts'
import { readLists } from './listed.ts'
import type { SearchOptions } from './search.ts'

const METHOD = { C: 'POST', U: 'PUT', D: 'DELETE' } as const

type Row = VersionRow & { readonly rid: string; readonly method: keyof typeof METHOD }
type InstanceRow = { readonly [K in keyof Row]: Row[K] | null } & { readonly total: number; readonly patients: readonly (string | null)[] }

type Page = Omit<HistoryPage, 'total' | 'patients'>

/** Of the beginning and the end no row is told. */
const NOWHERE = { ts: '', rid: '0', ver: 0 } as const

const isRow = (row: InstanceRow): row is InstanceRow & Row => row.id !== null

/** undefined: the one resource that is asked for is not there, or not visible. */
export const createHistory = (options: { readonly tenant: number } & Pick<SearchOptions, 'timeZone' | 'clock' | 'cursorKey'>) =>
  async (on: Queryable, caller: Caller, request: HistoryRequest): Promise<HistoryPage | undefined> => {
    const { tenant, clock, timeZone, cursorKey } = options
    const now = clock.now()
    const query = parseHistory(request, { timeZone, now })
    const after = readPlace(cursorKey, tenant, query)
    const listed = query.lists && await readLists(on, tenant, caller, query.lists, now)
    const compile = { tenant, visibility: caller.visibility, now, ...(after && { after }), ...(listed && { listed }) }
    const { understood } = query
    const toPage = (found: readonly Row[]): Page => {
      const newest = after?.newest ?? found[0]
      const page = readPage(found, query.count, after, (way, row) => writePlace(cursorKey, tenant, query, { ...(row ?? NOWHERE), ...(way && { way }), ...(newest && { newest }) }))
      return { versions: page.rows.map((row) => ({ ...toVersion(row), method: METHOD[row.method] })), understood, ...page.cursors }
    }
    if (query.id !== undefined) return instancePage(await run<InstanceRow>(on, ...textOf(compileInstanceHistory(query, compile))), query, toPage)
    if (query.countOnly) {
      const [row] = await run<{ total: string }>(on, ...textOf(compileHistoryCount(query, compile)))
      return { versions: [], total: Number(row?.total ?? 0), understood, patients: [] }
    }
    const page = toPage(await run<Row>(on, ...textOf(compileHistory(query, compile))))
    return { ...page, patients: [...new Set(page.versions.map(({ patient }) => patient))] }
  }

const textOf = ({ text, values }: { readonly text: string; readonly values: readonly unknown[] }): [string, readonly unknown[]] => [text, values]

const instancePage = (rows: readonly InstanceRow[], query: HistoryQuery, toPage: (rows: readonly Row[]) => Page): HistoryPage | undefined => {
  const [first] = rows
  if (first === undefined) return undefined
  if (query.countOnly) return { versions: [], understood: query.understood, total: first.total, patients: first.patients.map((patient) => patient ?? undefined) }
  return { ...toPage(rows.filter(isRow)), total: first.total, patients: first.patients.map((patient) => patient ?? undefined) }
}
