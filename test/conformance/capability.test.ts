/** What the CapabilityStatement claims is true: each claimed interaction and search parameter is tried. http://hl7.org/fhir/R4/capabilitystatement.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Claimed { type: string; updateCreate?: boolean; interaction: { code: string }[]; searchParam?: { name: string; type: string }[]; searchInclude?: string[]; operation?: { name: string; definition: string }[] }
interface Statement { instantiates?: string[]; implementation: { url: string }; fhirVersion: string; format: string[]; patchFormat: string[]; software: { version: string }; rest: { resource: Claimed[]; interaction: { code: string }[]; operation?: { name: string; definition: string }[]; documentation: string; security: object }[] }

let site: TestSite
let client: TestCaller
let statement: Statement
const BASE = '/fhir/R4'
const BULK = 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/'

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  const answer = await site.anonymous.get(`${BASE}/metadata`)
  expect(answer.status).toBe(200)
  statement = answer.json<Statement>()
})
afterAll(() => site.close())

const claimed = (): Claimed[] => statement.rest[0]?.resource ?? []
const codes = (resource: Claimed): string[] => resource.interaction.map(({ code }) => code).toSorted()

/** A value that each kind of parameter understands. */
const VALUE: Readonly<Record<string, string>> = {
  token: 'http://a.example|x', reference: 'Patient/nobody', date: 'ge2026-01-01', string: 'nguyen', number: '1', quantity: '1.10|http://unitsofmeasure.org|mg', uri: 'http://a.example', composite: 'x$2026',
}

/** Several at once: their audit rows share commits. */
const inCrowds = async <T>(items: readonly T[], size: number, work: (item: T) => Promise<void>): Promise<void> => {
  for (let at = 0; at < items.length; at += size) await Promise.all(items.slice(at, at + size).map(work))
}

/** By name, where the kind does not say enough. */
const SPECIAL: Readonly<Record<string, string>> = { _id: 'x', _list: 'x', _filter: '_id eq x', near: '21.0|105.8' }

/** A patch that sets the language, in one of the formats that are claimed. */
const patchTo = (format: string, type: string): unknown => {
  if (format === 'application/json-patch+json') return [{ op: 'add', path: '/language', value: 'vi' }]
  if (format === 'application/xml-patch+xml') return `<diff xmlns:f="http://hl7.org/fhir"><add sel="f:${type}/f:meta" pos="after"><f:language value="vi"/></add></diff>`
  const parts = [['type', 'Code', 'add'], ['path', 'String', type], ['name', 'String', 'language'], ['value', 'Code', 'vi']] as const
  if (!format.endsWith('xml')) return { resourceType: 'Parameters', parameter: [{ name: 'operation', part: parts.map(([name, kind, value]) => ({ name, [`value${kind}`]: value })) }] }
  return `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/>${parts.map(([name, kind, value]) => `<part><name value="${name}"/><value${kind} value="${value}"/></part>`).join('')}</parameter></Parameters>`
}

interface Try { readonly at: string; readonly answers: readonly [number, string]; readonly get?: boolean }
/** Operations on one resource; the others are asked of their type. */
const TRIES: Readonly<Record<string, Try>> = {
  graphql: { at: '/nobody', answers: [400, 'graphql-invalid'] },
  match: { at: '', answers: [400, 'bad-parameter'], get: false }, merge: { at: '', answers: [400, 'bad-parameter'], get: false }, unmerge: { at: '', answers: [400, 'bad-parameter'], get: false }, everything: { at: '/nobody', answers: [404, 'not-found'] }, meta: { at: '/nobody', answers: [404, 'not-found'] },
  status: { at: '', answers: [200, ''] }, events: { at: '/nobody', answers: [404, 'not-found'] }, 'get-ws-binding-token': { at: '', answers: [404, 'not-found'], get: false },
  'meta-add': { at: '/nobody', answers: [400, 'bad-parameter'], get: false }, 'meta-delete': { at: '/nobody', answers: [400, 'bad-parameter'], get: false },
}
/** Those that are not defined for one type by R4 itself. */
const R4 = 'http://hl7.org/fhir/OperationDefinition'
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport'
const DEFINITION: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['status', 'events', 'get-ws-binding-token'].map((name) => [name, `${BACKPORT}/OperationDefinition/backport-subscription-${name}`])),
  meta: `${R4}/Resource-meta`, 'meta-add': `${R4}/Resource-meta-add`, 'meta-delete': `${R4}/Resource-meta-delete`, validate: `${R4}/Resource-validate`, graphql: `${R4}/Resource-graphql`, summary: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary', docref: 'http://hl7.org/fhir/us/core/OperationDefinition/docref', diff: 'https://quany.example/fhir/OperationDefinition/Resource-diff',
  merge: 'https://quany.example/fhir/OperationDefinition/Patient-merge', unmerge: 'https://quany.example/fhir/OperationDefinition/Patient-unmerge',
}
/** Named queries, and what they ask for. */
const QUERIES: Readonly<Record<string, string>> = { latest: 'Observation-query-latest', documents: 'DocumentReference-query-documents' }
interface Told { issue?: { details?: { coding?: { code?: string }[] } }[] }
/** GraphQL has its OperationOutcome inside of an error. */
const codeIn = (answer: TestAnswer): string => {
  const { errors, ...told } = answer.json<Told & { errors?: { extensions: { resource: Told } }[] }>()
  return (errors?.[0]?.extensions.resource ?? told).issue?.[0]?.details?.coding?.[0]?.code ?? ''
}

describe('the capability statement', () => {
  it('is open to anyone, of R4, and names its limits', () => {
    expect(statement.fhirVersion).toBe('4.0.1')
    for (const limit of ['16 MiB', '5000 entries', '64 levels']) expect(statement.rest[0]?.documentation).toContain(limit)
  })
  it('states the page it answers at most, and no cut as a refusal', () => {
    expect(statement.rest[0]?.documentation).toMatch(/at most 1000 results: a larger _count is answered with 1000/)
    expect(statement.rest[0]?.documentation).not.toMatch(/1000 results a page[^.]*refused/)
  })
  it('lists the topics, limits and operations of subscriptions, and where websockets are opened', async () => {
    const answer = (await site.anonymous.get(`${BASE}/metadata`, { host: 'benh-vien.example:8443' })).json<{ rest: { extension: unknown; resource: { type: string; supportedProfile?: string[]; documentation?: string; extension?: { url: string; valueCanonical: string }[]; operation?: { name: string }[] }[] }[] }>()
    expect(answer.rest[0]?.extension).toEqual([{ url: 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket', valueUri: 'ws://benh-vien.example:8443/fhir/R4/websocket' }])
    const subscription = answer.rest[0]?.resource.find(({ type }) => type === 'Subscription')
    expect(subscription?.supportedProfile).toEqual([`${BACKPORT}/StructureDefinition/backport-subscription`])
    expect(subscription?.operation?.map(({ name }) => name)).toEqual(expect.arrayContaining(['status', 'events', 'get-ws-binding-token']))
    for (const limit of ['at most 50 Subscriptions', '16 failures', '10000 events', '7 days']) expect(subscription?.documentation).toContain(limit)
    expect(subscription?.extension?.map(({ url }) => url)).toEqual(Array.from({ length: 4 }, () => `${BACKPORT}/StructureDefinition/capabilitystatement-subscriptiontopic-canonical`))
    const base = { resourceType: 'Subscription', status: 'off', reason: 'x', channel: { type: 'websocket', payload: 'application/fhir+json', _payload: { extension: [{ url: `${BACKPORT}/StructureDefinition/backport-payload-content`, valueCode: 'empty' }] } } }
    for (const { valueCanonical } of subscription?.extension ?? []) {
      const wish = { ...base, criteria: valueCanonical, _criteria: { extension: [{ url: `${BACKPORT}/StructureDefinition/backport-filter-criteria`, valueString: 'Basic' }] } }
      expect((await client.post(`${BASE}/Subscription`, wish)).status, valueCanonical).toBe(201)
    }
  })
  it('names the address by which it was reached, and a token endpoint that is there; nothing of SMART that is not', async () => {
    const here = (await site.anonymous.get(`${BASE}/metadata`, { host: 'benh-vien.example:8443' })).json<Statement>()
    expect(here.implementation.url).toBe('http://benh-vien.example:8443/fhir/R4')
    const text = JSON.stringify(here.rest[0]?.security)
    expect(text).toContain('http://benh-vien.example:8443/oauth2/token')
    expect((await site.anonymous.call('POST', '/oauth2/token', { body: 'grant_type=x', type: 'application/x-www-form-urlencoded' })).status).toBe(400)
    const smart = (await site.anonymous.get('/.well-known/smart-configuration')).text
    expect(smart).not.toMatch(/plain|registration_endpoint/)
  })
  it('answers in each claimed format, and takes it', async () => {
    expect(statement.format).toEqual(['application/json', 'application/fhir+json', 'application/xml', 'application/fhir+xml', 'text/xml'])
    for (const format of statement.format) {
      const read = await site.anonymous.get(`${BASE}/metadata`, { accept: format })
      expect([read.status, read.headers['content-type']]).toEqual([200, `${format}; charset=utf-8`])
      const body = format.endsWith('xml') ? '<Basic xmlns="http://hl7.org/fhir"><code><text value="x"/></code></Basic>' : '{"resourceType":"Basic","code":{"text":"x"}}'
      expect((await client.call('POST', `${BASE}/Basic`, { body, type: format })).status, format).toBe(201)
    }
  })
  it('has a statement for each mode', async () => {
    const kinds = await Promise.all(['full', 'normative', 'terminology'].map(async (mode) => (await client.get(`${BASE}/metadata?mode=${mode}`)).json<{ resourceType: string }>().resourceType))
    expect(kinds).toEqual(['CapabilityStatement', 'CapabilityStatement', 'TerminologyCapabilities'])
  })
  it('claims every type of R4 once', () => {
    expect(new Set(claimed().map(({ type }) => type)).size).toBe(claimed().length)
    expect(claimed().length).toBeGreaterThanOrEqual(146)
  })
  it('claims no interaction that the tests below do not try', () => {
    const known = [['create', 'delete', 'history-instance', 'history-type', 'patch', 'read', 'search-type', 'update', 'vread'], ['read', 'search-type', 'vread']].map((each) => each.join())
    for (const resource of claimed()) expect(known, resource.type).toContain(codes(resource).join())
    expect(statement.rest[0]?.interaction.map(({ code }) => code).toSorted()).toEqual(['batch', 'history-system', 'search-system', 'transaction'])
  })
  it('answers each claimed interaction of each type', async () => {
    await inCrowds(claimed(), 16, async (resource) => {
      const { type } = resource
      const id = `walk-${type.toLowerCase()}`.slice(0, 64)
      expect((await client.get(`${BASE}/${type}?_count=1`)).status, `search ${type}`).toBe(200)
      expect((await client.get(`${BASE}/${type}/${id}`)).status, `read ${type}`).toBe(404)
      // whose only ones are those of the log: audit-events.test.ts reads them
      if (type === 'AuditEvent') expect((await client.get(`${BASE}/${type}/${id}/_history/1`)).status, `vread ${type}`).toBe(404)
      if (codes(resource).includes('history-type')) expect((await client.get(`${BASE}/${type}/_history?_count=1`)).status, `history ${type}`).toBe(200)
      if (!codes(resource).includes('update')) return
      const put = await client.put(`${BASE}/${type}/${id}`, { resourceType: type, id })
      // A type with required elements says which; whole resources are tried in whole-resources.test.ts.
      if (put.status === 422) {
        expect(put.text, type).toContain('invalid-resource')
        return
      }
      expect([put.status, resource.updateCreate], `update ${type}: ${put.text}`).toEqual([201, true])
      expect((await client.get(`${BASE}/${type}/${id}`)).status, `read ${type}`).toBe(200)
      expect((await client.get(`${BASE}/${type}/${id}/_history/1`)).status, `vread ${type}`).toBe(200)
      expect((await client.get(`${BASE}/${type}/${id}/_history`)).status, `history ${type}`).toBe(200)
      expect((await client.post(`${BASE}/${type}`, { resourceType: type })).status, `create ${type}`).toBe(201)
      // each type by one of them, and so all of them
      const format = statement.patchFormat[type.length % statement.patchFormat.length] ?? ''
      const patched = await client.call('PATCH', `${BASE}/${type}/${id}`, { body: patchTo(format, type), type: format })
      expect([patched.status, patched.json<{ language: string }>().language], `patch ${type} by ${format}: ${patched.text}`).toEqual([200, 'vi'])
      expect((await client.delete(`${BASE}/${type}/${id}`)).status, `delete ${type}`).toBe(204)
    })
  })
  it('answers the claimed history of everything', async () => {
    expect((await client.get(`${BASE}/_history?_count=1`)).status).toBe(200)
  })
  it('understands each claimed search parameter of each type', async () => {
    const claims = claimed().flatMap(({ type, searchParam = [] }) => searchParam.map(({ name, type: kind }) => ({ type, name, kind, value: SPECIAL[name] ?? VALUE[kind] })))
    const wrong: string[] = []
    await inCrowds(claims, 32, async ({ type, name, kind, value }) => {
      if (kind === 'composite') return
      const answer = value === undefined ? undefined : await client.get(`${BASE}/${type}?${name}=${encodeURIComponent(value)}`)
      if (answer?.status !== 200) wrong.push(`${type}?${name} (${kind}): ${answer?.status} ${answer?.text.slice(0, 200)}`)
    })
    expect(wrong).toEqual([])
  })
  it('answers each claimed operation, and no other', async () => {
    const operations = claimed().flatMap(({ type, operation = [] }) => operation.map((one) => ({ type, ...one }))).filter(({ definition, name }) => !definition.startsWith(BULK) && !Object.hasOwn(QUERIES, name))
    expect(operations.length).toBeGreaterThan(5)
    await inCrowds(operations, 16, async ({ type, name, definition }) => {
      expect(definition).toBe(DEFINITION[name] ?? `http://hl7.org/fhir/OperationDefinition/${type}-${name}`)
      // without what it needs, or of nobody, each says so: it is there
      const { at, answers: wanted, get = true } = TRIES[name] ?? { at: '', answers: [400, 'bad-parameter'] }
      const url = `${BASE}/${type}${at}/$${name}`
      for (const answer of [...(get ? [await client.get(url)] : []), await client.post(url, { resourceType: 'Parameters' })]) expect([type, name, answer.status, codeIn(answer)]).toEqual([type, name, ...wanted])
    })
    expect(statement.rest[0]?.operation?.map(({ name }) => name).toSorted()).toEqual(['diff', 'export', 'graphql', 'import', 'meta'])
    expect((await client.get(`${BASE}/$meta`)).status).toBe(200)
    expect(codeIn(await client.get(`${BASE}/$diff`))).toBe('bad-parameter')
    expect((await client.get(`${BASE}/$graphql?query=${encodeURIComponent('{ __typename }')}`)).text).toBe('{"data":{"__typename":"Query"}}')
    expect((await client.get(`${BASE}/Patient/$expand`)).text).not.toContain('"bad-parameter"')
    expect(codeIn(await client.get(`${BASE}/Organization/nobody/$everything`))).toBe('unknown-route')
  })
  it('answers each claimed query, which is defined where it says', async () => {
    const queries = claimed().flatMap(({ type, operation = [] }) => operation.map((one) => ({ type, ...one }))).filter(({ name }) => Object.hasOwn(QUERIES, name))
    expect(queries.map(({ name, definition }) => [name, definition])).toEqual(['documents', 'latest'].map((name) => [name, `https://quany.example/fhir/OperationDefinition/${QUERIES[name]}`]))
    for (const { type, name, definition } of queries) {
      const found = (await client.get(`${BASE}/OperationDefinition?url=${encodeURIComponent(definition)}`)).json<{ entry: { resource: { kind: string; code: string; resource: string[] } }[] }>().entry.map(({ resource }) => resource)
      expect(found).toMatchObject([{ kind: 'query', code: name, resource: [type] }])
      expect((await client.post(`${BASE}/OperationDefinition/$validate`, found[0])).json<{ issue: { severity: string }[] }>().issue.filter(({ severity }) => severity === 'error' || severity === 'fatal')).toEqual([])
      expect([name, (await client.get(`${BASE}/${type}?_query=${name}&patient=nobody&${type === 'Observation' ? 'code=x' : ''}`)).status]).toEqual([name, 200])
      expect([name, codeIn(await client.get(`${BASE}/${type}?_query=${name}`))]).toEqual([name, 'bad-parameter'])
    }
  })
  it('claims bulk data, and each of its operations asks for what it needs', async () => {
    expect(statement.instantiates).toEqual(['http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data'])
    const operations = [...statement.rest.flatMap(({ operation = [] }) => operation.map((one) => ({ type: '', ...one }))), ...claimed().flatMap(({ type, operation = [] }) => operation.map((one) => ({ type, ...one })))]
    const bulk = operations.filter(({ definition }) => definition.startsWith(BULK))
    expect((await client.call('POST', `${BASE}/$import`, { body: '{}', type: 'application/fhir+ndjson' })).text).toContain('http.Prefer')
    expect(bulk.map(({ type, name, definition }) => `${type} ${name} ${definition.slice(BULK.length)}`)).toEqual([' export export', 'Group export group-export', 'Patient export patient-export'])
    for (const { type, name } of bulk) {
      const path = `${BASE}${type === '' ? '' : type === 'Group' ? '/Group/none' : `/${type}`}/$${name}`
      for (const answer of await Promise.all([client.get(path), client.post(path, { resourceType: 'Parameters' })])) expect([path, answer.status, answer.text.includes('http.Prefer')]).toEqual([path, 400, true])
    }
  })
  it('refuses a search parameter that is not claimed', async () => {
    const answer = await client.get(`${BASE}/Patient?shoe-size=44`)
    expect([answer.status, answer.text.includes('unknown-parameter')]).toEqual([400, true])
  })
})

/** The center's own FHIR base: lists and its audit log, read by operators. */
describe('the capability statement of the center', () => {
  let center: TestSite
  let operator: TestCaller
  beforeAll(async () => {
    center = await testSite({ role: 'center', environment: { EMR_PUBLIC_URL: 'http://benh-vien.example' } })
    operator = await center.person({ grants: [{ role: 'center-operator', department: null }] })
  })
  afterAll(() => center.close())

  it('claims what operators may do, at its own address, and neither writing nor tokens', async () => {
    const answer = (await center.anonymous.get(`${BASE}/metadata`, { host: 'trung-tam.example' })).json<Statement>()
    expect(answer.implementation.url).toBe('http://trung-tam.example/fhir/R4')
    expect(JSON.stringify(answer)).not.toMatch(/oauth|benh-vien|bulkdata/)
    const [rest] = answer.rest
    expect(rest?.interaction.map(({ code }) => code).toSorted()).toEqual(['batch', 'search-system'])
    const types = rest?.resource.map(({ type }) => type) ?? []
    expect(types).toEqual(expect.arrayContaining(['AuditEvent', 'CodeSystem', 'Organization']))
    expect(types).not.toContain('Patient')
    expect(new Set(rest?.resource.flatMap(codes))).toEqual(new Set(['history-instance', 'history-type', 'read', 'search-type', 'vread']))
    for (const type of types) expect([type, (await operator.get(`${BASE}/${type}?_count=1`)).status]).toEqual([type, 200])
    expect((await operator.get(`${BASE}/Organization/_history`)).status).toBe(200)
    expect((await operator.get(`${BASE}/Patient?_count=1`)).status).toBe(403)
    const graphql = async (query: string): Promise<number> => (await operator.get(`${BASE}/$graphql?query=${encodeURIComponent(query)}`)).status
    expect([rest?.operation?.map(({ name }) => name), await graphql('{ OrganizationList { id } }'), await graphql('{ PatientList { id } }')]).toEqual([['diff', 'graphql'], 200, 403])
    for (const url of ['/oauth2/token', '/.well-known/smart-configuration']) expect([url, (await center.anonymous.call(url.startsWith('/o') ? 'POST' : 'GET', url)).status]).toEqual([url, 404])
  })
})
