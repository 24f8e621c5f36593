/** The HTTP application with a small route table: order of the checks, errors, headers, static web, overload. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildApp, type AppDeps } from '#api/app.ts'
import { parseInput } from '#api/http/input.ts'
import { json, type Route } from '#api/http/route.ts'
import { outcome } from '#api/model/outcome.ts'
import type { Caller } from '#api/model/ports.ts'
import { z } from 'zod'

const person = (role: 'doctor' | 'administrator'): Caller => ({
  actor: { kind: 'person', tenant: 900, account: 'a', login: 'mau', name: 'Mẫu', practitioner: null, grants: [{ role, department: null }] },
  visibility: { kind: 'all' }, purpose: 'TREAT',
})
const system: Caller = { actor: { kind: 'system', tenant: 900, client: 'c', scopes: [] }, visibility: { kind: 'all' }, purpose: 'HDATAEXCH' }

let release = (): void => {}
const gone = Promise.withResolvers<boolean>()
const routes: Route[] = [
  { method: 'GET', url: '/api/open', site: 'both', access: 'open', handler: async (request) => json(200, { query: request.query }) },
  { method: 'GET', url: '/api/mine', site: 'both', access: 'session', handler: async (request) => json(200, { who: request.caller.actor.kind }) },
  { method: 'GET', url: '/api/admin', site: 'both', access: { roles: ['administrator'] }, handler: async () => json(200, {}) },
  { method: 'POST', url: '/api/echo', site: 'both', access: 'open', handler: async (request) => json(200, parseInput(z.object({ a: z.number(), b: z.array(z.string()) }), request.plain())) },
  { method: 'GET', url: '/fhir/R4/Broken', site: 'both', access: 'any', handler: async () => { throw new Error('secret of patient "Nguyễn Văn Mẫu" 0123456789') } },
  { method: 'GET', url: '/fhir/R4/Away', site: 'both', access: 'any', handler: async () => { throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) } },
  { method: 'GET', url: '/fhir/R4/Nul', site: 'both', access: 'any', handler: async (request) => { throw Object.assign(new Error('invalid byte sequence'), { code: request.query.length === 0 ? '22021' : '22P05' }) } },
  { method: 'GET', url: '/fhir/R4/Conflict', site: 'both', access: 'any', handler: async () => { throw outcome('version-conflict', { expression: 'Patient', diagnostics: 'expected 1, found 2' }) } },
  { method: 'GET', url: '/api/slow', site: 'both', access: 'open', handler: () => new Promise((resolve) => { release = () => resolve(json(200, {})) }) },
  { method: 'GET', url: '/api/awaited', site: 'both', access: 'session', handler: (request) => new Promise((resolve) => {
    request.gone?.().addEventListener('abort', () => { gone.resolve(true); resolve(json(200, {})) })
    lines.push('awaited')
  }) },
  { method: 'GET', url: '/api/center-only', site: 'center', access: 'open', handler: async () => json(200, {}) },
]

const folder = mkdtempSync(join(tmpdir(), 'emr-web-'))
const lines: string[] = []
const deps: AppDeps = {
  site: 'hospital', routes, webRoot: folder,
  config: { publicUrl: 'http://127.0.0.1:1', logLevel: 'info', concurrency: 1, queue: 0, proxies: [] },
  authenticate: async (facts) => {
    const who = facts.headers['x-test-who']
    return who === 'doctor' || who === 'administrator' ? person(who) : who === 'system' ? system : undefined
  },
  ids: { uuid: () => crypto.randomUUID() },
  readiness: async () => ({ database: true, migrations: true }),
  logStream: new Writable({ write(chunk, _encoding, done) { lines.push(String(chunk)); done() } }),
}
let app: Awaited<ReturnType<typeof buildApp>>

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>EMR</title>')
  writeFileSync(join(folder, 'assets', 'main-abc.js'), 'export {}')
  app = await buildApp(deps)
})
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})
const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers })

describe('the application', () => {
  it('calls a character that the database cannot store the mistake of the sender', async () => {
    for (const url of ['/fhir/R4/Nul', '/fhir/R4/Nul?untranslatable=1']) {
      const answer = await get(url, { 'x-test-who': 'system' })
      expect([answer.statusCode, answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code]).toEqual([400, 'bad-request'])
    }
  })
  it('refuses to boot on a route without access', async () => {
    const route = { ...routes[0] }
    Reflect.deleteProperty(route, 'access')
    await expect(buildApp({ ...deps, routes: [route as Route] })).rejects.toThrow('declares no access')
  })
  it('refuses to boot on a route declared twice', async () => {
    await expect(buildApp({ ...deps, routes: [...routes, ...routes] })).rejects.toThrow('declared twice')
  })
  it('answers 401 without a caller, 403 for the wrong kind or role, 200 for the right one', async () => {
    expect((await get('/api/mine')).statusCode).toBe(401)
    expect((await get('/api/mine', { 'x-test-who': 'system' })).statusCode).toBe(403)
    expect((await get('/api/mine', { 'x-test-who': 'doctor' })).json()).toEqual({ who: 'person' })
    expect((await get('/api/admin', { 'x-test-who': 'doctor' })).statusCode).toBe(403)
    expect((await get('/api/admin', { 'x-test-who': 'administrator' })).statusCode).toBe(200)
  })
  it('mounts the routes of its site only', async () => {
    expect((await get('/api/center-only')).json()).toMatchObject({ code: 'unknown-route' })
  })
  it('answers an unknown address with 404 and a known one with another method with 405 and Allow', async () => {
    expect((await get('/api/nothing')).statusCode).toBe(404)
    const wrong = await app.inject({ method: 'DELETE', url: '/api/open' })
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'GET, HEAD'])
  })
  it('gives the place of each wrong field of an input', async () => {
    const answer = await app.inject({ method: 'POST', url: '/api/echo', payload: { a: 'x', b: ['y', 1] } })
    expect(answer.statusCode).toBe(400)
    expect(answer.json<{ issues: { expression: string }[] }>().issues.map((issue) => issue.expression)).toEqual(['a', 'b[1]'])
  })
  it.each([
    ['{"a":1,"a":2}', 'application/json', 400, 'json-duplicate-key'],
    ['{"a":', 'application/json', 400, 'json-syntax'],
    ['a=1', 'application/x-www-form-urlencoded', 415, 'media-type'],
    ['{}', 'application/json; charset=utf-16', 415, 'media-type'],
    ['{}', '', 415, 'media-type'],
    [Buffer.from([0x7b, 0xff, 0x7d]), 'application/json', 400, 'json-syntax'],
  ])('refuses the body %j as %s', async (payload, type, status, code) => {
    const answer = await app.inject({ method: 'POST', url: '/api/echo', payload, headers: type === '' ? {} : { 'content-type': type } })
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code])
  })
  it('refuses a body over 16 MiB', async () => {
    const answer = await app.inject({ method: 'POST', url: '/api/echo', payload: Buffer.alloc(16 * 1024 * 1024 + 1, 32), headers: { 'content-type': 'application/json' } })
    expect(answer.statusCode).toBe(413)
  })
  it('answers a FHIR failure as OperationOutcome with a stable code and the place', async () => {
    const answer = await get('/fhir/R4/Conflict', { 'x-test-who': 'system' })
    expect(answer.statusCode).toBe(412)
    expect(answer.headers['content-type']).toBe('application/fhir+json; charset=utf-8')
    expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'conflict', details: { coding: [{ code: 'version-conflict' }] }, diagnostics: 'expected 1, found 2', expression: ['Patient'] }] })
  })
  it('never tells the detail of an internal error, and logs it without what it quotes', async () => {
    const answer = await get('/fhir/R4/Broken?name=Trần', { 'x-test-who': 'system' })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('secret')
    const logged = lines.join('')
    expect(logged).toContain('secret of patient')
    expect(logged).not.toContain('Nguyễn')
    expect(logged).not.toContain('0123456789')
    expect(logged).not.toContain('Tr%E1')
    expect(logged).toContain(String(answer.headers['x-request-id']))
  })
  it('names a database that is away', async () => {
    const answer = await get('/fhir/R4/Away', { 'x-test-who': 'system' })
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '2'])
  })
  it('refuses with Retry-After when all places and the queue are taken, but health still answers', async () => {
    const slow = get('/api/slow')
    await new Promise((resolve) => setTimeout(resolve, 50))
    const refused = await get('/api/open')
    expect([refused.statusCode, refused.json<{ code: string }>().code, refused.headers['retry-after']]).toEqual([503, 'overloaded', '2'])
    expect((await get('/healthz')).statusCode).toBe(200)
    expect((await get('/readyz')).statusCode).toBe(503)
    release()
    expect((await slow).statusCode).toBe(200)
    expect((await get('/api/open')).statusCode).toBe(200)
  })
  it('allows this origin only, and no inline script', async () => {
    const csp = String((await get('/')).headers['content-security-policy'])
    expect(csp).toContain("default-src 'self'")
    expect(csp).toContain("script-src 'self';")
    expect(csp).not.toContain('unsafe')
  })
  it('serves pages and assets of the web app, the page for every page address, and never a file outside', async () => {
    const page = await get('/kham/1', { accept: 'text/html' })
    expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-cache'])
    const asset = await get('/assets/main-abc.js')
    expect([asset.statusCode, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
    expect((await get('/assets/none.js')).statusCode).toBe(404)
    expect((await get('/..%2f..%2fetc%2fpasswd', { accept: 'text/html' })).body).not.toContain('root:')
    expect((await get('/api/unknown', { accept: 'text/html' })).statusCode).toBe(404)
  })
  it('tells a handler that whoever asked went away', async () => {
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const away = new AbortController()
    const asked = fetch(`${address}/api/awaited`, { headers: { 'x-test-who': 'doctor' }, signal: away.signal }).catch(() => undefined)
    await vi.waitUntil(() => lines.includes('awaited'))
    away.abort()
    await asked
    expect(await gone.promise).toBe(true)
  })
  it('counts requests by route pattern only', async () => {
    await get('/api/open?name=Mẫu')
    const text = (await get('/metrics')).body
    expect(text).toContain('emr_http_requests_total{method="GET",route="/api/open",status="200"}')
    expect(text).not.toContain('M%E1')
  })
})
