/** The client against a fetch that answers as the server does. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { QueryClient } from '@tanstack/vue-query'
import { buildUrl, connectClient, get, post, send } from '#web/fhir/client.ts'
import { queueQuery } from '#web/fhir/queries.ts'
import { failureText } from '#web/fhir/failure-text.ts'
import { RequestError, toRequestError } from '#web/fhir/request-error.ts'

const answer = (status: number, body: unknown): Response => new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
const fetched = vi.fn<typeof fetch>()
const reachable = vi.fn()
const relogin = vi.fn<() => Promise<boolean>>()
const failure = async (work: Promise<unknown>): Promise<RequestError> => work.then(() => { throw new Error('no failure') }, (error: unknown) => {
  if (error instanceof RequestError) return error
  throw error
})

beforeEach(() => {
  vi.stubGlobal('fetch', fetched)
  connectClient({ csrf: () => 'token-of-the-session', onSessionExpired: relogin, onReachable: reachable })
})
afterEach(() => { vi.resetAllMocks(); vi.unstubAllGlobals() })

describe('a request', () => {
  test('leaves out what is not asked, and escapes what is', () => {
    expect(buildUrl('/api/terms', { q: 'viêm & họng', on: undefined, list: 'icd10', empty: '' })).toBe('/api/terms?q=vi%C3%AAm%20%26%20h%E1%BB%8Dng&list=icd10')
  })
  test('that changes something carries the CSRF header; one that reads does not', async () => {
    fetched.mockImplementation(async () => answer(200, {}))
    await post('/api/registrations', { a: 1 })
    await get('/api/queue')
    const headers = fetched.mock.calls.map(([, init]) => new Headers(init?.headers))
    expect(headers.map((header) => header.get('x-emr-csrf'))).toEqual(['token-of-the-session', null])
  })
  test('that a page repeats by itself says so, the first one does not', async () => {
    fetched.mockImplementation(async () => answer(200, []))
    const client = new QueryClient()
    for (let round = 0; round < 2; round += 1) await client.fetchQuery({ ...queueQuery('kham'), staleTime: 0 })
    expect(fetched.mock.calls.map(([, init]) => new Headers(init?.headers).get('x-emr-background'))).toEqual([null, '1'])
  })
  test('with a version asks that it still be current', async () => {
    fetched.mockResolvedValue(answer(200, {}))
    await send('PUT', '/fhir/R4/Patient/1', { body: { resourceType: 'Patient' }, ifMatch: 3 })
    const headers = new Headers(fetched.mock.calls[0]?.[1]?.headers)
    expect([headers.get('if-match'), headers.get('content-type')]).toEqual(['W/"3"', 'application/fhir+json'])
  })
})

describe('a failure', () => {
  test('of a page names its code and its places', async () => {
    fetched.mockResolvedValue(answer(403, { code: 'pin-wrong', message: 'x', messageEn: 'x', requestId: 'r-1', left: 4, issues: [] }))
    const found = await failure(get('/api/x'))
    expect([found.code, found.status, found.left, found.requestId]).toEqual(['pin-wrong', 403, 4, 'r-1'])
    expect(failureText(found)).toBe('Mã PIN ký số không đúng.')
  })
  test('of the FHIR interface is read from the OperationOutcome', () => {
    const found = toRequestError(412, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'conflict', details: { coding: [{ code: 'version-conflict' }] }, diagnostics: 'v3', expression: ['Patient'] }] })
    expect([found.code, found.issues]).toEqual(['version-conflict', [{ severity: 'error', message: 'v3', expression: 'Patient' }]])
  })
  test('that is not ours reads as a bad answer', async () => {
    fetched.mockResolvedValue(new Response('<html>Bad gateway</html>', { status: 502 }))
    expect((await failure(get('/api/x'))).code).toBe('bad-answer')
    expect(toRequestError(500, { code: 'constructor' }).code).toBe('bad-answer')
  })
  test('of the network tells the shell, and the next answer tells it again', async () => {
    fetched.mockRejectedValueOnce(new TypeError('fetch failed'))
    const found = await failure(get('/api/x'))
    expect(failureText(found)).toBe('Không kết nối được tới máy chủ. Nội dung đang nhập vẫn còn.')
    fetched.mockResolvedValue(answer(200, {}))
    await get('/api/x')
    expect(reachable.mock.calls).toEqual([[false], [true]])
  })
})

describe('an expired session', () => {
  const expired = { code: 'session-expired', message: 'x', messageEn: 'x', issues: [] }
  test('waits for the user and repeats the request once', async () => {
    fetched.mockResolvedValueOnce(answer(401, expired)).mockResolvedValueOnce(answer(200, { ok: true }))
    relogin.mockResolvedValue(true)
    expect(await post('/api/registrations', { a: 1 })).toEqual({ ok: true })
    expect([fetched.mock.calls.length, relogin.mock.calls.length]).toEqual([2, 1])
  })
  test('does not go round in circles', async () => {
    fetched.mockImplementation(async () => answer(401, expired))
    relogin.mockResolvedValue(true)
    expect((await failure(get('/api/x'))).code).toBe('session-expired')
    expect([fetched.mock.calls.length, relogin.mock.calls.length]).toEqual([2, 1])
  })
  test('opens no dialog where none is wanted', async () => {
    fetched.mockResolvedValue(answer(401, expired))
    await failure(get('/api/session', { relogin: false }))
    expect(relogin).not.toHaveBeenCalled()
  })
})
