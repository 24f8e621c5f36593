/** FHIRPath Patch over the wire, and patches of both kinds in Bundles. http://hl7.org/fhir/R4/fhirpatch.html, http://hl7.org/fhir/R4/http.html#patch */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

type Part = Record<string, unknown>
interface Answered { entry: { resource?: { id: string }; response: { status: string; etag?: string; location?: string; outcome?: { issue: { expression?: string[]; details: { coding: { code: string }[] } }[] } } }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const codeOf = (answer: TestAnswer): unknown => answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code
const idOf = (answer: TestAnswer): string => answer.json<{ id: string }>().id

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(() => site.close())

const operation = (type: string, path: string, ...more: Part[]): Part => ({ name: 'operation', part: [{ name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...more] })
const parameters = (...operations: Part[]): Part => ({ resourceType: 'Parameters', parameter: operations })
const ACTIVE = parameters(operation('add', 'Patient', { name: 'name', valueString: 'active' }, { name: 'value', valueBoolean: true }))
const born = (date: string): Part => parameters(operation('replace', 'Patient.birthDate', { name: 'value', valueDate: date }))
const binary = (patch: unknown, contentType = 'application/json-patch+json'): Part => ({ resourceType: 'Binary', contentType, data: Buffer.from(JSON.stringify(patch)).toString('base64') })
const JSON_ACTIVE = binary([{ op: 'add', path: '/active', value: true }])

const person = async (more = ''): Promise<string> => idOf(await client.post(`${BASE}/Patient`, `{"resourceType":"Patient","birthDate":"1990-05-01","extension":[{"url":"http://a.example/x","valueDecimal":1.10}]${more}}`))
const known = async (): Promise<{ id: string; query: string }> => {
  const value = randomUUID()
  return { id: await person(`,"identifier":[{"system":"http://a.example/patch","value":"${value}"}]`), query: `identifier=http://a.example/patch|${value}` }
}
const patch = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<TestAnswer> => client.call('PATCH', `${BASE}/${path}`, { body, headers })
const bundle = (type: string, ...entry: Part[]): Promise<TestAnswer> => client.post(BASE, { resourceType: 'Bundle', type, entry })
const entry = (url: string, resource: Part, more: Part = {}): Part => ({ resource, request: { method: 'PATCH', url, ...more } })

describe('a FHIRPath Patch', () => {
  it('makes a new version, answers it, finds it again, and leaves the digits of the rest alone', async () => {
    const id = await person()
    const answer = await patch(`Patient/${id}`, born('1990-05-02'))
    expect([answer.status, answer.headers.etag]).toEqual([200, 'W/"2"'])
    expect(answer.json()).toMatchObject({ id, birthDate: '1990-05-02', meta: { versionId: '2' } })
    expect(answer.text).toContain('"valueDecimal":1.10')
    expect((await client.get(`${BASE}/Patient/${id}`)).text).toBe(answer.text)
    expect((await client.get(`${BASE}/Patient?birthdate=1990-05-02&_id=${id}&_total=accurate`)).json<{ total: number }>().total).toBe(1)
  })
  it('takes any expression for a path', async () => {
    const id = await person()
    const answer = await patch(`Patient/${id}`, parameters(operation('replace', "Patient.birthDate.where($this.toString().startsWith('199') or %resource.active)", { name: 'value', valueDate: '1990-05-03' })))
    expect([answer.status, answer.json<{ birthDate: string }>().birthDate]).toEqual([200, '1990-05-03'])
    const several = await patch(`Patient/${id}`, parameters(operation('delete', 'Patient.id | Patient.birthDate')))
    expect([several.status, codeOf(several)]).toEqual([409, 'patch-failed'])
    const unknown = await patch(`Patient/${id}`, parameters(operation('delete', 'Patient.descendants()')))
    expect([unknown.status, codeOf(unknown)]).toEqual([400, 'bad-request'])
  })
  it('holds If-Match and Prefer', async () => {
    const id = await person()
    const minimal = await patch(`Patient/${id}`, ACTIVE, { 'if-match': 'W/"1"', prefer: 'return=minimal' })
    expect([minimal.status, minimal.text]).toEqual([200, ''])
    const late = await patch(`Patient/${id}`, born('1991'), { 'if-match': 'W/"1"' })
    expect([late.status, codeOf(late)]).toEqual([412, 'version-conflict'])
  })
  it('does all of it or nothing', async () => {
    const id = await person()
    const answer = await patch(`Patient/${id}`, parameters(operation('delete', 'Patient.birthDate'), operation('replace', 'Patient.gender', { name: 'value', valueCode: 'male' })))
    expect([answer.status, codeOf(answer), answer.json<{ issue: { expression: string[] }[] }>().issue[0]?.expression]).toEqual([409, 'patch-failed', ['Parameters.parameter[1].part[1]']])
    expect((await client.get(`${BASE}/Patient/${id}`)).headers.etag).toBe('W/"1"')
  })
  it.each<[string, Part, number, string]>([
    ['what is not valid afterwards', born('not a date'), 422, 'invalid-resource'],
    ['another id', parameters(operation('replace', 'Patient.id', { name: 'value', valueId: 'other' })), 400, 'id-mismatch'],
    ['no id', parameters(operation('delete', 'Patient.id')), 400, 'id-mismatch'],
    ['a reference to nothing', parameters(operation('add', 'Patient', { name: 'name', valueString: 'managingOrganization' }, { name: 'value', valueReference: { reference: 'Organization/never' } })), 422, 'dangling-reference'],
    ['a path that is no path', parameters(operation('delete', 'Patient.name.lower()')), 400, 'bad-request'],
    ['what is no Parameters', { resourceType: 'Patient' }, 400, 'bad-request'],
  ])('refuses %s', async (_, body, status, code) => {
    const id = await person()
    const answer = await patch(`Patient/${id}`, body)
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
    expect((await client.get(`${BASE}/Patient/${id}`)).headers.etag).toBe('W/"1"')
  })
  it('patches by condition', async () => {
    const { id, query } = await known()
    const answer = await patch(`Patient?${query}`, ACTIVE)
    expect([answer.status, idOf(answer), answer.headers.etag]).toEqual([200, id, 'W/"2"'])
    expect((await patch('Patient?_id=never-was', ACTIVE)).status).toBe(404)
  })
  it('is for those who may read and change what it changes', async () => {
    const id = await person()
    const doctor = await site.person({ grants: [{ role: 'doctor', department: null }] })
    expect((await doctor.call('PATCH', `${BASE}/Patient/${id}`, { body: ACTIVE })).status).toBe(403)
    const reading = await site.system(['system/Patient.rs'])
    expect((await reading.call('PATCH', `${BASE}/Patient/${id}`, { body: ACTIVE })).status).toBe(403)
  })
})

describe('a patch in a Bundle', () => {
  it.each(['batch', 'transaction'])('in a %s changes by id and by condition, as Parameters and as Binary', async (type) => {
    const [one, two, three, four] = [await person(), await person(), await known(), await known()]
    const answer = (await bundle(type, entry(`Patient/${one}`, ACTIVE), entry(`Patient/${two}`, JSON_ACTIVE, { ifMatch: 'W/"1"' }), entry(`Patient?${three.query}`, ACTIVE), entry(`Patient?${four.query}`, JSON_ACTIVE))).json<Answered>()
    expect(answer.entry.map(({ response }) => [response.status, response.etag])).toEqual(Array.from({ length: 4 }, () => ['200 OK', 'W/"2"']))
    for (const id of [one, two, three.id, four.id]) {
      const stored = await client.get(`${BASE}/Patient/${id}`)
      expect([stored.json<{ active: boolean }>().active, stored.text.includes('1.10')]).toEqual([true, true])
    }
  })
  it('a transaction does it with the rest or not at all, and says where it failed', async () => {
    const id = await person()
    const created = { resource: { resourceType: 'Patient', id: `beside-${id}` }, request: { method: 'PUT', url: `Patient/beside-${id}` } }
    for (const [resource, status, code, place] of [
      [parameters(operation('replace', 'Patient.gender', { name: 'value', valueCode: 'male' })), 409, 'patch-failed', 'Bundle.entry[1].resource.Parameters.parameter[0].part[1]'],
      [binary([{ op: 'test', path: '/gender', value: 'male' }]), 409, 'patch-failed', 'Bundle.entry[1].resource.patch[0].path'],
      [binary([], 'text/plain'), 415, 'media-type', 'Bundle.entry[1].resource.contentType'], [{ resourceType: 'Binary', contentType: 'application/json-patch+json', data: '%' }, 400, 'bad-request', 'Bundle.entry[1].resource.data'],
      [{ resourceType: 'Patient' }, 400, 'bad-request', 'Bundle.entry[1].resource'], [born('x'), 422, 'invalid-resource', 'Bundle.entry[1].resource.birthDate'],
    ] as const) {
      const answer = await bundle('transaction', created, entry(`Patient/${id}`, resource))
      expect([answer.status, codeOf(answer), answer.json<{ issue: { expression: string[] }[] }>().issue[0]?.expression]).toEqual([status, code, [place]])
    }
    expect((await client.get(`${BASE}/Patient/beside-${id}`)).status).toBe(404)
    expect((await client.get(`${BASE}/Patient/${id}`)).headers.etag).toBe('W/"1"')
  })
  it('a transaction holds If-Match, refuses the same resource twice, and what a condition does not find', async () => {
    const { id, query } = await known()
    expect(codeOf(await bundle('transaction', entry(`Patient/${id}`, ACTIVE, { ifMatch: 'W/"7"' })))).toBe('version-conflict')
    expect(codeOf(await bundle('transaction', entry(`Patient/${id}`, ACTIVE), entry(`Patient?${query}`, JSON_ACTIVE)))).toBe('bad-request')
    expect((await bundle('transaction', entry('Patient?_id=never-was', ACTIVE))).status).toBe(404)
    expect((await client.get(`${BASE}/Patient/${id}`)).headers.etag).toBe('W/"1"')
  })
  it('a transaction may refer from a patch to what it makes', async () => {
    const id = await person()
    const referring = parameters(operation('add', 'Patient', { name: 'name', valueString: 'managingOrganization' }, { name: 'value', valueReference: { reference: 'urn:uuid:6f1f6a30-2c0e-4c3e-8f6c-1a8a7a3f0001' } }))
    const answer = await bundle('transaction', entry(`Patient/${id}`, referring), { fullUrl: 'urn:uuid:6f1f6a30-2c0e-4c3e-8f6c-1a8a7a3f0001', resource: { resourceType: 'Organization', name: 'x' }, request: { method: 'POST', url: 'Organization' } })
    expect(answer.status, answer.text).toBe(200)
    expect((await client.get(`${BASE}/Patient/${id}`)).json<{ managingOrganization: { reference: string } }>().managingOrganization.reference).toMatch(/^Organization\//)
  })
  it('transactions lose none of many patches that come at once without If-Match', async () => {
    const id = await person()
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((text) => bundle('transaction', entry(`Patient/${id}`, parameters(operation('add', 'Patient', { name: 'name', valueString: 'name' }, { name: 'value', valueHumanName: { text } }))))))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect((await client.get(`${BASE}/Patient/${id}`)).json<{ name: { text: string }[] }>().name.map(({ text }) => text).toSorted()).toEqual(['a', 'b', 'c', 'd'])
  })
  it('a batch tells of each what became of it', async () => {
    const id = await person()
    const answer = (await bundle('batch', entry(`Patient/${id}`, parameters(operation('delete', 'Patient.name.lower()'))), entry('Patient/never-was', ACTIVE), entry(`Patient/${id}`, ACTIVE), entry(`Patient/${id}`, JSON_ACTIVE, { ifMatch: 'W/"1"' }))).json<Answered>()
    expect(answer.entry.map(({ response }) => response.status.slice(0, 3))).toEqual(['400', '404', '200', '412'])
  })
})
