/** Finds at once the resources whose search rows were made by rules before version 2; empty, and so free of cost, when all are done. A next version of the rules replaces it. */
import { Migration } from '@mikro-orm/migrations'

export class OldSearchRows extends Migration {
  override up(): void {
    this.addSql('create index resource_old_rules on resource (tenant, rtype, rid) where pver < 2')
  }
}
