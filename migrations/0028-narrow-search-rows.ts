/**
 * Search rows of dates, strings, numbers and references are looked up by value, or by the resource that they belong to. For the second the whole row stood in an index
 * once more; now its rid alone does, which PostgreSQL keeps once for all rows of a resource (https://www.postgresql.org/docs/current/btree.html#BTREE-DEDUPLICATION)
 * and appends at the end, since rids grow. Numbers are made anew (api/store/write/reindex.ts): one row for a number and its unit as written instead of one each.
 */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const KEPT = ['pst_date', 'pst_str', 'pst_ref'] as const

export class NarrowSearchRows extends Migration {
  override up(): void {
    for (const table of KEPT) {
      this.addSql(`alter table ${table} drop constraint ${table}_pkey`)
      this.addSql(`create index ${table}_rid on ${table} (tenant, rid)`)
    }
    this.addSql('drop table pst_num')
    // h also carries the base unit, and for a composite the code; unit: a code or printed unit as written, as 32 bits of a digest, 0 for none; hi null: a point.
    this.addSql('create table pst_num (tenant int4 not null, unit int4 not null, h int8 not null, rid int8 not null, lo float8 not null, hi float8)')
    this.addSql('create index pst_num_rid on pst_num (tenant, rid)')
    this.addSql('create index pst_num_value on pst_num (tenant, h, lo, rid)')
    this.addSql('create index pst_num_range on pst_num (tenant, h, hi, rid) where hi is not null')
    this.addSql('alter table pst_num alter column h set statistics 1000')
    this.addSql('alter table pst_num set (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 500, autovacuum_vacuum_scale_factor = 0.05)')
    for (const statement of protect('pst_num', 'select, insert, delete')) this.addSql(statement)
    this.addSql('drop index resource_old_rules')
    this.addSql('create index resource_old_rules on resource (tenant, rtype, rid) where pver < 3')
  }
}
