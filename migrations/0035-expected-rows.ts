/**
 * What a hospital's first rows will look like, said before they are there. Until a table is analyzed for the first time PostgreSQL knows nothing of its columns: it read all rows of a type
 * to find one by its number, and the whole table to find a hundred keys. The servers keep such plans, and a first ANALYZE behind a VACUUM does not end them, since the size of the
 * table is the same by then: a new hospital searched half as fast until its tables had grown by a lot. Each ANALYZE takes the place of what is said here.
 * https://www.postgresql.org/docs/18/functions-admin.html#FUNCTIONS-ADMIN-STATSMOD; PostgreSQL 15 to 17 have no such function and go on as before.
 */
import { Migration } from '@mikro-orm/migrations'

/** Different values of a column: so many, or, below 0, so many for each row. https://www.postgresql.org/docs/18/view-pg-stats.html */
type Columns = Readonly<Record<string, number>>

const VALUE_ROWS = { tenant: 1, h: 30, rid: -0.5 } as const

const EXPECTED: Readonly<Record<string, Columns>> = {
  resource: { tenant: 1, rtype: 30, rid: -1, id: -1, ver: 3, ts: -0.3, method: 3, del: 2, immutable: 2, pat: -0.05, d: -0.8, pver: 1 },
  resource_history: { tenant: 1, rtype: 30, rid: -0.5, ver: 10, ts: -0.8, pat: -0.05 },
  posting: { tenant: 1, h: -0.04, d: -0.1, rid: -0.1 },
  pst_date: { ...VALUE_ROWS, lo: -0.9, hi: -0.9 },
  pst_num: { ...VALUE_ROWS, unit: 20, lo: 2000 },
  pst_str: { ...VALUE_ROWS, norm: -0.2 },
  pst_ref: { ...VALUE_ROWS, target: -0.1 },
  audit_log: { tenant: 1, aid: -1, at: -0.5, rtype: 30, resource_id: -0.5, patient: -0.05, account: 50 },
  audit_pending: { tenant: 1, aid: -1 },
  audit_chain: { tenant: 1, seq: -1, aid: -1 },
  journal: { tenant: 1, jid: -1, seq: -1, patient_key: -0.1, pseq: -0.1 },
  patient_head: { tenant: 1, patient_key: -1 },
}

export class ExpectedRows extends Migration {
  override up(): void {
    const rows = Object.entries(EXPECTED).flatMap(([table, columns]) => Object.entries(columns).map(([column, distinct]) => `('${table}', '${column}', ${distinct}::real)`))
    this.addSql(`do $$ declare e record; begin
      if current_setting('server_version_num')::int < 180000 then return; end if;
      for e in
        select x.t, x.c, x.n, case when a.attlen > 0 then a.attlen else 12 end as width
        from (values ${rows.join(', ')}) as x(t, c, n) join pg_attribute a on a.attrelid = x.t::regclass and a.attname = x.c
        where not exists (select from pg_stats s where s.schemaname = current_schema() and s.tablename = x.t and s.attname = x.c)
      loop
        execute format('select pg_restore_attribute_stats(''schemaname'', %L, ''relname'', %L, ''attname'', %L, ''inherited'', false, ''null_frac'', 0::real, ''avg_width'', %s::integer, ''n_distinct'', %s::real)',
          current_schema(), e.t, e.c, e.width, e.n);
      end loop;
    end $$`)
  }
}
