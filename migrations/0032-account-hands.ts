/**
 * Who had a hand in an account: made it, set its password for somebody else, or gave it the role by which it signs. Whoever did must not admit it to signing, or one
 * administrator alone could invent a doctor and sign as that doctor. What 0009-key-takeover.ts kept, the last reset alone, moves here. Of accounts that nobody has admitted yet, the
 * maker is taken from the audit log; keys that were made before stay.
 */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const READ = ['account', 'signing_admission', 'signing_key', 'audit_log']
const ADD = `insert into account_hand (tenant, account, by_account, deed, at)`

export class AccountHands extends Migration {
  override up(): void {
    // deed password: by_account knows a password that the account had from `at` on. Rows go when somebody else has admitted the account.
    this.addSql(`create table account_hand (
      tenant int4 not null,
      account uuid not null,
      by_account uuid not null,
      deed text collate "C" not null,
      at timestamptz(3) not null,
      constraint account_hand_pkey primary key (tenant, account, by_account, deed),
      constraint account_hand_deed_known check (deed in ('created', 'password', 'role')),
      constraint account_hand_other check (account <> by_account)
    )`)
    // the owner obeys row security too (table.ts): of every hospital whose rows are here, in this transaction alone
    for (const table of READ) this.addSql(`alter table ${table} no force row level security`)
    this.addSql(`${ADD} select a.tenant, a.id, a.password_reset_by, 'password', a.password_reset_at from account a
      where a.password_reset_by is not null and a.password_reset_at is not null and a.password_reset_by <> a.id
        and exists (select from signing_key k where k.tenant = a.tenant and k.account = a.id and k.created_at < a.password_reset_at)
        and not exists (select from signing_admission s where s.tenant = a.tenant and s.account = a.id and s.admitted_at > a.password_reset_at and s.admitted_by is distinct from a.password_reset_by)`)
    this.addSql(`${ADD} select a.tenant, a.id, m.id, 'created', min(l.at) from account a
      join audit_log l on l.tenant = a.tenant and l.interaction = 'account-create' and l.outcome = 'success' and l.resource_id = a.id::text
      join account m on m.tenant = a.tenant and m.id::text = l.account and m.id <> a.id
      where not exists (select from signing_admission s where s.tenant = a.tenant and s.account = a.id) and not exists (select from signing_key k where k.tenant = a.tenant and k.account = a.id)
      group by a.tenant, a.id, m.id`)
    for (const table of READ) this.addSql(`alter table ${table} force row level security`)
    this.addSql('alter table account drop column password_reset_by, drop column password_reset_at')
    for (const statement of protect('account_hand')) this.addSql(statement)
  }
}
