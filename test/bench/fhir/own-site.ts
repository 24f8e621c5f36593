/** A hospital of its own to measure: an empty embedded PostgreSQL, the server and its worker as they run in a hospital, a system client that may do everything. */
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { systemClock } from '#api/model/ids.ts'
import { createPasswords } from '#api/security/password.ts'
import type { Database } from '#api/store/connection/database.ts'
import { createSystemClientStore } from '#api/store/people/system-clients.ts'
import { atDatabase, createDatabase } from '#infra/postgres/provision.ts'
import { createSite } from '#infra/setup/site.ts'
import { standaloneDatabase } from '#test/support/standalone.ts'

export interface Target {
  /** http://host:port */
  readonly origin: string
  /** Path of the FHIR base. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** As administrator, for sizes and the write-ahead log; undefined: a server of somebody else. */
  readonly adminUrl?: string
  /** A database for the limits, in the same cluster. */
  readonly limitsUrl?: string
  close(): Promise<void>
}

const TENANT = 900, CLIENT = 'bench', SECRET = 'bench-secret-of-one-run'

const freePort = async (): Promise<number> => {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const fetchToken = async (origin: string): Promise<string> => {
  const answer = await fetch(`${origin}/oauth2/token`, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: CLIENT, client_secret: SECRET }),
  })
  if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`)
  return String((await answer.json() as { access_token: string }).access_token)
}

export interface OwnSiteOptions {
  /** A folder for CPU profiles of server and worker (https://nodejs.org/api/cli.html#--cpu-prof), written when the site closes. */
  readonly profiles?: string | undefined
  /** Folder of another build of the product. */
  readonly build?: string | undefined
  /** Stores what is there before the server starts. */
  readonly fill?: (database: Database) => Promise<void>
}

export const openOwnSite = async ({ profiles, build, fill }: OwnSiteOptions = {}): Promise<Target> => {
  const database = await standaloneDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'emr-bench-'))
  const store = await database.open(TENANT)
  await createSystemClientStore({ database: store, clock: systemClock }).save({ client: CLIENT, name: 'Đo tốc độ', secret: await createPasswords().hash(SECRET), scopes: ['system/*.cruds'], active: true })
  await createDatabase(database.adminUrl, 'emr_limits')
  await fill?.(store).catch(async (failure: unknown) => {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
    throw failure
  })
  const origin = `http://127.0.0.1:${await freePort()}`
  const env = {
    PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', EMR_ROLE: 'hospital', EMR_PORT: new URL(origin).port, EMR_DATA: folder, EMR_SECRETS: join(folder, 'secrets'), EMR_TENANT: String(TENANT),
    EMR_DEMO: '0', EMR_APP_DATABASE_URL: database.appUrl, EMR_LOG: 'warn', NODE_ENV: 'production',
    ...(profiles !== undefined && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` }),
  }
  const site = createSite({ name: 'hospital', address: origin, env, logs: folder, say: () => undefined, ...(build !== undefined && { scripts: { server: join(build, 'api/server.ts'), worker: join(build, 'api/jobs/worker.ts') } }) })
  await site.start()
  return {
    origin, path: '/fhir/R4', headers: { authorization: `Bearer ${await fetchToken(origin)}` }, adminUrl: atDatabase(database.adminUrl, database.name), limitsUrl: atDatabase(database.adminUrl, 'emr_limits'),
    async close() {
      await site.stop()
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Another FHIR server, e.g. to compare; `token` goes into the Authorization header. */
export const openOther = (base: string, token: string | undefined): Target => {
  const { origin, pathname } = new URL(base)
  return { origin, path: pathname.replace(/\/$/, ''), headers: token === undefined ? {} : { authorization: `Bearer ${token}` }, close: () => Promise.resolve() }
}
