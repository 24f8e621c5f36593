/** A person who may sign in. Table account of migrations/0002-people.ts. */
import { defineEntity, p } from '@mikro-orm/postgresql'

export const Account = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: {
    tenant: p.integer().primary(),
    id: p.uuid().primary(),
    login: p.text(),
    name: p.text(),
    title: p.text(),
    rank: p.text(),
    licence: p.text(),
    practitioner: p.text().nullable(),
    password: p.text().lazy(),
    active: p.boolean(),
    // Counted by hand and not by version(): a change of grants alone is a new version, a change of password is none.
    version: p.integer(),
    createdAt: p.datetime().columnType('timestamptz'),
    passwordChangedAt: p.datetime().columnType('timestamptz'),
  },
})
