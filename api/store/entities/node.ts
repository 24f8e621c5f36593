/** A hospital that may send to the center. Table node of migrations/0004-exchange.ts; tenant is 0, `hospital` the tenant whose records it sends. */
import { defineEntity, p } from '@mikro-orm/postgresql'

export const Node = defineEntity({
  name: 'Node',
  tableName: 'node',
  properties: {
    tenant: p.integer().primary(),
    node: p.text().primary(),
    hospital: p.integer(),
    name: p.text(),
    publicJwk: p.text(),
    authorityPem: p.text(),
    enrolledAt: p.datetime().columnType('timestamptz'),
    lastContact: p.datetime().columnType('timestamptz').nullable(),
    hello: p.text().nullable(),
    lastError: p.text().nullable(),
    lastErrorAt: p.datetime().columnType('timestamptz').nullable(),
  },
})
