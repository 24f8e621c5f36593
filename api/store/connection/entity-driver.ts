/**
 * How MikroORM reaches PostgreSQL here, and how a transaction is run. Its own connection (7.2.1) is not used for three reasons:
 * - It writes values into the text of a statement (https://github.com/mikro-orm/mikro-orm/issues/8001), and PostgreSQL shows that text to whoever may
 *   see activity and logs it when the statement fails. A typed draft or a password's hash must not stand there: values go as parameters.
 * - A transaction of Kysely's that cannot roll back, because the server is gone, keeps its connection for ever, and the pool is one smaller.
 * - A transaction is a pg client here, so that SQL through rows.ts, named statements included, runs in it and commits with it.
 */
import {
  AbstractSqlDriver, PostgreSqlConnection, PostgreSqlPlatform, RawQueryFragment, type Configuration, type NativeQueryBuilder, type SqlEntityManager, type Transaction,
} from '@mikro-orm/postgresql'
import type { Pool, PoolClient } from 'pg'
import { toOutcome } from './database-errors.ts'

/** Takes a statement that was sent as the last one: the commit goes out right behind it, and both answers are awaited together. */
export type WithCommit = (answer: Promise<unknown>) => void

/** READ COMMITTED, not retried. */
export const inTransaction = async <T>(pool: Pool, work: (client: PoolClient, withCommit: WithCommit) => Promise<T>): Promise<T> => {
  const client = await pool.connect().catch((error: unknown) => { throw toOutcome(error) })
  let broken: Error | undefined
  const last: Promise<unknown>[] = []
  try {
    // goes out with the first statement of the work; whoever sends before it is answered is behind it all the same
    const begun = client.query('begin')
    begun.catch(() => undefined)
    const answer = await work(client, (sent) => {
      // awaited below; until then its failure must not count as one that nobody looks at
      sent.catch(() => undefined)
      last.push(sent)
    })
    await begun
    const committed = client.query('commit')
    // awaited unless the last statement has failed, which then is what is told
    committed.catch(() => undefined)
    for (const sent of last) await sent
    // PostgreSQL answers the commit of a transaction that has failed without an error (https://www.postgresql.org/docs/current/sql-commit.html)
    if ((await committed).command !== 'COMMIT') throw new Error('The transaction had failed before its commit')
    return answer
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => { broken = failure })
    throw toOutcome(error)
  } finally {
    client.release(broken)
  }
}

class ParameterConnection extends PostgreSqlConnection {
  override async execute<T>(
    query: string | NativeQueryBuilder | RawQueryFragment, params: readonly unknown[] | Record<string, unknown> = [], method: 'all' | 'get' | 'run' = 'all', client?: Transaction<PoolClient>,
  ): Promise<T> {
    if (typeof query !== 'string' || !Array.isArray(params)) throw new Error('Statements come here from entities, as text with a list of values; SQL of our own goes through rows.ts')
    const values: unknown[] = []
    const text = this.platform.formatQuery(query, params.map((value) => placeholder(value, values)))
    try {
      const { rows, rowCount } = await (client ?? await this.getNativeClient()).query({ text, values })
      return this.transformRawResult<T>({ rows, numAffectedRows: rowCount ?? 0 }, method)
    } catch (error) {
      throw toOutcome(error)
    }
  }
  /** What a flush outside a transaction would do. */
  override begin(): Promise<never> {
    return Promise.reject(new Error('Entities are changed in withEntities (database.ts), the one place that opens a transaction for them'))
  }
}

/** What stands in the text for a value: its number. A fragment stays, with the values in it numbered too. */
const placeholder = (value: unknown, values: unknown[]): RawQueryFragment => {
  if (value instanceof RawQueryFragment) return new RawQueryFragment(value.sql, value.params.map((inner) => placeholder(inner, values)))
  values.push(value instanceof Date ? value.toISOString() : value)
  return new RawQueryFragment(`$${values.length}`)
}

export type EntityManager = SqlEntityManager<EntityDriver>

export class EntityDriver extends AbstractSqlDriver<ParameterConnection> {
  constructor(config: Configuration) {
    super(config, new PostgreSqlPlatform(), ParameterConnection, ['kysely', 'pg'])
  }
  /** Errors stay what they are from SQL of our own, and do not become MikroORM's classes. */
  protected override rethrow<T>(answer: Promise<T>): Promise<T> {
    return answer
  }
}
