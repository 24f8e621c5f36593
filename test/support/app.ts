/** A whole site in process for a test file: the real application on a real database of its own, with people and system clients who are signed in. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '#api/app.ts'
import { composeSite, type SiteParts } from '#api/compose.ts'
import { parseConfig, type Config } from '#api/config.ts'
import type { RoleGrant } from '#api/model/actor.ts'
import { createIds, systemClock } from '#api/model/ids.ts'
import type { Caller, Clock } from '#api/model/ports.ts'
import { createPasswords } from '#api/security/password.ts'
import { cookieNames } from '#api/security/sessions.ts'
import { csrfOf, digestOf, newToken } from '#api/security/tokens.ts'
import type { Database } from '#api/store/connection/database.ts'
import type { TestDatabase } from './database.ts'

export interface TestAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly bytes: Buffer
  json<T = Record<string, unknown>>(): T
}

export interface TestRequest {
  readonly headers?: Readonly<Record<string, string>>
  /** Text and bytes are sent as they are; anything else as JSON. */
  readonly body?: unknown
  readonly type?: string
}

/** Somebody who calls: a signed-in person, a system client, or nobody. */
export interface TestCaller {
  readonly account?: string
  call(method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, request?: TestRequest): Promise<TestAnswer>
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>
  post(url: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>
  put(url: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>
  delete(url: string, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>
}

export interface TestPerson {
  readonly login?: string
  readonly name?: string
  readonly practitioner?: string | null
  readonly grants: readonly RoleGrant[]
}

export interface TestSite {
  readonly app: FastifyInstance
  readonly parts: SiteParts
  readonly config: Config
  readonly database: Database
  readonly databases: TestDatabase
  /** In the name of the product, for preparing data past the API. */
  readonly internal: Caller
  readonly anonymous: TestCaller
  /** Makes an account with these grants and a session of it. Its password is TEST_PASSWORD. */
  person(person: TestPerson): Promise<TestCaller & { readonly account: string }>
  /** Makes a system client and a token of it; default scope system/*.cruds. */
  system(scopes?: readonly string[]): Promise<TestCaller>
  /** Headers of a system client, for real requests after listen(). */
  bearer(scopes?: readonly string[]): Promise<Record<string, string>>
  /** Listens on a free port of this machine and answers the address. */
  listen(): Promise<string>
  close(): Promise<void>
}

export const TEST_PASSWORD = 'mật khẩu thử nghiệm 2026'
export const TEST_PIN = '246813'

let hashed: Promise<string> | undefined
const passwordHash = (): Promise<string> => (hashed ??= createPasswords().hash(TEST_PASSWORD))

export interface TestSiteOptions {
  readonly tenant?: number
  readonly role?: 'hospital' | 'center'
  /** Share a database between sites; then close() leaves it. */
  readonly databases?: TestDatabase
  readonly clock?: Clock
  readonly environment?: Readonly<Record<string, string>>
}

export const testSite = async (options: TestSiteOptions = {}): Promise<TestSite> => {
  const role = options.role ?? 'hospital'
  const tenant = role === 'center' ? 0 : (options.tenant ?? 900)
  const clock = options.clock ?? systemClock
  const ids = createIds(clock)
  // Imported only here, so that scripts outside the test runner can hand in a database of their own.
  const databases = options.databases ?? await (await import('./database.ts')).testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'emr-site-'))
  mkdirSync(join(folder, 'secrets'), { mode: 0o700 })
  const config = parseConfig({
    EMR_ROLE: role, EMR_TENANT: String(tenant), EMR_DEMO: '1', EMR_DATA: folder, EMR_APP_DATABASE_URL: databases.appUrl, EMR_DEMO_PIN: TEST_PIN, EMR_LOG: 'silent', ...options.environment,
  })
  const database = await databases.open(tenant)
  const parts = await composeSite({ site: role, config, database, clock, ids })
  const app = await buildApp(parts)
  const internal: Caller = { actor: { kind: 'internal', tenant, name: 'test' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN' }
  const names = cookieNames(role, config.publicUrl)
  let made = 0
  const bearer: TestSite['bearer'] = async (scopes = ['system/*.cruds']) => {
    made += 1
    const token = newToken()
    const digest = digestOf(token)
    if (digest === undefined) throw new Error('No digest')
    await parts.clients.save({ client: `test-client-${made}`, name: 'Máy khách thử', secret: await passwordHash(), scopes, active: true })
    await parts.clients.issue({ digest, client: `test-client-${made}`, scopes, at: clock.now(), expires: new Date(clock.now().getTime() + 3_600_000) })
    return { authorization: `Bearer ${token}` }
  }

  return {
    app, parts, config, database, databases, internal,
    anonymous: callerOf(app, () => ({})),
    async person({ login, name, practitioner = null, grants }) {
      made += 1
      const account = await parts.accounts.create(internal, {
        id: ids.uuid(), login: login ?? `mau${made}`, name: name ?? `Nguyễn Văn Mẫu ${made}`, title: '', rank: '', licence: '', practitioner, active: true, grants, password: await passwordHash(),
      })
      const token = newToken()
      const digest = digestOf(token)
      const device = digestOf(newToken())
      if (digest === undefined || device === undefined) throw new Error('No digest')
      const caller: Caller = { ...internal, actor: { kind: 'person', tenant, account: account.id, login: account.login, name: account.name, practitioner, grants } }
      await parts.signIn.open(caller, { digest, device, label: 'test', at: clock.now(), expireBefore: new Date(0) })
      const cookie = `${names.session}=${token}`
      return { account: account.id, ...callerOf(app, (method) => ({ cookie, ...(method === 'GET' || method === 'HEAD' ? {} : { 'x-emr-csrf': csrfOf(token) }) })) }
    },
    bearer,
    async system(scopes) {
      const headers = await bearer(scopes)
      return callerOf(app, () => headers)
    },
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    async close() {
      await app.close()
      await parts.close()
      if (options.databases === undefined) await databases.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const callerOf = (app: FastifyInstance, credentials: (method: string) => Record<string, string>): TestCaller => {
  const call: TestCaller['call'] = async (method, url, request = {}) => {
    const { body } = request
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    const payload = raw ? (body instanceof Uint8Array ? Buffer.from(body) : body) : JSON.stringify(body)
    const type = request.type ?? (url.startsWith('/fhir/') ? 'application/fhir+json' : 'application/json')
    const answer = await app.inject({
      method, url, ...(payload === undefined ? {} : { payload }),
      headers: { ...(body === undefined ? {} : { 'content-type': type }), ...credentials(method), ...request.headers },
    })
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, bytes: answer.rawPayload, json: <T>() => answer.json<T>() }
  }
  const withHeaders = (headers: Readonly<Record<string, string>> | undefined): TestRequest => (headers === undefined ? {} : { headers })
  return {
    call,
    get: (url, headers) => call('GET', url, withHeaders(headers)),
    post: (url, body, headers) => call('POST', url, { body, ...withHeaders(headers) }),
    put: (url, body, headers) => call('PUT', url, { body, ...withHeaders(headers) }),
    delete: (url, headers) => call('DELETE', url, withHeaders(headers)),
  }
}
