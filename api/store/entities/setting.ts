/** A small fact that a site keeps about itself. Table setting of migrations/0002-people.ts. */
import { defineEntity, p } from '@mikro-orm/postgresql'

export const Setting = defineEntity({
  name: 'Setting',
  tableName: 'setting',
  properties: {
    tenant: p.integer().primary(),
    name: p.text().primary(),
    value: p.text(),
    updatedAt: p.datetime().columnType('timestamptz'),
  },
})
