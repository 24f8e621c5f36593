/** $import: lines of resources in one request, each stored as an update would be; what is refused is named by its line. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeBulk, type BulkWork } from '#api/compose-bulk.ts'
import type { Database } from '#api/store/connection/database.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Manifest { error: { type: string; url: string; count: number }[]; counts: Record<string, number> }

const BASE = '/fhir/R4'
const ASYNC = { prefer: 'respond-async' }
let site: TestSite
let client: TestCaller
let bulk: BulkWork
beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  bulk = composeBulk({ config: site.config, database: site.database, slice: 4 })
})
afterAll(async () => {
  await bulk.close()
  await site.close()
})

const pathOf = (address: unknown): string => new URL(String(address)).pathname
const send = (body: string | Uint8Array, caller = client, type = 'application/fhir+ndjson', headers: Record<string, string> = ASYNC): Promise<TestAnswer> => caller.call('POST', `${BASE}/$import`, { body, type, headers })
const start = async (lines: readonly (string | object)[], caller = client): Promise<string> => {
  const answer = await send(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'), caller)
  expect([answer.status, answer.text]).toEqual([202, ''])
  return pathOf(answer.headers['content-location'])
}
const work = async (by = bulk): Promise<void> => { while (await by.importSome() !== 'idle') { /* until nothing is left */ } }
const finish = async (status: string): Promise<{ counts: Record<string, number>; errors: { id: string; issue: { details: { coding: { code: string }[] }; diagnostics?: string; expression?: string[] }[] }[] }> => {
  await work()
  const answer = await client.get(status)
  expect(answer.status, answer.text).toBe(200)
  const { counts, error } = answer.json<Manifest>()
  const [file] = error
  const errors = file === undefined ? [] : (await client.get(pathOf(file.url))).text.trimEnd().split('\n')
  expect(errors.length).toBe(file?.count ?? 0)
  return { counts, errors: errors.map((line) => JSON.parse(line) as Awaited<ReturnType<typeof finish>>['errors'][number]) }
}
const imported = async (...lines: (string | object)[]): ReturnType<typeof finish> => finish(await start(lines))

const patient = (id: string, rest: object = {}): object => ({ resourceType: 'Patient', id, name: [{ text: `Bệnh nhân ${id}` }], ...rest })
const observation = (id: string, of: string, rest: object = {}): object => ({ resourceType: 'Observation', id, status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${of}` }, ...rest })

describe('an import', () => {
  it('is asked for with Prefer: respond-async, as ndjson, by a system client that may write', async () => {
    expect((await send('{}', client, 'application/fhir+ndjson', {})).status).toBe(400)
    expect((await send('{}', client, 'application/fhir+json')).status).toBe(415)
    expect((await client.call('POST', `${BASE}/$import`, { headers: ASYNC })).status).toBe(400)
    expect((await send('{}', await site.system(['system/*.rs']))).status).toBe(403)
    expect((await send('{}', await site.person({ grants: [{ role: 'doctor', department: null }] }))).status).toBe(403)
    expect((await send('{}', site.anonymous)).status).toBe(401)
    expect(existsSync(site.config.uploads)).toBe(false)
  })
  it('stores each line under its own id, with every digit, its search rows, audit row and journal entry', async () => {
    const status = await start([patient('a'), '{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/a"},"valueQuantity":{"value":1.10,"code":"mg","system":"http://unitsofmeasure.org"}}', '', observation('o2', 'a')])
    const waiting = await client.get(status)
    expect([waiting.status, waiting.headers['x-progress']]).toEqual([202, 'waiting'])
    expect([statSync(site.config.uploads).mode & 0o777, ...readdirSync(site.config.uploads).map((name) => statSync(join(site.config.uploads, name)).mode & 0o777)]).toEqual([0o700, 0o600])
    expect(await finish(status)).toEqual({ counts: { created: 3, updated: 0, unchanged: 0, refused: 0 }, errors: [] })
    expect((await client.get(`${BASE}/Observation/o1`)).text).toContain('"value":1.10,')
    expect((await client.get(`${BASE}/Observation?patient=a&_summary=count`)).json<{ total: number }>().total).toBe(2)
    expect((await site.parts.audit.find({ count: 20, patient: 'a', interaction: 'create' })).map(({ type, who }) => `${type} ${who}`).toSorted()).toEqual(['Observation test-client-1', 'Observation test-client-1', 'Patient test-client-1'])
    await bulk.sweep()
    expect(readdirSync(site.config.uploads)).toEqual([])
    const { rows } = await site.database.pool.query(`select refs from journal where patient_key = 'a'`)
    expect(JSON.stringify(rows)).toContain('o2')
  })
  it('gives the same when it is sent again, and a new version where something changed', async () => {
    expect((await imported(patient('a'), observation('o2', 'a', { status: 'amended' }), observation('o2', 'a', { status: 'amended' }))).counts).toEqual({ created: 0, updated: 1, unchanged: 2, refused: 0 })
    expect((await client.get(`${BASE}/Observation/o2`)).headers.etag).toBe('W/"2"')
  })
  it('names each line that it refuses, and takes the others', async () => {
    const { counts, errors } = await imported(
      '{"resourceType":"Patient","id":"x"', patient('b'), { resourceType: 'Patient' }, { resourceType: 'Shoe', id: 's' }, observation('bad', 'b', { status: 'wrong' }), '[1]', observation('o3', 'nobody'), { resourceType: 'AuditEvent', id: 'x' },
      observation('o4', 'b', { meta: { tag: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }] } }), observation('o5', 'b', { encounter: { reference: 'Encounter?identifier=1' } }), '{"a":1,"a":2}', observation('o6', 'b'))
    expect(counts).toEqual({ created: 2, updated: 0, unchanged: 0, refused: 10 })
    expect(errors.map(({ id, issue: [first] }) => `${id} ${first?.details.coding[0]?.code}`)).toEqual([
      'line-1 json-syntax', 'line-3 bad-id', 'line-4 bad-request', 'line-5 invalid-resource', 'line-6 bad-request', 'line-7 dangling-reference', 'line-8 method-not-allowed', 'line-9 subsetted-resource', 'line-10 dangling-reference', 'line-11 json-duplicate-key',
    ])
    expect(errors[3]?.issue[0]?.expression).toEqual(['Observation.status'])
    expect((await client.get(`${BASE}/Observation/o3`)).status).toBe(404)
  })
  it('takes lines in any order, and in circles; what leads nowhere is refused with all that leans on it', async () => {
    const { counts, errors } = await imported(
      observation('r1', 'late'), observation('r2', 'r-nobody'), { resourceType: 'Observation', id: 'r3', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/late' }, hasMember: [{ reference: 'Observation/r2' }] },
      patient('c1', { link: [{ other: { reference: 'Patient/c2' }, type: 'seealso' }] }), ...Array.from({ length: 6 }, (_, at) => patient(`fill${at}`)), patient('c2', { link: [{ other: { reference: 'Patient/c1' }, type: 'seealso' }] }), patient('late'))
    expect(errors.map(({ id }) => id)).toEqual(['line-2', 'line-3'])
    expect(counts).toEqual({ created: 10, updated: 0, unchanged: 0, refused: 2 })
    for (const address of ['Observation/r1', 'Patient/c1', 'Patient/c2']) expect([address, (await client.get(`${BASE}/${address}`)).status]).toEqual([address, 200])
  })
  it('writes what the scopes allow', async () => {
    const some = await site.system(['system/Patient.c', 'system/Observation.cu'])
    const status = await start([patient('a', { active: true }), patient('d'), observation('o2', 'a', { status: 'corrected' })], some)
    await work()
    expect((await some.get(status)).json<Manifest>().counts).toEqual({ created: 1, updated: 1, unchanged: 0, refused: 1 })
  })
  it('leaves signed records as they are', async () => {
    const body = '{"resourceType":"Encounter","id":"signed","meta":{"versionId":"1","lastUpdated":"2026-01-01T00:00:00Z"},"status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/a"}}'
    await site.parts.store.transact(site.internal, (tx) => tx.write([{ op: 'put-exact', key: { type: 'Encounter', id: 'signed' }, version: 1, lastUpdated: '2026-01-01T00:00:00Z', body, immutable: true }]))
    const { counts, errors } = await imported({ resourceType: 'Encounter', id: 'signed', status: 'planned', class: { code: 'AMB' } }, { resourceType: 'Condition', id: 'k', subject: { reference: 'Patient/a' }, encounter: { reference: 'Encounter/signed' }, code: { text: 'x' } })
    expect([counts.refused, errors.map(({ issue: [first] }) => first?.details.coding[0]?.code)]).toEqual([2, ['immutable-record', 'immutable-record']])
  })
  it('belongs to the client that sent it, and ends when that cancels it', async () => {
    const status = await start(Array.from({ length: 12 }, (_, at) => patient(`e${at}`)))
    expect((await (await site.system()).get(status)).status).toBe(404)
    await bulk.importSome()
    expect((await client.delete(status)).status).toBe(202)
    expect((await client.get(status)).status).toBe(404)
    await work()
    expect((await client.get(`${BASE}/Patient?_id=e0,e4,e8&_elements=id`)).json<{ entry: object[] }>().entry.length).toBe(1)
    while (await bulk.sweep()) { /* sweep all */ }
    expect(readdirSync(site.config.uploads)).not.toContain(`${status.split('/').at(-1)}.ndjson`)
  })
  it('writes nothing more for a client that was shut out', async () => {
    const status = await start([patient('shut1')], await site.system())
    const { rows } = await site.database.pool.query<{ client: string }>('select client from bulk_job where job = $1', [status.split('/').at(-1)])
    await site.parts.clients.save({ client: rows[0]?.client ?? '', name: 'x', secret: 'x', scopes: [], active: false })
    await work()
    expect((await client.get(`${BASE}/Patient/shut1`)).status).toBe(404)
  })
  it('writes only what the client may write by now, when a scope was taken from it after it sent the upload', async () => {
    const status = await start([patient('less1'), observation('less2', 'less1')], await site.system())
    const { rows } = await site.database.pool.query<{ client: string }>('select client from bulk_job where job = $1', [status.split('/').at(-1)])
    await site.parts.clients.save({ client: rows[0]?.client ?? '', name: 'x', secret: 'x', scopes: ['system/Patient.cruds', 'system/Observation.rs'], active: true })
    await work()
    expect([(await client.get(`${BASE}/Patient/less1`)).status, (await client.get(`${BASE}/Observation/less2`)).status]).toEqual([200, 404])
  })
  it('waits for the disk at its end, and not for each slice', async () => {
    const status = await start(Array.from({ length: 6 }, (_, at) => patient(`disk${at}`)))
    const commits: { waits: string; state: string }[] = []
    const watched: Database = {
      ...site.database,
      withTransaction: (act) => site.database.withTransaction(async (own, withCommit) => {
        const answer = await act(own, withCommit)
        const { rows } = await own.query<{ waits: string; state: string }>(`select current_setting('synchronous_commit') as waits, j.state from bulk_job j where j.job = $1`, [status.split('/').at(-1)])
        commits.push(...rows)
        return answer
      }),
    }
    const one = composeBulk({ config: site.config, database: watched, slice: 4 })
    await work(one)
    await one.close()
    expect(commits.slice(0, 3)).toEqual([{ waits: 'off', state: 'running' }, { waits: 'off', state: 'running' }, { waits: 'on', state: 'done' }])
  })
  it('goes on behind its last slice after it was killed: each line is stored once', async () => {
    const dying: Database = { ...site.database, withTransaction: (inner) => site.database.withTransaction(async (pg, withCommit) => {
      await inner(pg, withCommit)
      throw new Error('killed')
    }) }
    const status = await start([observation('k-early', 'k0'), ...Array.from({ length: 30 }, (_, at) => patient(`k${at}`)), 'no json'])
    for (let did = ''; did !== 'idle';) {
      const one = composeBulk({ config: site.config, database: dying, slice: 4 })
      await one.importSome().catch(() => undefined)
      await one.close()
      const other = composeBulk({ config: site.config, database: site.database, slice: 4 })
      did = await other.importSome()
      await other.close()
    }
    const { counts, errors } = await finish(status)
    expect([counts, errors.map(({ id }) => id)]).toEqual([{ created: 31, updated: 0, unchanged: 0, refused: 1 }, ['line-32']])
  })
  it('is taken in while it comes, beyond what other bodies may have; of one that breaks off nothing stays', async () => {
    const origin = await site.listen()
    const headers = { ...await site.bearer(), ...ASYNC, 'content-type': 'application/fhir+ndjson' }
    const line = `${JSON.stringify(patient('large', { text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${'x'.repeat(1_000_000)}</div>` } }))}\n`
    const open = (): ReturnType<typeof httpRequest> => httpRequest(`${origin}${BASE}/$import`, { method: 'POST', headers })
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = open().on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject)
      const next = (left: number): void => { if (left === 0) sending.end(); else sending.write(line, () => next(left - 1)) }
      next(20)
    })
    expect(status).toBe(202)
    const before = readdirSync(site.config.uploads).length
    await new Promise<void>((resolve) => {
      const broken = open().on('error', () => resolve())
      broken.write(line, () => setTimeout(() => broken.destroy(new Error('gone')), 100))
    })
    await expect.poll(() => readdirSync(site.config.uploads).length, { timeout: 5000 }).toBe(before)
    await work()
    expect((await client.get(`${BASE}/Patient/large`)).headers.etag).toBe('W/"1"')
  })
})
