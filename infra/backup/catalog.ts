/** What a backup holds of a database: every table with its columns, in an order in which foreign keys hold, and every sequence. Read from PostgreSQL's own catalog. */
import pg from 'pg'

export interface TableShape {
  readonly name: string
  readonly columns: readonly string[]
  /** SQL that names and orders the rows the same way on every server; of one tenant when given. */
  readonly select: (tenant?: number) => string
  readonly insert: string
  /** Row security holds for the owner too. */
  readonly rowSecurity: boolean
}

export interface SequenceState { readonly name: string; readonly last: string; readonly called: boolean }

/** The migrator's own list: made by migrating, checked by name. */
const OWN = 'schema_migration'

/** Session settings under which the text of a value is always the same. */
export const STABLE = `set datestyle = 'ISO, MDY'; set intervalstyle = postgres; set timezone = 'UTC'; set bytea_output = hex; set extra_float_digits = 1; set client_encoding = 'UTF8'`

export async function tablesOf(client: pg.Client): Promise<TableShape[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; key: string[]; whole: string[]; row_security: boolean; needs: string[] }>(`
    select c.relname as name, c.relforcerowsecurity as row_security,
      array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
      array(select quote_ident(a.attname) || case when a.attcollation <> 0 then ' collate "C"' else '' end
        from pg_index i, unnest(i.indkey) with ordinality k(attnum, place), pg_attribute a
        where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.attnum order by k.place) as key,
      array(select quote_ident(a.attname) || case when a.attcollation <> 0 then ' collate "C"' else '' end
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as whole,
      array(select f.confrelid::regclass::text from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as needs
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> $1 order by c.relname`, [OWN])
  const { rows: parted } = await client.query(`select 1 from pg_class where relnamespace = 'public'::regnamespace and relkind = 'p'`)
  if (parted.length > 0) throw new Error('partitioned tables are not covered by this backup yet')
  return sortByNeeds(rows).map(({ name, columns, key, whole, row_security }) => {
    // of rows without a key those that are alike are one another's equal, and their order is that of all their columns
    const order = key.length > 0 ? key : whole
    if (order[0] !== 'tenant' && row_security) throw new Error(`the rows of table ${name} do not begin with their tenant: they cannot be compared`)
    const table = pg.escapeIdentifier(name)
    const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ')
    return {
      name, columns, rowSecurity: row_security,
      select: (tenant) => `copy (select ${list} from ${table}${tenant === undefined ? '' : ` where tenant = ${Math.trunc(tenant)}`} order by ${order.join(', ')}) to stdout`,
      insert: `copy ${table} (${list}) from stdin`,
    }
  })
}

/** Tables that others point to come first. */
function sortByNeeds<T extends { name: string; needs: string[] }>(tables: readonly T[]): T[] {
  const sorted: T[] = []
  const open = new Set<string>()
  const visit = (table: T): void => {
    if (sorted.includes(table)) return
    if (open.has(table.name)) throw new Error(`foreign keys form a circle at ${table.name}`)
    open.add(table.name)
    for (const need of tables.filter(({ name }) => table.needs.includes(name))) visit(need)
    sorted.push(table)
  }
  tables.forEach(visit)
  return sorted
}

export async function sequencesOf(client: pg.Client): Promise<SequenceState[]> {
  const { rows } = await client.query<{ name: string }>(`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by relname`)
  const states: SequenceState[] = []
  for (const { name } of rows) {
    const { rows: [state] } = await client.query<{ last: string; called: boolean }>(`select last_value::text as last, is_called as called from ${pg.escapeIdentifier(name)}`)
    if (state) states.push({ name, ...state })
  }
  return states
}

/** Names of the migrations that made this database's tables; empty for a new one. */
export async function migrationsOf(client: pg.Client): Promise<string[]> {
  const { rows: [there] } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [OWN])
  if (!there?.there) return []
  return (await client.query<{ name: string }>(`select name from ${OWN} order by id`)).rows.map(({ name }) => name)
}

/** Row security that holds for owners too is off for the owner until this transaction ends it. */
export async function liftRowSecurity(client: pg.Client, shapes: readonly TableShape[]): Promise<void> {
  for (const { name, rowSecurity } of shapes) if (rowSecurity) await client.query(`alter table ${pg.escapeIdentifier(name)} no force row level security`)
}

/** As the owner: whether any table holds a row, of whatever tenant. */
export async function holdsData(client: pg.Client): Promise<boolean> {
  await client.query('begin')
  const shapes = await tablesOf(client)
  await liftRowSecurity(client, shapes)
  let found = false
  for (const { name } of shapes) found ||= (await client.query(`select 1 from ${pg.escapeIdentifier(name)} limit 1`)).rowCount !== 0
  await client.query('rollback')
  return found
}
