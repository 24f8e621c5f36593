/** Two hospitals in one database; the second is full of words that nobody of the first may ever be answered. */
import { seedHospital } from '#infra/seed/seed-site.ts'
import type { Department, DocumentRow } from '#api/model/site.ts'
import { CODE_SYSTEM, LOINC, SID } from '#api/model/systems.ts'
import { testSite, TEST_PASSWORD, TEST_PIN, type TestSite } from '#test/support/app.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { findCodes, openClient, signVisit } from '#test/simulation/crash/hospital-client.ts'

/** Stands in every text of the second hospital that a person typed. */
export const CANARY = 'Hoàng Yến Bí Mật'
/** Folded, as a search row or a file name might show it. */
export const CANARIES = [CANARY, 'hoang yen bi mat', 'HOÀNG YẾN', 'hoang-yen'] as const

export interface TwoHospitals {
  readonly databases: TestDatabase
  readonly mine: TestSite
  readonly other: TestSite
  /** Ids of the second hospital, by the name of the path parameter that takes them. */
  readonly ids: Readonly<Record<string, readonly string[]>>
  /** Of each FHIR type that the second hospital holds. */
  readonly resources: readonly { readonly type: string; readonly id: string }[]
  readonly document: DocumentRow
  readonly pdf: Uint8Array
  close(): Promise<void>
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

/** A visit of a canary patient, signed in the second hospital over real HTTP. */
async function signCanary(other: TestSite): Promise<{ encounter: string; patient: string; document: DocumentRow; pdf: Uint8Array; department: string }> {
  const base = await other.listen()
  const [desk, doctor] = await Promise.all([openClient(base, 'tiepdon', TEST_PASSWORD), openClient(base, 'bacsi', TEST_PASSWORD)])
  const clinic = (await desk.get<Department[]>('/api/departments')).find((d) => d.kind === 'clinic')
  if (!clinic) throw new Error('no clinic')
  const { objectFromPlain } = await import('#api/model/json.ts')
  const registered = await desk.post<{ encounter: string; patient: string }>('/api/registrations', objectFromPlain({
    patient: { resourceType: 'Patient', active: true, name: [{ use: 'official', text: `${CANARY} Hai`, family: 'Hoàng', given: ['Yến'] }], gender: 'female', birthDate: '1981-02-03', identifier: [{ system: SID.citizen, value: '001181888888' }] },
    department: clinic.id, reason: CANARY, requestId: crypto.randomUUID(),
  }))
  const signed = await signVisit(doctor, registered.encounter, await findCodes(doctor), TEST_PIN)
  const [document] = signed.documents
  if (!document) throw new Error('nothing was signed')
  return { ...registered, document, pdf: await doctor.bytes(`/api/documents/${document.id}/pdf`), department: clinic.id }
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
  const of = (type: string): string[] => resources.filter((r) => r.type === type).map((r) => r.id)
  return {
    databases, mine, other, resources, document: signed.document, pdf: signed.pdf,
    ids: {
      encounter: of('Encounter'), patient: of('Patient'), account: [person.account], key: ['visit-canary'], code: [signed.document.code], tenant: ['902'], preview: ['0'], vid: ['1'], number: ['0'],
      id: [...resources.map((r) => r.id), signed.document.id, signed.department], type: [...new Set(resources.map((r) => r.type))],
    },
    async close() {
      await mine.close()
      await other.close()
      await databases.close()
    },
  }
}
