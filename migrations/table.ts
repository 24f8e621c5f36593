/**
 * What every tenant table gets: row-level security that even the owner obeys, and only the rights the servers need.
 * A connection without app.tenant sees nothing (https://www.postgresql.org/docs/current/ddl-rowsecurity.html).
 */
export const protect = (table: string, rights = 'select, insert, update, delete'): string[] => [
  `alter table ${table} enable row level security`,
  `alter table ${table} force row level security`,
  `create policy ${table}_tenant on ${table} using (tenant = nullif(current_setting('app.tenant', true), '')::int) with check (tenant = nullif(current_setting('app.tenant', true), '')::int)`,
  `grant ${rights} on ${table} to emr_app`,
]

/** Lets the center's views (owned by emr_center_views, granted to nobody at a hospital) read a table across tenants. */
export const openToCenterViews = (table: string): string[] => [
  `grant select on ${table} to emr_center_views`,
  `create policy ${table}_center on ${table} for select to emr_center_views using (true)`,
]
