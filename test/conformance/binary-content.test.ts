/** Binary in its own form: http://hl7.org/fhir/R4/binary.html#rest */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

const BASE = '/fhir/R4'
/** No text in any encoding: bytes that UTF-8 does not have, and a NUL. */
const PICTURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff, 0xfe, 0xc3])
let site: TestSite
let client: TestCaller
beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(() => site.close())

const send = (method: 'POST' | 'PUT', path: string, body: Buffer, type: string, headers: Record<string, string> = {}): Promise<TestAnswer> => client.call(method, `${BASE}/${path}`, { body, type, headers })
const read = (path: string, accept?: string): Promise<TestAnswer> => client.get(`${BASE}/${path}`, accept === undefined ? {} : { accept })
const codeOf = (answer: TestAnswer): string | undefined => answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code
const stored = async (more: object): Promise<string> => {
  const id = `b-${randomUUID()}`
  expect((await client.put(`${BASE}/Binary/${id}`, { resourceType: 'Binary', id, contentType: 'image/png', data: PICTURE.toString('base64'), ...more })).status).toBe(201)
  return id
}

describe('the content of a Binary', () => {
  it('is the body of a create and of an update, and its own answer to who names its type, byte for byte', async () => {
    const created = await send('POST', 'Binary', PICTURE, 'image/png')
    const { id } = created.json<{ id: string }>()
    expect([created.status, created.json()]).toEqual([201, expect.objectContaining({ resourceType: 'Binary', contentType: 'image/png', data: PICTURE.toString('base64') })])
    const first = await read(`Binary/${id}`, 'image/png')
    expect([first.status, first.headers['content-type'], first.headers.etag, first.bytes]).toEqual([200, 'image/png', 'W/"1"', PICTURE])
    const updated = await send('PUT', `Binary/${id}`, Buffer.from('ghi chú'), 'text/plain; charset=utf-8', { 'if-match': 'W/"1"' })
    expect([updated.status, updated.headers.etag]).toEqual([200, 'W/"2"'])
    expect((await read(`Binary/${id}`, 'text/*')).bytes.toString('utf8')).toBe('ghi chú')
    expect((await read(`Binary/${id}/_history/1`, 'image/*')).bytes).toEqual(PICTURE)
    expect((await send('PUT', `Binary/${id}`, PICTURE, 'image/png', { 'if-match': 'W/"1"' })).status).toBe(412)
  })
  it('is a resource to who names no type, or one of FHIR, or weighs that more', async () => {
    const id = await stored({})
    for (const accept of [undefined, '*/*', 'application/fhir+json', 'image/png;q=0.5, application/fhir+json']) {
      const answer = await read(`Binary/${id}`, accept)
      expect([answer.status, answer.json<{ resourceType: string }>().resourceType]).toEqual([200, 'Binary'])
    }
    expect((await read(`Binary/${id}`, 'application/fhir+json;q=0.5, image/png')).bytes).toEqual(PICTURE)
    expect((await read(`Binary/${id}?_format=json`, 'image/png')).json<{ resourceType: string }>().resourceType).toBe('Binary')
    expect(codeOf(await read(`Binary/${id}`, 'image/jpeg'))).toBe('not-acceptable')
    const json = await stored({ contentType: 'application/json', data: Buffer.from('{}').toString('base64') })
    expect((await read(`Binary/${json}`, 'application/json')).json<{ resourceType: string }>().resourceType).toBe('Binary')
  })
  it('carries its security context in a header, both ways', async () => {
    const patient = `p-${randomUUID()}`
    await client.put(`${BASE}/Patient/${patient}`, { resourceType: 'Patient', id: patient })
    const { id, securityContext } = (await send('POST', 'Binary', PICTURE, 'image/png', { 'x-security-context': `Patient/${patient}` })).json<{ id: string; securityContext: object }>()
    expect(securityContext).toEqual({ reference: `Patient/${patient}` })
    expect((await read(`Binary/${id}`, 'image/png')).headers['x-security-context']).toBe(`Patient/${patient}`)
    const dangling = await send('POST', 'Binary', PICTURE, 'image/png', { 'x-security-context': 'Patient/no-such' })
    expect([dangling.status, codeOf(dangling)]).toEqual([422, 'dangling-reference'])
  })
  it('never acts in the name of this server, whatever type it claims', async () => {
    const page = await send('POST', 'Binary', Buffer.from('<script>alert(1)</script>'), 'text/html')
    const shown = await read(`Binary/${page.json<{ id: string }>().id}`, 'text/html')
    expect([shown.headers['content-type'], shown.headers['content-security-policy'], shown.headers['content-disposition'], shown.headers['x-content-type-options']]).toEqual(['text/html', 'sandbox; default-src \'none\'', 'attachment', 'nosniff'])
  })
  it('is read through the same gate as the resource', async () => {
    const id = await stored({})
    const stranger = await site.system(['system/Patient.rs'])
    expect((await stranger.get(`${BASE}/Binary/${id}`, { accept: 'image/png' })).status).toBe(403)
    expect((await stranger.call('POST', `${BASE}/Binary`, { body: PICTURE, type: 'image/png' })).status).toBe(403)
  })
  it('of no type, of another resource or too long is refused', async () => {
    expect(codeOf(await send('POST', 'Patient', PICTURE, 'image/png'))).toBe('media-type')
    expect(codeOf(await send('PUT', 'Binary?_id=x', PICTURE, 'image/png'))).toBe('media-type')
    expect(codeOf(await send('POST', 'Binary', PICTURE, 'no type'))).toBe('media-type')
    const long = await send('POST', 'Binary', Buffer.alloc(13 * 1024 * 1024), 'application/octet-stream')
    expect([long.status, codeOf(long)]).toEqual([413, 'body-too-large'])
  })
})
