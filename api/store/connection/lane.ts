/**
 * Reads of many requests on few connections: statements with a kept plan that come while others run go out together next, each with its own answer or failure.
 * Under load that spares both sides most of the calls into the system and the changes from one session to another. A statement that comes alone does not wait.
 * What its rows have as "body" comes as the bytes that are stored, since most of it goes out again as it is.
 */
import { Pool, types, type CustomTypesConfig, type FieldDef, type PoolClient, type PoolConfig, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg'
import { Bytes } from '../../model/bytes.ts'
import { ByteClient } from './byte-client.ts'
import { gather } from './gather.ts'

export interface Lane {
  /** For what has no kept plan, or needs a connection of its own. */
  readonly pool: Pool
  /** A statement with a name that only reads. A column "body" is Bytes. */
  query<R extends QueryResultRow>(statement: NamedStatement): Promise<QueryResult<R>>
  close(): Promise<void>
}

export type NamedStatement = QueryConfig<unknown[]> & { readonly name: string }

type Answer = { readonly result: QueryResult } | { readonly error: unknown }

/** A slow one keeps those that went out with it waiting: no more than these. */
const READS = { atATime: 2, together: 8 }

const { builtins } = types
const TEXT: number = builtins.TEXT
/** Their texts are ASCII. */
const PLAIN: ReadonlySet<number> = new Set([builtins.BOOL, builtins.INT2, builtins.INT4, builtins.INT8, builtins.FLOAT4, builtins.FLOAT8, builtins.NUMERIC, builtins.TIMESTAMPTZ, builtins.DATE, builtins.UUID])

interface TextTypes { getTypeParser(oid: number, format: 'text'): (value: string) => unknown }

/** Of texts it is left to openRows, which knows their names. */
const byteTypes = (given: TextTypes): CustomTypesConfig => ({
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const parse = given.getTypeParser(oid, 'text')
    if (format === 'binary' || PLAIN.has(oid)) return parse
    return oid === TEXT ? (value: string) => value : (value: string) => parse(new Bytes(value).toString())
  },
})

/** Decodes the texts of rows in place; "body" becomes its bytes. */
const openRows = (rows: readonly QueryResultRow[], fields: readonly FieldDef[]): void => {
  const names = fields.filter(({ dataTypeID }) => dataTypeID === TEXT).map(({ name }) => name)
  for (const row of rows) {
    for (const name of names) {
      const value: unknown = row[name]
      if (typeof value === 'string') row[name] = name === 'body' ? new Bytes(value) : new Bytes(value).toString()
    }
  }
}

/** `own`: how its connections are opened. `onError`: told of errors of those that rest. */
export const openLane = (pool: Pool, { types: given = types, ...own }: PoolConfig, onError: (error: Error) => void): Lane => {
  const bytes = new Pool({ ...own, min: 0, max: READS.atATime, types: byteTypes(given), Client: ByteClient })
  // one that is lost is replaced, and what ran on it is told by its statement; an error that nobody hears would end the process
  bytes.on('error', onError).on('connect', (client) => { client.on('error', () => undefined) })
  const ask = gather<NamedStatement, Answer>(async (statements) => {
    const client: PoolClient = await bytes.connect()
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
      openRows(answer.result.rows, answer.result.fields)
      return answer.result as QueryResult<R>
    },
    close: async () => { if (!bytes.ending) await bytes.end() },
  }
}
