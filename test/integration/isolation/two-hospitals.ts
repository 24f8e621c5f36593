/** Two hospitals in one database; the second is full of words that nobody of the first may ever be answered. */
import { createIds, systemClock } from '#api/model/ids.ts'
import { objectFromPlain } from '#api/model/json.ts'
import type { Caller } from '#api/model/ports.ts'
import { composeBulk } from '#api/compose-bulk.ts'
import { createBulkExports } from '#api/store/bulk/exports.ts'
import { createBulkImports } from '#api/store/bulk/imports.ts'
import { sealAuditChain } from '#api/store/audit/chain.ts'
import { createPasswords } from '#api/security/password.ts'
import { seedHospital } from '#infra/seed/seed-site.ts'
import type { Department, DocumentRow } from '#api/model/site.ts'
import { CODE_SYSTEM, LOINC, SID } from '#api/model/systems.ts'
import { testSite, TEST_PASSWORD, TEST_PIN, type TestSite } from '#test/support/app.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { findCodes, openClient, signVisit } from '#test/simulation/crash/hospital-client.ts'
import { APP_ADDRESS, type Target } from './requests.ts'

/** Stands in every text of the second hospital that a person typed. */
export const CANARY = 'Hoàng Yến Bí Mật'
/** Folded, as a search row or a file name might show it. */
export const CANARIES = [CANARY, 'hoang yen bi mat', 'HOÀNG YẾN', 'hoang-yen'] as const

/** What stands in no database, in the shape of the second hospital's: its number. */
export const NOWHERE = 903

export interface TwoHospitals {
  readonly databases: TestDatabase
  readonly mine: TestSite
  readonly other: TestSite
  /** The second hospital's ids and words. */
  readonly there: Target
  /** As many ids and words that exist nowhere. */
  readonly nowhere: Target
  close(): Promise<void>
}

/** A finished export and a finished import of the second hospital, of the client that the probes know. */
async function bulkCanaries(other: TestSite): Promise<string[]> {
  const caller: Caller = { ...other.internal, actor: { kind: 'system', tenant: 902, client: 'canary-client', scopes: ['system/*.cruds'] } }
  const options = { database: other.database, clock: systemClock, timeZone: 'UTC', bases: [] }
  const id = createIds(systemClock).uuid()
  await createBulkExports(options).start(caller, { id, request: `urn:${CANARY}`, wish: { scope: { kind: 'system' }, types: ['Patient'], filters: {}, elements: [] } })
  const sent = createIds(systemClock).uuid()
  await createBulkImports({ ...options, folder: other.config.uploads }).receive(caller, { id: sent, request: `urn:${CANARY}` }, (async function* () { yield Buffer.from('{}') })())
  const bulk = composeBulk({ config: other.config, database: other.database, settle: 0 })
  for (const work of [bulk.exportSome, bulk.importSome]) while (await work() !== 'idle') { /* until it is done */ }
  await bulk.close()
  return [id, sent]
}

/** A Subscription of the second hospital with an event, of the same client. */
async function subscriptionCanary(other: TestSite): Promise<string> {
  const id = createIds(systemClock).uuid()
  const plan = { changes: ['C', 'U'], filters: [{ type: 'Patient', searches: [[]] }], channel: 'rest-hook', endpoint: `https://${encodeURIComponent(CANARY)}.example`, xml: false, content: 'none', timeout: 10, maxCount: 1 }
  await other.database.pool.query(`
    insert into subscription (tenant, id, client, scopes, plan, channel, status, error, shown_status, shown_error, made) values (902, $1, 'canary-client', '{system/*.cruds}', $2, 'rest-hook', 'off', $3, 'off', $3, 1)`, [id, JSON.stringify(plan), CANARY])
  await other.database.pool.query(`insert into subscription_event (tenant, id, number, rtype, rid, ver, method, at) select tenant, $1, 1, rtype, rid, ver, method, ts from resource where tenant = 902 order by rid limit 1`, [id])
  return id
}

const credentials = { password: TEST_PASSWORD, pin: TEST_PIN }

async function openSite(databases: TestDatabase, tenant: number): Promise<TestSite> {
  const site = await testSite({ tenant, databases, environment: { EMR_APP_DATABASE_URL: databases.appUrl } })
  await seedHospital({ config: site.config, credentials })
  return site
}

const canaryBundle = (department: string): object => {
  const subject = { reference: 'urn:uuid:0000000a-0000-4000-8000-000000000001' }, encounter = { reference: 'urn:uuid:0000000a-0000-4000-8000-000000000002' }
  const post = (resource: { resourceType: string }, fullUrl?: string): object => ({ ...(fullUrl ? { fullUrl } : {}), resource, request: { method: 'POST', url: resource.resourceType } })
  return {
    resourceType: 'Bundle', type: 'transaction',
    entry: [
      post({ resourceType: 'Patient', name: [{ text: CANARY, family: 'Hoàng', given: ['Yến', 'Bí', 'Mật'] }], gender: 'female', birthDate: '1980-01-02', identifier: [{ system: SID.citizen, value: '001180999999' }], address: [{ text: CANARY }] } as { resourceType: string }, subject.reference),
      post({ resourceType: 'Encounter', status: 'in-progress', class: { system: CODE_SYSTEM.encounterClass, code: 'AMB' }, subject, reasonCode: [{ text: CANARY }], serviceProvider: { reference: `Organization/${department}` } } as { resourceType: string }, encounter.reference),
      post({ resourceType: 'Observation', status: 'final', code: { coding: [{ system: CODE_SYSTEM.loinc, code: LOINC.history.code }] }, subject, encounter, valueString: CANARY } as { resourceType: string }),
      post({ resourceType: 'AllergyIntolerance', patient: subject, code: { text: CANARY }, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] } } as { resourceType: string }),
      post({ resourceType: 'DocumentReference', status: 'current', subject, description: CANARY, content: [{ attachment: { title: CANARY } }] } as { resourceType: string }),
      post({ resourceType: 'Practitioner', name: [{ text: CANARY }] } as { resourceType: string }),
      post({ resourceType: 'Location', name: CANARY } as { resourceType: string }),
      post({ resourceType: 'CodeSystem', status: 'active', content: 'complete', url: 'urn:canary', version: '1', title: CANARY, concept: [{ code: 'x', display: CANARY }] } as { resourceType: string }),
    ],
  }
}

/** A visit of a canary patient, signed in the second hospital over real HTTP: one document stays, one is taken away again, so that it is genuine and stored nowhere. */
async function signCanary(other: TestSite): Promise<{ encounter: string; patient: string; document: DocumentRow; pdf: Uint8Array; gone: DocumentRow; gonePdf: Uint8Array; department: string }> {
  const base = await other.listen()
  const [desk, doctor] = await Promise.all([openClient(base, 'tiepdon', TEST_PASSWORD), openClient(base, 'bacsi', TEST_PASSWORD)])
  const clinic = (await desk.get<Department[]>('/api/departments')).find((d) => d.kind === 'clinic')
  if (!clinic) throw new Error('no clinic')
  const registered = await desk.post<{ encounter: string; patient: string }>('/api/registrations', objectFromPlain({
    patient: { resourceType: 'Patient', active: true, name: [{ use: 'official', text: `${CANARY} Hai`, family: 'Hoàng', given: ['Yến'] }], gender: 'female', birthDate: '1981-02-03', identifier: [{ system: SID.citizen, value: '001181888888' }] },
    department: clinic.id, reason: CANARY, requestId: crypto.randomUUID(),
  }))
  const signed = await signVisit(doctor, registered.encounter, await findCodes(doctor), TEST_PIN)
  const [document, gone] = signed.documents
  if (!document || !gone) throw new Error('two documents were to be signed')
  const [pdf, gonePdf] = [await doctor.bytes(`/api/documents/${document.id}/pdf`), await doctor.bytes(`/api/documents/${gone.id}/pdf`)]
  await other.databases.asOwner(902, 'delete from document where id = $1', [gone.id])
  return { encounter: registered.encounter, patient: registered.patient, document, pdf, gone, gonePdf, department: clinic.id }
}

/** Every id replaced by one that nobody has. */
const emptied = (target: Target, gone: { document: DocumentRow; stands: DocumentRow; pdf: Uint8Array }): Target => {
  const ids = createIds(systemClock)
  const made = new Map<string, string>([[gone.stands.id, gone.document.id], [gone.stands.code, gone.document.code], ['visit-canary', 'visit-nobody'], ['902', String(NOWHERE)], [target.client, 'nobody-client'], [target.app, 'nobody-app']])
  const instead = (id: string): string => {
    const known = made.get(id) ?? ids.uuid()
    made.set(id, known)
    return known
  }
  const KEPT = ['type', 'preview', 'number', 'index', 'opened', 'series', 'file']
  return {
    tenant: NOWHERE, ids: Object.fromEntries(Object.entries(target.ids).map(([name, known]) => [name, KEPT.includes(name) ? known : known.map(instead)])),
    resources: target.resources.map(({ type, id }) => ({ type, id: instead(id) })),
    patient: instead(target.patient), encounter: instead(target.encounter), department: instead(target.department), account: instead(target.account),
    name: 'Đặng Xuyến', citizen: '001180777777', login: 'nobody', client: 'nobody-client', app: 'nobody-app', pdf: gone.pdf, signedAt: gone.document.signedAt,
  }
}

export async function openTwoHospitals(): Promise<TwoHospitals> {
  const databases = await testDatabase()
  const mine = await openSite(databases, 901)
  const other = await openSite(databases, 902)
  const signed = await signCanary(other)
  const system = await other.system()
  const loaded = await system.post('/fhir/R4', canaryBundle(signed.department))
  if (loaded.status !== 200) throw new Error(`canaries: ${loaded.status} ${loaded.text}`)
  const locations = loaded.json<{ entry: { response: { location: string } }[] }>().entry.map((e) => e.response.location.replace(/^.*\/fhir\/R4\//, '').split('/'))
  const resources = [...locations.map(([type = '', id = '']) => ({ type, id })), { type: 'Encounter', id: signed.encounter }, { type: 'Patient', id: signed.patient }]
  const person = await other.person({ login: 'canary', name: CANARY, grants: [{ role: 'doctor', department: signed.department }] })
  await person.put('/api/drafts/visit-canary', { body: CANARY, base: 0 })
  await other.parts.clients.save({ client: 'canary-client', name: CANARY, secret: await createPasswords().hash(TEST_PASSWORD), scopes: ['system/*.cruds'], active: true })
  await other.parts.clients.save({ client: 'canary-app', name: CANARY, secret: '', scopes: ['launch', 'launch/patient', 'patient/*.rs'], active: true, app: { public: true, redirectUris: [APP_ADDRESS], launchUrl: APP_ADDRESS } })
  const aid = createIds(systemClock).uuid()
  await other.parts.aids.create(other.internal, { id: aid, scope: 'hospital', owner: '', name: CANARY, body: { kind: 'phrase', text: CANARY } })
  await other.parts.seals.save(other.internal, new Uint8Array(60), { action: 'U', interaction: 'seal-change', outcome: 'success' })
  await sealAuditChain(other.database)
  const of = (type: string): string[] => resources.filter((r) => r.type === type).map((r) => r.id)
  const there: Target = {
    tenant: 902, resources, patient: of('Patient')[0] ?? '', encounter: of('Encounter')[0] ?? '', department: of('Location')[0] ?? '', account: person.account,
    name: 'Hoàng Yến', citizen: '001180999999', login: 'canary', client: 'canary-client', app: 'canary-app', pdf: signed.pdf, signedAt: signed.document.signedAt,
    ids: {
      encounter: of('Encounter'), patient: of('Patient'), account: [person.account], key: ['visit-canary'], code: [signed.document.code], tenant: ['902'], preview: ['0'], index: ['0'], opened: ['0'], series: ['0'],
      job: await bulkCanaries(other), file: ['1'], client: ['canary-client', 'canary-app'],
      id: [...resources.map((r) => r.id), signed.document.id, aid, await subscriptionCanary(other)], type: [...new Set(resources.map((r) => r.type))],
    },
  }
  return {
    databases, mine, other, there, nowhere: emptied(there, { stands: signed.document, document: signed.gone, pdf: signed.gonePdf }),
    async close() {
      await mine.close()
      await other.close()
      await databases.close()
    },
  }
}
