/** Makes the demo what it is: invented staff and patients at both sites, and the hospital enrolled at the data center beside it. Run at every start, adds what is missing. */
import { composeSite } from '#api/compose.ts'
import { parseConfig, type Config } from '#api/config.ts'
import { nodeName, readCenterIdentity, readTrustedCenter, trustCenter, writeEnrolment } from '#api/exchange/node-key.ts'
import { createIds, systemClock } from '#api/model/ids.ts'
import { openDatabase, type Database } from '#api/store/connection/database.ts'
import { createNodeRegistry, enrolNode } from '#api/store/center/node-registry.ts'
import { seedCenter, seedHospital } from '#infra/seed/seed-site.ts'
import type { Databases } from './databases.ts'
import type { DemoCredentials } from './demo-credentials.ts'
import { serverEnvironment } from './server-environment.ts'
import type { SiteSettings } from './sites.ts'

/** The training hospital: the same staff and patients under a letterhead that says what it is. */
export async function prepareTraining(config: Config, site: SiteSettings, databases: Databases, credentials: DemoCredentials): Promise<void> {
  await seedHospital({ config: parseConfig(serverEnvironment(config, site, [site], databases.of(site))), credentials })
}

/** Seeds each site, then enrols the hospital where both run. */
export async function prepareDemo(config: Config, sites: readonly SiteSettings[], databases: Databases, credentials: DemoCredentials): Promise<void> {
  const configOf = (site: SiteSettings): Config => parseConfig(serverEnvironment(config, site, sites, databases.of(site)))
  for (const site of sites) await (site.name === 'center' ? seedCenter : seedHospital)({ config: configOf(site), credentials })
  const [hospital, center] = ['hospital', 'center'].map((name) => sites.find((site) => site.name === name))
  if (hospital && center) await enrolHospital(configOf(hospital), configOf(center))
}

/** Each learns the other's public key; the center also the authority behind the hospital's signatures. Nothing secret crosses. */
async function enrolHospital(hospital: Config, center: Config): Promise<void> {
  await withDatabase(center, async (register) => {
    const enrolled = await createNodeRegistry(register).find(nodeName(hospital.tenant)) !== undefined
    if (enrolled && await readTrustedCenter(hospital.secrets) !== undefined) return
    await withDatabase(hospital, async (database) => {
      const { desks, close } = await composeSite({ site: 'hospital', config: hospital, database, clock: systemClock, ids: createIds(systemClock) })
      const authorityPem = await desks.signer?.authority()
      const profile = await desks.hospital.profile()
      await close()
      if (authorityPem === undefined) throw new Error('the hospital has no authority for signatures')
      await enrolNode(register, await writeEnrolment(hospital.secrets, { tenant: hospital.tenant, name: profile?.name ?? `Bệnh viện ${hospital.tenant}`, authorityPem }))
    })
    await trustCenter(hospital.secrets, await readCenterIdentity(center.secrets))
  })
}

async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase({ url: config.appDatabaseUrl ?? '', tenant: config.tenant, name: 'emr-enrolment', connections: 2 })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}
