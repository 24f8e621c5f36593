/** Tells in one step whether resources of a type contain others, and walks those, newest first: for chains into what is contained. Its condition stands word for word in api/search/contained.ts. */
import { Migration } from '@mikro-orm/migrations'

export class ContainedByType extends Migration {
  override up(): void {
    this.addSql(`create index resource_with_contained_by_type on resource (tenant, rtype, rid) where body like '%"contained":[%'`)
  }
}
