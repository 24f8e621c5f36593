/** Writes one site's database into a backup: all tables as they were at one instant, however long it takes and whoever writes meanwhile. */
import { Readable, Transform } from 'node:stream'
import pg from 'pg'
import { Problem } from '#infra/setup/problem.ts'
import { pack, type Key, type SiteBackup } from './archive.ts'
import { migrationsOf, sequencesOf, STABLE, tablesOf, type TableShape } from './catalog.ts'
import { copyOut } from './copy-stream.ts'

export interface DumpRequest {
  readonly site: 'hospital' | 'center'
  readonly tenant: number
  readonly adminUrl: string
  readonly ownerUrl: string
  readonly folder: string
  readonly key: Key
}

/** Reads under one REPEATABLE READ snapshot. */
export async function dumpDatabase({ site, tenant, adminUrl, ownerUrl, folder, key }: DumpRequest): Promise<SiteBackup> {
  const client = new pg.Client({ connectionString: await seesEverything(adminUrl) ? adminUrl : ownerUrl, application_name: 'emr-backup' })
  await client.connect()
  try {
    await client.query(STABLE)
    await client.query('begin isolation level repeatable read read only')
    const { rows: [server] } = await client.query<{ server_version: string }>('show server_version')
    const migrations = await migrationsOf(client)
    if (migrations.length === 0) throw new Problem(`The database of the ${site} is empty: there is nothing to back up`)
    const tenants = await visibleTenants(client, tenant)
    const tables: SiteBackup['tables'] = []
    for (const table of await tablesOf(client)) {
      const counter = countRows()
      let sent = 0
      const rows = Readable.from(readTable(client, table, tenants, (count) => { sent += count }), { objectMode: false })
      rows.on('error', (error) => counter.stream.destroy(error))
      const packed = await pack(folder, `${site}/${table.name}.copy.gz${key ? '.enc' : ''}`, rows.pipe(counter.stream), key)
      if (sent !== counter.rows()) throw new Error(`${table.name}: PostgreSQL sent ${sent} rows, ${counter.rows()} arrived`)
      tables.push({ ...packed, table: table.name, columns: [...table.columns], rows: counter.rows() })
    }
    const sequences = await sequencesOf(client)
    await client.query('commit')
    return { site, tenant, postgres: server?.server_version ?? '', migrations, tables, sequences }
  } finally {
    await client.end()
  }
}

async function seesEverything(adminUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    return (await client.query<{ sees: boolean }>('select rolsuper or rolbypassrls as sees from pg_roles where rolname = current_user')).rows[0]?.sees ?? false
  } finally {
    await client.end()
  }
}

/**
 * undefined: row security does not hold for this role, and PostgreSQL refuses instead of leaving rows out should that be wrong. Else the
 * administrator of a hosted server is not let past it, and the owner reads tenant by tenant: this site, and each hospital that a center knows.
 */
async function visibleTenants(client: pg.Client, tenant: number): Promise<number[] | undefined> {
  const { rows: [role] } = await client.query<{ owner: boolean }>('select not (rolsuper or rolbypassrls) as owner from pg_roles where rolname = current_user')
  if (!role?.owner) {
    await client.query('set local row_security = off')
    return undefined
  }
  await client.query(`select set_config('app.tenant', $1, true)`, [String(tenant)])
  const { rows } = tenant === 0 ? await client.query<{ hospital: number }>('select hospital from node where tenant = 0') : { rows: [] }
  return [tenant, ...rows.map(({ hospital }) => hospital)].sort((a, b) => a - b)
}

/** Every order starts with the tenant, so that reading tenant by tenant gives the same order. */
async function* readTable(client: pg.Client, table: TableShape, tenants: readonly number[] | undefined, onEnd: (rows: number) => void): AsyncGenerator<Buffer> {
  if (tenants === undefined || !table.rowSecurity) return yield* copyOut(client, table.select(), onEnd)
  for (const tenant of tenants) {
    await client.query(`select set_config('app.tenant', $1, true)`, [String(tenant)])
    // named in the query too: a policy for the center's views lets their owners see more
    yield* copyOut(client, table.select(tenant), onEnd)
  }
}

/** In COPY's text format a row ends with a newline, and a newline inside a value is written as \\n. */
function countRows(): { stream: Transform; rows: () => number } {
  let rows = 0
  const stream = new Transform({
    transform(part: Buffer, _encoding, next) {
      for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) rows += 1
      next(null, part)
    },
  })
  return { stream, rows: () => rows }
}
