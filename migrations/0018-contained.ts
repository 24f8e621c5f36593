/** Finds what contains other resources, newest first, without a row for what contains none. Its condition stands word for word in api/search/contained.ts. */
import { Migration } from '@mikro-orm/migrations'

export class Contained extends Migration {
  override up(): void {
    this.addSql(`create index resource_with_contained on resource (tenant, rid) where body like '%"contained":[%'`)
  }
}
