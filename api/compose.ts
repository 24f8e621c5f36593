/** The parts of one site put together: stores on its database, what is built on them, and the route table. Each part sees the others only as ports. */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import packageJson from '../package.json' with { type: 'json' }
import type { AppDeps } from './app.ts'
import { composeExchangeRoutes } from './compose-exchange-routes.ts'
import { createFindCaller, createRecorder, mayRead, readSubscriptionKey } from './compose-subscriptions.ts'
import { composeDevices, type Devices } from './compose-devices.ts'
import { composeLaboratoryRoutes } from './compose-laboratory.ts'
import { composePictures } from './compose-pictures.ts'
import { composeVisitRoutes } from './compose-visits.ts'
import type { Config } from './config.ts'
import { createChecks, type Checks } from './fhir/checks.ts'
import { createGate, type Gate } from './fhir/gate.ts'
import { SUMMARY_SECTIONS, SUMMARY_TYPE } from './fhir/operations/summary-sections.ts'
import { createLaterDesk } from './fhir/later/desk.ts'
import { FHIR_BASE, fhirRoutes } from './fhir/routes.ts'
import { SOCKET_PATH } from './fhir/operations/subscriptions.ts'
import { createSubscriptionDesk } from './fhir/subscriptions/desk.ts'
import { buildNotification, writeAs } from './fhir/subscriptions/notification.ts'
import { createAddressOf } from './http/address-of.ts'
import { adminAuditRoutes } from './http/admin-audit.ts'
import { adminClientRoutes } from './http/admin-clients.ts'
import { adminDepartmentRoutes } from './http/admin-departments.ts'
import { adminHospitalRoutes } from './http/admin-hospital.ts'
import { adminStaffRoutes } from './http/admin-staff.ts'
import { appRoutes } from './http/apps.ts'
import { authorizeRoutes } from './http/authorize.ts'
import { breakGlassRoutes } from './http/break-glass.ts'
import { codeListRoutes } from './http/code-lists.ts'
import { createFindOrigins } from './http/cross-origin.ts'
import { draftRoutes } from './http/drafts.ts'
import { createHospitalInfo, type HospitalInfo } from './http/hospital-info.ts'
import { discoveryRoutes } from './http/oauth-discovery.ts'
import { offlineReadingRoutes } from './http/offline-readings.ts'
import { oauthRoutes } from './http/oauth.ts'
import { patientRoutes } from './http/patients.ts'
import { createPresenceSockets } from './http/presence-sockets.ts'
import { queueRoutes } from './http/queue.ts'
import { createRefusalNotes } from './http/refusals.ts'
import { registrationRoutes } from './http/registrations.ts'
import type { Route, Site } from './http/route.ts'
import { sessionRoutes } from './http/session.ts'
import { setupRoutes } from './http/setup.ts'
import { createSiteName, siteRoutes } from './http/site.ts'
import { createSockets } from './http/subscription-sockets.ts'
import { termsRoutes } from './http/terms.ts'
import { trainingRoutes } from './http/training.ts'
import { parseLimitTests } from './search/scope-limit.ts'
import { canonicalUnit, isUnit } from './search/ucum.ts'
import { readAnalytes } from './laboratory/analyte-list.ts'
import { isUnderWay } from './laboratory/read-result.ts'
import { outcome } from './model/outcome.ts'
import type { StandardDefinitions } from './validation/more-definitions.ts'
import type { Clock, CodeSets, IdSource, Published, Signer, Terminology, Validator } from './model/ports.ts'
import type { SigningAdmissions } from './model/signing-keys.ts'
import { createPrinter } from './printing/printer.ts'
import { createAuthenticate } from './security/authenticate.ts'
import { createClientAuthentication } from './security/client-authentication.ts'
import { createAppTokenDesk } from './security/app-tokens.ts'
import { createAuthorizeDesk } from './security/authorize.ts'
import { createIdTokens, newIdTokenKey } from './security/id-tokens.ts'
import { createTokenDesk } from './security/oauth.ts'
import { createPasswords, type Passwords } from './security/password.ts'
import type { ReadTests } from './security/scopes.ts'
import { ABSOLUTE_MS, cookieNames, IDLE_MS } from './security/sessions.ts'
import { createSignInDesk } from './security/sign-in.ts'
import { secretFile } from './signing/secret-file.ts'
import { createSoftKeySigner } from './signing/soft-key.ts'
import { createAppStore } from './store/apps/apps.ts'
import { createAccountStore } from './store/people/accounts.ts'
import { createAuditLog } from './store/audit/log.ts'
import { createBulkExports } from './store/bulk/exports.ts'
import { createBulkImports } from './store/bulk/imports.ts'
import { createCareRelations } from './store/people/care-relations.ts'
import { createClientRegistry } from './store/people/client-registry.ts'
import type { Database } from './store/connection/database.ts'
import { createDocumentStore } from './store/documents.ts'
import { createDeviceQueue } from './store/devices.ts'
import { createDraftStore } from './store/drafts.ts'
import { createFavourites } from './store/favourites.ts'
import { createSafetyAlerts } from './store/safety-alerts.ts'
import { patientOf } from './store/read/patient-compartment.ts'
import { createReadiness } from './store/connection/readiness.ts'
import { createRecords } from './store/records.ts'
import { fitsLimit } from './store/read/fits-limit.ts'
import { createResourceStore } from './store/resource-store.ts'
import { createSessionStore } from './store/people/sessions.ts'
import { createSealStore, createSettingStore } from './store/people/settings.ts'
import { createSetupStore } from './store/people/setup.ts'
import { createSignInStore } from './store/people/sign-in.ts'
import { signingHooks } from './store/write/signing-hooks.ts'
import { createSigningKeyStore } from './store/people/signing-keys.ts'
import { subscriptionHooks } from './store/subscription/rows.ts'
import { createSubscriptions } from './store/subscription/subscriptions.ts'
import { createSystemClientStore } from './store/people/system-clients.ts'
import { createDefinitionSource } from './store/definition-source.ts'
import { createCosigning } from './store/cosigning.ts'
import { createVisitAidStore } from './store/visit-aids.ts'
import { createTerminologySource } from './store/terminology-source.ts'
import { createImporter } from './terminology/importer.ts'
import { createTerminologyService } from './terminology/codes/service.ts'
import { openStandard, type StandardTerminology } from './terminology/codes/standard.ts'
import { createTerminology } from './terminology/terminology.ts'
import { openDefinitions } from './validation/definitions.ts'
import { createMoreDefinitions } from './validation/more-definitions.ts'
import { ANY_R4, openStandardDefinitions } from './validation/standard-definitions.ts'
import { createFhirPath } from './validation/client-fhirpath.ts'
import { createValidator } from './validation/validator.ts'

export interface SiteDeps {
  readonly site: Site
  readonly config: Config
  readonly database: Database
  readonly clock: Clock
  readonly ids: IdSource
  /** In place of the one that asks the policy; for tests of what still holds without it. */
  readonly gate?: Gate
}

/** Folder of the built web app. */
export const WEB_ROOT = fileURLToPath(new URL('../web/dist', import.meta.url))

const createStores = ({ database, clock, ids, config, site }: SiteDeps, keys: { readonly cursor: Uint8Array; readonly subscription: Uint8Array }, codes: CodeSets) => {
  const cursorKey = keys.cursor
  const storeOptions = { database, clock, cursorKey, codes, timeZone: config.timeZone, bases: config.bases, journal: site === 'hospital', ...signingHooks({ database, clock }), subscriptions: subscriptionHooks({ tenant: database.tenant, key: keys.subscription }) }
  return {
    accounts: createAccountStore({ database, clock }),
    apps: createAppStore({ database, clock, life: { idleMs: IDLE_MS, absoluteMs: ABSOLUTE_MS } }),
    audit: createAuditLog({ database, clock }),
    care: createCareRelations({ database, clock }),
    clients: createSystemClientStore({ database, clock }),
    documents: createDocumentStore({ database }),
    drafts: createDraftStore({ database, clock }),
    favourites: createFavourites({ database }),
    alerts: createSafetyAlerts({ database }),
    aids: createVisitAidStore({ database, clock }),
    cosigning: createCosigning({ database, clock }),
    keys: createSigningKeyStore({ database, clock, ids }),
    records: createRecords({ database, clock, cursorKey, codes, timeZone: config.timeZone, bases: config.bases }),
    seals: createSealStore({ database, clock }),
    sessions: createSessionStore({ database }),
    settings: createSettingStore({ database, clock }),
    signIn: createSignInStore({ database }),
    subscriptions: createSubscriptions({ database, clock, may: mayRead }),
    setup: createSetupStore(storeOptions),
    store: createResourceStore(storeOptions),
  }
}

/** What seeding needs beside the stores. */
export interface SiteDesks {
  readonly passwords: Passwords
  readonly hospital: HospitalInfo
  readonly terminology: Terminology
  readonly validator: Validator
  readonly checks: Checks
  /** undefined at the data center. */
  readonly signer: (Signer & SigningAdmissions) | undefined
}

/** Everything of a site; the stores too, for seeding and for tests. */
export type SiteParts = ReturnType<typeof createStores> & Pick<AppDeps, 'findOrigins' | 'sockets' | 'presence' | 'countSubscriptions' | 'site' | 'config' | 'routes' | 'authenticate' | 'noteRefusal' | 'ids' | 'readiness'> & { readonly desks: SiteDesks }
  & { /** Lets devices call and sends them orders; where they call, when anybody may. */ readonly startDevices: Devices['start']; /** Ends what the parts opened themselves; the database is its opener's. */ readonly close: () => Promise<void> }

/** R4's own terminology, profiles and types, by canonical or id. */
const createPublished = (terminology: StandardTerminology, definitions: StandardDefinitions): Published => ({
  async find(type, by) {
    if (type === 'StructureDefinition') return 'id' in by ? definitions(ANY_R4 + by.id) : by.version === undefined || by.version === '4.0.1' ? definitions(by.url) : undefined
    return (await terminology()).find((one) => one.type === type && ('id' in by ? one.id === by.id : one.url === by.url && (by.version === undefined || one.version === by.version)))?.text
  },
})

/** Across every page that the training hospital prints. */
const TRAINING_STAMP = 'TẬP HUẤN - KHÔNG CÓ GIÁ TRỊ'

/** Kept, so that a page's "next" is still good after a restart and at the other processes of the site. */
const readCursorKey = (secrets: string): Promise<Uint8Array> => secretFile(secrets, 'cursor-key', async () => randomBytes(32))

export const composeSite = async (deps: SiteDeps): Promise<SiteParts> => {
  const { site, config, database, clock, ids } = deps
  const { tenant } = database
  const { publicUrl, timeZone, demo, training } = config
  const cursorKey = await readCursorKey(config.secrets)
  const analytes = readAnalytes()
  const standard = openStandard([...analytes.all.map(({ code, name, nameEn }) => ({ code, en: nameEn, vi: name })), ...[...SUMMARY_SECTIONS, SUMMARY_TYPE].map(({ code, display, vi }) => ({ code, en: display, vi }))])
  const standardDefinitions = openStandardDefinitions()
  const codes = createTerminologyService({ standard, source: createTerminologySource({ database }), units: { isUnit, canonicalUnit }, clock, ids, timeZone })
  const stores = createStores(deps, { cursor: cursorKey, subscription: await readSubscriptionKey(config.secrets) }, codes)
  const { accounts, apps, audit, care, clients, documents, drafts, keys, records, seals, sessions, settings, setup, signIn, store } = stores

  const names = cookieNames(training ? 'training' : site, publicUrl)
  const passwords = createPasswords()
  const desk = createSignInDesk({ tenant, store: signIn, passwords, audit, clock })
  const readTests: ReadTests = (type, parameters) => parseLimitTests(type, parameters, { timeZone, bases: config.bases, now: clock.now() })
  const authentication = createClientAuthentication({ demo, audience: `${publicUrl}/oauth2/token`, tenant, clients, throttle: signIn, passwords, audit, clock })
  const issuer = publicUrl
  const audience = `${publicUrl}${FHIR_BASE}`
  const idTokens = createIdTokens({ key: await secretFile(config.secrets, 'id-token-key', async () => newIdTokenKey()), issuer, fhirBase: audience, clock })
  const authorize = createAuthorizeDesk({ apps, clients, audit, clock, ids, readTests, audience, issuer })
  const tokens = createTokenDesk({ apps, appTokens: createAppTokenDesk({ apps, audit, clock, idTokens }), authentication, clients, audit, clock, readTests })
  const hospital = createHospitalInfo({ tenant, store, seals })
  const siteName = createSiteName({ site, hospital })
  const signer = site === 'hospital'
    ? await createSoftKeySigner({ tenant, hospital: siteName, secrets: config.secrets, keys, clock, ids, ...(config.demoPin === undefined ? {} : { demoPin: config.demoPin }) })
    : undefined

  const authority = async (): Promise<string> => {
    if (signer === undefined) throw outcome('internal', { diagnostics: 'The data center signs no documents.' })
    return signer.authority()
  }
  const definitions = openDefinitions()
  const validator = createValidator(definitions, codes, createMoreDefinitions(definitions, createDefinitionSource({ database }), standardDefinitions))
  const terminology = createTerminology({ store, tenant, clock })
  const importer = createImporter({ store, refresh: () => terminology.refresh() })
  const checks = createChecks({ validator, terminology, store, tenant, clock, timeZone })
  const gate = deps.gate ?? createGate({ audit, care })
  const printer = createPrinter({ timeZone, ...(training && { stamp: TRAINING_STAMP }) })
  const exchange = await composeExchangeRoutes({ site, config, database, clock, ids, audit, cursorKey, siteName, authority })

  const devices = composeDevices(site === 'hospital' && !training ? config : { hl7: { ...config.hl7, port: undefined, devices: undefined } }, { store, audit, checks, analytes, ids, clock, timeZone, tenant, queue: createDeviceQueue({ database, clock }), hospital: siteName })

  const pictures = composePictures({ pacs: site === 'hospital' && !training ? config.pacs : undefined }, { store, audit, gate, clock })

  const recordEvents = createRecorder(audit)
  const addressOf = createAddressOf(config.proxies)
  const authenticate = createAuthenticate({ tenant, names, publicUrl, sessions, clients, apps, clock, readTests })
  const findCaller = createFindCaller(tenant, clients, readTests)

  const routes: Route[] = [
    ...siteRoutes({ site, demo, training, trainingAt: training ? undefined : config.trainingUrl, timeZone, version: packageJson.version, hospital, setup }),
    ...setupRoutes({ site, tenant, demo, publicUrl, setup, throttle: signIn, audit, validator, passwords, ids, clock }),
    ...sessionRoutes({ site, demo, training, publicUrl, names, desk, sessions, accounts, settings, passwords, audit, hospital, siteName, pictures: pictures.pacs !== undefined, ...(signer === undefined ? {} : { signer }) }),
    ...oauthRoutes({ tokens, publicUrl }),
    ...discoveryRoutes({ publicUrl, idTokens }),
    ...authorizeRoutes({ clients, audience, issuer }),
    ...appRoutes({ desk: authorize, apps, sessions, store, gate, audit, names }),
    ...draftRoutes({ drafts, audit }),
    ...offlineReadingRoutes({ store, audit }),
    ...termsRoutes({ terminology, clock, timeZone }),
    ...codeListRoutes({ importer }),
    ...adminAuditRoutes({ audit, clock, timeZone }),
    ...patientRoutes({ store, audit }),
    ...breakGlassRoutes({ care, store, clock }),
    ...queueRoutes({ store, audit, drafts, clock, timeZone }),
    ...registrationRoutes({ tenant, store, audit, checks, validator, ids, clock, timeZone, hospital, printer }),
    ...adminClientRoutes({ registry: createClientRegistry({ database, clock }), passwords, readTests }),
    ...adminDepartmentRoutes({ store, validator, terminology, clock, ids, timeZone }),
    ...adminHospitalRoutes({ store, seals, audit, validator, hospital }),
    ...(signer === undefined ? [] : adminStaffRoutes({ accounts, passwords, store, validator, ids, signer, audit, hospital })),
    ...(signer === undefined ? [] : composeVisitRoutes({
      config, store, documents, drafts, favourites: stores.favourites, aids: stores.aids, alerts: stores.alerts, cosigning: stores.cosigning, accounts, guesses: signIn, audit, gate, checks, validator, terminology, printer, hospital, signer, desk, deviceCookie: names.device, ids, clock,
    })),
    ...composeLaboratoryRoutes({ store, audit, gate, checks, printer, ids, clock, timeZone, analytes, findSent: devices.findSent }),
    ...devices.routes,
    ...pictures.routes,
    // what is practised at the training hospital leaves it in no way, and nobody can enrol it
    ...(training ? trainingRoutes({ audit, settings, clock }) : exchange.routes),
    ...fhirRoutes({
      site, store, records, clock, timeZone, audit, gate, checks, ids, publicUrl, bases: config.bases, terminology: codes, published: createPublished(standard, standardDefinitions), source: async () => (await siteName()) || `Tenant ${tenant}`, version: packageJson.version, started: clock.now().toISOString(),
      imports: createBulkImports({ database, clock, folder: config.uploads }), exports: createBulkExports({ database, clock, timeZone, bases: config.bases, codes }),
      openFhirPath: createFhirPath(), subscriptionRows: stores.subscriptions, recordEvents, later: createLaterDesk({ clock, findCaller }),
      subscriptions: createSubscriptionDesk({ gate, clock, timeZone, bases: config.bases, origins: config.subscriptionEndpoints }),
      isUnderWay,
      patientOf: (resource, { type, id }) => patientOf(resource, type, id, config.bases),
      fitsLimit: (resource, limit) => fitsLimit(resource, limit, { timeZone, bases: config.bases }),
    }),
  ]
  return {
    ...stores, site, config, ids, routes,
    desks: { passwords, hospital, terminology, validator, checks, signer },
    authenticate,
    ...(site === 'hospital' && {
      findOrigins: createFindOrigins(apps),
      countSubscriptions: () => stores.subscriptions.count(),
      presence: createPresenceSockets({ store, gate, audit, authenticate, addressOf, publicUrl }),
      sockets: createSockets({
        path: `${FHIR_BASE}${SOCKET_PATH}`, publicUrl, authenticate, addressOf, subscriptions: stores.subscriptions, findCaller, record: recordEvents, clock,
        build: (subscriber, type, events) => writeAs(buildNotification({ base: `${publicUrl}${FHIR_BASE}`, ids }, subscriber, { type, status: subscriber.status, events, at: clock.now() }), subscriber.plan.xml),
      }),
    }),
    noteRefusal: createRefusalNotes({ audit, clock }),
    readiness: createReadiness(database),
    startDevices: (log) => devices.start(log),
    async close() {
      await devices.close()
      pictures.close()
      await exchange.close()
    },
  }
}
