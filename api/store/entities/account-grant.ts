/** A role of an account, in one department or, with '', in the whole site. Table account_grant of migrations/0002-people.ts. */
import { defineEntity, p } from '@mikro-orm/postgresql'

export const AccountGrant = defineEntity({
  name: 'AccountGrant',
  tableName: 'account_grant',
  properties: {
    tenant: p.integer().primary(),
    // Not a relation: with one in the key, 50 accounts took three times as long to read.
    account: p.uuid().primary(),
    role: p.text().primary(),
    department: p.text().primary(),
  },
})
