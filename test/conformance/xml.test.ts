/** JSON and XML over HTTP: what is asked for is answered, in the format that was asked for, errors too. http://hl7.org/fhir/R4/http.html#mime-type, http://hl7.org/fhir/R4/xml.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readXml } from '#api/fhir/xml/read.ts'
import { stringAt, toPlain, valueAt, writeJson, type JsonObject } from '#api/model/json.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const FHIR_XML = 'application/fhir+xml'
const XML = { accept: FHIR_XML }
const NS = 'xmlns="http://hl7.org/fhir"'

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(() => site.close())

const send = (method: 'POST' | 'PUT', url: string, body: string | Buffer, headers: Record<string, string> = XML, type = FHIR_XML): Promise<TestAnswer> => client.call(method, url, { body, type, headers })
const treeOf = (answer: TestAnswer): JsonObject => {
  expect(answer.headers['content-type'], answer.text.slice(0, 300)).toMatch(/xml; charset=utf-8$/)
  return readXml(answer.text)
}
/** The stable code of a refusal in XML. */
const codeOf = (answer: TestAnswer): unknown => {
  const tree = treeOf(answer)
  expect(tree.get('resourceType')).toBe('OperationOutcome')
  return valueAt(tree, 'issue', 0, 'details', 'coding', 0, 'code')
}

const BASIC = `<Basic ${NS}><extension url="http://example.org/x"><valueDecimal value="1.10"/></extension><code><text value="a &lt; b&#10;c"/></code></Basic>`

describe('a resource in XML', () => {
  it('is created, and read back in both formats, digits and characters kept', async () => {
    const made = await send('POST', `${BASE}/Basic`, BASIC)
    expect([made.status, made.headers['content-type']]).toEqual([201, 'application/fhir+xml; charset=utf-8'])
    const id = stringAt(treeOf(made), 'id') ?? ''
    const read = await client.get(`${BASE}/Basic/${id}`, XML)
    expect([read.headers.etag, read.headers.vary]).toEqual(['W/"1"', 'Accept'])
    expect(writeJson(treeOf(read))).toBe((await client.get(`${BASE}/Basic/${id}`)).text)
    expect(read.text).toContain('<valueDecimal value="1.10"/>')
    expect((await client.get(`${BASE}/Basic/${id}`)).json()).toMatchObject({ code: { text: 'a < b\nc' } })
    expect((await client.get(`${BASE}/Basic/${id}?_format=xml&_pretty=true`, { accept: 'application/json' })).text).toContain('\n  <extension url="http://example.org/x">\n    <valueDecimal value="1.10"/>')
    expect((await client.get(`${BASE}/Basic/${id}`, { ...XML, 'if-none-match': 'W/"1"' })).status).toBe(304)
  })
  it('is updated, patched, found and told the history of', async () => {
    const put = await send('PUT', `${BASE}/Basic/x1`, BASIC.replace('<extension', '<id value="x1"/><extension'))
    expect(put.status, put.text).toBe(201)
    const patched = await client.call('PATCH', `${BASE}/Basic/x1`, { body: [{ op: 'replace', path: '/code/text', value: 'new' }], type: 'application/json-patch+json', headers: XML })
    expect([patched.status, stringAt(treeOf(patched), 'code', 'text')]).toEqual([200, 'new'])
    const found = treeOf(await client.get(`${BASE}/Basic?_id=x1`, XML))
    expect([found.get('type'), stringAt(found, 'entry', 0, 'resource', 'code', 'text'), stringAt(found, 'entry', 0, 'search', 'mode')]).toEqual(['searchset', 'new', 'match'])
    const history = treeOf(await client.get(`${BASE}/Basic/x1/_history`, XML))
    expect([history.get('type'), stringAt(history, 'entry', 1, 'request', 'method'), stringAt(history, 'entry', 1, 'resource', 'code', 'text')]).toEqual(['history', 'PUT', 'a < b\nc'])
    expect(stringAt(treeOf(await client.get(`${BASE}/Basic/x1/_history/1`, XML)), 'meta', 'versionId')).toBe('1')
    const asked = await client.call('POST', `${BASE}/Basic/_search`, { body: '_id=x1&_format=xml', type: 'application/x-www-form-urlencoded' })
    expect([asked.status, asked.headers['content-type']]).toEqual([200, 'application/fhir+xml; charset=utf-8'])
    const posted = await client.call('POST', `${BASE}/Basic/_search`, { body: '_id=x1', type: 'application/x-www-form-urlencoded', headers: XML })
    expect(treeOf(posted).get('type')).toBe('searchset')
  })
  it('answers a write as Prefer says, in XML', async () => {
    expect((await send('POST', `${BASE}/Basic`, BASIC, { ...XML, prefer: 'return=minimal' })).text).toBe('')
    expect(treeOf(await send('POST', `${BASE}/Basic`, BASIC, { ...XML, prefer: 'return=OperationOutcome' })).get('resourceType')).toBe('OperationOutcome')
  })
  it('may come in one format and be answered in the other', async () => {
    expect((await send('POST', `${BASE}/Basic`, BASIC, { accept: 'application/fhir+json' })).json()).toMatchObject({ resourceType: 'Basic' })
    expect(treeOf(await client.post(`${BASE}/Basic`, { resourceType: 'Basic', code: { text: 'x' } }, XML)).get('resourceType')).toBe('Basic')
    for (const type of ['application/xml', 'text/xml', 'application/fhir+xml; charset=UTF-8; fhirVersion=4.0']) expect([type, (await send('POST', `${BASE}/Basic`, BASIC, XML, type)).status]).toEqual([type, 201])
    expect((await send('POST', `${BASE}/Basic`, Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-8"?>${BASIC}`))).status).toBe(201)
  })
  it('tells the statement in XML', async () => {
    expect(treeOf(await site.anonymous.get(`${BASE}/metadata`, XML)).get('resourceType')).toBe('CapabilityStatement')
  })
  it('shows audit events in XML', async () => {
    const page = treeOf(await client.get(`${BASE}/AuditEvent?_count=2`, XML))
    expect(stringAt(page, 'entry', 0, 'resource', 'resourceType')).toBe('AuditEvent')
  })
})

describe('a Bundle in XML', () => {
  const bundle = (type: string, ...entries: string[]): string => `<Bundle ${NS}><type value="${type}"/>${entries.map((entry) => `<entry>${entry}</entry>`).join('')}</Bundle>`
  const patient = '<fullUrl value="urn:uuid:0c0a0e2e-1111-4222-8333-444455556666"/><resource><Patient><name><text value="Mẫu"/></name></Patient></resource><request><method value="POST"/><url value="Patient"/></request>'
  const observation = '<resource><Observation><status value="final"/><code><text value="x"/></code><subject><reference value="urn:uuid:0c0a0e2e-1111-4222-8333-444455556666"/></subject><valueQuantity><value value="37.50"/></valueQuantity></Observation></resource><request><method value="POST"/><url value="Observation"/></request>'

  it('is a transaction', async () => {
    const answer = treeOf(await send('POST', BASE, bundle('transaction', patient, observation)))
    const location = stringAt(answer, 'entry', 1, 'response', 'location') ?? ''
    const stored = await client.get(`${BASE}/${location.replace(/\/_history.*/, '')}`)
    expect(stored.text).toContain('"value":37.50')
    expect(stored.text).toMatch(/"reference":"Patient\/[0-9a-f-]{36}"/)
  })
  it('is a batch, whose entries are answered in its own format', async () => {
    const get = (url: string): string => `<request><method value="GET"/><url value="${url}"/></request>`
    const answer = treeOf(await send('POST', BASE, bundle('batch', get('Basic?_count=1&amp;_format=json'), get('Basic/none'), observation.replace('urn:uuid:0c0a0e2e-1111-4222-8333-444455556666', 'https://other.example/Patient/1'))))
    expect(toPlain(answer)).toMatchObject({ entry: [
      { resource: { resourceType: 'Bundle' } }, { response: { status: expect.stringMatching(/^404/), outcome: { resourceType: 'OperationOutcome' } } }, { response: { status: '201 Created' } },
    ] })
    const inJson = await client.post(BASE, { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: 'Basic?_count=1&_format=xml' } }] })
    expect(inJson.json()).toMatchObject({ entry: [{ resource: { resourceType: 'Bundle' }, response: { status: '200 OK' } }] })
  })
  it('names the entry that is wrong', async () => {
    const answer = await send('POST', BASE, bundle('transaction', patient, observation.replace('<status value="final"/>', '<status value="nonsense"/>')))
    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-resource'])
    expect(answer.text).toContain('<expression value="Bundle.entry[1].resource.status"/>')
  })
})

describe('a refusal', () => {
  it.each([
    ['not well-formed', `<Basic ${NS}>`, 400, 'xml-syntax'], ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${BASIC.replace('a &lt; b', '&e;')}`, 400, 'xml-forbidden'],
    ['an unknown element', `<Basic ${NS}><cod/></Basic>`, 400, 'xml-structure'], ['another type', `<Patient ${NS}/>`, 400, 'type-mismatch'], ['an unknown type', `<Foo ${NS}/>`, 400, 'xml-structure'],
    ['too deep', `<Basic ${NS}>${'<extension url="u">'.repeat(40)}${'</extension>'.repeat(40)}</Basic>`, 400, 'xml-too-deep'],
    ['a value of the wrong kind', `<Basic ${NS}><code><text value="x"/></code><created value="yesterday"/></Basic>`, 422, 'invalid-resource'],
    ['a missing element', `<Basic ${NS}/>`, 422, 'invalid-resource'], ['an empty value', `<Basic ${NS}><code><text value=""/></code></Basic>`, 422, 'invalid-resource'],
    ['script in a narrative', `<Basic ${NS}><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></div></text><code><text value="x"/></code></Basic>`, 422, 'invalid-resource'],
    ['script by CDATA and prefixes', `<Basic ${NS} xmlns:h="http://www.w3.org/1999/xhtml"><text><status value="generated"/><h:div>x<h:p onclick="a()"><![CDATA[y]]></h:p></h:div></text><code><text value="x"/></code></Basic>`, 422, 'invalid-resource'],
  ])('of %s comes in XML, with a name', async (_what, body, status, code) => {
    const answer = await send('POST', `${BASE}/Basic`, body)
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
    expect(answer.headers.vary).toBe('Accept')
  })
  it('takes CDATA in a narrative for the text that it is', async () => {
    const made = await send('POST', `${BASE}/Basic`, `<Basic ${NS}><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><![CDATA[<script>]]></div></text><code><text value="x"/></code></Basic>`)
    expect(stringAt(treeOf(made), 'text', 'div')).toBe('<div xmlns="http://www.w3.org/1999/xhtml">&lt;script&gt;</div>')
  })
  it('of bytes that are not UTF-8 is named, whatever the declaration says', async () => {
    for (const bytes of [Buffer.from(BASIC.replace('a &lt;', 'é'), 'latin1'), Buffer.from(`\ufeff${BASIC}`, 'utf16le')]) expect(codeOf(await send('POST', `${BASE}/Basic`, bytes))).toBe('xml-syntax')
  })
  it('says the path and the line', async () => {
    const answer = await send('POST', `${BASE}/Basic`, `<Basic ${NS}>\n<code>\n<coding><system valu="x"/></coding></code></Basic>`)
    expect(answer.text).toMatch(/<diagnostics value="the attribute &quot;valu&quot; is not allowed here at line 3, column \d+"\/><expression value="Basic.code.coding\[0\].system"\/>/)
  })
  it('judges ids as in JSON: two contained resources of one id, an id that is none', async () => {
    const xml = (id: string): string => `<Basic ${NS}><contained><Basic><id value="${id}"/><code><text value="x"/></code></Basic></contained><contained><Basic><id value="${id}"/><code><text value="x"/></code></Basic></contained><code><text value="x"/></code><subject><reference value="#${id}"/></subject></Basic>`
    for (const id of ['a', 'a_b']) expect((await send('POST', `${BASE}/Basic`, xml(id))).status).toBe((await client.post(`${BASE}/Basic`, writeJson(readXml(xml(id))))).status)
  })
  it('before the handler comes in the format that was asked for too', async () => {
    for (const [answer, status, code] of [
      [await site.anonymous.get(`${BASE}/Patient/1`, XML), 401, 'sign-in-needed'], [await client.get(`${BASE}/nothing/at/all/here`, XML), 404, 'unknown-route'], [await client.get(`${BASE}/Patient/1?_format=xml`), 404, 'not-found'],
      [await client.call('DELETE', `${BASE}/Basic/x1/_history`, { headers: XML }), 405, 'method-not-allowed'], [await send('POST', `${BASE}/Basic`, 'a=1', XML, 'application/x-www-form-urlencoded'), 415, 'media-type'],
    ] as const) expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })
  it('of a format or a version that nobody speaks is 406 for answers and 415 for bodies', async () => {
    expect((await client.get(`${BASE}/Basic?_count=1`, { accept: 'text/turtle' })).json()).toMatchObject({ issue: [{ details: { coding: [{ code: 'not-acceptable' }] } }] })
    for (const accept of ['text/turtle', 'application/fhir+xml; fhirVersion=3.0']) expect([accept, (await client.get(`${BASE}/Basic?_count=1`, { accept })).status]).toEqual([accept, 406])
    for (const type of ['text/turtle', 'application/fhir+xml; fhirVersion=3.0', 'application/fhir+xml; charset=utf-16', 'application/fhir+json; fhirVersion=5.0']) expect([type, (await send('POST', `${BASE}/Basic`, BASIC, XML, type)).status]).toEqual([type, 415])
    expect((await send('POST', `${BASE}/Basic`, BASIC, { accept: 'text/turtle' })).status).toBe(406)
  })
  it('of XML stands where only JSON is spoken: the routes of the screens', async () => {
    const answer = await client.call('POST', '/api/session', { body: '<a/>', type: 'application/xml', headers: XML })
    expect([answer.status, answer.headers['content-type']]).toEqual([415, 'application/json; charset=utf-8'])
  })
})

it('reads the largest body in turns, while others are answered', async () => {
  let last = performance.now()
  let longest = 0
  const ticking = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 5)
  const answer = await send('POST', `${BASE}/Binary`, `<Binary ${NS}><contentType value="application/pdf"/><data value="${'A'.repeat(15 * 1024 * 1024)}"/></Binary>`, { ...XML, prefer: 'return=minimal' })
  clearInterval(ticking)
  expect(answer.status, answer.text.slice(0, 300)).toBe(201)
  expect(longest).toBeLessThan(2000)
})
