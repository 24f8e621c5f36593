/** $diff: what changed between versions, what differs between two, as a patch that can be sent back. http://hl7.org/fhir/R4/fhirpatch.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Diff { resourceType: string; parameter?: { name: string; part: { name: string; valueCode?: string; valueString?: string }[] }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const body = (value: string, more = ''): string => `{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p"},"valueQuantity":{"value":${value}}${more}}`

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  for (const [id, family] of [['p', 'An'], ['q', 'Bình']]) expect((await client.put(`${BASE}/Patient/${id}`, { resourceType: 'Patient', id, name: [{ family }] })).status).toBe(201)
  for (const text of [body('1.50'), body('1.500'), body('1.500', ',"note":[{"text":"Ghi chú"}]')]) expect((await client.call('PUT', `${BASE}/Observation/o`, { body: text })).status).toBeLessThan(300)
})
afterAll(() => site.close())

const operations = (answer: TestAnswer): string[] => {
  expect(answer.status, answer.text).toBe(200)
  return (answer.json<Diff>().parameter ?? []).map(({ part }) => part.flatMap(({ valueCode, valueString }) => valueCode ?? valueString ?? []).slice(0, 2).join(' '))
}
const get = (path: string, caller = client): Promise<TestAnswer> => caller.get(`${BASE}/${path}`)

describe('$diff of versions', () => {
  it('is what the last version changed, or all since the one that is named', async () => {
    expect(operations(await get('Observation/o/$diff'))).toEqual(['add Observation'])
    const since = await get('Observation/o/$diff?fromVersion=1')
    expect(operations(since)).toEqual(['replace Observation.value.value', 'add Observation'])
    expect(since.text).toContain('"valueDecimal":1.500')
    expect(operations(await get('Observation/o/$diff?fromVersion=3'))).toEqual([])
    expect(operations(await get('Observation/o/$diff?fromVersion=2&includeMeta=true'))).toEqual(['replace Observation.meta.versionId', 'replace Observation.meta.lastUpdated', 'add Observation'])
  })
  it('makes the newer version of the older one when it is sent back as a patch', async () => {
    const diff = (await get('Observation/o/$diff?fromVersion=1')).text
    expect((await client.call('PUT', `${BASE}/Observation/o`, { body: body('1.50') })).status).toBe(200)
    expect((await client.call('PATCH', `${BASE}/Observation/o`, { body: diff })).status).toBe(200)
    expect(operations(await get('Observation/o/$diff?fromVersion=3'))).toEqual([])
  })
  it('refuses what would hold the server up', async () => {
    const long = (text: string): object => ({ resourceType: 'Basic', id: 'dai', code: { text: text.repeat(300_000) } })
    for (const text of ['a', 'b']) expect((await client.put(`${BASE}/Basic/dai`, long(text))).status).toBeLessThan(300)
    const answer = await get('Basic/dai/$diff')
    expect([answer.status, answer.text.includes('too-costly')]).toEqual([422, true])
  })
  it('refuses versions that are not there', async () => {
    expect((await get('Patient/p/$diff')).text).toContain('bad-parameter')
    for (const [path, status] of [['Observation/o/$diff?fromVersion=99', 404], ['Observation/o/$diff?fromVersion=x', 400], ['Observation/none/$diff', 404], ['Observation/o/$diff?from=1', 400]] as const) expect([path, (await get(path)).status]).toEqual([path, status])
  })
})

describe('$diff of two', () => {
  it('compares two of one type, or versions of them, asked of the base or of the type, by GET and POST', async () => {
    const wanted = ['replace Patient.id', 'replace Patient.name[0].family']
    for (const path of ['$diff?from=Patient/p&to=Patient/q', 'Patient/$diff?from=Patient/p/_history/1&to=Patient/q']) expect([path, operations(await get(path))]).toEqual([path, wanted])
    const parameter = [{ name: 'from', valueString: 'Patient/p' }, { name: 'to', valueString: 'Patient/q' }]
    expect(operations(await client.post(`${BASE}/$diff`, { resourceType: 'Parameters', parameter }))).toEqual(wanted)
  })
  it('refuses two of different types and what is no reference', async () => {
    for (const query of ['', 'from=Patient/p', 'from=Patient/p&to=Observation/o', 'from=Patient/p&to=x', 'from=Patient/p&to=Patient/q/_history/x', 'from=http://a.example/Patient/p&to=Patient/q']) expect([query, (await get(`$diff?${query}`)).status]).toEqual([query, 400])
    expect((await get('Observation/$diff?from=Patient/p&to=Patient/q')).status).toBe(400)
  })
})

describe('$diff, to a person', () => {
  it('is refused without a care relation for each of the two, and on record', async () => {
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa' }] })
    for (const path of ['Observation/o/$diff', 'Observation/o/$diff?fromVersion=1', '$diff?from=Observation/o/_history/1&to=Observation/o']) expect([path, (await get(path, doctor)).text.includes('break-glass-needed')]).toEqual([path, true])
    await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: 'p', department: 'khoa', account: null, kind: 'encounter', until: new Date(Date.now() + 3_600_000).toISOString() }))
    expect((await get('Observation/o/$diff?fromVersion=1', doctor)).status).toBe(200)
    const [row] = await site.parts.audit.find({ patient: 'p', ...(doctor.account !== undefined && { account: doctor.account }), count: 1 })
    expect(row).toMatchObject({ interaction: 'vread', detail: '$diff', outcome: 'success' })
  })
})
