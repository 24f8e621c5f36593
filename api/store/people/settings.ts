/** Small facts a site keeps about itself, by name (port Settings), and the hospital's seal picture (port Seals). */
import { createHash } from 'node:crypto'
import type { Seals, Settings } from '../../model/people.ts'
import type { Clock } from '../../model/ports.ts'
import { insertAuditRows } from '../audit/rows.ts'
import type { Database } from '../connection/database.ts'
import { HospitalSeal } from '../entities/hospital-seal.ts'
import { Setting } from '../entities/setting.ts'

export const createSettingStore = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): Settings => {
  const { tenant } = database
  return {
    find: async (name) => (await database.entities().findOne(Setting, { tenant, name }))?.value,
    async save(name, value) {
      await database.entities().upsert(Setting, { tenant, name, value, updatedAt: clock.now() })
    },
    async keep(name, value) {
      await database.entities().upsert(Setting, { tenant, name, value, updatedAt: clock.now() }, { onConflictAction: 'ignore' })
      return (await database.entities().findOne(Setting, { tenant, name }))?.value ?? value
    },
  }
}

export const createSealStore = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): Seals => {
  const { tenant } = database
  return {
    find: async () => (await database.entities().findOne(HospitalSeal, { tenant }))?.png,
    save: (caller, png, row) => database.withEntities(async (em, client) => {
      await em.upsert(HospitalSeal, { tenant, png: Buffer.from(png), sha256: createHash('sha256').update(png).digest('hex'), updatedAt: clock.now() })
      await insertAuditRows(client, database, [{ caller, row, at: clock.now() }])
    }),
  }
}
