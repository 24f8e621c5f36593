/**
 * ANALYZE reads 300 rows for each of its targets (https://www.postgresql.org/docs/current/sql-analyze.html): of the digests it read 300,000 every few seconds while records
 * came in, a fifth of two cores. 60,000 know the common ones as well. Of large tables it waits for a twentieth of change; small ones are still learnt after 500 rows (0007).
 */
import { Migration } from '@mikro-orm/migrations'

const DIGESTS = ['posting', 'pst_date', 'pst_num', 'pst_str', 'pst_ref'] as const

export class LighterStatistics extends Migration {
  override up(): void {
    for (const table of DIGESTS) this.addSql(`alter table ${table} alter column h set statistics 200`)
    for (const table of ['resource', ...DIGESTS]) this.addSql(`alter table ${table} set (autovacuum_analyze_scale_factor = 0.05)`)
  }
}
