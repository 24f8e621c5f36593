/** Bulk Data Access 2.0, $export: kick-off, status, manifest, files, cancel, expiry, and what is promised of them. https://hl7.org/fhir/uv/bulkdata/STU2/export.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExporter, type BulkExportOptions } from '#api/store/bulk/export.ts'
import type { Caller } from '#api/model/ports.ts'
import { createBulkExports } from '#api/store/bulk/exports.ts'
import { sweepJob } from '#api/store/bulk/jobs.ts'
import type { Database } from '#api/store/connection/database.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Manifest {
  transactionTime: string; request: string; requiresAccessToken: boolean; error: object[]
  output: { type: string; url: string; count: number }[]; deleted?: { type: string; url: string; count: number }[]
}

const BASE = '/fhir/R4'
const ASYNC = { prefer: 'respond-async' }
let site: TestSite
let client: TestCaller
const clock = { now: (): Date => new Date() }

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  for (const id of ['a', 'b']) await put({ resourceType: 'Patient', id, name: [{ text: `Bệnh nhân ${id}` }], active: true })
  await client.call('PUT', `${BASE}/Observation/o1`, { body: `{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},\n"subject":{"reference":"Patient/a"},"valueQuantity":{"value":1.10}}` })
  await put(observation('o2', 'b', 'preliminary'))
  await put({ ...observation('o3', 'b', 'amended'), subject: undefined })
  await put({ resourceType: 'Organization', id: 'org', name: 'Khoa' })
  await put({ resourceType: 'Group', id: 'g', type: 'person', actual: true, member: [{ entity: { reference: 'Patient/b' } }, { entity: { reference: 'Patient/a' }, inactive: true }] })
})
afterAll(() => site.close())

const observation = (id: string, patient: string, status = 'final'): Record<string, unknown> => ({ resourceType: 'Observation', id, status, code: { text: 'x' }, subject: { reference: `Patient/${patient}` } })
const put = async (resource: Record<string, unknown>): Promise<void> => {
  const answer = await client.put(`${BASE}/${String(resource.resourceType)}/${String(resource.id)}`, resource)
  expect([200, 201], answer.text).toContain(answer.status)
}
const pathOf = (address: unknown): string => new URL(String(address)).pathname
const exporter = (more: Partial<BulkExportOptions> = {}): ReturnType<typeof createExporter> => createExporter({ database: site.database, clock, timeZone: 'Asia/Ho_Chi_Minh', bases: [], settle: 0, ...more })
/** As the background process does. */
const work = async (step = exporter()): Promise<void> => { while (await step() !== 'idle') { /* until nothing is left */ } }
const start = async (address: string, headers: Record<string, string> = ASYNC, caller = client): Promise<string> => {
  const answer = await caller.get(`${BASE}/${address}`, headers)
  expect([answer.status, answer.text]).toEqual([202, ''])
  return pathOf(answer.headers['content-location'])
}
const finish = async (status: string, caller = client, step = exporter()): Promise<Manifest> => {
  await work(step)
  const answer = await caller.get(status)
  expect(answer.status, answer.text).toBe(200)
  return answer.json<Manifest>()
}
const linesOf = async (manifest: Manifest, list: 'output' | 'deleted' = 'output', caller = client): Promise<string[]> => {
  const all: string[] = []
  for (const { url, count } of manifest[list] ?? []) {
    const answer = await caller.get(pathOf(url))
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/fhir+ndjson'])
    const lines = answer.text.split('\n')
    expect(lines.pop()).toBe('')
    if (list === 'output') expect(lines.length).toBe(count)
    all.push(...lines)
  }
  return all
}
const keysOf = (lines: readonly string[]): string[] => lines.map((line) => JSON.parse(line) as { resourceType: string; id: string }).map(({ resourceType, id }) => `${resourceType}/${id}`).toSorted()
const exported = async (address: string): Promise<string[]> => keysOf(await linesOf(await finish(await start(address))))

const codeOf = ({ status, text }: TestAnswer): [number, string | undefined] => [status, /"code":"([a-z-]+)","display"/.exec(text)?.[1]]

describe('the kick-off of an export', () => {
  it('asks for Prefer: respond-async, and for what it knows', async () => {
    expect(codeOf(await client.get(`${BASE}/$export`))).toEqual([400, 'bad-request'])
    const wrong = ['_outputFormat=text/csv', '_since=yesterday', '_type=Shoe', '_type=AuditEvent', '_typeFilter=Patient%3Fshoe=1', '_type=Patient&_typeFilter=Observation%3Fstatus=final', '_typeFilter=Patient%3F_count=1', '_elements=shoe', 'includeAssociatedData=x', 'patient=Patient/a']
    for (const query of wrong) expect([query, (await client.get(`${BASE}/$export?${query}`, ASYNC)).status]).toEqual([query, 400])
    expect((await client.get(`${BASE}/Patient/$export?_type=Organization`, ASYNC)).status).toBe(400)
    expect((await client.get(`${BASE}/Group/none/$export`, ASYNC)).status).toBe(404)
  })
  it('is refused with 429 and Retry-After while so many exports are open', async () => {
    const open: string[] = []
    for (let at = 0; at < 16; at += 1) open.push(await start('$export?_type=Group'))
    const more = await client.get(`${BASE}/$export?_type=Group`, ASYNC)
    expect([...codeOf(more), more.headers['retry-after']]).toEqual([429, 'too-many-open', '60'])
    for (const place of open) expect((await client.delete(place)).status).toBe(202)
    await client.delete(await start('$export?_type=Group'))
  })
  it('ignores what it does not know with handling=lenient', async () => {
    const status = await start('$export?includeAssociatedData=x&_type=Group&_outputFormat=application/fhir%2Bndjson', { prefer: 'respond-async, handling=lenient' })
    expect(keysOf(await linesOf(await finish(status)))).toEqual(['Group/g'])
  })
  it('takes a Parameters resource by POST', async () => {
    const parameter = [{ name: '_type', valueString: 'Patient' }, { name: '_outputFormat', valueString: 'ndjson' }, { name: 'patient', valueReference: { reference: 'Patient/b' } }]
    const answer = await client.post(`${BASE}/Patient/$export`, { resourceType: 'Parameters', parameter }, ASYNC)
    expect(answer.status, answer.text).toBe(202)
    expect(keysOf(await linesOf(await finish(pathOf(answer.headers['content-location']))))).toEqual(['Patient/b'])
  })
  it('is for system clients, and for the types that their scopes let them read and search', async () => {
    const person = await site.person({ grants: [{ role: 'administrator', department: null }, { role: 'doctor', department: null }] })
    expect((await person.get(`${BASE}/$export`, ASYNC)).status).toBe(403)
    expect((await site.anonymous.get(`${BASE}/$export`, ASYNC)).status).toBe(401)
    const some = await site.system(['system/Patient.rs', 'system/Observation.r'])
    expect((await some.get(`${BASE}/$export?_type=Patient,Observation`, ASYNC)).status).toBe(403)
    expect((await (await site.system(['system/Patient.c'])).get(`${BASE}/$export`, ASYNC)).status).toBe(403)
    const manifest = await finish(await start('$export', ASYNC, some), some)
    expect(manifest.output.map(({ type }) => type)).toEqual(['Patient'])
  })
})

describe('an export', () => {
  it('tells its progress, then names its files, which hold one resource a line with every digit', async () => {
    const status = await start('$export?_type=Observation,Organization')
    const waiting = await client.get(status)
    expect([waiting.status, waiting.headers['x-progress'], waiting.headers['retry-after']]).toEqual([202, 'waiting', '2'])
    const manifest = await finish(status)
    expect(manifest).toMatchObject({ requiresAccessToken: true, error: [], request: expect.stringMatching(/^http.*\/fhir\/R4\/\$export\?_type=Observation%2COrganization$/) as string })
    expect(manifest.output.map(({ type, count }) => [type, count])).toEqual([['Observation', 3], ['Organization', 1]])
    expect(manifest.deleted).toBeUndefined()
    expect(Date.parse(String((await client.get(status)).headers.expires))).toBeGreaterThan(Date.now())
    const lines = await linesOf(manifest)
    expect(keysOf(lines)).toEqual(['Observation/o1', 'Observation/o2', 'Observation/o3', 'Organization/org'])
    expect(lines.join('')).toContain('"value":1.10}')
    expect(lines[0]).toBe((await client.get(`${BASE}/Observation/o1`)).text)
  })
  it('belongs to the client that asked for it, which shows its token for each file', async () => {
    const status = await start('$export?_type=Patient')
    const [file] = (await finish(status)).output
    const other = await site.system()
    for (const address of [status, pathOf(file?.url)]) expect((await other.get(address)).status).toBe(404)
    expect((await other.delete(status)).status).toBe(404)
    expect((await client.get(`${status}/99`)).status).toBe(404)
    for (const address of [status, pathOf(file?.url)]) expect((await site.anonymous.get(address)).status).toBe(401)
  })
  it('is on record, and so is each file that is read, before it leaves', async () => {
    const rows = async (): Promise<string[]> => (await site.parts.audit.find({ count: 50 })).filter(({ interaction }) => interaction.startsWith('export')).map(({ interaction, type, outcome, detail }) => `${interaction} ${type} ${outcome} ${detail?.replace(/^[^ ]+ /, '')}`)
    await linesOf(await finish(await start('$export?_type=Patient')))
    expect((await rows()).slice(0, 2)).toEqual(['export-file Patient success output (2)', 'export * success system Patient'])
  })
  it('holds what fits one of the searches for its type', async () => {
    const filter = (text: string): string => `&_typeFilter=${encodeURIComponent(text)}`
    expect(await exported(`$export?_type=Observation,Patient${filter('Observation?status=final')}${filter('Observation?status=amended,entered-in-error')}`)).toEqual(['Observation/o1', 'Observation/o3', 'Patient/a', 'Patient/b'])
    expect(await exported(`$export?_type=Observation${filter('Observation?status=final&subject=Patient/b,Observation?subject:Patient._id=b')}`)).toEqual(['Observation/o2'])
  })
  it('holds the elements that are asked for, marked as a part', async () => {
    const [line = ''] = await linesOf(await finish(await start('$export?_type=Patient&_elements=Patient.active')))
    expect(line).toContain('SUBSETTED')
    expect(Object.keys(JSON.parse(line) as object)).toEqual(['resourceType', 'id', 'meta', 'active'])
  })
  it('holds the records of all patients, or of the members of a group', async () => {
    expect(await exported('Patient/$export')).toEqual(['Group/g', 'Observation/o1', 'Observation/o2', 'Patient/a', 'Patient/b'])
    expect(await exported('Group/g/$export')).toEqual(['Group/g', 'Observation/o2', 'Patient/b'])
  })
  it('ends when it is cancelled, and nothing of it stays', async () => {
    const status = await start('$export?_type=Patient')
    const [file] = (await finish(status)).output
    expect((await client.delete(status)).status).toBe(202)
    for (const address of [status, pathOf(file?.url)]) expect((await client.get(address)).status).toBe(404)
    expect((await client.delete(status)).status).toBe(404)
    const under = await start('$export?_type=Patient,Observation')
    await exporter()()
    expect((await client.delete(under)).status).toBe(202)
    expect(await exporter()()).toBe('idle')
    while (await sweepJob(site.database, clock.now()) !== undefined) { /* sweep all */ }
    const left = await site.database.pool.query(`select job from bulk_job where job = any($1) union all select job from bulk_file where job = any($1) union all select job from bulk_slice where job = any($1)`, [[status, under].map((address) => address.split('/').at(-1))])
    expect(left.rows).toEqual([])
  })
})

describe('the instant of an export', () => {
  it('shows each resource as it was then, whatever was changed, deleted or made since', async () => {
    for (const id of ['t1', 't2', 't3']) await put(observation(id, 'a'))
    const status = await start('Patient/$export?_type=Observation')
    await put(observation('t1', 'a', 'amended'))
    await put(observation('t1', 'a', 'entered-in-error'))
    await client.delete(`${BASE}/Observation/t2`)
    await put(observation('t4', 'a'))
    const lines = (await linesOf(await finish(status))).map((line) => JSON.parse(line) as { id: string; status: string; meta: { versionId: string } }).filter(({ id }) => id.startsWith('t'))
    expect(lines.map(({ id, status: each, meta }) => `${id} ${each} ${meta.versionId}`)).toEqual(['t1 final 1', 't2 final 1', 't3 final 1'])
  })
  it('waits for what was being written when it was asked for', async () => {
    const writer = await site.database.pool.connect()
    await writer.query('begin')
    await writer.query('select 1')
    const status = await start('$export?_type=Patient')
    const step = exporter()
    expect(await exporter({ settle: 60_000 })()).toBe('wait')
    try {
      expect(await step()).toBe('wait')
      expect((await client.get(status)).headers['x-progress']).toBe('waiting')
    } finally {
      await writer.query('commit')
      writer.release()
    }
    expect(await step()).toBe('more')
    await finish(status)
  })
  it('hands the next export all that comes after it, changes and deletions, while others write', async () => {
    const first = await finish(await start('$export?_type=Basic'))
    const made = new Set<string>()
    const seen: string[] = []
    let since = first.transactionTime
    let writing = true
    const writer = async (name: string): Promise<void> => {
      for (let at = 0; writing; at += 1) {
        await put({ resourceType: 'Basic', id: `${name}${at}`, code: { text: 'x' } })
        made.add(`Basic/${name}${at}`)
      }
    }
    const writers = [writer('w'), writer('x'), writer('y')]
    for (let round = 0; round < 5; round += 1) {
      const manifest = await finish(await start(`$export?_type=Basic&_since=${since}`), client, exporter({ settle: 100 }))
      seen.push(...keysOf(await linesOf(manifest)))
      since = manifest.transactionTime
    }
    writing = false
    await Promise.all(writers)
    seen.push(...await exported(`$export?_type=Basic&_since=${since}`))
    expect(made.size).toBeGreaterThan(20)
    expect(seen.toSorted()).toEqual([...made].toSorted())
  })
  it('tells with _since what was deleted, and with _until leaves out what came later', async () => {
    const { transactionTime } = await finish(await start('$export?_type=Basic'))
    await put({ resourceType: 'Basic', id: 'gone', code: { text: 'x' } })
    await client.delete(`${BASE}/Basic/gone`)
    await put({ resourceType: 'Basic', id: 'new', code: { text: 'x' } })
    const manifest = await finish(await start(`$export?_type=Basic&_since=${transactionTime}`))
    expect(manifest.deleted?.map(({ type, count }) => [type, count])).toEqual([['Bundle', 1]])
    expect((await linesOf(manifest, 'deleted')).map((line) => JSON.parse(line) as unknown)).toEqual([{ resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: 'Basic/gone' } }] }])
    expect(keysOf(await linesOf(manifest))).toEqual(['Basic/new'])
    expect(await exported(`$export?_type=Basic&_since=${transactionTime}&_until=${transactionTime}`)).toEqual([])
    for (const of of ['a', 'b']) {
      await put(observation(`gone-${of}`, of))
      await client.delete(`${BASE}/Observation/gone-${of}`)
    }
    expect((await linesOf(await finish(await start(`Group/g/$export?_type=Observation&_since=${transactionTime}`)), 'deleted')).join('').match(/gone-./g)).toEqual(['gone-b'])
  })
})

describe('the background process', () => {
  /** Fails some transactions when all of their work is done, as a kill does. */
  const dying = (database: Database, every: number): Database => {
    let turn = 0
    return { ...database, withTransaction: (work_) => database.withTransaction(async (pg, withCommit) => {
      const answer = await work_(pg, withCommit)
      if ((turn += 1) % every === 0) throw new Error('killed')
      return answer
    }) }
  }
  it('goes on behind its last slice after it was killed: no line is lost or there twice, in files of a bounded length', async () => {
    for (let at = 0; at < 40; at += 1) await put({ resourceType: 'Library', id: `l${at}`, status: 'draft', type: { text: 'x' } })
    const status = await start('$export?_type=Library')
    for (let turn = 0, did = ''; did !== 'idle' && turn < 200; turn += 1) did = await exporter({ database: dying(site.database, 1 + (turn % 2)), slice: 3, lines: 10 })().catch(() => 'killed')
    const manifest = await finish(status)
    expect(manifest.output.map(({ count }) => count)).toEqual([9, 9, 9, 9, 4])
    expect(keysOf(await linesOf(manifest))).toEqual(Array.from({ length: 40 }, (_, at) => `Library/l${at}`).toSorted())
  })
  it('ends a job that fails again and again, and says so', async () => {
    const status = await start('$export?_type=Patient')
    const step = exporter({ database: dying(site.database, 1) })
    for (let turn = 0; turn < 5; turn += 1) await step().catch(() => undefined)
    expect(codeOf(await client.get(status))).toEqual([422, 'too-costly'])
  })
  it('sweeps away what has expired', async () => {
    const status = await start('$export?_type=Patient')
    await finish(status)
    const owner: Caller = { ...site.internal, actor: { kind: 'system', tenant: 900, client: 'test-client-1', scopes: ['system/*.rs'] } }
    const findAt = async (hours: number): Promise<unknown> => createBulkExports({ database: site.database, clock: { now: () => new Date(Date.now() + hours * 3600_000) }, timeZone: 'UTC', bases: [] }).find(owner, status.split('/').at(-1) ?? '')
    expect([await findAt(23), await findAt(25)]).toEqual([expect.objectContaining({ state: 'done' }), undefined])
    expect(await sweepJob(site.database, new Date(Date.now() + 23 * 3600_000))).toBeUndefined()
    expect(await sweepJob(site.database, new Date(Date.now() + 25 * 3600_000))).toBeDefined()
  })
})
