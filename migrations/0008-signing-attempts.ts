/**
 * A PIN that is being tried is no wrong PIN yet. Attempts were counted in the key's row before they were judged, so ten signatures that a crash
 * cut short locked the key of a doctor who had never mistyped. A row stands here while the PIN is tried, and goes when it is judged.
 */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

export class SigningAttempts extends Migration {
  override up(): void {
    this.addSql(`create table signing_attempt (
      tenant int4 not null,
      id uuid not null,
      account uuid not null,
      at timestamptz(3) not null,
      constraint signing_attempt_pkey primary key (tenant, id)
    )`)
    this.addSql('create index signing_attempt_account on signing_attempt (tenant, account, at)')
    for (const statement of protect('signing_attempt', 'select, insert, delete')) this.addSql(statement)
  }
}
