/** How long a search may take: what no index answers gets less, and neither ends as a fault of the server. */
import { outcome } from '../../model/outcome.ts'
import type { Filter, Query } from '../../search/ast.ts'
import { someFilter } from '../../search/some-filter.ts'
import { errorCode } from '../connection/database-errors.ts'
import { inTransaction } from '../connection/entity-driver.ts'
import { poolOf, run, type Queryable } from '../connection/rows.ts'

/** Milliseconds for searches that read bodies or walk all strings of a parameter. Others have the connection's own limit. */
const SLOW_SEARCH_MS = 10_000

/** Whether no index bounds what has to be looked at. */
export const readsBodies = ({ filters, sorts }: Query): boolean => filters.some((filter) => someFilter(filter, isSlow)) || sorts.some(({ by }) => by === 'body')

const isSlow = (part: Filter): boolean =>
  part.kind === 'words' || part.kind === 'body' || (part.kind === 'has' && part.canonical === true) || (part.kind === 'chain' && part.steps.some(({ canonical }) => canonical)) || (part.kind === 'match' && part.values.some((value) => value.kind === 'string' && (value.match === 'contains' || value.match === 'suffix')))

/** Runs the search; one that takes too long throws too-costly (422). `limit`: of a slow one, in ms. */
export const withinTime = async <T>(on: Queryable, slow: boolean, search: (on: Queryable) => Promise<T>, limit = SLOW_SEARCH_MS): Promise<T> => {
  try {
    return await (slow ? withLimit(on, search, limit) : search(on))
  } catch (error) {
    throw isCancelled(error) ? outcome('too-costly', { diagnostics: 'The search took too long.' }) : error
  }
}

/** query_canceled, also where it has become the cause of a refusal. */
const isCancelled = (error: unknown): boolean => errorCode(error) === '57014' || (error instanceof Error && error.cause !== undefined && errorCode(error.cause) === '57014')

const withLimit = async <T>(on: Queryable, search: (on: Queryable) => Promise<T>, limit: number): Promise<T> => {
  const pool = poolOf(on)
  if (pool === undefined) {
    const [before] = await run<{ value: string }>(on, `select current_setting('statement_timeout') as value, set_config('statement_timeout', $1, true)`, [String(limit)])
    const answer = await search(on)
    await run(on, `select set_config('statement_timeout', $1, true)`, [before?.value ?? '0'])
    return answer
  }
  return inTransaction(pool, async (client) => {
    await client.query(`set transaction read only; set local statement_timeout = ${Math.trunc(limit)}`)
    return search(client)
  })
}
