/** Reads one site's database out of a backup into a new database, compares every byte, and only then puts it in the place of the old one. */
import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { migrate } from '#api/store/connection/migrate.ts'
import { createDatabase, dropDatabase, ROLE, urlAs } from '#infra/postgres/provision.ts'
import { Problem } from '#infra/setup/problem.ts'
import { unpack, type Key, type SiteBackup } from './archive.ts'
import { holdsData, liftRowSecurity, sequencesOf, STABLE, tablesOf } from './catalog.ts'
import { copyIn, copyOut } from './copy-stream.ts'

export interface LoadRequest {
  readonly backup: SiteBackup
  readonly folder: string
  readonly key: Key
  /** Administrator's address of the server, database `postgres`. */
  readonly adminUrl: string
  readonly ownerPassword: string
  readonly database: string
  readonly replace: boolean
}

/** Throws Problem before anything is touched when the database holds data and `replace` is false, or when servers are connected. */
export async function loadDatabase(request: LoadRequest): Promise<void> {
  const { adminUrl, database, backup } = request
  await requireRoom(request)
  const fresh = `${database}_restoring`
  await dropDatabase(adminUrl, fresh)
  await createDatabase(adminUrl, fresh)
  const ownerUrl = urlAs(adminUrl, ROLE.owner, request.ownerPassword, fresh)
  try {
    await migrate(ownerUrl, { only: backup.migrations })
    await fill(ownerUrl, request)
    await compare(ownerUrl, backup)
    await migrate(ownerUrl)
    await putInPlace(adminUrl, fresh, database)
  } catch (error) {
    await dropDatabase(adminUrl, fresh)
    throw error
  }
}

/** Whether a program is connected. A connection that was just closed needs a moment to go, and PostgreSQL's own cleaning is nobody's program. */
async function isUsed(client: pg.Client, database: string): Promise<boolean> {
  for (const deadline = Date.now() + 2000; ; await sleep(50)) {
    const { rowCount } = await client.query(`select from pg_stat_activity where datname = $1 and pid <> pg_backend_pid() and backend_type = 'client backend'`, [database])
    if (rowCount === 0 || Date.now() > deadline) return rowCount !== 0
  }
}

async function requireRoom({ adminUrl, ownerPassword, database, replace, backup }: LoadRequest): Promise<void> {
  await withClient(adminUrl, async (client) => {
    if ((await client.query('select 1 from pg_database where datname = $1', [database])).rowCount === 0) return
    if (await isUsed(client, database)) throw new Problem(`The ${backup.site} is running: stop it first, then restore`)
    if (!replace && await withClient(urlAs(adminUrl, ROLE.owner, ownerPassword, database), holdsData)) throw new Problem(`The database of the ${backup.site} holds data: restore into an empty one, or say --replace to lose what it holds now`)
  })
}

/** As the owner: row security is lifted for it inside this one transaction, and is back when it commits. */
async function fill(ownerUrl: string, { backup, folder, key }: LoadRequest): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    await client.query(STABLE)
    await client.query('begin')
    const shapes = await tablesOf(client)
    requireSameTables(shapes.map(({ name, columns }) => ({ name, columns })), backup)
    await liftRowSecurity(client, shapes)
    await client.query(`truncate ${shapes.map(({ name }) => pg.escapeIdentifier(name)).join(', ')}`)
    for (const shape of shapes) {
      const packed = backup.tables.find(({ table }) => table === shape.name)
      if (packed) await unpack(folder, packed, key, copyIn(client, shape.insert))
    }
    for (const { name, rowSecurity } of shapes) if (rowSecurity) await client.query(`alter table ${pg.escapeIdentifier(name)} force row level security`)
    for (const { name, last, called } of backup.sequences) await client.query('select setval($1::regclass, $2::bigint, $3)', [pg.escapeIdentifier(name), last, called])
    await client.query('commit')
    await client.query('analyze')
  })
}

function requireSameTables(found: readonly { name: string; columns: readonly string[] }[], backup: SiteBackup): void {
  const shapeOf = (name: string, columns: readonly string[]): string => `${name}(${columns.join(',')})`
  const here = new Set(found.map(({ name, columns }) => shapeOf(name, columns)))
  const there = new Set(backup.tables.map(({ table, columns }) => shapeOf(table, columns)))
  const different = [...here].filter((shape) => !there.has(shape)).concat([...there].filter((shape) => !here.has(shape)))
  if (different.length > 0) throw new Problem(`This version of the program makes other tables than the backup has: ${different.join(', ')}`)
}

/** What stands in the new database now, read back. The lifted row security is rolled back. */
async function compare(ownerUrl: string, backup: SiteBackup): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    await client.query(STABLE)
    await client.query('begin')
    const shapes = await tablesOf(client)
    await liftRowSecurity(client, shapes)
    for (const shape of shapes) {
      const packed = backup.tables.find(({ table }) => table === shape.name)
      const hash = createHash('sha256')
      await pipeline(copyOut(client, shape.select()), hash)
      if (packed?.contentSha256 !== hash.digest('hex')) throw new Problem(`Table ${shape.name} of the ${backup.site} is not the same after reading it back; nothing was replaced`)
    }
    await client.query('rollback')
    const sequences = await sequencesOf(client)
    if (JSON.stringify(sequences) !== JSON.stringify(backup.sequences)) throw new Problem(`A sequence of the ${backup.site} is not the same after reading it back; nothing was replaced`)
  })
}

async function putInPlace(adminUrl: string, fresh: string, database: string): Promise<void> {
  const old = `${database}_replaced`
  await dropDatabase(adminUrl, old)
  await withClient(adminUrl, async (client) => {
    const there = (await client.query('select 1 from pg_database where datname = $1', [database])).rowCount !== 0
    if (there) await client.query(`alter database ${pg.escapeIdentifier(database)} rename to ${pg.escapeIdentifier(old)}`)
    try {
      await client.query(`alter database ${pg.escapeIdentifier(fresh)} rename to ${pg.escapeIdentifier(database)}`)
    } catch (error) {
      if (there) await client.query(`alter database ${pg.escapeIdentifier(old)} rename to ${pg.escapeIdentifier(database)}`)
      throw error
    }
  })
  await dropDatabase(adminUrl, old)
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'emr-restore' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
