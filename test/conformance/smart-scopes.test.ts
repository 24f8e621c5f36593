/**
 * Scopes with search parameters: https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#finer-grained-resource-constraints-using-search-parameters.
 * What lies outside of them must change no answer: a battery of requests is sent before and after there is something hidden, and every answer must be the same.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPasswords } from '#api/security/password.ts'
import { RESOURCE_TYPES } from '#api/search/resource-types.ts'
import { createExporter } from '#api/store/bulk/export.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

const BASE = '/fhir/R4'
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'
const LAB = `system/Observation.cruds?category=${CATEGORY}|laboratory`

let site: TestSite
let all: TestCaller
let lab: TestCaller

const observation = (id: string, category: string, patient: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  resourceType: 'Observation', id, status: 'final', category: [{ coding: [{ system: CATEGORY, code: category }] }], code: { coding: [{ system: 'http://loinc.org', code: category === 'laboratory' ? '718-7' : '8867-4' }] },
  subject: { reference: `Patient/${patient}` }, effectiveDateTime: '2026-11-01T08:00:00+07:00', ...more,
})
const put = async (resource: Record<string, unknown>, caller = all): Promise<TestAnswer> => caller.put(`${BASE}/${String(resource.resourceType)}/${String(resource.id)}`, resource)
const stored = async (resource: Record<string, unknown>): Promise<void> => {
  const answer = await put(resource)
  expect([200, 201], answer.text).toContain(answer.status)
}

beforeAll(async () => {
  site = await testSite()
  all = await site.system()
  lab = await site.system([LAB, 'system/Patient.rs', 'system/DiagnosticReport.rs', 'system/Encounter.rs'])
  for (const id of ['p1', 'p2']) await stored({ resourceType: 'Patient', id, name: [{ text: `Bệnh nhân ${id}` }] })
  await stored(observation('lab1', 'laboratory', 'p1', { valueQuantity: { value: 120, unit: 'g/L', system: 'http://unitsofmeasure.org', code: 'g/L' } }))
  await stored(observation('lab2', 'laboratory', 'p2'))
  await stored({ resourceType: 'DiagnosticReport', id: 'r1', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/p1' }, result: [{ reference: 'Observation/lab1' }] })
})
afterAll(() => site.close())

const keysOf = (answer: TestAnswer): string[] =>
  answer.json<{ entry?: { resource?: { resourceType: string; id: string } }[] }>().entry?.flatMap(({ resource }) => (resource ? [`${resource.resourceType}/${resource.id}`] : [])).toSorted() ?? []

/** Requests that reach for `vital1`, which is not there at first and hidden then; none of them changes anything that is seen. */
const BATTERY: readonly (readonly [method: 'GET' | 'PUT' | 'DELETE' | 'PATCH' | 'POST', url: string, body?: unknown])[] = [
  ...['Observation/vital1', 'Observation/vital1/_history', 'Observation/vital1/_history/1', 'Observation/vital1/_history/2', 'Observation/vital1/$meta', 'Observation', 'Observation?_total=accurate&_count=1', 'Observation?_summary=count',
    'Observation?_sort=-_lastUpdated', 'Observation?_sort=code&_count=1', 'Observation?code=8867-4', 'Observation?code:not=718-7', 'Observation?category=vital-signs', 'Observation?_id=vital1,lab1', 'Observation?subject=Patient/p1&_total=accurate', 'Observation?subject:Patient._id=p1',
    'Observation?patient=p1&_include=Observation:has-member', 'Observation?_filter=code%20eq%208867-4', 'Observation?status:missing=false&_total=estimate', 'Observation?identifier=http://example.org/x|secret', 'Observation?value-quantity=gt70', 'Observation?date=ge2026',
    'Observation/_history', 'Observation/_history?_summary=count', 'Patient/p1/Observation', 'Patient?_has:Observation:patient:code=8867-4', 'Patient?_has:Observation:patient:category=vital-signs&_total=accurate', 'Patient?_revinclude=Observation:subject',
    'Patient/p1/$everything', 'Patient/p1/$everything?_type=Observation', 'Encounter?_revinclude=Observation:encounter', 'DiagnosticReport?result.code=8867-4', 'DiagnosticReport?_include=DiagnosticReport:result', 'DiagnosticReport?result=Observation/vital1&_include=DiagnosticReport:result',
    'DiagnosticReport?result.subject:Patient._id=p1&result.status=amended', 'Observation/$lastn?patient=p1&max=5', 'Observation?_cursor=x', 'Observation?_lastUpdated=gt2020'].map((path) => ['GET', `${BASE}/${path}`] as const),
  ['POST', `${BASE}/Observation/$stats`, { resourceType: 'Parameters', parameter: [{ name: 'subject', valueString: 'Patient/p1' }, { name: 'code', valueString: '8867-4' }, { name: 'system', valueUri: 'http://loinc.org' }, { name: 'statistic', valueCode: 'count' }] }],
  ['PUT', `${BASE}/Observation/vital1`, observation('vital1', 'laboratory', 'p1')],
  ['PUT', `${BASE}/Observation/vital1`, observation('vital1', 'vital-signs', 'p1')],
  ['PATCH', `${BASE}/Observation/vital1`, []],
  ['POST', `${BASE}/Observation`, observation('', 'laboratory', 'p1', { id: undefined, hasMember: [{ reference: 'Observation/vital1' }] })],
  ['DELETE', `${BASE}/Observation/vital1`],
  ['DELETE', `${BASE}/Observation?code=8867-4`],
  ['POST', BASE, { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'GET', url: 'Observation/vital1' } }] }],
  ['POST', BASE, { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'GET', url: 'Observation?_total=accurate&_sort=_id' } }] }],
  ['POST', BASE, { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: 'Observation/vital1' } }, { request: { method: 'GET', url: 'Observation?_total=accurate' } }, { request: { method: 'DELETE', url: 'Observation/vital1' } }] }],
]

/** Pages say when they were made, and cursors have a nonce. */
const plain = (text: string): string => text.replaceAll(/"(id|timestamp|lastUpdated)":"[^"]*"/g, '').replaceAll(/_cursor=[^"&]*/g, '_cursor')

const sendAll = async (caller: TestCaller): Promise<string[]> => {
  const answers: string[] = []
  for (const [method, url, body] of BATTERY) {
    const answer = await caller.call(method, url, { ...(body !== undefined && { body }), ...(method === 'PATCH' && { type: 'application/json-patch+json' }) })
    answers.push(`${method} ${url} -> ${answer.status} ${plain(answer.text)}`)
  }
  return answers
}

describe('what lies outside of a scope', () => {
  it('changes no answer: no row, count, order, page, error or status', async () => {
    const before = await sendAll(lab)
    expect(before.filter((answer) => / -> 5\d\d /.test(answer))).toEqual([])
    await stored(observation('vital1', 'vital-signs', 'p1', { identifier: [{ system: 'http://example.org/x', value: 'secret' }], hasMember: [{ reference: 'Observation/lab1' }], valueQuantity: { value: 80 } }))
    await stored(observation('vital1', 'vital-signs', 'p1', { identifier: [{ system: 'http://example.org/x', value: 'secret' }], status: 'amended', valueQuantity: { value: 81 } }))
    await stored(observation('vital2', 'vital-signs', 'p2'))
    await stored({ resourceType: 'Observation', id: 'bare', status: 'final', code: { text: 'no category' }, subject: { reference: 'Patient/p1' } })
    expect(await sendAll(lab)).toEqual(before)
  })
  it('would be seen to change them, for a client without such a scope', async () => {
    const found = await sendAll(await readerOf())
    const seen = found.filter((answer) => /vital1|8867-4.*"total":[1-9]/.test(answer.replace(/^.* -> /, '')) && / -> 200 /.test(answer))
    expect(seen.length).toBeGreaterThan(15)
  })
  it('may be read where another scope of the client opens it: several are united', async () => {
    const both = await site.system([LAB, `system/Observation.rs?category=vital-signs&status=amended`])
    expect(keysOf(await both.get(`${BASE}/Observation?_count=100`))).toEqual(['Observation/lab1', 'Observation/lab2', 'Observation/vital1'])
    expect((await both.get(`${BASE}/Observation/vital1`)).status).toBe(200)
    expect((await both.get(`${BASE}/Observation/vital2`)).status).toBe(404)
    const whole = await site.system([LAB, 'system/*.rs'])
    expect((await whole.get(`${BASE}/Observation/vital2`)).status).toBe(200)
    const not = await site.system(['system/Observation.rs?category:not=vital-signs'])
    expect(keysOf(await not.get(`${BASE}/Observation?_count=100`))).toEqual(['Observation/bare', 'Observation/lab1', 'Observation/lab2'])
    await stored(observation('gone', 'vital-signs', 'p1'))
    expect((await all.delete(`${BASE}/Observation/gone`)).status).toBe(204)
    expect([(await all.get(`${BASE}/Observation/gone`)).status, (await not.get(`${BASE}/Observation/gone`)).status]).toEqual([410, 404])
    expect((await not.get(`${BASE}/Observation/_history?_count=100`)).text).not.toContain('Observation/gone')
  })
  it('stays outside for who has a scope for each type there is', async () => {
    const each = await site.system([LAB, ...RESOURCE_TYPES.filter((type) => type !== 'Observation').map((type) => `system/${type}.rs`)])
    expect(keysOf(await each.get(`${BASE}/Patient/p1/$everything`))).toEqual(['DiagnosticReport/r1', 'Observation/lab1', 'Patient/p1'])
    expect((await each.get(`${BASE}/Patient/$everything`)).status).toBe(403)
    expect(keysOf(await each.get(`${BASE}?_type=Observation,Patient&_count=100`))).toEqual(['Observation/lab1', 'Observation/lab2', 'Patient/p1', 'Patient/p2'])
  })
  it('is bounded by each right for itself', async () => {
    const split = await site.system(['system/Observation.r?category=vital-signs', 'system/Observation.s?category=laboratory'])
    expect([(await split.get(`${BASE}/Observation/vital1`)).status, (await split.get(`${BASE}/Observation/lab1`)).status]).toEqual([200, 404])
    expect(keysOf(await split.get(`${BASE}/Observation`))).toEqual(['Observation/lab1', 'Observation/lab2'])
  })
  it('leaves another type that the client may not read refused, as for every other client', async () => {
    const searches = await site.system([LAB, 'system/Patient.s'])
    expect([(await searches.get(`${BASE}/Patient/p1`)).status, (await searches.get(`${BASE}/Patient/p1/_history`)).status, (await searches.get(`${BASE}/Patient/none`)).status]).toEqual([403, 403, 404])
  })
  it('is not exported', async () => {
    const started = await lab.get(`${BASE}/$export?_type=Observation`, { prefer: 'respond-async' })
    expect(started.status).toBe(202)
    const step = createExporter({ database: site.database, clock: { now: () => new Date() }, timeZone: 'Asia/Ho_Chi_Minh', bases: [], settle: 0 })
    while (await step() !== 'idle') { /* until nothing is left */ }
    const { output } = (await lab.get(new URL(String(started.headers['content-location'])).pathname)).json<{ output: { url: string }[] }>()
    const lines = (await Promise.all(output.map(async ({ url }) => (await lab.get(new URL(url).pathname)).text))).join('')
    expect([...lines.matchAll(/"id":"([a-z0-9]+)"/g)].map(([, id]) => id).toSorted()).toEqual(['lab1', 'lab2'])
  })
})

/** Sees everything that the battery reaches for, and may write none of it. */
const readerOf = (): Promise<TestCaller> => site.system(['system/Observation.rs', 'system/Patient.rs', 'system/DiagnosticReport.rs', 'system/Encounter.rs'])

describe('writes under a scope with parameters', () => {
  const statusOf = async (answer: Promise<TestAnswer>): Promise<number> => (await answer).status
  const without = ({ id: _id, ...rest }: Record<string, unknown>): Record<string, unknown> => rest

  it('are judged by what comes', async () => {
    expect(await statusOf(lab.post(`${BASE}/Observation`, without(observation('', 'laboratory', 'p1'))))).toBe(201)
    expect(await statusOf(lab.post(`${BASE}/Observation`, without(observation('', 'vital-signs', 'p1'))))).toBe(403)
    expect(await statusOf(put(observation('lab2', 'laboratory', 'p2', { status: 'amended' }), lab))).toBe(200)
    expect(await statusOf(put(observation('lab2', 'vital-signs', 'p2'), lab))).toBe(403)
  })
  it('are judged by what is stored', async () => {
    expect(await statusOf(put(observation('vital1', 'laboratory', 'p1'), lab))).toBe(403)
    expect(await statusOf(lab.delete(`${BASE}/Observation/vital1`))).toBe(403)
    expect(await statusOf(all.get(`${BASE}/Observation/vital1`))).toBe(200)
    await stored(observation('lab3', 'laboratory', 'p1'))
    expect(await statusOf(lab.delete(`${BASE}/Observation/lab3`))).toBe(204)
    expect(await statusOf(lab.get(`${BASE}/Observation/lab3`))).toBe(404)
  })
  it('create by an update only what may be created', async () => {
    const updater = await site.system(['system/Observation.ru', `system/Observation.c?category=${CATEGORY}|laboratory`])
    for (const category of ['laboratory', 'vital-signs']) expect(await statusOf(put(observation('fresh', category, 'p1'), updater))).toBe(403)
    expect(await statusOf(put(observation('vital1', 'vital-signs', 'p1', { status: 'amended' }), updater))).toBe(200)
  })
  it('are refused before anything is told of what they refer to', async () => {
    const lost = { hasMember: [{ reference: 'Observation/nowhere' }] }
    expect(await statusOf(put(observation('unborn', 'laboratory', 'p1', lost), lab))).toBe(403)
    expect(await statusOf(put(observation('vital1', 'laboratory', 'p1', lost), lab))).toBe(403)
    expect(await statusOf(put(observation('lab1', 'laboratory', 'p1', lost), lab))).toBe(422)
  })
  it('keep what was said before of something hidden', async () => {
    await stored(observation('lab4', 'laboratory', 'p1', { hasMember: [{ reference: 'Observation/vital1' }] }))
    expect(await statusOf(put(observation('lab4', 'laboratory', 'p1', { status: 'amended', hasMember: [{ reference: 'Observation/vital1' }] }), lab))).toBe(200)
    expect(await statusOf(put(observation('lab4', 'laboratory', 'p1', { hasMember: [{ reference: 'Observation/vital1' }, { reference: 'Observation/vital2' }] }), lab))).toBe(422)
    expect(await statusOf(put(observation('lab4', 'laboratory', 'p1', { hasMember: [{ reference: 'Observation/lab1' }] }), lab))).toBe(200)
  })
  it('store all of a transaction or nothing', async () => {
    const entry = (category: string, id: string): Record<string, unknown> => ({ resource: observation(id, category, 'p1', { identifier: [{ system: 'http://example.org/t', value: id }] }), request: { method: 'POST', url: 'Observation' } })
    expect(await statusOf(lab.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: [entry('laboratory', 't1'), entry('vital-signs', 't2')] }))).toBe(403)
    expect(keysOf(await all.get(`${BASE}/Observation?identifier=http://example.org/t|t1`))).toEqual([])
  })
  it('are judged for reads inside of a transaction as outside, also where searches are left less, or nothing', async () => {
    const read = async (scopes: readonly string[], id: string): Promise<readonly number[]> => {
      const caller = await site.system(scopes)
      return [(await caller.get(`${BASE}/Observation/${id}`)).status, await statusOf(caller.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'GET', url: `Observation/${id}` } }] }))]
    }
    expect(await read(['system/Observation.r', `system/Observation.s?category=${CATEGORY}|laboratory`], 'vital1')).toEqual([200, 200])
    expect(await read(['system/Observation.r', 'system/Patient.rs'], 'vital1')).toEqual([200, 200])
    expect(await read(['system/Observation.s', `system/Observation.r?category=${CATEGORY}|laboratory`], 'vital1')).toEqual([404, 404])
    expect(await read(['system/Observation.r', 'system/Patient.rs'], 'nothing')).toEqual([404, 404])
    expect(await read(['system/Observation.c', 'system/Patient.rs'], 'nothing')).toEqual([403, 403])
    expect(await read(['system/Observation.c', 'system/Patient.rs'], 'vital1')).toEqual([403, 403])
  })
  it('by a patch may not lead out', async () => {
    const patch = (id: string, path: string, value: string): Promise<TestAnswer> => lab.call('PATCH', `${BASE}/Observation/${id}`, { body: [{ op: 'replace', path, value }], type: 'application/json-patch+json' })
    expect(await statusOf(patch('lab1', '/status', 'corrected'))).toBe(200)
    expect(await statusOf(patch('lab1', '/category/0/coding/0/code', 'vital-signs'))).toBe(403)
    expect(await statusOf(patch('vital1', '/status', 'corrected'))).toBe(404)
  })
})

describe('what takes a whole record', () => {
  it('is refused to scopes that show a part of it', async () => {
    const wide = await site.system([LAB, 'system/Patient.cruds', 'system/DiagnosticReport.cruds', 'system/Provenance.cruds', 'system/Composition.cruds'])
    const parameter = [{ name: 'source-patient', valueReference: { reference: 'Patient/p1' } }, { name: 'target-patient', valueReference: { reference: 'Patient/p2' } }]
    for (const name of ['$merge', '$unmerge']) expect([name, (await wide.post(`${BASE}/Patient/${name}`, { resourceType: 'Parameters', parameter })).status]).toEqual([name, 403])
    const author = { author: [{ display: 'x' }], type: { text: 'x' }, date: '2026-11-01', title: 'x', status: 'final', subject: { reference: 'Patient/p1' } }
    await stored({ resourceType: 'Composition', id: 'c1', ...author, section: [{ title: 'x', entry: [{ reference: 'Observation/lab1' }] }] })
    expect((await all.get(`${BASE}/Composition/c1/$document`)).status).toBe(200)
    expect((await wide.get(`${BASE}/Composition/c1/$document`)).status).toBe(403)
  })
})

describe('old versions', () => {
  it('of a limited type are not shown, since nothing tells what they were', async () => {
    expect((await lab.get(`${BASE}/Observation/lab2/_history/2`)).status).toBe(200)
    expect((await lab.get(`${BASE}/Observation/lab2/_history/1`)).status).toBe(404)
    expect((await lab.get(`${BASE}/Observation/lab2/_history`)).json<{ total: number }>().total).toBe(1)
    expect((await all.get(`${BASE}/Observation/lab2/_history`)).json<{ total: number }>().total).toBe(2)
  })
})

describe('the token endpoint', () => {
  const ask = async (held: readonly string[], scope: string): Promise<unknown> => {
    await site.parts.clients.save({ client: 'narrow', name: 'x', secret: await createPasswords().hash('bí mật của máy'), scopes: held, active: true })
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'narrow', client_secret: 'bí mật của máy', scope })
    const answer = await site.anonymous.call('POST', '/oauth2/token', { body: form.toString(), type: 'application/x-www-form-urlencoded' })
    return answer.json<{ scope?: string; error?: string }>().scope ?? answer.json<{ error: string }>().error
  }
  it('grants what narrows a scope that the client holds, and nothing wider', async () => {
    const held = [`system/Observation.rs?category=${CATEGORY}|laboratory`]
    expect(await ask(held, held[0] ?? '')).toBe(held[0])
    expect(await ask(held, `${held[0]}&status=final`)).toBe(`${held[0]}&status=final`)
    expect(await ask(held, 'system/Observation.rs')).toBe('invalid_scope')
    expect(await ask(held, 'system/Observation.rs?category=vital-signs')).toBe('invalid_scope')
    expect(await ask(['system/*.rs'], 'system/Observation.read')).toBe('system/Observation.read')
  })
  it.each(['system/Observation.rs?subject:Patient.name=An', 'system/Observation.rs?_has:Provenance:target:agent=x', 'system/Observation.rs?date=gt2020', 'system/Observation.rs?_count=1', 'system/Observation.rs?shoe=44', 'system/Observation.rs?code:in=http://x', 'system/Observation.rs?_text=a',
    'system/Observation.rs?category=', 'system/AuditEvent.rs?action=R', 'system/Shoe.rs?x=y'])('does not grant %s, which cannot be judged of every row', async (scope) => {
    expect(await ask(['system/*.cruds'], scope)).toBe('invalid_scope')
  })
})
