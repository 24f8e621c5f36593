/** What a person has typed and not yet filed. Table draft of migrations/0002-people.ts. */
import { defineEntity, p } from '@mikro-orm/postgresql'

export const Draft = defineEntity({
  name: 'Draft',
  tableName: 'draft',
  properties: {
    tenant: p.integer().primary(),
    account: p.uuid().primary(),
    key: p.text().primary(),
    version: p.integer(),
    body: p.text().lazy(),
    device: p.text(),
    updatedAt: p.datetime().columnType('timestamptz'),
  },
})
