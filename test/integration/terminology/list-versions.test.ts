/** Versions of a code list on a real database: none is written over, and on every day that had one there is exactly one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditAnswer, CodeLists } from '#api/model/site.ts'
import type { Concept, ImportReport, ListMapping } from '#api/model/ports.ts'
import { isAsShipped, seedStarterLists } from '#api/terminology/starter-lists.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

let site: TestSite
let admin: TestCaller
beforeAll(async () => {
  site = await testSite()
  admin = await site.person({ grants: [{ role: 'administrator', department: null }] })
  // a folder of an earlier release: its orders as they were shipped
  expect((await send({ list: 'orders', version: 'starter-2026.1', title: 'Chỉ định', validFrom: '2015-01-01', starter: true, complete: false }, 'XN-CTM,Công thức máu\n')).json()).toMatchObject({ applied: true })
  await seedStarterLists(site.parts.store, site.internal, () => true, '2026-11-20')
})
afterAll(() => site.close())

type Wanted = Partial<ListMapping> & Pick<ListMapping, 'list' | 'version' | 'validFrom'>
const send = (wanted: Wanted, rows: string, apply = true) => admin.post(`/api/admin/code-lists/import?apply=${apply}`, {
  name: 'tep.csv', base64: Buffer.from(`code,display\n${rows}`).toString('base64'),
  mapping: { source: 'Nguồn mẫu', licence: 'Giấy phép mẫu', starter: false, complete: true, columns: { code: 'code', display: 'display' }, ...wanted },
})
const versions = async (list: string): Promise<CodeLists> => (await admin.get('/api/code-lists')).json<CodeLists>().filter((l) => l.list === list).sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1))
const spans = async (list: string): Promise<string[]> => (await versions(list)).map((l) => `${l.version} ${l.validFrom}..${l.validTo ?? ''}`)
const found = async (list: string, on: string): Promise<string[]> => (await admin.get(`/api/terms?list=${list}&q=&on=${on}`)).json<Concept[]>().map((c) => c.code)

describe('a shipped list', () => {
  it('follows the one that an earlier release shipped from the day of the start on, once, and none that somebody has changed or added to', async () => {
    expect(await spans('orders')).toEqual(['starter-2026.1 2015-01-01..2026-11-19', 'starter-2026.2 2026-11-20..'])
    const dressing = async (on: string): Promise<string[]> => (await admin.get(`/api/terms?list=orders&q=thay+bang+vet&on=${on}`)).json<Concept[]>().map((c) => c.code)
    expect([await dressing('2026-11-19'), await dressing('2026-11-20')]).toEqual([[], ['TT-THAYBANG']])
    expect(await seedStarterLists(site.parts.store, site.internal, () => true, '2026-11-21')).toEqual([])
    const stored = (name: string, version = 1) => ({ version, body: JSON.stringify({ resourceType: 'CodeSystem', version: name }) })
    const judged = (...rows: ReturnType<typeof stored>[]): boolean => isAsShipped(rows, ['starter-2026.1'])
    expect([judged(stored('starter-2026.1')), judged(stored('starter-2026.1', 2)), judged(stored('starter-2026.1'), stored('mau-1')), judged(stored('mau-1')), judged(), isAsShipped([stored('starter-2026.1')])]).toEqual([true, false, false, false, false, false])
  })
})

describe('a version of a list', () => {
  it('is never written over: its name is refused, in a dry run too, and its rows stay', async () => {
    for (const apply of [false, true]) {
      const answer = await send({ list: 'dispositions', version: 'starter-2026.1', validFrom: '2026-10-01' }, 'home,Về nhà\n', apply)
      expect([answer.status, answer.json()]).toEqual([409, expect.objectContaining({ code: 'list-version-exists', message: expect.stringContaining('đã có phiên bản') })])
    }
    expect(await versions('dispositions')).toEqual([expect.objectContaining({ version: 'starter-2026.1', concepts: 6, starter: true })])
  })

  it('is not written over by a name that differs in punctuation only', async () => {
    expect((await send({ list: 'routes', version: '2026/1', validFrom: '2026-01-01' }, 'PO,Uống\nIV,Tiêm\n')).status).toBe(200)
    const answer = await send({ list: 'routes', version: '2026-1', validFrom: '2026-02-01' }, 'PO,Uống\n')
    expect([answer.status, answer.json()]).toEqual([409, expect.objectContaining({ code: 'list-version-exists' })])
    expect(await spans('routes')).toEqual(['starter-2026.1 2015-01-01..2025-12-31', '2026/1 2026-01-01..'])
  })

  it('cannot start on a day on which another starts, nor on a day that is in no calendar', async () => {
    const answer = await send({ list: 'routes', version: 'same-day', validFrom: '2026-01-01' }, 'PO,Uống\n')
    expect([answer.status, answer.json()]).toEqual([409, expect.objectContaining({ code: 'list-period-taken' })])
    expect((await send({ list: 'routes', version: 'never', validFrom: '2026-02-30' }, 'PO,Uống\n')).status).toBe(400)
  })

  it('that is dated back ends where the next one starts, and one version holds on every day', async () => {
    const late = (await send({ list: 'occupations', version: 'b', validFrom: '2026-07-01' }, '01,Mới\n02,Thêm\n')).json<ImportReport>()
    expect(late).toMatchObject({ applied: true, closes: [{ version: 'starter-2026.1', validTo: '2026-06-30' }] })
    const back = (await send({ list: 'occupations', version: 'a', validFrom: '2026-03-01', validTo: '2027-12-31' }, '01,Giữa\n')).json<ImportReport>()
    expect(back).toMatchObject({ applied: true, validFrom: '2026-03-01', validTo: '2026-06-30', against: 'starter-2026.1', closes: [{ version: 'starter-2026.1', validTo: '2026-02-28' }] })
    expect(await spans('occupations')).toEqual(['starter-2026.1 2015-01-01..2026-02-28', 'a 2026-03-01..2026-06-30', 'b 2026-07-01..'])
    expect([await found('occupations', '2026-06-30'), await found('occupations', '2026-07-01')]).toEqual([['01'], ['01', '02']])
    expect(await found('occupations', '2026-02-28')).toHaveLength(13)
  })

  it('may not end so early that days which had a version are left without', async () => {
    const answer = await send({ list: 'ranks', version: 'short', validFrom: '2026-01-01', validTo: '2026-06-30' }, 'BNHI,Binh nhì\n')
    expect([answer.status, answer.json()]).toEqual([409, expect.objectContaining({ code: 'list-period-gap' })])
    expect(await spans('ranks')).toEqual(['starter-2026.1 2015-01-01..'])
  })

  it('of two imports at the same time leaves no day with two', async () => {
    const days = ['2026-03-01', '2026-05-01', '2026-04-01', '2026-02-01']
    const answers = await Promise.all(days.map((day) => send({ list: 'categories', version: `v-${day}`, validFrom: day }, 'SQ,Sĩ quan\n')))
    expect(answers.map((a) => a.status)).toEqual([200, 200, 200, 200])
    expect(await spans('categories')).toEqual([
      'starter-2026.1 2015-01-01..2026-01-31', 'v-2026-02-01 2026-02-01..2026-02-28', 'v-2026-03-01 2026-03-01..2026-03-31', 'v-2026-04-01 2026-04-01..2026-04-30', 'v-2026-05-01 2026-05-01..',
    ])
  })

  it('is stored as official or starter, complete or partial, with the licence and source that were given, and the audit tells its figures', async () => {
    const answer = await send({ list: 'orders', version: 'mau-1', title: 'Chỉ định mẫu', validFrom: '2026-12-01', starter: true, complete: false, source: 'Khoa Mẫu', licence: 'CC BY 4.0' }, 'XN-CTM,Công thức máu\nMAU-1,Mới\n')
    expect(answer.json()).toMatchObject({ applied: true, added: 1, changed: 1 })
    expect((await versions('orders')).at(-1)).toMatchObject({ version: 'mau-1', title: 'Chỉ định mẫu', starter: true, complete: false, source: 'Khoa Mẫu', licence: 'CC BY 4.0', unreviewed: 2 })
    expect((await admin.get('/fhir/R4/CodeSystem/orders-mau-1')).json()).toMatchObject({ content: 'fragment', experimental: true, copyright: 'CC BY 4.0' })
    const audit = (await admin.get('/api/admin/audit?interaction=code-list-import')).json<AuditAnswer>()
    expect(audit.rows.find((row) => row.resourceId === 'orders-mau-1' || row.detail?.includes('mau-1'))?.detail).toMatch(/orders mau-1 from 2026-12-01: added 1, changed 1, ended 103, same 0, against starter-2026\.2; starter-2026\.2 ends 2026-11-30/)
  })
})
