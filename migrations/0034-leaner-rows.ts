/**
 * A date, a number and whom a reference leads to are looked up by value, and the rid is read from the row: it stood in these indexes once more, so that no two entries were alike and
 * PostgreSQL could not keep a value once for all rows that have it (https://www.postgresql.org/docs/current/btree.html#BTREE-DEDUPLICATION). All that refers to one patient, and a number
 * that is measured again and again, is one entry now. Strings keep theirs: a name is a walk over up to two thousand entries, and looking into each row made it a quarter dearer.
 * Which parameters a resource has values for was an array of numbers, 24 bytes of which say that it is an array; now it is a text with a letter for each (api/search/present.ts), and a
 * page holds five resources of 2 KB more often than four. The table is written anew once, some minutes for two million resources.
 * Of what is written, whose tenant the connection is, is asked once for each statement instead of for each row: a query that does not depend on the row is run once
 * (https://www.postgresql.org/docs/current/ddl-rowsecurity.html).
 */
import { Migration } from '@mikro-orm/migrations'

const VALUES = { pst_date: ['date_value', 'lo'], pst_num: ['num_value', 'lo'], pst_ref: ['ref_target', 'target'] } as const

/** Those that get most rows; who may see and change which row stays as it is. */
const WRITTEN = ['resource', 'posting', 'pst_date', 'pst_num', 'pst_str', 'pst_ref', 'audit_log', 'audit_pending', 'journal', 'patient_head'] as const

export class LeanerRows extends Migration {
  override up(): void {
    for (const [table, [name, column]] of Object.entries(VALUES)) {
      this.addSql(`drop index pst_${name}`)
      this.addSql(`create index pst_${name} on ${table} (tenant, h, ${column})`)
    }
    for (const table of WRITTEN) this.addSql(`alter policy ${table}_tenant on ${table} with check (tenant = (select nullif(current_setting('app.tenant', true), '')::int))`)
    // a conversion may not contain a query, a function may
    this.addSql(`create function emr_present_letters(numbers int2[]) returns text language sql immutable strict as $$ select coalesce(string_agg(chr(256 + number), '' order by at), '') from unnest(numbers) with ordinality as n(number, at) $$`)
    this.addSql('alter table resource alter column present type text collate "C" using emr_present_letters(present)')
    this.addSql('drop function emr_present_letters(int2[])')
  }
}
