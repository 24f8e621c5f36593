/** Patch over the wire: JSON Patch, versions, conflicts, and what a patch may never change. http://hl7.org/fhir/R4/http.html#patch */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const TYPE = 'application/json-patch+json'
const codeOf = (answer: TestAnswer): unknown => answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(() => site.close())

const created = async (body: string): Promise<string> => (await client.post(`${BASE}/${(JSON.parse(body) as { resourceType: string }).resourceType}`, body)).json<{ id: string }>().id
const person = (): Promise<string> => created('{"resourceType":"Patient","name":[{"text":"Nguyễn Văn Mẫu"}],"birthDate":"1990-05-01","extension":[{"url":"http://a.example/x","valueDecimal":1.10}]}')
const patch = (path: string, body: unknown, headers: Record<string, string> = {}, type = TYPE): Promise<TestAnswer> => client.call('PATCH', `${BASE}/${path}`, { body, type, headers })

describe('a JSON Patch', () => {
  it('makes a new version, answers it, and leaves the digits of the rest alone', async () => {
    const id = await person()
    const answer = await patch(`Patient/${id}`, [{ op: 'test', path: '/birthDate', value: '1990-05-01' }, { op: 'replace', path: '/birthDate', value: '1990-05-02' }])
    expect([answer.status, answer.headers.etag]).toEqual([200, 'W/"2"'])
    expect(answer.json()).toMatchObject({ id, birthDate: '1990-05-02', meta: { versionId: '2' } })
    expect(answer.text).toContain('"valueDecimal":1.10')
    expect((await client.get(`${BASE}/Patient/${id}`)).text).toBe(answer.text)
    expect((await client.get(`${BASE}/Patient?birthdate=1990-05-02&_id=${id}&_total=accurate`)).json<{ total: number }>().total).toBe(1)
  })
  it('answers what Prefer asks for', async () => {
    const minimal = await patch(`Patient/${await person()}`, [{ op: 'add', path: '/active', value: true }], { prefer: 'return=minimal' })
    expect([minimal.status, minimal.text]).toEqual([200, ''])
  })
  it('holds If-Match: the version that is current, and no other', async () => {
    const id = await person()
    const turn = (version: number) => patch(`Patient/${id}`, [{ op: 'add', path: '/active', value: true }], { 'if-match': `W/"${version}"` })
    expect((await turn(1)).status).toBe(200)
    const late = await turn(1)
    expect([late.status, codeOf(late)]).toEqual([412, 'version-conflict'])
  })
  it('loses none of many that come at once without If-Match', async () => {
    const id = await person()
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((value) => patch(`Patient/${id}`, [{ op: 'add', path: '/name/-', value: { text: value } }])))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const { name } = (await client.get(`${BASE}/Patient/${id}`)).json<{ name: { text: string }[] }>()
    expect(name.map(({ text }) => text).toSorted()).toEqual(['Nguyễn Văn Mẫu', 'a', 'b', 'c', 'd'])
  })
  it.each([
    ['a test that finds another value', [{ op: 'test', path: '/birthDate', value: '2000-01-01' }], 409, 'patch-failed'],
    ['a path that leads nowhere', [{ op: 'remove', path: '/telecom' }], 409, 'patch-failed'],
    ['another id', [{ op: 'replace', path: '/id', value: 'other' }], 400, 'id-mismatch'],
    ['another type', [{ op: 'replace', path: '/resourceType', value: 'Group' }], 400, 'type-mismatch'],
    ['an element that R4 does not have', [{ op: 'add', path: '/shoeSize', value: 44 }], 422, 'invalid-resource'],
    ['a reference to nothing', [{ op: 'add', path: '/managingOrganization', value: { reference: 'Organization/none' } }], 422, 'dangling-reference'],
    ['something that is no patch', { op: 'add' }, 400, 'bad-request'],
  ])('refuses %s and changes nothing', async (_, body, status, code) => {
    const id = await person()
    const answer = await patch(`Patient/${id}`, body)
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
    expect((await client.get(`${BASE}/Patient/${id}`)).headers.etag).toBe('W/"1"')
  })
  it('refuses another media type, what is not there, what is deleted, and what nobody writes', async () => {
    const id = await person()
    expect((await patch(`Patient/${id}`, {}, {}, 'application/merge-patch+json')).status).toBe(415)
    expect((await patch('Patient/never-was', [])).status).toBe(404)
    await client.delete(`${BASE}/Patient/${id}`)
    expect((await patch(`Patient/${id}`, [])).status).toBe(410)
    expect((await patch('AuditEvent/1', [])).status).toBe(405)
  })
  it('stands in the audit as a read and an update', async () => {
    const id = await person()
    await patch(`Patient/${id}`, [{ op: 'add', path: '/active', value: true }])
    const { rows } = await site.databases.asOwner(900, 'select interaction from audit_log where tenant = 900 and resource_id = $1 order by aid', [id])
    expect(rows.map((row: { interaction: string }) => row.interaction)).toEqual(['create', 'read', 'update'])
  })
})

describe('an XML Patch', () => {
  const XML = 'application/xml-patch+xml'
  const diff = (operations: string): string => `<diff xmlns:f="http://hl7.org/fhir">${operations}</diff>`
  const ACTIVE = diff('<add sel="f:Patient/f:extension" pos="after"><f:active value="true"/></add>')
  const entry = (url: string, text: string) => ({ resource: { resourceType: 'Binary', contentType: XML, data: Buffer.from(text).toString('base64') }, request: { method: 'PATCH', url } })
  const bundle = (type: string, ...entries: unknown[]): Promise<TestAnswer> => client.post(BASE, { resourceType: 'Bundle', type, entry: entries })
  it('changes by id, by condition and in Bundles, and keeps the digits of the rest', async () => {
    const [one, two, three, four] = [await person(), await person(), await person(), await person()]
    const answer = await patch(`Patient/${one}`, ACTIVE, {}, `${XML}; charset=utf-8`)
    expect([answer.status, answer.headers.etag, answer.json<{ active: boolean }>().active], answer.text).toEqual([200, 'W/"2"', true])
    expect((await patch(`Patient?_id=${two}`, ACTIVE, {}, XML)).status).toBe(200)
    expect((await bundle('batch', entry(`Patient/${three}`, ACTIVE))).json<{ entry: { response: { status: string } }[] }>().entry[0]?.response.status).toBe('200 OK')
    expect((await bundle('transaction', entry(`Patient?_id=${four}`, ACTIVE))).status).toBe(200)
    for (const id of [one, two, three, four]) {
      const stored = await client.get(`${BASE}/Patient/${id}`)
      expect([stored.json<{ active: boolean }>().active, stored.text.includes('1.10')]).toEqual([true, true])
    }
  })
  it.each([
    ['what does not fit', '<remove sel="f:Patient/f:photo"/>', 409, 'patch-failed'], ['what is out of order', '<add sel="f:Patient"><f:active value="true"/></add>', 422, 'invalid-resource'],
    ['what is not valid', '<replace sel="f:Patient/f:birthDate/@value">x</replace>', 422, 'invalid-resource'], ['another id', '<replace sel="f:Patient/f:id/@value">x</replace>', 400, 'id-mismatch'],
    ['another type', '<replace sel="f:Patient"><f:Basic><f:code/></f:Basic></replace>', 400, 'type-mismatch'], ['no sel', '<remove/>', 400, 'bad-request'], ['no XML', '<', 400, 'xml-syntax'],
  ])('refuses %s, and changes nothing', async (_, operations, status, code) => {
    const id = await person()
    const answer = await patch(`Patient/${id}`, diff(`<add sel="f:Patient/f:extension" pos="after"><f:active value="true"/></add>${operations}`), {}, XML)
    expect([answer.status, codeOf(answer)], answer.text).toEqual([status, code])
    expect((await bundle('transaction', entry(`Patient/${id}`, diff(operations)))).status).toBe(status)
    expect((await client.get(`${BASE}/Patient/${id}`)).headers.etag).toBe('W/"1"')
  })
})
