/**
 * The background process of one site, and its composition root: at a hospital it seals the journal and the audit chain and sends to the center; at the
 * center it seals the audit chains. Each loop survives a PostgreSQL that restarts; SIGTERM ends it between two runs.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { withAddressesOfBefore } from '../compose-addresses.ts'
import { composeBulk, type BulkWork } from '../compose-bulk.ts'
import { composeSubscriptions, type SubscriptionWork } from '../compose-subscriptions.ts'
import { createHospitalExchange } from '../compose-exchange.ts'
import { ConfigError, parseConfig, type Config } from '../config.ts'
import { readTrustedCenter } from '../exchange/node-key.ts'
import { createIds, systemClock } from '../model/ids.ts'
import { sealAuditChain } from '../store/audit/chain.ts'
import { openDatabase, type Database } from '../store/connection/database.ts'
import { createNodeRegistry } from '../store/center/node-registry.ts'
import { buildPostings } from '../store/write/postings.ts'
import { hasOldRows } from '../store/read/renewing.ts'
import { createSettingStore } from '../store/people/settings.ts'
import { reindexSome, renewNaming } from '../store/write/reindex.ts'
import { openTenantDatabases } from '../store/connection/tenant-databases.ts'
import { createJobLog, type JobLog } from './log.ts'
import { startLoop, type Loop } from './loop.ts'
import { bulkTask, sweepTask } from './tasks/bulk.ts'
import { ownReferencesTask } from './tasks/own-references.ts'
import { reindexTask } from './tasks/reindex.ts'
import { sealTenants } from './tasks/seal-tenants.ts'
import { sealTask } from './tasks/seal.ts'
import { sendTask, type ReachableCenter } from './tasks/send.ts'
import { subscriptionTask, sweepSubscriptionsTask } from './tasks/subscriptions.ts'

/** How long a request to the center may still take when the process is told to end. */
const GRACE_MS = 5_000
const CLOSE_MS = 12_000

interface Running { readonly loops: readonly Loop[]; readonly abort: AbortController; close(): Promise<void> }

const runHospital = async (config: Config, database: Database, log: JobLog): Promise<Running> => {
  const abort = new AbortController()
  const exchange = await createHospitalExchange({ database, secrets: config.secrets, clock: systemClock, ids: createIds(systemClock) })
  const findCenter = async (): Promise<ReachableCenter | undefined> => {
    const center = await readTrustedCenter(config.secrets)
    const url = config.centerUrl ?? center?.url
    return center === undefined || url === undefined ? undefined : { ...center, url }
  }
  const send = startLoop({ name: 'send', log, run: sendTask({ findCenter, open: (center) => exchange.sender(center, { url: center.url, signal: abort.signal }), log }) })
  const bulk = composeBulk({ config, database })
  const subscriptions = await composeSubscriptions({ config, database, codes: bulk.codes, log })
  const match = startLoop({ name: 'match-subscriptions', log, run: subscriptionTask({ work: subscriptions.match }) })
  const journal = startLoop({ name: 'seal-journal', log, run: sealTask({ seal: () => exchange.sealer.seal(), onSealed: () => [send, match].forEach((loop) => loop.wake()) }) })
  const audit = startLoop({ name: 'seal-audit', log, run: sealTask({ seal: () => sealAuditChain(database) }) })
  const reindex = startReindex(config, log, () => Promise.resolve([database]))
  const renew = startLoop({ name: 'own-references', log, run: ownReferencesTask({
    settings: createSettingStore({ database, clock: systemClock }), bases: config.bases,
    renew: (place) => renewNaming(database, (resource, type) => buildPostings(resource, type, { timeZone: config.timeZone, bases: config.bases }), place, config.bases),
    onDone: (count) => log.info({ count }, 'search rows were made again for references by an address of this site'),
  }) })
  return {
    loops: [journal, audit, send, reindex, renew, match, ...startSubscriptions(subscriptions, log), ...startBulk(bulk, log)], abort,
    async close() {
      await subscriptions.close()
      await bulk.close()
      await database.close()
    },
  }
}

/** Records are written and handed out at hospitals only. */
const startBulk = ({ exportSome, importSome, sweep }: BulkWork, log: JobLog): Loop[] => [
  startLoop({ name: 'export', log, run: bulkTask({ work: exportSome }) }),
  startLoop({ name: 'import', log, run: bulkTask({ work: importSome }) }),
  startLoop({ name: 'sweep-bulk', log, run: sweepTask({ sweep }) }),
]

const startSubscriptions = ({ run, show, sweep }: SubscriptionWork, log: JobLog): Loop[] => [
  startLoop({ name: 'notify', log, run }),
  startLoop({ name: 'show-subscriptions', log, run: subscriptionTask({ work: show }) }),
  startLoop({ name: 'sweep-subscriptions', log, run: sweepSubscriptionsTask({ sweep }) }),
]

/** Search rows depend on the site's time zone and addresses: the same as the server's. */
const startReindex = (config: Config, log: JobLog, databases: () => Promise<readonly Database[]>): Loop => {
  const context = { timeZone: config.timeZone, bases: config.bases }
  const each = async (database: Database): Promise<number> => reindexSome(database, (resource, type) => buildPostings(resource, type, context))
  return startLoop({ name: 'reindex', log, run: reindexTask({
    reindex: async () => (await Promise.all((await databases()).map(each))).reduce((sum, count) => sum + count, 0),
    isLeft: async () => (await Promise.all((await databases()).map(({ pool, tenant }) => hasOldRows(pool, tenant)))).includes(true),
    onDone: (count) => log.info({ count }, 'search rows were made by the rules of this version'),
  }) })
}

const runCenter = (config: Config, url: string, database: Database, log: JobLog): Running => {
  const hospitals = openTenantDatabases({ url, connections: 2, name: 'emr-center-worker-hospital' })
  const registry = createNodeRegistry(database)
  const seal = sealTenants({
    tenants: async () => [0, ...(await registry.list()).map((node) => node.tenant)],
    seal: async (tenant) => sealAuditChain(tenant === 0 ? database : await hospitals.of(tenant)),
  })
  const all = async (): Promise<Database[]> => [database, ...await Promise.all((await registry.list()).map((node) => hospitals.of(node.tenant)))]
  const loops = [startLoop({ name: 'seal-audit', log, run: sealTask({ seal }) }), startReindex(config, log, all)]
  return {
    loops, abort: new AbortController(),
    async close() {
      await hospitals.close()
      await database.close()
    },
  }
}

/** The database may come up after us. A wrong role or tenant is no matter of patience. */
const openPatiently = async (url: string, config: Config, log: JobLog, stopped: () => boolean): Promise<Database | undefined> => {
  for (let pause = 250; !stopped(); pause = Math.min(pause * 2, 5_000)) {
    try {
      return await openDatabase({ url, tenant: config.tenant, name: `emr-${config.role}-worker`, connections: 4, onError: () => log.warn({}, 'a database connection was lost') })
    } catch (error) {
      if (error instanceof Error && /must be opened as|does not carry app.tenant/.test(error.message)) throw error
      log.warn({ error: error instanceof Error ? error.name : typeof error }, 'the database does not answer yet')
      await sleep(pause)
    }
  }
  return undefined
}

const start = async (set: Config): Promise<void> => {
  const { role, appDatabaseUrl } = set
  if (role === 'demo') throw new ConfigError(['EMR_ROLE: a worker is of a hospital or a center; npm start runs both'])
  if (appDatabaseUrl === undefined) throw new ConfigError(['EMR_APP_DATABASE_URL: the address of the database as emr_app is missing; npm start hands it over'])
  const log = createJobLog(set.logLevel)
  const state: { stopping: boolean; running?: Running } = { stopping: false }

  const stop = async (): Promise<void> => {
    if (state.stopping) return
    state.stopping = true
    setTimeout(() => process.exit(1), CLOSE_MS).unref()
    const { running } = state
    if (running !== undefined) {
      const { abort, loops } = running
      const grace = setTimeout(() => abort.abort(), GRACE_MS)
      await Promise.all(loops.map((loop) => loop.stop()))
      clearTimeout(grace)
      await running.close()
    }
    log.info({ role }, 'worker stopped')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop().catch(() => process.exit(1)))

  const database = await openPatiently(appDatabaseUrl, set, log, () => state.stopping)
  if (database === undefined) return
  const config = await withAddressesOfBefore(set, database)
  state.running = role === 'hospital' ? await runHospital(config, database, log) : runCenter(config, appDatabaseUrl, database, log)
  log.info({ role, tenant: config.tenant }, 'worker started')
}

try {
  await start(parseConfig(process.env))
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : error instanceof Error ? (error.stack ?? error.message) : 'The worker did not start.'}\n`)
  process.exit(1)
}
