import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Caller, CareRelations, ResourceStore } from '#api/model/ports.ts'
import { createCareRelations } from '#api/store/people/care-relations.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { clock, doctor, openStore, put, system } from './support.ts'

let site: TestDatabase
let store: ResourceStore
let care: CareRelations
const LATER = '2999-01-01T00:00:00Z'
const relate = (patient: string, department: string | null, account: string | null, until = LATER) =>
  store.transact(system(), (tx) => tx.relate({ patient, department, account, kind: department === null ? 'break-glass' : 'encounter', until }))

// dept-a cares for p1; account b has broken the glass on p2; nobody cares for p3
const inA = doctor('a', ['dept-a'])
const glass = doctor('b', [])
const stranger = doctor('c', ['dept-x'])
const chief: Caller = { ...doctor('d', []), visibility: { kind: 'care', account: 'd', departments: [], wholeSite: true } }
const clerk: Caller = { ...inA, visibility: { kind: 'care', account: 'a', departments: ['dept-a'], wholeSite: false, types: ['Patient', 'Encounter'] } }

beforeAll(async () => {
  site = await testDatabase({ tenants: [900] })
  store = await openStore(site)
  care = createCareRelations({ database: await site.open(900), clock })
  await store.transact(system(), (tx) => tx.write([
    put('{"resourceType":"Organization","id":"org","name":"Khoa"}'),
    ...['p1', 'p2', 'p3'].flatMap((id) => [
      put(`{"resourceType":"Patient","id":"${id}","name":[{"text":"Mẫu ${id}"}],"generalPractitioner":[{"reference":"Organization/org"}]}`),
      put(`{"resourceType":"Encounter","id":"e-${id}","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/${id}"},"serviceProvider":{"reference":"Organization/org"}}`),
      put(`{"resourceType":"Observation","id":"o-${id}","status":"final","code":{"coding":[{"code":"secret"}]},"subject":{"reference":"Patient/${id}"},"encounter":{"reference":"Encounter/e-${id}"},"effectiveDateTime":"2026-01-01"}`),
    ]),
    put('{"resourceType":"Observation","id":"o-nobody","status":"final","code":{"coding":[{"code":"secret"}]}}'),
    put('{"resourceType":"Observation","id":"o-elsewhere","status":"final","code":{"coding":[{"code":"secret"}]},"subject":{"reference":"https://other.example/Patient/p1"}}'),
    put('{"resourceType":"Bundle","id":"doc","type":"document","entry":[{"resource":{"resourceType":"Composition","subject":{"reference":"Patient/p1"}}}]}'),
    put('{"resourceType":"Binary","id":"bin","contentType":"text/plain"}'),
  ]))
  await relate('p1', 'dept-a', null)
  await relate('p2', null, 'b')
  await relate('p3', 'dept-a', null, '2001-01-01T00:00:00Z')
})
afterAll(() => site.close())

const find = async (caller: Caller, type: string, query: string) => {
  const page = await store.search(caller, { type, parameters: [...new URLSearchParams(query)], strict: true })
  return [...page.matches, ...page.included].map((each) => each.id).sort().join(' ')
}
const sees = async (caller: Caller, type: string, id: string) => (await store.read(caller, { type, id })) !== undefined

describe('who sees a record', () => {
  test('the department in the care relation, and nobody else; every patient and the directory are seen by all', async () => {
    for (const caller of [inA, glass, stranger, chief]) {
      expect(await find(caller, 'Patient', '_sort=_id')).toBe('p1 p2 p3')
      expect(await find(caller, 'Organization', '_id=org')).toBe('org')
    }
    expect(await find(inA, 'Observation', 'code=secret')).toBe('o-p1')
    expect(await find(glass, 'Observation', 'code=secret')).toBe('o-p2')
    expect(await find(stranger, 'Observation', 'code=secret')).toBe('')
    expect(await find(chief, 'Observation', 'code=secret')).toBe('o-p1')
    expect(await find(system(), 'Observation', 'code=secret')).toBe('o-elsewhere o-nobody o-p1 o-p2 o-p3')
  })
  test('a relation that has ended gives nothing', async () => {
    expect(await sees(inA, 'Observation', 'o-p3')).toBe(false)
    expect(await care.holds(inA, 'p3')).toBe(false)
    expect(await care.holds(inA, 'p1')).toBe(true)
    expect(await care.holds(glass, 'p2')).toBe(true)
    expect(await care.holds(stranger, 'p1')).toBe(false)
    expect(await care.holds(chief, 'p1')).toBe(true)
  })
  test('a clinical resource without a known patient is seen by no person', async () => {
    for (const id of ['o-nobody', 'o-elsewhere']) expect(await sees(chief, 'Observation', id)).toBe(false)
    expect((await store.read(system(), { type: 'Observation', id: 'o-nobody' }))?.patient).toBe('')
    expect(await sees(chief, 'Binary', 'bin')).toBe(false)
    expect(await sees(inA, 'Bundle', 'doc')).toBe(true)
    expect(await sees(stranger, 'Bundle', 'doc')).toBe(false)
  })
  test('reads of old versions and histories obey, also when the resource was once in another record', async () => {
    const at = (patient: string, text: string) => put(`{"resourceType":"Observation","id":"moved","status":"final","code":{"text":"${text}"},"subject":{"reference":"Patient/${patient}"}}`)
    await store.transact(system(), (tx) => tx.write([at('p2', 'of p2')]))
    await store.transact(system(), (tx) => tx.write([at('p1', 'of p1')]))
    const key = { type: 'Observation', id: 'moved' }
    expect((await store.vread(inA, key, 2))?.body).toContain('of p1')
    expect(await store.vread(inA, key, 1)).toBeUndefined()
    expect((await store.history(inA, { ...key, parameters: [] }))?.versions.map((each) => each.version)).toEqual([2])
    expect(await store.history(stranger, { ...key, parameters: [] })).toBeUndefined()
    await store.transact(system(), (tx) => tx.write([{ op: 'delete', key }]))
    expect(await sees(stranger, 'Observation', 'moved')).toBe(false)
    expect(await sees(inA, 'Observation', 'moved')).toBe(true)
  })
})

describe('what is hidden cannot be guessed through another row', () => {
  test.each([
    ['Patient', '_has:Observation:patient:code=secret', 'p1'],
    ['Patient', '_has:Observation:patient:encounter.status=finished', 'p1'],
    ['Patient', '_has:Encounter:patient:_has:Observation:encounter:code=secret', 'p1'],
    ['Encounter', '_has:Observation:encounter:code=secret', 'e-p1'],
    ['Observation', 'encounter.status=finished', 'o-p1'],
    ['Observation', 'patient._has:Encounter:patient:status=finished', 'o-p1'],
    ['Organization', '_has:Encounter:service-provider:status=finished', 'org'],
    ['Organization', '_has:Encounter:service-provider:patient._id=p2', ''],
    ['Patient', '_id=p1,p2,p3&_revinclude=Observation:patient', 'o-p1 p1 p2 p3'],
    ['Organization', '_id=org&_revinclude=Encounter:service-provider', 'e-p1 org'],
    ['Organization', '_id=org&_revinclude=Patient:general-practitioner&_revinclude:iterate=Observation:patient', 'o-p1 org p1 p2 p3'],
    ['Observation', '_id=o-p1,o-p2&_include=Observation:encounter', 'e-p1 o-p1'],
  ])('%s?%s', async (type, query, expected) => {
    expect(await find(inA, type, query)).toBe(expected)
  })
  test('nor by counting, sorting or paging', async () => {
    const search = (query: string) => store.search(inA, { type: 'Observation', parameters: [...new URLSearchParams(query)], strict: true })
    expect((await search('code=secret&_summary=count')).total).toBe(1)
    expect((await search('code=secret&_total=accurate')).total).toBe(1)
    expect((await search('code=secret&_total=estimate')).total).toBe(1)
    const page = await search('code=secret&_count=1')
    expect(page.next).toBeUndefined()
  })
  test('a limit to types holds for every row that a search touches', async () => {
    expect(await find(clerk, 'Patient', '_has:Observation:patient:code=secret')).toBe('')
    expect(await find(clerk, 'Patient', '_id=p1&_revinclude=Observation:patient&_revinclude=Encounter:patient')).toBe('e-p1 p1')
    expect(await find(clerk, 'Observation', 'code=secret')).toBe('')
    expect(await sees(clerk, 'Observation', 'o-p1')).toBe(false)
    expect(await sees(clerk, 'Encounter', 'e-p1')).toBe(true)
    expect(await sees(clerk, 'Organization', 'org')).toBe(false)
  })
})

describe('breaking the glass', () => {
  test('opens one record to one person until a time, with its reason on record', async () => {
    const late = doctor('late', [])
    expect(await sees(late, 'Observation', 'o-p3')).toBe(false)
    await care.breakGlass(late, 'p3', 'Cấp cứu', LATER)
    expect(await sees(late, 'Observation', 'o-p3')).toBe(true)
    expect(await sees(late, 'Observation', 'o-p2')).toBe(false)
    const { rows } = await (await site.open(900)).pool.query(`select purpose, detail, patient from audit_log where interaction = 'break-glass'`)
    expect(rows).toEqual([{ purpose: 'BTG', detail: 'Cấp cứu', patient: 'p3' }])
  })
  test('is not for programs', async () => {
    await expect(care.breakGlass(system(), 'p3', 'x', LATER)).rejects.toMatchObject({ code: 'forbidden' })
  })
})
