/**
 * Reads of many requests on few connections: statements with a kept plan that come while others run go out together next, each with its own answer or failure.
 * Under load that spares both sides most of the calls into the system and the changes from one session to another. A statement that comes alone does not wait.
 */
import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg'
import { gather } from './gather.ts'

export interface Lane {
  /** For what has no kept plan, or needs a connection of its own. */
  readonly pool: Pool
  /** A statement with a name that only reads. */
  query<R extends QueryResultRow>(statement: NamedStatement): Promise<QueryResult<R>>
}

export type NamedStatement = QueryConfig<unknown[]> & { readonly name: string }

type Answer = { readonly result: QueryResult } | { readonly error: unknown }

/** A slow one keeps those that went out with it waiting: no more than these. */
const READS = { atATime: 2, together: 8 }

export const openLane = (pool: Pool): Lane => {
  const ask = gather<NamedStatement, Answer>(async (statements) => {
    const client: PoolClient = await pool.connect()
    try {
      return await Promise.all(statements.map((statement) => client.query(statement).then((result): Answer => ({ result }), (error: unknown): Answer => ({ error }))))
    } finally {
      client.release()
    }
  }, READS)
  return {
    pool,
    async query<R extends QueryResultRow>(statement: NamedStatement) {
      const answer = await ask(statement)
      if ('error' in answer) throw answer.error
      return answer.result as QueryResult<R>
    },
  }
}
