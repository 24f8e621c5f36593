/**
 * Fills the demo, or a training hospital, at its first start, through the same code as the routes: `seedHospital` and `seedCenter`, called by the launcher after the migrations and
 * before the servers start. Run again, they add nothing but new passwords and PINs when those were changed in the
 * environment, and a few patients to a queue in which nobody waits today.
 */
import { composeSite, type SiteParts } from '#api/compose.ts'
import type { Config } from '#api/config.ts'
import { saveDepartment } from '#api/http/admin-departments.ts'
import { saveHospital } from '#api/http/admin-hospital.ts'
import { dayIn } from '#api/model/day.ts'
import { createIds, systemClock } from '#api/model/ids.ts'
import type { Caller, Clock } from '#api/model/ports.ts'
import { HOSPITAL_ID } from '#api/model/systems.ts'
import { DEMO_CLIENT } from '#api/security/client-authentication.ts'
import { openDatabase, type Database } from '#api/store/connection/database.ts'
import { createResourceStore } from '#api/store/resource-store.ts'
import { seedStarterLists } from '#api/terminology/starter-lists.ts'
import { CENTER_STAFF, DEPARTMENTS, HOSPITAL, STAFF, TRAINING_HOSPITAL } from './demo-hospital.ts'
import { PATIENTS } from './demo-patients.ts'
import { seedFavourites } from './seed-favourites.ts'
import { seedVisitAids } from './seed-visit-aids.ts'
import { refillQueue, seedPatients, seedQueue } from './seed-patients.ts'
import { seedStaff, type Credentials } from './seed-staff.ts'

export interface SeedOptions {
  /** Of the site's own server: role, tenant, secrets, appDatabaseUrl. */
  readonly config: Config
  readonly credentials: Credentials
  readonly clock?: Clock
}

/** Part of the contract with whoever tries the demo; worth nothing outside it. */
const DEMO_SECRET = 'demo-system-secret'
const DONE = 'demo-seed'

const seeder = (tenant: number): Caller => ({ actor: { kind: 'internal', tenant, name: 'demo-seed' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN' })

const withDatabase = async <T>({ config }: SeedOptions, work: (database: Database) => Promise<T>): Promise<T> => {
  if (config.appDatabaseUrl === undefined) throw new Error('The demo is seeded as emr_app: EMR_APP_DATABASE_URL is missing')
  const database = await openDatabase({ url: config.appDatabaseUrl, tenant: config.tenant, name: `emr-seed-${config.tenant}` })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

const compose = ({ config, credentials, clock = systemClock }: SeedOptions, database: Database): Promise<SiteParts> =>
  composeSite({ site: config.role === 'center' ? 'center' : 'hospital', config: { ...config, demoPin: credentials.pin }, database, clock, ids: createIds(clock) })

/** The letterhead first of all: the demo's authority for signing keys takes the hospital's name when it is made. */
const seedProfile = async ({ config, clock = systemClock }: SeedOptions, database: Database, caller: Caller): Promise<void> => {
  const store = createResourceStore({ database, clock, timeZone: config.timeZone, bases: [`${config.publicUrl}/fhir/R4`] })
  if (await store.read(caller, { type: 'Organization', id: HOSPITAL_ID }) !== undefined) return
  // our own data: a test holds it against the profiles, and every start is spared the second loading of them
  await saveHospital({ store, validator: { validate: () => [] } }, caller, config.training ? TRAINING_HOSPITAL : HOSPITAL, 0)
}

const seedDepartments = async (site: SiteParts, caller: Caller, { config, clock = systemClock }: SeedOptions): Promise<void> => {
  const deps = { store: site.store, validator: site.desks.validator, terminology: site.desks.terminology, clock, ids: site.ids, timeZone: config.timeZone }
  for (const { id, rooms, ...department } of DEPARTMENTS) {
    if (await site.store.read(caller, { type: 'Organization', id }) !== undefined) continue
    const places = rooms.map((room, number) => ({
      id: `${id}-p${number + 1}`, name: room.name,
      beds: Array.from({ length: room.beds }, (_, bed) => ({ id: `${id}-p${number + 1}-g${bed + 1}`, name: `Giường ${bed + 1}` })),
    }))
    await saveDepartment(deps, caller, id, { ...department, active: true, rooms: places }, 0)
  }
}

export interface Seeded { readonly accounts: number; readonly patients: number; readonly waiting: number }

/** Lists, letterhead, departments, staff with keys, the demo's system client, patients, today's queue. */
export const seedHospital = (options: SeedOptions): Promise<Seeded> => withDatabase(options, async (database) => {
  const { config, credentials, clock = systemClock } = options
  const caller = seeder(config.tenant)
  await seedProfile(options, database, caller)
  const site = await compose(options, database)
  const { accounts, store, settings, clients, desks, ids, audit } = site
  const done = await settings.find(DONE) !== undefined
  // a folder of before the safety checks has no tables for them, and would check nothing; one of before procedures could order none
  await seedStarterLists(store, caller, ({ list }) => !done || list.startsWith('drug-') || list === 'orders', dayIn(clock.now(), config.timeZone))
  if (!done) {
    await seedDepartments(site, caller, options)
  }
  const staff = { accounts, store, settings, ids, ...desks }
  const made = await seedStaff(staff, caller, STAFF, credentials)
  const deps = { tenant: config.tenant, store, audit, clock, ids, timeZone: config.timeZone, ...desks }
  if (done) return { accounts: made, patients: 0, waiting: await refillQueue(deps, caller, PATIENTS) }
  if (config.demo) await clients.save({ client: DEMO_CLIENT, name: 'Hệ thống dùng thử', secret: await desks.passwords.hash(DEMO_SECRET), scopes: ['system/*.cruds'], active: true })
  const patients = await seedPatients(deps, caller, PATIENTS)
  const waiting = await seedQueue(deps, caller, PATIENTS)
  await seedVisitAids({ ...site, timeZone: config.timeZone }, caller)
  await seedFavourites(store, caller, async (login) => (await accounts.byLogin(login))?.id)
  await settings.save(DONE, clock.now().toISOString())
  return { accounts: made, patients, waiting }
})

/** The operator of the data center and the code lists it shows names from. */
export const seedCenter = (options: SeedOptions): Promise<Seeded> => withDatabase(options, async (database) => {
  const caller = seeder(options.config.tenant)
  const site = await compose(options, database)
  const done = await site.settings.find(DONE) !== undefined
  await seedStarterLists(site.store, caller, ({ list }) => !done || list === 'orders', dayIn((options.clock ?? systemClock).now(), options.config.timeZone))
  const made = await seedStaff({ accounts: site.accounts, store: site.store, settings: site.settings, ids: site.ids, ...site.desks }, caller, CENTER_STAFF, options.credentials)
  await site.settings.keep(DONE, 'center')
  return { accounts: made, patients: 0, waiting: 0 }
})
