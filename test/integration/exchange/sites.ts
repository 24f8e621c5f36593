/** A hospital and a center, each with a database and keys of its own, and HTTP between them: the product's parts, put together as its processes do. */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '#api/app.ts'
import { readCenterIdentity, writeEnrolment } from '#api/exchange/node-key.ts'
import type { Sender } from '#api/exchange/sender.ts'
import { exchangeReceiverRoutes } from '#api/http/exchange-receiver.ts'
import { createCenterExchange, createHospitalExchange, type CenterExchange, type CenterExchangeOptions, type HospitalExchange } from '#api/compose-exchange.ts'
import type { CenterIdentity } from '#api/model/exchange.ts'
import { objectFromPlain } from '#api/model/json.ts'
import type { Caller, NewDocument, ResourceStore } from '#api/model/ports.ts'
import { insertDocument } from '#api/store/documents.ts'
import type { Database } from '#api/store/connection/database.ts'
import { grantCenterViews } from '#api/store/center/grants.ts'
import { enrolNode } from '#api/store/center/node-registry.ts'
import { createResourceStore } from '#api/store/resource-store.ts'
import { openTenantDatabases } from '#api/store/connection/tenant-databases.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

export const TENANT = 900
export const clock = { now: () => new Date() }
export const ids = { uuid: () => randomUUID() }
const AUTHORITY = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

export const staff: Caller = { actor: { kind: 'internal', tenant: TENANT, name: 'test' }, visibility: { kind: 'all' }, purpose: 'TREAT' }

export interface TestHospital extends HospitalExchange {
  readonly db: TestDatabase
  readonly database: Database
  readonly secrets: string
  readonly store: ResourceStore
  /** One clinical commit: a resource of this patient, with decimals that must survive. */
  commit(patient: string, note: string): Promise<void>
  sender(center: CenterIdentity, wire: Parameters<HospitalExchange['sender']>[1]): Sender
  /** Seals and sends until nothing is left, or for `steps` steps. */
  drain(sender: Sender, steps?: number): Promise<string[]>
  close(): Promise<void>
}

const temporary = (name: string): string => fs.mkdtempSync(path.join(os.tmpdir(), `emr-${name}-`))

export const testHospital = async (options: { readonly limits?: { entries: number; bytes: number } } = {}): Promise<TestHospital> => {
  const db = await testDatabase()
  const database = await db.open(TENANT, { connections: 12 })
  const secrets = temporary('hospital')
  const store = createResourceStore({ database, clock, insertDocument: (client, document: NewDocument) => insertDocument(client, TENANT, document, clock.now().toISOString()) })
  const parts = await createHospitalExchange({ database, secrets, clock, ids, heartbeat: 50, limits: options.limits ?? { entries: 16, bytes: 256 * 1024 } })
  return {
    ...parts, db, database, secrets, store,
    async commit(patient, note) {
      const id = randomUUID()
      const resource = objectFromPlain({ resourceType: 'Observation', status: 'final', code: { text: note }, subject: { reference: `Patient/${patient}` } })
      await store.transact(staff, (tx) => tx.write([{ op: 'create', key: { type: 'Observation', id }, resource }]))
    },
    async drain(sender, steps = 400) {
      const did: string[] = []
      for (let i = 0; i < steps; i += 1) {
        await parts.sealer.seal()
        const step = await sender.step()
        did.push(step.error === undefined ? step.did : `${step.did}: ${step.error}`)
        if (step.did === 'idle' || step.did === 'stopped' || step.did === 'failed') return did
      }
      throw new Error(`not drained after ${steps} steps`)
    },
    async close() {
      await db.close()
      fs.rmSync(secrets, { recursive: true, force: true })
    },
  }
}

export interface TestCenter extends CenterExchange {
  readonly db: TestDatabase
  readonly secrets: string
  readonly identity: CenterIdentity
  readonly url: string
  /** The hospital's tables at the center. */
  readonly database: Database
  enrol(hospital: TestHospital, authorityPem?: string): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  close(): Promise<void>
}

export const testCenter = async (wrap: Pick<CenterExchangeOptions, 'wrapInbox' | 'wrapApply'> = {}): Promise<TestCenter> => {
  const db = await testDatabase()
  await grantCenterViews(db.ownerUrl)
  const database = await db.open(0)
  const tenants = openTenantDatabases({ url: db.appUrl })
  const secrets = temporary('center')
  const exchange = await createCenterExchange({ database, databaseOf: (tenant) => tenants.of(tenant), secrets, clock, ...wrap })
  const port = await freePort()
  let app: FastifyInstance | undefined
  const center: TestCenter = {
    ...exchange, db, secrets, identity: await readCenterIdentity(secrets), url: `http://127.0.0.1:${port}`, database: await tenants.of(TENANT),
    async enrol(hospital, authorityPem = AUTHORITY) {
      await enrolNode(database, await writeEnrolment(hospital.secrets, { tenant: TENANT, name: 'Bệnh viện Quân y 900', authorityPem }), clock)
    },
    async start() {
      app = await buildApp({
        site: 'center', config: { publicUrl: center.url, logLevel: 'silent', concurrency: 64, queue: 512, proxies: [] }, routes: exchangeReceiverRoutes({ receiver: exchange.receiver }),
        authenticate: () => Promise.resolve(undefined), ids, readiness: () => Promise.resolve({ database: true, migrations: true }),
      })
      await app.listen({ host: '127.0.0.1', port })
    },
    async stop() {
      await app?.close()
      app = undefined
    },
    async close() {
      await center.stop()
      await tenants.close()
      await db.close()
      fs.rmSync(secrets, { recursive: true, force: true })
    },
  }
  return center
}

const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const server = createServer()
  server.once('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
  })
})

/** Every version of every resource as it is stored, by type, id and version. */
export const storedBytes = async (database: Database): Promise<Map<string, string>> => {
  const { rows } = await database.pool.query<{ rtype: number; id: string; ver: number; ts: string; del: boolean; body: string }>(`
    select rtype, id, ver, ts, del, body from resource where tenant = $1
    union all select h.rtype, r.id, h.ver, h.ts, h.del, h.body from resource_history h join resource r on r.tenant = h.tenant and r.rtype = h.rtype and r.rid = h.rid where h.tenant = $1`, [TENANT])
  return new Map(rows.map((row) => [`${row.rtype}/${row.id}/${row.ver}`, `${row.ts} ${row.del} ${row.body}`]))
}

/** How many times each entry took effect, by its audit rows. */
export const effects = async (database: Database): Promise<Map<number, number>> => {
  const { rows } = await database.pool.query<{ detail: string; n: number }>(`select detail, count(*)::int4 as n from audit_log where tenant = $1 and interaction = 'exchange-apply' group by detail`, [TENANT])
  return new Map(rows.map((row) => [Number(row.detail.split(' ').at(-1)), row.n]))
}

export const inboxStates = async (database: Database): Promise<Record<string, number>> => {
  const { rows } = await database.pool.query<{ state: string; n: number }>('select state, count(*)::int4 as n from inbox where tenant = $1 group by state', [TENANT])
  return Object.fromEntries(rows.map((row) => [row.state, row.n]))
}
