/**
 * The planner learns early of a load: after 2 % or 500 new rows instead of 10 %. With statistics from before a long chart came in, a search by patient and
 * category was planned for one row and took 9 s instead of 0.1 s (https://www.postgresql.org/docs/current/runtime-config-autovacuum.html).
 */
import { Migration } from '@mikro-orm/migrations'

const TABLES = ['resource', 'posting', 'pst_date', 'pst_num', 'pst_str', 'pst_ref'] as const

export class EarlyStatistics extends Migration {
  override up(): void {
    for (const table of TABLES) {
      this.addSql(`alter table ${table} set (autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 500, autovacuum_vacuum_insert_scale_factor = 0.05)`)
    }
  }
}
