/** The hospital's seal picture. Table hospital_seal of migrations/0002-people.ts. */
import { defineEntity, p } from '@mikro-orm/postgresql'

export const HospitalSeal = defineEntity({
  name: 'HospitalSeal',
  tableName: 'hospital_seal',
  properties: {
    tenant: p.integer().primary(),
    png: p.blob(),
    sha256: p.text(),
    updatedAt: p.datetime().columnType('timestamptz'),
  },
})
