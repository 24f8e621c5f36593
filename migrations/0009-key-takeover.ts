/**
 * Who set a password anew for somebody else, and who admitted to signing: whoever did the one must not do the other, or a single administrator
 * could make himself a key in a doctor's name.
 */
import { Migration } from '@mikro-orm/migrations'

export class KeyTakeover extends Migration {
  override up(): void {
    this.addSql('alter table account add column password_reset_by uuid, add column password_reset_at timestamptz(3)')
    // as audit rows name people: the account's id; null where the product itself admitted
    this.addSql('alter table signing_admission add column admitted_by uuid')
  }
}
