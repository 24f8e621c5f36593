/** An order that a device refused is put aside, so that those behind it go out; and what a person has to decide at the bench is counted as what is in quarantine is. */
import { Migration } from '@mikro-orm/migrations'

export class DevicesRefused extends Migration {
  override up(): void {
    this.addSql('alter table device_order drop constraint device_order_state_known')
    this.addSql(`alter table device_order add constraint device_order_state_known check (state in ('waiting', 'done', 'skipped', 'refused'))`)
    this.addSql('create index device_order_order on device_order (tenant, device, order_id, seq)')
    this.addSql('drop index device_message_open')
    this.addSql(`create index device_message_open on device_message (tenant, device, received_at) where state in ('quarantined', 'differs')`)
  }
}
