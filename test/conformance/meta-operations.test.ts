/** $meta, $meta-add, $meta-delete. http://hl7.org/fhir/R4/resource-operation-meta.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Meta { versionId?: string; lastUpdated?: string; profile?: string[]; tag?: { system?: string; code?: string; display?: string }[]; security?: { code?: string }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const T = 'http://vi-du.example/nhan'
const tag = (code: string, display?: string): object => ({ system: T, code, ...(display && { display }) })

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  // digits of a decimal must outlive every change of labels
  const body = `{"resourceType":"Observation","id":"o","meta":{"tag":[${JSON.stringify(tag('cu', 'Cũ'))}]},"status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p"},"valueQuantity":{"value":1.500}}`
  for (const resource of [{ resourceType: 'Patient', id: 'p', meta: { tag: [tag('cu', 'Tên khác')], security: [{ system: T, code: 'R' }] } }, { resourceType: 'Basic', id: 'b', code: { text: 'x' } }]) {
    expect((await client.put(`${BASE}/${resource.resourceType}/${resource.id}`, resource)).status).toBe(201)
  }
  expect((await client.call('PUT', `${BASE}/Observation/o`, { body })).status).toBe(201)
})
afterAll(() => site.close())

const metaOf = (answer: TestAnswer): Meta => {
  expect(answer.status, answer.text).toBe(200)
  const [only, more] = answer.json<{ resourceType: string; parameter: { name: string; valueMeta: Meta }[] }>().parameter
  expect([only?.name, more]).toEqual(['return', undefined])
  return only?.valueMeta ?? {}
}
const get = async (path: string, caller = client): Promise<Meta> => metaOf(await caller.get(`${BASE}/${path}`))
const change = (name: string, meta: object, headers: Record<string, string> = {}, caller = client, id = 'Observation/o'): Promise<TestAnswer> =>
  caller.post(`${BASE}/${id}/$${name}`, { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: meta }] }, headers)
const codes = ({ tag: tags = [] }: Meta): (string | undefined)[] => tags.map(({ code }) => code)

describe('$meta', () => {
  it('is the Meta of a resource and of each version, as a read would answer it', async () => {
    const answer = await client.get(`${BASE}/Observation/o/$meta`)
    expect(answer.headers.etag).toBe('W/"1"')
    expect(metaOf(answer)).toEqual((await client.get(`${BASE}/Observation/o`)).json<{ meta: Meta }>().meta)
    expect((await get('Observation/o/_history/1/$meta')).versionId).toBe('1')
    expect(metaOf(await client.post(`${BASE}/Observation/o/$meta`, { resourceType: 'Parameters' })).versionId).toBe('1')
    for (const path of ['Observation/none/$meta', 'Observation/o/_history/9/$meta', 'Observation/o/_history/x/$meta']) expect([path, (await client.get(`${BASE}/${path}`)).status]).toEqual([path, 404])
    expect((await client.get(`${BASE}/Observation/o/$meta?shoe=44`)).status).toBe(400)
  })
  it('is what labels a type has, and the server, each once', async () => {
    expect(codes(await get('Observation/$meta'))).toEqual(['cu'])
    const all = await get('$meta')
    expect([codes(all), all.security?.map(({ code }) => code), all.versionId, all.lastUpdated]).toEqual([['cu'], ['R'], undefined, undefined])
    expect(await get('Basic/$meta')).toEqual({})
  })
  it('shows a person what a search and a read show', async () => {
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa' }] })
    expect((await doctor.get(`${BASE}/$meta`)).status).toBe(403)
    expect(await get('Observation/$meta', doctor)).toEqual({})
    expect((await doctor.get(`${BASE}/Observation/o/$meta`)).text).toContain('break-glass-needed')
    expect((await doctor.get(`${BASE}/Observation/o/_history/1/$meta`)).text).toContain('break-glass-needed')
    expect((await change('meta-add', { tag: [tag('x')] }, {}, doctor)).text).toContain('break-glass-needed')
    await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: 'p', department: 'khoa', account: null, kind: 'encounter', until: new Date(Date.now() + 3_600_000).toISOString() }))
    expect(codes(await get('Observation/$meta', doctor))).toEqual(['cu'])
    const [row] = await site.parts.audit.find({ patient: 'p', ...(doctor.account !== undefined && { account: doctor.account }), count: 1 })
    expect(row).toMatchObject({ outcome: 'refused' })
    const reader = await site.system(['system/Observation.rs'])
    expect((await change('meta-add', { tag: [tag('x')] }, {}, reader)).status).toBe(403)
  })
})

describe('$meta-add and $meta-delete', () => {
  it('add what is not there and take away what is, in a new version that is otherwise the same', async () => {
    const added = await change('meta-add', { profile: ['http://hl7.org/fhir/StructureDefinition/Observation'], tag: [tag('moi', 'Mới'), tag('cu', 'Tên khác')], security: [{ system: T, code: 'N' }] })
    const meta = metaOf(added)
    expect([added.headers.etag, meta.versionId, codes(meta), meta.tag?.[0]?.display, meta.profile, meta.security?.map(({ code }) => code)])
      .toEqual(['W/"2"', '2', ['cu', 'moi'], 'Cũ', ['http://hl7.org/fhir/StructureDefinition/Observation'], ['N']])
    const body = (await client.get(`${BASE}/Observation/o`)).text
    expect(body).toContain('"value":1.500')
    expect((await client.get(`${BASE}/Observation?_tag=${T}|moi`)).text).toContain('"o"')
    const deleted = metaOf(await change('meta-delete', { tag: [tag('moi'), tag('nie')], profile: ['http://hl7.org/fhir/StructureDefinition/Observation'] }))
    expect([deleted.versionId, codes(deleted), deleted.profile, deleted.security?.map(({ code }) => code)]).toEqual(['3', ['cu'], undefined, ['N']])
    expect((await client.get(`${BASE}/Observation?_tag=${T}|moi`)).text).not.toContain('"o"')
    expect(codes(await get('Observation/o/_history/2/$meta'))).toEqual(['cu', 'moi'])
  })
  it('go by If-Match, and make no version of what is not there', async () => {
    const version = (await get('Observation/o/$meta')).versionId ?? ''
    expect((await change('meta-add', { tag: [tag('x')] }, { 'if-match': 'W/"1"' })).status).toBe(412)
    expect((await change('meta-add', { tag: [tag('x')] }, { 'if-match': `W/"${version}"` })).status).toBe(200)
    expect((await change('meta-add', { tag: [tag('x')] }, {}, client, 'Observation/none')).status).toBe(404)
    expect((await client.get(`${BASE}/Observation/none`)).status).toBe(404)
  })
  it('refuse what is no Meta, what would make a part of the resource, and GET', async () => {
    expect((await client.post(`${BASE}/Observation/o/$meta-add`, { resourceType: 'Parameters' })).status).toBe(400)
    expect((await change('meta-add', { tag: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }] })).text).toContain('subsetted-resource')
    expect((await change('meta-add', { tag: ['x'] })).status).toBe(422)
    expect((await client.get(`${BASE}/Observation/o/$meta-add`)).status).toBeGreaterThanOrEqual(400)
    expect((await change('meta-add', { tag: [tag('x')] }, {}, client, 'AuditEvent/1')).status).toBe(405)
  })
})
