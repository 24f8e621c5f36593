/**
 * What an administrator does once for a PostgreSQL server (15 or newer, embedded or the hospital's own): the three roles and a site's database.
 * emr_owner owns the tables and runs migrations; emr_app is what servers are: no superuser, no BYPASSRLS, owner of nothing; emr_center_views
 * owns the data center's views across hospitals and cannot sign in. Idempotent.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'
import { Problem } from '#infra/setup/problem.ts'
import { readOrMakeSecret } from './secret-file.ts'

export const ROLE = { owner: 'emr_owner', app: 'emr_app', centerViews: 'emr_center_views' } as const

export interface RolePasswords { readonly owner: string; readonly app: string }

/** Passwords of the two roles that sign in, made on first use in the secrets folder. */
export const readRolePasswords = (secrets: string): RolePasswords => ({
  owner: readOrMakeSecret(secrets, 'postgres-emr-owner'),
  app: readOrMakeSecret(secrets, 'postgres-emr-app'),
})

/** The same server and role, in another database. */
export function atDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${encodeURIComponent(database)}`
  return changed.href
}

/** The same server and database, as another role. */
export function urlAs(url: string, role: string, password: string, database?: string): string {
  const changed = new URL(database === undefined ? url : atDatabase(url, database))
  changed.username = role
  changed.password = password
  return changed.href
}

/** Makes or corrects the roles. The server is told SCRAM verifiers, never a password, so that none can stand in its log. */
export async function provisionRoles(adminUrl: string, passwords: RolePasswords): Promise<void> {
  await asAdministrator(adminUrl, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('emr-provision'))`)
    const { rows: [server] } = await client.query<{ version: number }>(`select current_setting('server_version_num')::int as version`)
    if (!server || server.version < 150_000) throw new Problem(`PostgreSQL 15 or newer is needed, the one at the database address is ${server ? Math.floor(server.version / 10_000) : 'unknown'}: upgrade it, or leave the address out for the embedded one.`)
    for (const [role, login] of [[ROLE.owner, passwords.owner], [ROLE.app, passwords.app], [ROLE.centerViews, undefined]] as const) {
      const known = await client.query('select 1 from pg_roles where rolname = $1', [role])
      if (known.rowCount === 0) await client.query(`create role ${role}`)
      const wrong = await wrongAttributes(client, role, login !== undefined)
      if (wrong.length > 0) await client.query(`alter role ${role} ${wrong.join(' ')}`)
      if (login !== undefined && !await signsIn(adminUrl, role, login)) await client.query(`alter role ${role} password '${scramVerifier(login)}'`)
    }
    await client.query(`grant ${ROLE.centerViews} to ${ROLE.owner}`)
  })
}

/** Only a superuser may touch some attributes at all, so each is named only when it is wrong. */
async function wrongAttributes(client: pg.Client, role: string, login: boolean): Promise<string[]> {
  const { rows: [is] } = await client.query<Record<'rolsuper' | 'rolbypassrls' | 'rolcreatedb' | 'rolcreaterole' | 'rolreplication' | 'rolcanlogin', boolean>>(
    'select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, rolcanlogin from pg_roles where rolname = $1', [role])
  if (!is) throw new Error(`role ${role} is missing`)
  const words: [boolean, string][] = [
    [is.rolsuper, 'nosuperuser'], [is.rolbypassrls, 'nobypassrls'], [is.rolcreatedb, 'nocreatedb'], [is.rolcreaterole, 'nocreaterole'],
    [is.rolreplication, 'noreplication'], [is.rolcanlogin !== login, login ? 'login' : 'nologin'],
  ]
  return words.filter(([wrong]) => wrong).map(([, word]) => word)
}

async function signsIn(adminUrl: string, role: string, password: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlAs(adminUrl, role, password), connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
    await client.end()
    return true
  } catch (error) {
    // 28P01 wrong password, 28000 refused, 42501 right password but no right to connect to this database
    return error instanceof pg.DatabaseError && error.code === '42501'
  }
}

/** Makes the database, owned by emr_owner and closed to everyone else but emr_app; corrects the rights of one that is there. True when it was made. */
export async function createDatabase(adminUrl: string, name: string, options: { readonly template?: string } = {}): Promise<boolean> {
  const database = pg.escapeIdentifier(name)
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const made = (await client.query('select 1 from pg_database where datname = $1', [name])).rowCount === 0
    // an administrator who is no superuser must be a member of the role it makes an owner
    await client.query(`do $$ begin if not (select rolsuper from pg_roles where rolname = current_user) then execute format('grant ${ROLE.owner} to %I', current_user); end if; end $$`)
    if (made) {
      // a template of ours is copied as files: every page of it through the log, as by default, takes six times as long
      const source = options.template === undefined ? `template template0 encoding 'UTF8'` : `template ${pg.escapeIdentifier(options.template)} strategy file_copy`
      await client.query(`create database ${database} owner ${ROLE.owner} ${source}`)
    } else {
      await client.query(`alter database ${database} owner to ${ROLE.owner}`)
    }
    await client.query(`revoke all on database ${database} from public`)
    await client.query(`grant connect on database ${database} to ${ROLE.app}`)
    if (options.template === undefined) await closeSchema(adminUrl, name)
    return made
  } finally {
    await client.end()
  }
}

/** Rights inside a database come along with a template; rights on the database do not. */
async function closeSchema(adminUrl: string, name: string): Promise<void> {
  await asAdministrator(atDatabase(adminUrl, name), async (client) => {
    await client.query(`alter schema public owner to ${ROLE.owner}`)
    await client.query('revoke all on schema public from public')
    await client.query(`grant usage on schema public to ${ROLE.app}`)
    await client.query(`grant usage, create on schema public to ${ROLE.centerViews}`)
  })
}

export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
  } finally {
    await client.end()
  }
}

async function asAdministrator<T>(adminUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await client.query('begin')
    const answer = await work(client)
    await client.query('commit')
    return answer
  } finally {
    await client.end()
  }
}

/** https://www.rfc-editor.org/rfc/rfc5803 in PostgreSQL's form; our passwords are ASCII, so SASLprep changes nothing. */
export function scramVerifier(password: string, salt = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const stored = createHash('sha256').update(createHmac('sha256', salted).update('Client Key').digest()).digest('base64')
  const server = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`
}
