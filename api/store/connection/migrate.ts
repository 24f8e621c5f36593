/** Brings a database to this version's tables, as emr_owner, with MikroORM's migrator (https://mikro-orm.io/docs/migrations). */
import { MikroORM } from '@mikro-orm/postgresql'
import { Migrator } from '@mikro-orm/migrations'
import { MIGRATIONS } from '../../../migrations/list.ts'

const TABLE = 'schema_migration'

/**
 * Runs what is missing, all or nothing, and answers the names. Does nothing when all is done; two processes at once take turns.
 * Refuses a database that a newer version has already changed: running on it could lose what that version stores.
 */
export const migrate = async (ownerUrl: string, options: { /** Stops at these, for a backup made by an earlier version. */ readonly only?: readonly string[] } = {}): Promise<string[]> => {
  const wanted = MIGRATIONS.filter(({ name }) => options.only?.includes(name) ?? true)
  const orm = await MikroORM.init({
    clientUrl: ownerUrl,
    entities: [],
    extensions: [Migrator],
    discovery: { warnWhenNoEntities: false },
    pool: { min: 0, max: 4 },
    driverOptions: { application_name: 'emr-migrate', connectionTimeoutMillis: 10_000 },
    ensureDatabase: false,
    migrations: {
      tableName: TABLE, migrationsList: wanted, transactional: true, allOrNothing: true, snapshot: false, silent: true, disableForeignKeys: false,
    },
  })
  try {
    const pool = await orm.em.getConnection().getNativeClient()
    const guard = await pool.connect()
    try {
      await guard.query(`select pg_advisory_lock(hashtext('emr-migrate'))`)
      const known = new Set(MIGRATIONS.map(({ name }) => name))
      const newer = (await orm.migrator.getExecuted()).map(({ name }) => name).filter((name) => !known.has(name))
      if (newer.length > 0) {
        throw new Error(`This database was changed by a newer version of the program (${newer.join(', ')}). Start that version, or restore a backup made before it.`)
      }
      const done = await orm.migrator.up()
      await guard.query(`grant select on ${TABLE} to emr_app`)
      return done.map(({ name }) => name)
    } finally {
      await guard.query(`select pg_advisory_unlock(hashtext('emr-migrate'))`).catch(() => undefined)
      guard.release()
    }
  } finally {
    await orm.close(true)
  }
}
