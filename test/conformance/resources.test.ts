/** Read, vread, create, update, delete and history, one behaviour at a time. http://hl7.org/fhir/R4/http.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseJsonObject } from '#api/model/json.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const patient = { resourceType: 'Patient', name: [{ text: 'Nguyễn Văn Mẫu' }], birthDate: '1990-05-01' }

/** Whole resources of types that have required elements. */
const WHOLE: Readonly<Record<string, unknown>> = {
  Substance: { resourceType: 'Substance', code: { text: 'Cồn 70 độ' } }, Parameters: { resourceType: 'Parameters', parameter: [{ name: 'a', valueDecimal: 1 }] },
  MedicinalProduct: { resourceType: 'MedicinalProduct', name: [{ productName: 'Thuốc mẫu' }] }, ResearchStudy: { resourceType: 'ResearchStudy', status: 'active' },
  Linkage: { resourceType: 'Linkage', item: [{ type: 'source', resource: { display: 'x' } }, { type: 'alternate', resource: { display: 'y' } }] },
}

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(() => site.close())

const created = async (body: unknown = patient, type = 'Patient'): Promise<string> => {
  const answer = await client.post(`${BASE}/${type}`, body)
  expect(answer.text).toContain(type)
  expect(answer.status).toBe(201)
  return answer.json<{ id: string }>().id
}
const codeOf = (text: string): unknown => {
  const parsed: unknown = JSON.parse(text)
  expect(parsed).toMatchObject({ resourceType: 'OperationOutcome' })
  return (parsed as { issue: { details: { coding: { code: string }[] } }[] }).issue[0]?.details.coding[0]?.code
}

describe('create', () => {
  it('answers 201 with Location, ETag, Last-Modified and the stored body, under an id of the server', async () => {
    const answer = await client.post(`${BASE}/Patient`, { ...patient, id: 'of-the-client' })
    const body = answer.json<{ id: string; meta: { versionId: string; lastUpdated: string } }>()
    expect(answer.status).toBe(201)
    expect(body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(body.meta.versionId).toBe('1')
    expect(answer.headers.location).toMatch(new RegExp(`/fhir/R4/Patient/${body.id}/_history/1$`))
    expect(answer.headers.etag).toBe('W/"1"')
    expect(Date.parse(String(answer.headers['last-modified']))).toBeLessThanOrEqual(Date.parse(body.meta.lastUpdated))
    expect(answer.headers['content-type']).toBe('application/fhir+json; charset=utf-8')
  })
  it('keeps every digit of every number', async () => {
    const body = '{"resourceType":"Basic","code":{"text":"số"},"extension":[{"url":"http://a.example/a","valueDecimal":1.10},{"url":"http://a.example/a","valueDecimal":0.000000000000000010},{"url":"http://a.example/a","valueDecimal":123456789012345678},{"url":"http://a.example/a","valueDecimal":-1.50e2}]}'
    const id = await created(body, 'Basic')
    const read = await client.get(`${BASE}/Basic/${id}`)
    for (const number of ['1.10', '0.000000000000000010', '123456789012345678', '-1.50e2']) expect(read.text).toContain(`"valueDecimal":${number}}`)
  })
  it('answers nothing for Prefer: return=minimal and an OperationOutcome on demand', async () => {
    const minimal = await client.post(`${BASE}/Patient`, patient, { prefer: 'return=minimal' })
    expect([minimal.status, minimal.text]).toEqual([201, ''])
    expect(minimal.headers.location).toBeDefined()
    expect((await client.post(`${BASE}/Patient`, patient, { prefer: 'return=OperationOutcome' })).json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'information' }] })
  })
  it.each([
    ['a type that R4 does not have', 'Nothing', '{"resourceType":"Nothing"}', 404, 'unknown-type'],
    ['another type than the address says', 'Patient', '{"resourceType":"Observation"}', 400, 'type-mismatch'],
    ['a body without a type', 'Patient', '{}', 400, 'bad-request'],
    ['a list', 'Patient', '[]', 400, 'bad-request'],
    ['broken JSON', 'Patient', '{"resourceType":"Patient",', 400, 'json-syntax'],
    ['a duplicate key', 'Patient', '{"resourceType":"Patient","active":true,"active":false}', 400, 'json-duplicate-key'],
    ['a body nested too deeply', 'Patient', `{"resourceType":"Patient","a":${'['.repeat(80)}${']'.repeat(80)}}`, 400, 'json-too-deep'],
    ['a reference to nothing', 'Observation', '{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/none"}}', 422, 'dangling-reference'],
  ])('refuses %s', async (_, type, body, status, code) => {
    const answer = await client.post(`${BASE}/${type}`, body)
    expect([answer.status, codeOf(answer.text)]).toEqual([status, code])
  })
  it('names the place of a reference to nothing', async () => {
    const answer = await client.post(`${BASE}/Encounter`, { resourceType: 'Encounter', status: 'planned', class: { code: 'AMB' }, participant: [{ type: [{ text: 'x' }] }, { individual: { reference: 'Practitioner/none' } }] })
    expect(answer.json()).toMatchObject({ issue: [{ expression: ['Encounter.participant[1].individual'] }] })
  })
  it.each([
    ['a value of the wrong type', { ...patient, birthDate: 5 }, 'Patient.birthDate'], ['a text where a list belongs', { ...patient, name: 'Mẫu' }, 'Patient.name'],
    ['an element that R4 does not have', { ...patient, shoeSize: 44 }, 'Patient.shoeSize'], ['a code that is not in a required value set', { ...patient, gender: 'M' }, 'Patient.gender'],
    ['a date that is none', { ...patient, birthDate: '2026-02-30' }, 'Patient.birthDate'],
  ])('refuses %s, with its place', async (_, body, expression) => {
    const answer = await client.post(`${BASE}/Patient`, body)
    expect([answer.status, codeOf(answer.text)]).toEqual([422, 'invalid-resource'])
    expect(answer.json<{ issue: { expression: string[] }[] }>().issue.flatMap((issue) => issue.expression)).toContain(expression)
  })
  it('stores types that no screen knows', async () => {
    for (const type of ['Substance', 'Parameters', 'MedicinalProduct', 'ResearchStudy', 'Linkage']) {
      const answer = await client.post(`${BASE}/${type}`, WHOLE[type])
      expect(answer.status, answer.text).toBe(201)
    }
  })
  it('refuses to write AuditEvent', async () => {
    const answer = await client.post(`${BASE}/AuditEvent`, { resourceType: 'AuditEvent' })
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD'])
  })
})

describe('read', () => {
  it('answers the stored text with its version, and 304 for a client that holds it', async () => {
    const id = await created()
    const answer = await client.get(`${BASE}/Patient/${id}`)
    expect([answer.status, answer.headers.etag]).toEqual([200, 'W/"1"'])
    expect(answer.headers['cache-control']).toBe('no-store')
    const again = await client.get(`${BASE}/Patient/${id}`, { 'if-none-match': 'W/"1"' })
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', 'W/"1"'])
    expect((await client.get(`${BASE}/Patient/${id}`, { 'if-none-match': 'W/"7"' })).status).toBe(200)
  })
  it('answers HEAD without a body', async () => {
    const answer = await client.call('HEAD', `${BASE}/Patient/${await created()}`)
    expect([answer.status, answer.text, answer.headers.etag]).toEqual([200, '', 'W/"1"'])
  })
  it.each([
    [`${BASE}/Patient/none`, 404, 'not-found'], [`${BASE}/Patient/not_an_id`, 400, 'bad-id'], [`${BASE}/Foo/1`, 404, 'unknown-type'], [`${BASE}/Patient/none/_history/1`, 404, 'not-found'],
    [`${BASE}/Patient/none/_history`, 404, 'not-found'], [`${BASE}/Patient/none?active=true`, 400, 'unknown-parameter'], [`${BASE}/Patient/none?_format=ttl`, 406, 'not-acceptable'],
    [`${BASE}/nothing/at/all/here`, 404, 'unknown-route'],
  ])('refuses %s', async (url, status, code) => {
    const answer = await client.get(url)
    expect([answer.status, codeOf(answer.text)]).toEqual([status, code])
  })
  it('answers in JSON or not at all, by Accept and by _format', async () => {
    const id = await created()
    const statusOf = async (headers: Record<string, string>, query = ''): Promise<number> => (await client.get(`${BASE}/Patient/${id}${query}`, headers)).status
    expect(await statusOf({ accept: 'text/turtle' })).toBe(406)
    expect(await statusOf({ accept: 'text/turtle, application/fhir+json;q=0.5' })).toBe(200)
    expect(await statusOf({ accept: 'text/turtle' }, '?_format=json')).toBe(200)
    expect(await statusOf({ accept: 'application/json' }, '?_format=application/fhir%2Bjson')).toBe(200)
  })
  it('indents on demand without touching a digit', async () => {
    const id = await created('{"resourceType":"Basic","code":{"text":"a \\"b\\" {c}"},"extension":[{"url":"http://a.example/a","valueDecimal":1.10}]}', 'Basic')
    const [plain, pretty] = [await client.get(`${BASE}/Basic/${id}`), await client.get(`${BASE}/Basic/${id}?_pretty=true`)]
    expect(pretty.text).toContain('\n  "code": {\n    "text": "a \\"b\\" {c}"\n  }')
    expect(pretty.text).toContain('"valueDecimal": 1.10')
    expect(pretty.json()).toEqual(plain.json())
  })
})

describe('update', () => {
  it('makes a new version, and answers the old one by vread', async () => {
    const id = await created()
    const answer = await client.put(`${BASE}/Patient/${id}`, { ...patient, id, active: false })
    expect([answer.status, answer.headers.etag]).toEqual([200, 'W/"2"'])
    expect((await client.get(`${BASE}/Patient/${id}/_history/1`)).json()).not.toHaveProperty('active')
    expect((await client.get(`${BASE}/Patient/${id}/_history/2`)).json()).toHaveProperty('active', false)
    expect((await client.get(`${BASE}/Patient/${id}/_history/3`)).status).toBe(404)
    expect((await client.get(`${BASE}/Patient/${id}/_history/x`)).status).toBe(404)
  })
  it('creates under the id of the client', async () => {
    const answer = await client.put(`${BASE}/Patient/ma-cu.123`, { ...patient, id: 'ma-cu.123' })
    expect([answer.status, answer.headers.etag]).toEqual([201, 'W/"1"'])
    expect(answer.headers.location).toMatch(/Patient\/ma-cu\.123\/_history\/1$/)
  })
  it('answers 412 when the version read is not current', async () => {
    const id = await created()
    expect((await client.put(`${BASE}/Patient/${id}`, { ...patient, id, active: true }, { 'if-match': 'W/"1"' })).status).toBe(200)
    const late = await client.put(`${BASE}/Patient/${id}`, { ...patient, id, active: false }, { 'if-match': 'W/"1"' })
    expect([late.status, codeOf(late.text)]).toEqual([412, 'version-conflict'])
    expect((await client.get(`${BASE}/Patient/${id}`)).json()).toHaveProperty('active', true)
    expect((await client.put(`${BASE}/Patient/never-was`, { ...patient, id: 'never-was' }, { 'if-match': 'W/"1"' })).status).toBe(412)
    expect((await client.put(`${BASE}/Patient/never-was`, { ...patient, id: 'never-was' }, { 'if-match': '*' })).status).toBe(412)
    expect((await client.put(`${BASE}/Patient/${id}`, { ...patient, id }, { 'if-match': 'soon' })).status).toBe(400)
    expect((await client.put(`${BASE}/Patient/${id}`, { ...patient, id }, { 'if-none-match': '*' })).status).toBe(412)
  })
  it('takes a list in If-Match: one of the versions must be current, for update, patch and delete', async () => {
    const id = await created()
    const put = async (tags: string): Promise<number> => (await client.put(`${BASE}/Patient/${id}`, { ...patient, id, multipleBirthInteger: tags.length }, { 'if-match': tags })).status
    expect([await put('W/"7", W/"1"'), await put('W/"1", W/"7"'), await put('"1" , W/"2", W/"9"'), await put('W/"3", *'), await put('W/"3" W/"4"')]).toEqual([200, 412, 200, 400, 400])
    const patch = JSON.stringify([{ op: 'add', path: '/active', value: true }])
    for (const [tags, status] of [['W/"1", W/"2"', 412], ['W/"2", W/"3"', 200]] as const) {
      expect((await client.call('PATCH', `${BASE}/Patient/${id}`, { body: patch, type: 'application/json-patch+json', headers: { 'if-match': tags } })).status, tags).toBe(status)
    }
    const entry = (ifMatch: string): object => ({ resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: `Patient/${id}`, ifMatch } }] })
    expect([(await client.post(BASE, entry('W/"1", W/"2"'))).status, (await client.post(BASE, entry('W/"9", W/"4"'))).status]).toEqual([412, 200])
    expect((await client.delete(`${BASE}/Patient/${id}`, { 'if-match': 'W/"5", W/"6"' })).status).toBe(204)
  })
  it('lets one of many writers with the same version win', async () => {
    const id = await created()
    const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => client.put(`${BASE}/Patient/${id}`, { ...patient, id, multipleBirthInteger: at + 1 }, { 'if-match': 'W/"1"' })))
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, ...Array<number>(7).fill(412)])
  })
  it('refuses another id in the body, or none', async () => {
    const id = await created()
    expect(codeOf((await client.put(`${BASE}/Patient/${id}`, { ...patient, id: 'other' })).text)).toBe('id-mismatch')
    expect(codeOf((await client.put(`${BASE}/Patient/${id}`, patient)).text)).toBe('id-mismatch')
  })
})

describe('delete', () => {
  it('answers 204, then 410 for reads, keeps the history, and lets an update bring it back', async () => {
    const id = await created()
    expect((await client.delete(`${BASE}/Patient/${id}`)).status).toBe(204)
    const gone = await client.get(`${BASE}/Patient/${id}`)
    expect([gone.status, codeOf(gone.text)]).toEqual([410, 'deleted'])
    expect((await client.get(`${BASE}/Patient/${id}/_history/1`)).status).toBe(200)
    expect((await client.get(`${BASE}/Patient/${id}/_history/2`)).status).toBe(410)
    expect((await client.delete(`${BASE}/Patient/${id}`)).status).toBe(204)
    const back = await client.put(`${BASE}/Patient/${id}`, { ...patient, id })
    expect([back.status, back.headers.etag]).toEqual([201, 'W/"3"'])
  })
  it('answers 412 by If-Match, and 204 for what never was or was deleted before', async () => {
    const id = await created()
    expect((await client.delete(`${BASE}/Patient/${id}`, { 'if-match': 'W/"2"' })).status).toBe(412)
    expect((await client.delete(`${BASE}/Patient/${id}`, { 'if-match': 'W/"1"' })).status).toBe(204)
    for (const gone of [id, 'never-was-here']) expect((await client.delete(`${BASE}/Patient/${gone}`)).status).toBe(204)
    expect((await client.delete(`${BASE}/Patient/never-was-here`, { 'if-match': 'W/"1"' })).status).toBe(412)
    expect((await client.get(`${BASE}/Patient/never-was-here`)).status).toBe(404)
  })
})

describe('a reference', () => {
  const conditionOf = (reference: string, more: object = {}): object => ({ resourceType: 'Condition', subject: { reference }, ...more })
  it('by an address of this server is one to what is here: the public one, and the one that a client was answered', async () => {
    const id = await created()
    const host = { host: 'benh-vien.example:8443' }
    const stranger = `http://elsewhere.example/fhir/R4/Patient/${id}`
    for (const [base, headers] of [[`${site.config.publicUrl}${BASE}`, {}], [`http://${host.host}${BASE}`, host]] as const) {
      const answer = await client.post(`${BASE}/Condition`, conditionOf(`${base}/Patient/${id}`, { note: [{ text: 'x', authorReference: { reference: stranger } }], extension: [{ url: `${base}/StructureDefinition/x`, valueUri: `${base}/Patient/${id}` }] }), headers)
      expect(answer.json(), base).toMatchObject({ subject: { reference: `Patient/${id}` }, note: [{ authorReference: { reference: stranger } }], extension: [{ url: `${base}/StructureDefinition/x`, valueUri: `${base}/Patient/${id}` }] })
      const made = answer.json<{ id: string }>().id
      for (const value of [`Patient/${id}`, `${base}/Patient/${id}`]) expect((await client.get(`${BASE}/Condition?subject=${encodeURIComponent(value)}&_id=${made}`, headers)).text, value).toContain('"mode":"match"')
      expect((await client.get(`${BASE}/Condition?subject=${encodeURIComponent(stranger)}&_id=${made}`, headers)).text).not.toContain('"mode":"match"')
      const dangling = await client.put(`${BASE}/Condition/${made}`, { ...conditionOf(`${base}/Patient/never-was-here`), id: made }, headers)
      expect([dangling.status, codeOf(dangling.text)], base).toEqual([422, 'dangling-reference'])
    }
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: conditionOf(`http://${host.host}${BASE}/Patient/${id}`, { id: `of-${id}` }), request: { method: 'PUT', url: `Condition/of-${id}` } }] }
    expect((await client.post(BASE, bundle, host)).status).toBe(200)
    expect((await client.get(`${BASE}/Condition/of-${id}`)).json()).toMatchObject({ subject: { reference: `Patient/${id}` } })
  })
  it('by an address of this server finds canonicals as they were written, and the entry of its Bundle before what is stored', async () => {
    const host = { host: 'benh-vien.example:8443' }
    const form = `http://${host.host}${BASE}/Questionnaire/phieu`
    const made = (await client.post(`${BASE}/QuestionnaireResponse`, { resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: form }, host)).json<{ id: string }>().id
    expect((await client.get(`${BASE}/QuestionnaireResponse?questionnaire=${encodeURIComponent(form)}&_id=${made}`, host)).text).toContain('"mode":"match"')
    // the fullUrl by one of its names, the reference by another
    const id = await created()
    const entry = [
      { fullUrl: `${site.config.publicUrl}${BASE}/Patient/${id}`, resource: patient, request: { method: 'POST', url: 'Patient' } },
      { resource: conditionOf(`http://${host.host}${BASE}/Patient/${id}`), request: { method: 'POST', url: 'Condition' } },
    ]
    const answer = (await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry }, host)).json<{ entry: { response: { location: string } }[] }>()
    const [of, condition] = answer.entry.map(({ response }) => response.location.replace(/\/_history.*/, '').split('/').slice(-2).join('/'))
    expect((await client.get(`${BASE}/${condition ?? ''}`)).json()).toMatchObject({ subject: { reference: of } })
    expect(of).not.toBe(`Patient/${id}`)
  })
  it('to what was deleted since stays as it is when who refers is updated, and is refused where it is new', async () => {
    const id = await created()
    const condition = await created(conditionOf(`Patient/${id}`), 'Condition')
    expect((await client.delete(`${BASE}/Patient/${id}`)).status).toBe(204)
    const more = conditionOf(`Patient/${id}`, { id: condition, code: { text: 'Ho' } })
    expect((await client.put(`${BASE}/Condition/${condition}`, more)).status).toBe(200)
    expect((await client.call('PATCH', `${BASE}/Condition/${condition}`, { body: '[{"op":"add","path":"/language","value":"vi"}]', type: 'application/json-patch+json' })).status).toBe(200)
    const other = await client.put(`${BASE}/Condition/${condition}`, { ...more, asserter: { reference: 'Practitioner/never' } })
    expect([other.status, other.json<{ issue: unknown[] }>().issue]).toMatchObject([422, [{ expression: ['Condition.asserter'] }]])
    expect((await client.post(`${BASE}/Condition`, conditionOf(`Patient/${id}`))).status).toBe(422)
    // what goes in the same transaction is not referred to any more
    const still = await created()
    const of = await created(conditionOf(`Patient/${still}`), 'Condition')
    const both = { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: `Patient/${still}` } }, { resource: conditionOf(`Patient/${still}`, { id: of }), request: { method: 'PUT', url: `Condition/${of}` } }] }
    expect((await client.post(BASE, both)).status).toBe(422)
  })
})

describe('a signed record', () => {
  it('is not changed or deleted by anyone, alone or in a transaction', async () => {
    const key = { type: 'Basic', id: 'da-ky' }
    const resource = parseJsonObject('{"resourceType":"Basic","id":"da-ky","code":{"text":"đã ký"}}')
    await site.parts.store.transact(site.internal, (tx) => tx.write([{ op: 'create', key, resource, immutable: true }]))
    const changed = { resourceType: 'Basic', id: 'da-ky', code: { text: 'sửa' } }
    const refusals = [
      await client.put(`${BASE}/Basic/da-ky`, changed), await client.delete(`${BASE}/Basic/da-ky`),
      await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: changed, request: { method: 'PUT', url: 'Basic/da-ky' } }] }),
    ]
    for (const answer of refusals) expect([answer.status, codeOf(answer.text)]).toEqual([409, 'immutable-record'])
    expect((await client.get(`${BASE}/Basic/da-ky`)).headers.etag).toBe('W/"1"')
  })
})

describe('history', () => {
  it('lists every version, newest first, with what was asked, in pages', async () => {
    const id = await created()
    await client.put(`${BASE}/Patient/${id}`, { ...patient, id, active: false })
    await client.delete(`${BASE}/Patient/${id}`)
    const bundle = (await client.get(`${BASE}/Patient/${id}/_history`)).json<{ type: string; total: number; entry: { request: { method: string }; response: { etag: string }; resource?: unknown }[] }>()
    expect([bundle.type, bundle.total]).toEqual(['history', 3])
    expect(bundle.entry.map((entry) => [entry.request.method, entry.response.etag, entry.resource !== undefined])).toEqual([['DELETE', 'W/"3"', false], ['PUT', 'W/"2"', true], ['POST', 'W/"1"', true]])
    const page = (await client.get(`${BASE}/Patient/${id}/_history?_count=2`)).json<{ link: { relation: string; url: string }[]; entry: unknown[] }>()
    expect(page.entry).toHaveLength(2)
    const next = page.link.find((link) => link.relation === 'next')?.url ?? ''
    expect((await client.get(next.slice(next.indexOf(BASE)))).json<{ entry: unknown[] }>().entry).toHaveLength(1)
  })
})

describe('who may', () => {
  it('answers 401 with a challenge to nobody and to a wrong token', async () => {
    for (const headers of [undefined, { authorization: 'Bearer wrong' }]) {
      const answer = await site.anonymous.get(`${BASE}/Patient/x`, headers)
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="fhir"'])
    }
  })
  it('holds a client to its scopes', async () => {
    const narrow = await site.system(['system/Patient.rs'])
    const id = await created()
    expect((await narrow.get(`${BASE}/Patient/${id}`)).status).toBe(200)
    expect((await narrow.put(`${BASE}/Patient/${id}`, { ...patient, id })).status).toBe(403)
    expect((await narrow.get(`${BASE}/Observation/none`)).status).toBe(403)
  })
  it('asks a doctor without care relation to break the glass, and shows the record to one with it', async () => {
    const id = await created()
    const condition = await created({ resourceType: 'Condition', subject: { reference: `Patient/${id}` }, code: { text: 'Đau dạ dày' } }, 'Condition')
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa-kham' }] })
    expect((await doctor.get(`${BASE}/Patient/${id}`)).status).toBe(200)
    const refused = await doctor.get(`${BASE}/Condition/${condition}`)
    expect([refused.status, codeOf(refused.text)]).toEqual([403, 'break-glass-needed'])
    expect((await doctor.put(`${BASE}/Condition/${condition}`, { resourceType: 'Condition', id: condition, subject: { reference: `Patient/${id}` } })).status).toBe(403)
    await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: id, department: 'khoa-kham', account: null, kind: 'encounter', until: '2100-01-01T00:00:00Z' }))
    expect((await doctor.get(`${BASE}/Condition/${condition}`)).status).toBe(200)
    expect((await doctor.put(`${BASE}/Condition/${condition}`, { resourceType: 'Condition', id: condition, subject: { reference: `Patient/${id}` }, code: { text: 'Viêm dạ dày' } })).status).toBe(200)
  })
  it('shows no clinical content to reception and administrators', async () => {
    const id = await created()
    const condition = await created({ resourceType: 'Condition', subject: { reference: `Patient/${id}` } }, 'Condition')
    for (const role of ['reception', 'administrator'] as const) {
      const who = await site.person({ grants: [{ role, department: null }] })
      expect((await who.get(`${BASE}/Condition/${condition}`)).status).toBe(403)
      expect((await who.get(`${BASE}/Condition/none`)).status).toBe(403)
      expect((await who.get(`${BASE}/Condition/${condition}/_history`)).status).toBe(403)
    }
  })
  it('puts reads, writes and refusals on record before answering', async () => {
    const id = await created()
    await client.get(`${BASE}/Patient/${id}`)
    const reception = await site.person({ grants: [{ role: 'reception', department: null }] })
    const condition = await created({ resourceType: 'Condition', subject: { reference: `Patient/${id}` } }, 'Condition')
    await reception.get(`${BASE}/Condition/${condition}`)
    const rows = await site.parts.audit.find({ patient: id, count: 50 })
    expect(rows.map((row) => [row.interaction, row.type, row.outcome])).toEqual([['read', 'Condition', 'refused'], ['create', 'Condition', 'success'], ['read', 'Patient', 'success'], ['create', 'Patient', 'success']])
  })
})
