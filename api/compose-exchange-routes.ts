/** The routes of the exchange on one site: at a hospital how far its journal has come; at the center the receiver, the lists, reading in what hospitals sent, and the verify page's questions. */
import { rememberVerified } from './center/remember-verified.ts'
import { createCenterExchange, createHospitalExchange } from './compose-exchange.ts'
import type { Config } from './config.ts'
import { createCenterEnrolment, createHospitalEnrolment } from './exchange/enrolment.ts'
import { readTrustedCenter } from './exchange/node-key.ts'
import { readExchangeStatus } from './exchange/status.ts'
import { centerEnrolmentRoutes } from './http/center-enrolment.ts'
import { centerFhirRoutes } from './http/center-fhir.ts'
import { centerListRoutes } from './http/center-lists.ts'
import { exchangeReceiverRoutes } from './http/exchange-receiver.ts'
import { exchangeStatusRoutes } from './http/exchange-status.ts'
import { hospitalEnrolmentRoutes } from './http/hospital-enrolment.ts'
import type { Route, Site } from './http/route.ts'
import { verifyRoutes } from './http/verify.ts'
import type { EnrolledNode } from './model/exchange.ts'
import type { AuditLog, Clock, DocumentStore, IdSource, ResourceStore } from './model/ports.ts'
import { createVerifier } from './signing/verifier.ts'
import { createCenterDocuments } from './store/center/documents.ts'
import { createCenterLists } from './store/center/lists.ts'
import type { Database } from './store/connection/database.ts'
import { createDocumentStore } from './store/documents.ts'
import { enrolNode } from './store/center/node-registry.ts'
import { createResourceStore } from './store/resource-store.ts'
import { openTenantDatabases } from './store/connection/tenant-databases.ts'

export interface ExchangeRouteDeps {
  readonly site: Site
  readonly config: Pick<Config, 'secrets' | 'timeZone' | 'publicUrl' | 'bases' | 'centerUrl' | 'appDatabaseUrl'>
  readonly database: Database
  readonly clock: Clock
  readonly ids: IdSource
  readonly audit: AuditLog
  /** At a hospital: its name, and the authority behind its doctors' signatures. */
  readonly siteName: () => Promise<string>
  readonly authority: () => Promise<string>
  /** 32 bytes: pages of the center's searches go on after a restart. */
  readonly cursorKey: Uint8Array
}

/** `close` ends the center's pools of the hospitals; at a hospital it does nothing. */
export interface ExchangeRoutes { readonly routes: Route[]; close(): Promise<void> }

export const composeExchangeRoutes = (deps: ExchangeRouteDeps): Promise<ExchangeRoutes> => (deps.site === 'hospital' ? atHospital(deps) : atCenter(deps))

const atHospital = async ({ config, database, clock, ids, audit, siteName, authority }: ExchangeRouteDeps): Promise<ExchangeRoutes> => {
  const exchange = await createHospitalExchange({ database, secrets: config.secrets, clock, ids })
  const enrolment = createHospitalEnrolment({ tenant: database.tenant, secrets: config.secrets, fixedUrl: config.centerUrl, name: async () => (await siteName()) || `Bệnh viện ${database.tenant}`, authority })
  const center = async (): Promise<string> => config.centerUrl ?? (await readTrustedCenter(config.secrets))?.url ?? ''
  return {
    routes: [...exchangeStatusRoutes({ status: () => readExchangeStatus(exchange), center }), ...hospitalEnrolmentRoutes({ enrolment, audit })],
    close: () => Promise.resolve(),
  }
}

const atCenter = async ({ config, database, clock, audit, cursorKey }: ExchangeRouteDeps): Promise<ExchangeRoutes> => {
  const tenants = openTenantDatabases({ url: config.appDatabaseUrl ?? '', name: 'emr-center-hospital' })
  const store = { timeZone: config.timeZone, bases: config.bases }
  const { receiver, registry } = await createCenterExchange({ database, databaseOf: (tenant) => tenants.of(tenant), secrets: config.secrets, clock, store })

  /** No pool is ever opened for a number that is no hospital here. */
  const nodeOf = async (tenant: number): Promise<EnrolledNode | undefined> => (await registry.list()).find((node) => node.tenant === tenant)
  const databaseOf = async (tenant: number): Promise<Database | undefined> => (await nodeOf(tenant) === undefined ? undefined : tenants.of(tenant))
  const documentsOf = async (tenant: number): Promise<DocumentStore | undefined> => {
    const hospital = await databaseOf(tenant)
    return hospital && createDocumentStore({ database: hospital })
  }
  const storeOf = async (tenant: number): Promise<ResourceStore | undefined> => {
    const hospital = await databaseOf(tenant)
    return hospital && createResourceStore({ ...store, database: hospital, clock, cursorKey, journal: false })
  }
  const trust = async () => (await registry.list()).map(({ tenant, authorityPem }) => ({ tenant, authorityPem, revoked: [] }))
  const verifier = rememberVerified(createVerifier({ trust, now: () => clock.now() }), { now: () => clock.now() })
  const documents = createCenterDocuments({ database, documentsOf })
  return {
    routes: [
      ...exchangeReceiverRoutes({ receiver }),
      ...centerEnrolmentRoutes({ enrolment: createCenterEnrolment({ secrets: config.secrets, registry, enrol: (caller, enrolment) => enrolNode(database, enrolment, clock, caller) }) }),
      ...centerListRoutes({ lists: createCenterLists(database), audit, documentsOf, verifier }),
      ...centerFhirRoutes({ audit, storeOf, publicUrl: config.publicUrl }),
      ...verifyRoutes({ documents, verifier, clock, site: 'center', hospitalName: async ({ tenant }) => (await nodeOf(tenant))?.name ?? '' }),
    ],
    close: () => tenants.close(),
  }
}
