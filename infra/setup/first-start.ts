/** What a real site needs before anybody can sign in: the code lists, and the code with which its first administrator is made. */
import { dayIn } from '#api/model/day.ts'
import { systemClock } from '#api/model/ids.ts'
import { parseConfig, type Config } from '#api/config.ts'
import type { Caller } from '#api/model/ports.ts'
import { digestOfSetupCode, newSetupCode, SETUP_CODE_HOURS } from '#api/security/setup-code.ts'
import { openDatabase, type Database } from '#api/store/connection/database.ts'
import { createResourceStore, type StoreOptions } from '#api/store/resource-store.ts'
import { createSetupStore } from '#api/store/people/setup.ts'
import { seedStarterLists } from '#api/terminology/starter-lists.ts'
import type { Databases } from './databases.ts'
import { serverEnvironment } from './server-environment.ts'
import type { SiteSettings } from './sites.ts'

/** Loads the lists that the site does not have yet, and new versions of those that are as an earlier release shipped them; all others are left alone. */
export const loadCodeLists = (config: Config, sites: readonly SiteSettings[], databases: Databases): Promise<void> => eachSite(config, sites, databases, async (site) => {
  const caller: Caller = { actor: { kind: 'internal', tenant: site.database.tenant, name: 'first-start' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN' }
  await seedStarterLists(createResourceStore(site), caller, () => true, dayIn(systemClock.now(), site.timeZone))
})

/** A new code for a site without an administrator, once; the one before counts no more. undefined when the site is set up. */
export async function offerSetupCode(config: Config, sites: readonly SiteSettings[], databases: Databases): Promise<string | undefined> {
  let offered: string | undefined
  await eachSite(config, sites, databases, async (site) => {
    const code = newSetupCode()
    const until = new Date(systemClock.now().getTime() + SETUP_CODE_HOURS * 3_600_000)
    if (await createSetupStore(site).offer(digestOfSetupCode(code), until)) offered = code
  })
  return offered
}

/** Whether a site still waits for its first administrator. */
export async function needsSetup(config: Config, sites: readonly SiteSettings[], databases: Databases): Promise<boolean> {
  let needed = false
  await eachSite(config, sites, databases, async (site) => { needed ||= await createSetupStore(site).needed() })
  return needed
}

async function eachSite(config: Config, sites: readonly SiteSettings[], databases: Databases, work: (site: StoreOptions & { readonly database: Database; readonly timeZone: string }) => Promise<void>): Promise<void> {
  for (const site of sites) {
    const { appDatabaseUrl = '', publicUrl, timeZone } = parseConfig(serverEnvironment(config, site, sites, databases.of(site)))
    const database = await openDatabase({ url: appDatabaseUrl, tenant: site.tenant, name: 'emr-first-start', connections: 2 })
    try {
      await work({ database, clock: systemClock, timeZone, bases: [`${publicUrl}/fhir/R4`], journal: site.name === 'hospital' })
    } finally {
      await database.close()
    }
  }
}
