/** Can this process work on its database now? It answers in time, and its tables are of this program's version: neither older nor changed by a newer one. */
import { MIGRATIONS } from '../../../migrations/list.ts'
import { errorCode } from './database-errors.ts'
import type { Database } from './database.ts'

export interface DatabaseReadiness {
  readonly database: boolean
  readonly migrations: boolean
  /** What stands in the way, for the log; undefined when nothing does. */
  readonly why?: string
}

/** A database that has not answered by then counts as away: whoever asks for readiness waits no longer than two seconds in all. */
const ANSWER_MS = 1000

/** What of the names is missing here, and what is there that this program does not know; undefined when they are the same. */
export const describeSchema = (stored: readonly string[]): string | undefined => {
  const known = MIGRATIONS.map(({ name }) => name)
  const missing = known.filter((name) => !stored.includes(name))
  const newer = stored.filter((name) => !known.includes(name))
  if (newer.length > 0) return `The database was changed by a newer version of the program (${newer.join(', ')}).`
  if (missing.length > 0) return `The database is older than the program: ${missing.join(', ')} missing.`
  return undefined
}

const ask = async ({ pool }: Pick<Database, 'pool'>): Promise<DatabaseReadiness> => {
  try {
    const { rows } = await pool.query<{ name: string }>('select name from schema_migration order by name')
    const why = describeSchema(rows.map(({ name }) => name))
    return why === undefined ? { database: true, migrations: true } : { database: true, migrations: false, why }
  } catch (error) {
    // undefined_table: nothing was ever migrated
    if (errorCode(error) === '42P01') return { database: true, migrations: false, why: 'The database has no tables of this program.' }
    return { database: false, migrations: false, why: `The database cannot be asked: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** One question at a time: while the database hangs, those who ask take no further connections of the pool. */
export const createReadiness = (database: Pick<Database, 'pool'>): (() => Promise<DatabaseReadiness>) => {
  let asked: Promise<DatabaseReadiness> | undefined
  return async () => {
    asked ??= ask(database).finally(() => { asked = undefined })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<DatabaseReadiness>((resolve) => {
      timer = setTimeout(() => resolve({ database: false, migrations: false, why: `The database has not answered within ${ANSWER_MS} ms.` }), ANSWER_MS)
    })
    try {
      return await Promise.race([asked, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
