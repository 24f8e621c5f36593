/** What administrators need to look after system clients: versions, so that two of them do not undo each other; whose gift of access waits for a second person; when it was last used. */
import { Migration } from '@mikro-orm/migrations'

export class ClientAdministration extends Migration {
  override up(): void {
    this.addSql(`alter table system_client add column version int4 not null default 1, add column awaiting text collate "C" not null default '', add column used_at timestamptz`)
  }
}
