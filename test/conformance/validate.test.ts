/** $validate: modes, places, profiles; and who may ask. http://hl7.org/fhir/R4/resource-operation-validate.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'
import { ROWS } from './validate-rows.ts'

const BASE = '/fhir/R4'
const LINE = 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line'
const COLUMN = 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col'

interface Issue { severity: string; code: string; expression?: string[]; diagnostics?: string; details: { text: string; coding?: { code: string }[] }; extension?: { url: string; valueInteger: number }[] }

let site: TestSite
let client: TestCaller
beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(() => site.close())

const issuesOf = (answer: TestAnswer): Issue[] => {
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, ''])
  return answer.json<{ issue: Issue[] }>().issue
}
const asked = (resource: object | undefined, more: Record<string, string> = {}): object =>
  ({ resourceType: 'Parameters', parameter: [...Object.entries(more).map(([name, value]) => ({ name, [name === 'mode' ? 'valueCode' : 'valueUri']: value })), ...(resource ? [{ name: 'resource', resource }] : [])] })
const short = ({ severity, code, expression }: Issue): string => `${severity} ${code} ${(expression ?? []).join()}`
const versionOf = async (address: string): Promise<unknown> => (await client.get(`${BASE}/${address}`)).headers.etag

describe('the operation', () => {
  it('says that nothing is wrong, of a resource alone and in Parameters, and stores nothing', async () => {
    const before = (await client.get(`${BASE}/Patient?_summary=count`)).text
    for (const body of [{ resourceType: 'Patient', gender: 'male' }, asked({ resourceType: 'Patient', gender: 'male' }), asked({ resourceType: 'Patient', gender: 'male' }, { mode: 'create' })]) {
      expect(issuesOf(await client.post(`${BASE}/Patient/$validate`, body)).map(short)).toEqual(['information informational '])
    }
    expect((await client.get(`${BASE}/Patient?_summary=count`)).text).toBe(before)
  })
  it('names severity, kind and element of each problem, and the line and column in the text that was sent', async () => {
    const body = '{\n  "resourceType": "Observation",\n  "status": "done",\n  "code": { "text": "x" },\n  "valueQuantity": {"value": "3"},\n  "component": [{ "code": {"text": "a"} }, { "valueString": "b" }]\n}'
    const issues = issuesOf(await client.call('POST', `${BASE}/Observation/$validate`, { body }))
    const place = ({ extension = [] }: Issue): unknown => [LINE, COLUMN].map((url) => extension.find((one) => one.url === url)?.valueInteger)
    expect(issues.map((issue) => [short(issue), ...place(issue) as number[]])).toEqual([
      ['error code-invalid Observation.status', 3, 3], ['error value Observation.value.value', 5, 21], ['error required Observation.component[1].code', 6, 44],
    ])
    expect(issues[0]?.diagnostics).toContain('(line 3, column 3)')
    // inside of Parameters the lines are those of the whole text
    const wrapped = issuesOf(await client.call('POST', `${BASE}/Observation/$validate`, { body: `{"resourceType":"Parameters","parameter":[{"name":"resource",\n"resource":${body}}]}` }))
    expect(wrapped.map((issue) => [short(issue), ...place(issue) as number[]])[0]).toEqual(['error code-invalid Observation.status', 4, 3])
  })
  it('takes XML and answers XML', async () => {
    const answer = await client.call('POST', `${BASE}/Patient/$validate`, { body: '<Patient xmlns="http://hl7.org/fhir"><gender value="m"/></Patient>', type: 'application/fhir+xml', headers: { accept: 'application/fhir+xml' } })
    expect([answer.status, answer.text.includes('<expression value="Patient.gender"/>'), answer.text.includes(`<extension url="${LINE}"><valueInteger value="1"/></extension>`)]).toEqual([200, true, true])
  })
  it('names line and column of an element of XML, alone and inside of Parameters', async () => {
    const xml = '<Observation xmlns="http://hl7.org/fhir">\n  <contained>\n    <Patient><gender value="x"/></Patient></contained>\n  <status\n    value="done"/>\n  <code><text value="x"/></code>\n  <component><code><text value="a"/></code></component><component>\n    <valueString value="b"/></component>\n</Observation>'
    const sent = async (body: string): Promise<unknown[]> => issuesOf(await client.call('POST', `${BASE}/Observation/$validate`, { body, type: 'application/fhir+xml', headers: { accept: 'application/fhir+json' } }))
      .filter(({ code }) => code !== 'invariant').map((issue) => [short(issue), ...[LINE, COLUMN].map((url) => issue.extension?.find((one) => one.url === url)?.valueInteger)])
    const places = (down: number): unknown[] => [['error code-invalid Observation.contained[0].gender', 3 + down, 14], ['error code-invalid Observation.status', 4 + down, 3], ['error required Observation.component[1].code', 7 + down, 56]]
    expect(await sent(xml)).toEqual(places(0))
    expect(await sent(`<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="mode"/><valueCode value="create"/></parameter>\n<parameter><name value="resource"/><resource>${xml}</resource></parameter></Parameters>`)).toEqual(places(1))
  })
  it('judges a stored resource at its address, by GET and by POST, and a profile that is named', async () => {
    await client.put(`${BASE}/Patient/v-stored`, { resourceType: 'Patient', id: 'v-stored', gender: 'male' })
    const url = `${BASE}/Patient/v-stored/$validate`
    const profile = 'https://quany.example/fhir/StructureDefinition/vn-mil-patient'
    expect(issuesOf(await client.get(url)).map(short)).toEqual(['information informational '])
    for (const answer of [await client.get(`${url}?mode=profile&profile=${profile}`), await client.get(`${url}?profile=${profile}`), await client.post(url, asked(undefined, { mode: 'profile', profile }))]) {
      expect(issuesOf(answer).map(short)).toContain('error required Patient.name')
    }
    expect((await client.get(`${BASE}/Patient/v-nobody/$validate`)).status).toBe(404)
  })
  it('is answered inside of a batch as if it had been sent alone', async () => {
    const entry = (method: string, url: string, resource?: object): object => ({ request: { method, url }, ...(resource && { resource }) })
    const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'batch', entry: [entry('GET', 'Patient/v-stored/$validate?mode=delete'), entry('POST', 'Patient/$validate', { resourceType: 'Patient', gender: 'm' }), entry('POST', 'Patient/$validate', asked({ resourceType: 'Patient', gender: 'm' }))] })
    const answers = answer.json<{ entry: { resource: { issue: Issue[] }; response: { status: string } }[] }>().entry
    expect(answers.map(({ resource, response }) => [response.status.slice(0, 3), ...resource.issue.map(short)])).toEqual([['200', 'information informational '], ['200', 'error code-invalid Patient.gender'], ['200', 'error code-invalid Patient.gender']])
    // a line of what?
    expect(answer.text).not.toContain(LINE)
  })
  it.each<[string, string, unknown]>([
    ['no resource', 'Patient/$validate', undefined], ['no resource in Parameters', 'Patient/$validate', asked(undefined)], ['a resource of another type', 'Patient/$validate', { resourceType: 'Group' }],
    ['an unknown mode', 'Patient/$validate', asked({ resourceType: 'Patient' }, { mode: 'destroy' })], ['a mode named like a member of every object', 'Patient/$validate', asked({ resourceType: 'Patient' }, { mode: 'constructor' })],
    ['delete without an address', 'Patient/$validate', asked(undefined, { mode: 'delete' })], ['create at an address', 'Patient/v-x/$validate', asked({ resourceType: 'Patient' }, { mode: 'create' })],
    ['delete with a resource', 'Patient/v-x/$validate', asked({ resourceType: 'Patient' }, { mode: 'delete' })], ['profile without one', 'Patient/v-x/$validate', asked(undefined, { mode: 'profile' })],
    ['a parameter that it does not have', 'Patient/$validate?shoe=44', { resourceType: 'Patient' }],
  ])('refuses %s', async (_what, path, body) => {
    const answer = await client.post(`${BASE}/${path}`, body)
    expect([answer.status, answer.json<{ resourceType: string }>().resourceType]).toEqual([400, 'OperationOutcome'])
  })
})

describe('base R4', () => {
  it('is looked at in many ways and types', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(60)
    expect(new Set(ROWS.map(([, { resourceType }]) => resourceType)).size).toBeGreaterThanOrEqual(20)
  })
  it.each(ROWS)('judges %s', async (_what, resource, wanted) => {
    const answer = await client.post(`${BASE}/${resource.resourceType}/$validate`, asked(resource))
    const problems = issuesOf(answer).filter(({ code }) => code !== 'informational')
    expect(problems.map(({ severity, expression = [] }) => `${severity} ${expression.join()}`).toSorted(), problems.map(({ details }) => details.text).join('; ')).toEqual(wanted.toSorted())
  })
})

describe('modes', () => {
  it('create: says what a create would be refused for', async () => {
    const condition = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/v-nobody' } }
    const [issue] = issuesOf(await client.post(`${BASE}/Observation/$validate`, asked(condition, { mode: 'create' })))
    expect([issue?.severity, issue?.code, issue?.details.coding?.[0]?.code, issue?.expression]).toEqual(['error', 'not-found', 'dangling-reference', ['Observation.subject']])
    expect(issuesOf(await client.post(`${BASE}/Observation/$validate`, condition)).map(short)).toEqual(['information informational '])
  })
  it('update: holds the id, the version and what is there against it, and leaves the stored version as it is', async () => {
    await client.put(`${BASE}/Patient/v-update`, { resourceType: 'Patient', id: 'v-update' })
    const before = await versionOf('Patient/v-update')
    const update = (resource: object, headers = {}) => client.post(`${BASE}/Patient/v-update/$validate`, asked(resource, { mode: 'update' }), headers)
    const codes = async (answer: Promise<TestAnswer>): Promise<(string | undefined)[]> => issuesOf(await answer).map((issue) => issue.details.coding?.[0]?.code ?? issue.code)
    expect(await codes(update({ resourceType: 'Patient', id: 'v-update', active: true }))).toEqual(['informational'])
    expect(await codes(update({ resourceType: 'Patient', id: 'v-other' }))).toEqual(['id-mismatch'])
    expect(await codes(update({ resourceType: 'Patient' }))).toEqual(['required'])
    expect(await codes(update({ resourceType: 'Patient', id: 'v-update' }, { 'if-match': 'W/"9"' }))).toEqual(['version-conflict'])
    expect(await codes(update({ resourceType: 'Patient', id: 'v-update', meta: { tag: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }] } }))).toEqual(['subsetted-resource'])
    expect(await versionOf('Patient/v-update')).toBe(before)
  })
  it('delete: says whether it would be allowed, and deletes nothing; what is signed stays', async () => {
    await client.put(`${BASE}/Patient/v-delete`, { resourceType: 'Patient', id: 'v-delete' })
    expect(issuesOf(await client.get(`${BASE}/Patient/v-delete/$validate?mode=delete`)).map(short)).toEqual(['information informational '])
    expect((await client.get(`${BASE}/Patient/v-delete`)).status).toBe(200)
    const body = '{"resourceType":"Basic","id":"v-signed","meta":{"versionId":"1","lastUpdated":"2026-11-27T08:00:00.000+07:00"},"code":{"text":"x"}}'
    await site.parts.store.transact(site.internal, (tx) => tx.write([{ op: 'put-exact', key: { type: 'Basic', id: 'v-signed' }, version: 1, lastUpdated: '2026-11-27T08:00:00.000+07:00', body, immutable: true }]))
    const [issue] = issuesOf(await client.get(`${BASE}/Basic/v-signed/$validate?mode=delete`))
    expect([issue?.severity, issue?.code, issue?.details.coding?.[0]?.code]).toEqual(['error', 'business-rule', 'immutable-record'])
  })
})

describe('who may ask', () => {
  it('a person outside a care relation reads no stored record by it, and is told what a write of theirs would meet', async () => {
    await client.put(`${BASE}/Patient/v-care`, { resourceType: 'Patient', id: 'v-care' })
    await client.put(`${BASE}/Observation/v-care`, { resourceType: 'Observation', id: 'v-care', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/v-care' } })
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa-noi' }] })
    const stored = await doctor.get(`${BASE}/Observation/v-care/$validate`)
    expect([stored.status, stored.text.includes('break-glass-needed')]).toEqual([403, true])
    const [issue] = issuesOf(await doctor.post(`${BASE}/Observation/$validate`, asked({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/v-care' } }, { mode: 'create' })))
    expect([issue?.severity, issue?.details.coding?.[0]?.code]).toEqual(['error', 'break-glass-needed'])
    const reception = await site.person({ grants: [{ role: 'reception', department: null }] })
    expect((await reception.post(`${BASE}/Condition/$validate`, { resourceType: 'Condition', subject: { reference: 'Patient/v-care' } })).status).toBe(403)
    expect((await site.anonymous.post(`${BASE}/Patient/$validate`, { resourceType: 'Patient' })).status).toBe(401)
  })
  it('is on record before it is answered', async () => {
    const recorder = await site.system(['system/Flag.rs'])
    await recorder.post(`${BASE}/Flag/$validate`, { resourceType: 'Flag' })
    const rows = await site.parts.audit.find({ interaction: 'read', count: 50 })
    expect(rows.filter(({ type, detail }) => type === 'Flag' && detail === '$validate')).toHaveLength(1)
  })
})
