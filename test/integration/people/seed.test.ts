/** The demo's seed on a real database: everything the walk-through needs, made once. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '#api/app.ts'
import { composeSite, type SiteParts } from '#api/compose.ts'
import { parseConfig, type Config } from '#api/config.ts'
import { createIds, systemClock } from '#api/model/ids.ts'
import type { Caller } from '#api/model/ports.ts'
import type { QueueRow } from '#api/model/site.ts'
import { parseJson, parseJsonObject, toPlain } from '#api/model/json.ts'
import { seedCenter, seedHospital, type Seeded } from '#infra/seed/seed-site.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

const credentials = { password: 'abcd-efgh-1234', pin: '135790' }
const folder = mkdtempSync(join(tmpdir(), 'emr-seed-'))
let databases: TestDatabase
let config: Config
let first: Seeded
let site: SiteParts
let app: Awaited<ReturnType<typeof buildApp>>
const internal: Caller = { actor: { kind: 'internal', tenant: 900, name: 'test' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN' }

const configOf = (role: 'hospital' | 'center'): Config => parseConfig({
  EMR_ROLE: role, EMR_TENANT: role === 'center' ? '0' : '900', EMR_DEMO: '1', EMR_DATA: folder, EMR_SECRETS: join(folder, role), EMR_APP_DATABASE_URL: databases.appUrl, EMR_LOG: 'silent',
})
const counts = async (): Promise<unknown> => (await databases.asOwner(900, `select (select count(*) from resource)::int as resources, (select count(*) from resource_history)::int as history,
  (select count(*) from account)::int as accounts, (select count(*) from signing_key)::int as keys, (select count(*) from system_client)::int as clients, (select sum(value) from counter)::int as numbers`)).rows[0] as unknown

beforeAll(async () => {
  for (const role of ['hospital', 'center']) mkdirSync(join(folder, role), { mode: 0o700, recursive: true })
  databases = await testDatabase()
  config = configOf('hospital')
  first = await seedHospital({ config, credentials })
  site = await composeSite({ site: 'hospital', config, database: await databases.open(900), clock: systemClock, ids: createIds(systemClock) })
  app = await buildApp(site)
})
afterAll(async () => {
  await app.close()
  await databases.close()
  rmSync(folder, { recursive: true, force: true })
})

const signIn = async (login: string, password = credentials.password) => {
  const answer = await app.inject({ method: 'POST', url: '/api/session', payload: { login, password } })
  return { status: answer.statusCode, body: answer.json(), cookie: [answer.headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0]).join('; ') }
}

describe('the demo hospital', () => {
  it('has its staff, each with their own roles and the printed password', async () => {
    expect(first).toEqual({ accounts: 7, patients: 12, waiting: 7 })
    for (const [login, role, name] of [['tiepdon', 'reception', 'Trung úy, Lê Thị Mẫu An'], ['dieuduong', 'nurse', 'Thượng úy, ĐD Phạm Thị Mẫu Bình'], ['bacsi', 'doctor', 'Thiếu tá, BS Trần Văn Mẫu'], ['truongkhoa', 'head', 'Thượng tá, BS CKII Nguyễn Thị Mẫu Hòa'], ['xetnghiem', 'laboratory', 'Đại úy, CN Bùi Thị Mẫu Xuân'], ['cdha', 'imaging', 'Thiếu tá, BS CKI Đỗ Văn Mẫu Hình'], ['quantri', 'administrator', 'Đại úy, KS Hoàng Văn Mẫu Quân']]) {
      const { status, body } = await signIn(login ?? '')
      expect([login, status, body]).toEqual([login, 200, expect.objectContaining({ siteName: 'Bệnh viện Quân y 900', account: expect.objectContaining({ name }), grants: expect.arrayContaining([expect.objectContaining({ role })]) })])
    }
  })
  it('gives signing keys under the PIN to those who sign', async () => {
    for (const login of ['bacsi', 'truongkhoa']) {
      const account = await site.accounts.byLogin(login)
      expect((await site.desks.signer?.keyInfo(account?.id ?? ''))?.state).toBe('active')
      const key = await site.desks.signer?.open(account?.id ?? '', credentials.pin)
      expect(key?.evidence).toMatchObject({ practitioner: account?.practitioner, certificateStatus: 'good' })
    }
  })
  it('shows the doctor patients who wait, in order', async () => {
    const { cookie } = await signIn('bacsi')
    const answer = await app.inject({ url: '/api/queue?department=khoa-kham-benh', headers: { cookie } })
    expect(answer.statusCode).toBe(200)
    const queue = answer.json<QueueRow[]>()
    expect(queue.map((row) => [row.number, row.name, row.status, row.rank])).toEqual([
      [1, 'Nguyễn Văn Mẫu Một', 'waiting', 'Thiếu tá'], [2, 'Trần Thị Mẫu Hai', 'waiting', undefined], [3, 'Lê Văn Mẫu Ba', 'waiting', 'Hạ sĩ'], [4, 'Phạm Thị Mẫu Bốn', 'waiting', 'Thượng tá'],
      [5, 'Hoàng Văn Mẫu Năm', 'waiting', 'Thượng úy'], [6, 'Vũ Thị Mẫu Sáu', 'waiting', undefined], [7, 'Đặng Văn Mẫu Bảy', 'waiting', undefined],
    ])
    expect(queue.filter((row) => row.hasAllergies).map((row) => row.number)).toEqual([1, 6])
  })
  it('is made of resources that conform to the profiles', async () => {
    const { rows } = await databases.asOwner(900, 'select body from resource where not del')
    const wrong = rows.flatMap(({ body }: { body: string }) => {
      const resource = toPlain(parseJson(body))
      return site.desks.validator.validate(resource).filter((finding) => finding.severity === 'error').map((finding) => `${body.slice(0, 80)} ${finding.expression} ${finding.message}`)
    })
    expect(wrong).toEqual([])
  })
  it('knows its own letterhead, departments, rooms and beds', async () => {
    expect(await site.desks.hospital.letterhead()).toMatchObject({ hospital: 'Bệnh viện Quân y 900', facilityCode: '99900', place: 'Hà Nội' })
    const { cookie } = await signIn('quantri')
    const departments = (await app.inject({ url: '/api/admin/departments', headers: { cookie } })).json<{ code: string; officialCode: string; rooms: { beds: unknown[] }[] }[]>()
    expect(departments.map((department) => [department.code, department.officialCode, department.rooms.length, department.rooms.flatMap((room) => room.beds).length]))
      .toEqual([['A1', 'K03', 3, 10], ['B1', 'K19', 2, 8], ['C1', 'K47', 2, 0], ['C2', 'K39', 2, 0], ['KB', 'K01', 3, 0]])
  })
  it('adds nothing at the second start', async () => {
    const before = await counts()
    expect(await seedHospital({ config, credentials })).toEqual({ accounts: 0, patients: 0, waiting: 0 })
    expect(await counts()).toEqual(before)
  })
  it('is completed when the first start was cut short, and nothing is there twice', async () => {
    const before = await counts()
    await databases.asOwner(900, `delete from setting where name = 'demo-seed'`)
    expect(await seedHospital({ config, credentials })).toMatchObject({ accounts: 0, patients: 0 })
    expect(await counts()).toEqual(before)
  })
  it('has a few patients waiting again on the next day, once, and after all of them were seen', async () => {
    const clock = { now: () => new Date(Date.now() + 86_400_000) }
    const waiting = async () => (await site.store.search(internal, { type: 'Encounter', parameters: [['status', 'arrived'], ['_count', '100']], strict: true })).matches
    const before = (await waiting()).length
    expect(await seedHospital({ config, credentials, clock })).toEqual({ accounts: 0, patients: 0, waiting: 4 })
    expect(await waiting()).toHaveLength(before + 4)
    expect(await seedHospital({ config, credentials, clock })).toMatchObject({ waiting: 0 })
    for (const { id, body } of await waiting()) {
      await site.store.transact(internal, (tx) => tx.write([{ op: 'update', key: { type: 'Encounter', id }, resource: parseJsonObject(body).set('status', 'finished') }]))
    }
    expect(await seedHospital({ config, credentials, clock })).toMatchObject({ waiting: 4 })
  })
  it('takes a new password and a new PIN from the environment', async () => {
    const changed = { password: 'zyxw-vuts-9876', pin: '864209' }
    await seedHospital({ config, credentials: changed })
    expect((await signIn('bacsi')).status).toBe(401)
    expect((await signIn('bacsi', changed.password)).status).toBe(200)
    const account = await site.accounts.byLogin('bacsi')
    expect((await site.desks.signer?.open(account?.id ?? '', changed.pin))?.evidence.certificateStatus).toBe('good')
  })
  it('keeps the patients readable and in nobody\'s care but the clinic\'s', async () => {
    const doctor = await site.accounts.byLogin('bacsi')
    const caller: Caller = { ...internal, visibility: { kind: 'care', account: doctor?.id ?? '', departments: ['khoa-kham-benh'], wholeSite: false } }
    expect(await site.care.holds(caller, 'mau-08')).toBe(true)
    expect(await site.care.holds(caller, 'mau-11')).toBe(false)
  })
})

describe('the demo data center', () => {
  it('has its operator, once', async () => {
    const center = configOf('center')
    expect(await seedCenter({ config: center, credentials })).toEqual({ accounts: 1, patients: 0, waiting: 0 })
    expect(await seedCenter({ config: center, credentials })).toEqual({ accounts: 0, patients: 0, waiting: 0 })
    const parts = await composeSite({ site: 'center', config: center, database: await databases.open(0), clock: systemClock, ids: createIds(systemClock) })
    expect((await parts.accounts.byLogin('trungtam'))?.grants).toEqual([{ role: 'center-operator', department: null }])
  })
})
