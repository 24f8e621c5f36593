/** $lastn: the last observations of each code. http://hl7.org/fhir/R4/observation-operation-lastn.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const L = 'http://loinc.org'
const VITAL = [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }]
const coding = (...codes: string[]): object => ({ coding: codes.map((code) => ({ system: L, code })) })

const observation = (id: string, code: object, time: string | undefined, more: object = {}): object =>
  ({ resourceType: 'Observation', id, status: 'final', category: VITAL, code, subject: { reference: 'Patient/an' }, ...(time && { effectiveDateTime: time }), ...more })

const RECORD: readonly object[] = [
  { resourceType: 'Patient', id: 'an' }, { resourceType: 'Patient', id: 'binh' },
  ...['01', '02', '03'].map((day) => observation(`t-${day}`, coding('8310-5'), `2026-03-${day}T08:00:00+07:00`)),
  // the same instant as the one before it, in another zone
  observation('t-02-b', coding('8310-5'), '2026-03-02T01:00:00Z'),
  observation('wrong', coding('8867-4'), '2026-03-09', { status: 'entered-in-error' }), observation('pulse', coding('8867-4'), '2026-03-08'),
  // what b shares with a and c makes them one group
  observation('a', coding('A'), '2026-02-01'), observation('b', coding('A', 'B'), '2026-02-02'), observation('c', coding('B'), '2026-02-03'), observation('d', coding('C', 'B'), '2026-01-15'),
  observation('lone', { coding: [{ system: 'urn:x', code: 'B' }] }, '2026-02-01'),
  observation('text-1', { text: 'Da niêm mạc' }, '2026-01-01'), observation('text-2', { text: 'Da niêm mạc' }, '2026-01-02'), observation('text-3', { text: 'da niêm mạc' }, '2026-01-01'),
  observation('undated-1', coding('U'), undefined), observation('undated-2', coding('U'), undefined),
  observation('other', coding('8310-5'), '2026-03-30', { subject: { reference: 'Patient/binh' } }),
  observation('inside', coding('IN'), '2026-03-01', { contained: [{ resourceType: 'Practitioner', id: 'in', name: [{ family: 'Trong' }] }], performer: [{ reference: '#in' }], category: [{ text: 'x' }] }), observation('outside', coding('IN'), '2026-03-02', { category: [{ text: 'x' }] }),
  observation('lab', coding('8310-5'), '2026-03-29', { category: [{ text: 'Xét nghiệm' }], valueQuantity: { value: 1, unit: 'Cel' } }),
]

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  const entry = RECORD.map((resource) => ({ resource, request: { method: 'PUT', url: `${(resource as { resourceType: string }).resourceType}/${(resource as { id: string }).id}` } }))
  const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry })
  expect(answer.status, answer.text).toBe(200)
})
afterAll(() => site.close())

const ids = (answer: TestAnswer): string[] => {
  expect(answer.status, answer.text).toBe(200)
  return (answer.json<{ entry?: { resource: { id: string } }[] }>().entry ?? []).map(({ resource }) => resource.id)
}
const last = async (query: string, caller = client): Promise<string[]> => ids(await caller.get(`${BASE}/Observation/$lastn?${query}`))

describe('the last observations', () => {
  it('are the newest of each code, newest first, those entered in error too', async () => {
    expect((await last('patient=an&category=vital-signs')).toSorted()).toEqual(['c', 'lone', 't-03', 'text-2', 'text-3', expect.stringMatching(/^undated-/), 'wrong'])
    expect((await last('patient=an&category=vital-signs')).slice(0, 3)).toEqual(['wrong', 't-03', 'c'])
    expect(await last(`patient=an&code=${L}|8867-4&status=final`)).toEqual(['pulse'])
    expect(await last('patient=an&code=IN&performer:Practitioner.family=trong')).toEqual(['inside'])
  })
  it('are as many of each as is asked for, and more where the last ones are of one time', async () => {
    expect((await last(`subject=Patient/an&code=${L}|8310-5&category=vital-signs&max=2`)).toSorted()).toEqual(['t-02', 't-02-b', 't-03'])
    expect(await last(`subject=Patient/an&code=${L}|8310-5&category=vital-signs&max=1`)).toEqual(['t-03'])
    expect(await last('patient=an&code=U&max=1')).toHaveLength(1)
  })
  it('take codes for the same that share a coding, step by step, and texts as they are written', async () => {
    expect(await last('patient=an&code=A,B')).toEqual(['c', 'lone'])
    expect((await last('patient=an&code=A,B&max=3')).toSorted()).toEqual(['a', 'b', 'c', 'lone'])
    expect((await last('patient=an&category=vital-signs&date=lt2026-02-01')).toSorted()).toEqual(['d', 'text-2', 'text-3'])
  })
  it('are bounded by any search parameter, and asked for by POST and HEAD too', async () => {
    expect(await last(`patient=an&code=${L}|8310-5&date=le2026-03-02&category=vital-signs&max=1`)).toEqual(expect.arrayContaining(['t-02', 't-02-b']))
    const sent = await client.post(`${BASE}/Observation/$lastn`, { resourceType: 'Parameters', parameter: [{ name: 'patient', valueString: 'an' }, { name: 'code', valueString: `${L}|8310-5` }, { name: 'max', valuePositiveInt: 2 }] })
    expect(ids(sent)).toEqual(['lab', 't-03'])
    const head = await client.call('HEAD', `${BASE}/Observation/$lastn?patient=an&code=U`)
    expect([head.status, head.text]).toEqual([200, ''])
  })
  it('are also a named query, by GET, POST and in a batch; of a name that is none the search is refused', async () => {
    const wanted = await last(`patient=an&code=${L}|8310-5&max=2`)
    const query = `_query=latest&patient=an&code=${encodeURIComponent(`${L}|8310-5`)}&max=2`
    expect(ids(await client.get(`${BASE}/Observation?${query}`))).toEqual(wanted)
    expect(ids(await client.call('POST', `${BASE}/Observation/_search`, { body: query, type: 'application/x-www-form-urlencoded' }))).toEqual(wanted)
    const batch = await client.post(BASE, { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: `Observation?${query}` } }] })
    expect(batch.json<{ entry: { resource: { entry: unknown[] } }[] }>().entry[0]?.resource.entry).toHaveLength(wanted.length)
    for (const [url, lenient] of [['Observation?_query=nothing', true], ['Observation?_query=lastn&patient=an&code=U', false], ['Patient?_query=latest', true], ['Patient/an/Observation?_query=latest', true], ['Observation?_query=latest&_query=latest', true], ['?_query=latest', true]] as const) {
      expect([url, (await client.get(`${BASE}/${url}`, lenient ? { prefer: 'handling=lenient' } : {})).status]).toEqual([url, 400])
    }
  })
  it('need a subject and a code or category, and refuse what has no meaning here', async () => {
    for (const query of ['code=U', 'patient=an', 'patient=an&code=U&max=0', 'patient=an&code=U&max=1&max=2', 'patient=an&code=U&_sort=date', 'patient=an&code=U&_count=1', 'patient=an&code=U&shoe=44', '']) {
      expect([query, (await client.get(`${BASE}/Observation/$lastn?${query}`)).status]).toEqual([query, 400])
    }
    expect(await last('patient=nobody&code=U')).toEqual([])
    const lenient = await client.get(`${BASE}/Observation/$lastn?patient=an&code=U&shoe=44&max=2`, { prefer: 'handling=lenient' })
    expect(lenient.json<{ link: { url: string }[] }>().link.map(({ url }) => new URL(url).search)).toEqual(['?patient=an&code=U&max=2'])
  })
  it('are shown to a person as a search shows them, on record with the patient', async () => {
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa' }] })
    expect(await last('patient=an&code=U', doctor)).toEqual([])
    await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: 'an', department: 'khoa', account: null, kind: 'encounter', until: new Date(Date.now() + 3_600_000).toISOString() }))
    expect(await last(`patient=an,binh&code=${L}|8310-5`, doctor)).toEqual(['lab'])
    const [row] = await site.parts.audit.find({ patient: 'an', ...(doctor.account !== undefined && { account: doctor.account }), count: 1 })
    expect(row).toMatchObject({ interaction: 'search-type', type: 'Observation', detail: '$lastn (1)' })
    const reception = await site.person({ grants: [{ role: 'reception', department: 'khoa' }] })
    expect((await reception.get(`${BASE}/Observation/$lastn?patient=an&code=U`)).status).toBe(403)
  })
})
