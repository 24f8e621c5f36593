/** Small facts a site keeps about itself, by name (port Settings), and the hospital's seal picture (port Seals). */
import { createHash } from 'node:crypto'
import type { Seals, Settings } from '../model/people.ts'
import type { Clock } from '../model/ports.ts'
import { insertAuditRows } from './audit-rows.ts'
import type { Database } from './database.ts'

export const createSettingStore = (deps: { readonly database: Database; readonly clock: Clock }): Settings => {
  const { pool, tenant } = deps.database
  return {
    async find(name) {
      const { rows } = await pool.query<{ value: string }>('select value from setting where tenant = $1 and name = $2', [tenant, name])
      return rows[0]?.value
    },
    async save(name, value) {
      await pool.query(
        'insert into setting (tenant, name, value, updated_at) values ($1, $2, $3, $4) on conflict (tenant, name) do update set value = excluded.value, updated_at = excluded.updated_at',
        [tenant, name, value, deps.clock.now()])
    },
    async keep(name, value) {
      await pool.query('insert into setting (tenant, name, value, updated_at) values ($1, $2, $3, $4) on conflict (tenant, name) do nothing', [tenant, name, value, deps.clock.now()])
      const { rows } = await pool.query<{ value: string }>('select value from setting where tenant = $1 and name = $2', [tenant, name])
      return rows[0]?.value ?? value
    },
  }
}

export const createSealStore = (deps: { readonly database: Database; readonly clock: Clock }): Seals => {
  const { database, clock } = deps
  return {
    async find() {
      const { rows } = await database.pool.query<{ png: Buffer }>('select png from hospital_seal where tenant = $1', [database.tenant])
      return rows[0]?.png
    },
    save: (caller, png, row) => database.withTransaction(async (client) => {
      await client.query(
        `insert into hospital_seal (tenant, png, sha256, updated_at) values ($1, $2, $3, $4)
         on conflict (tenant) do update set png = excluded.png, sha256 = excluded.sha256, updated_at = excluded.updated_at`,
        [database.tenant, Buffer.from(png), createHash('sha256').update(png).digest('hex'), clock.now()])
      await insertAuditRows(client, database, [{ caller, row, at: clock.now() }])
    }),
  }
}
