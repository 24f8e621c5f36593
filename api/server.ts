/** The web and API process of one site: settings, database, parts, application, address. Ends cleanly on SIGTERM and SIGINT: what is under way is answered first. */
import { buildApp } from './app.ts'
import { composeSite, WEB_ROOT } from './compose.ts'
import { withAddressesOfBefore } from './compose-addresses.ts'
import { ConfigError, parseConfig, type Config } from './config.ts'
import { createIds, systemClock } from './model/ids.ts'
import { openDatabase } from './store/connection/database.ts'

/** After so long, open connections are no longer waited for. */
const CLOSE_MS = 10_000

const start = async (set: Config): Promise<void> => {
  const { role, appDatabaseUrl } = set
  if (role === 'demo') throw new ConfigError(['EMR_ROLE: a server is a hospital or a center; npm start runs both'])
  if (appDatabaseUrl === undefined) throw new ConfigError(['EMR_APP_DATABASE_URL: the address of the database as emr_app is missing; npm start hands it over'])
  const ids = createIds(systemClock)
  const database = await openDatabase({ url: appDatabaseUrl, tenant: set.tenant, name: `emr-${role}` })
  const config = await withAddressesOfBefore(set, database)
  const parts = await composeSite({ site: role, config, database, clock: systemClock, ids })
  const app = await buildApp({ ...parts, webRoot: WEB_ROOT })
  const { why } = await parts.readiness()
  if (why !== undefined) app.log.error({ why }, 'not ready')
  await parts.startDevices(app.log)
  await app.listen({ host: config.host, port: role === 'center' ? config.centerPort : config.port })

  let closing = false
  const stop = (): void => {
    if (closing) return
    closing = true
    setTimeout(() => process.exit(1), CLOSE_MS).unref()
    void app.close().then(() => parts.close()).then(() => database.close()).then(() => process.exit(0), () => process.exit(1))
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

try {
  await start(parseConfig(process.env))
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : error instanceof Error ? (error.stack ?? error.message) : 'The server did not start.'}\n`)
  process.exit(1)
}
