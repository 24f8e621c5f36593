/** Administration on a real database: the hospital and its seal, departments with rooms and beds, staff, and who did what. */
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromHospitalProfile } from '#api/model/hospital.ts'
import type { AuditAnswer, Department, HospitalProfile, StaffMember } from '#api/model/site.ts'
import { seedStarterLists } from '#api/terminology/starter-lists.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'
import { testBrowser } from './browser.ts'

let site: TestSite
let admin: TestCaller, doctor: TestCaller
beforeAll(async () => {
  site = await testSite()
  await seedStarterLists(site.parts.store, site.internal)
  admin = await site.person({ login: 'quantri', grants: [{ role: 'administrator', department: null }] })
  doctor = await site.person({ grants: [{ role: 'doctor', department: 'kham' }] })
})
afterAll(() => site.close())

const PROFILE = { governingBody: 'Quân khu Mẫu', name: 'Bệnh viện Quân y Mẫu', facilityCode: '99902', address: 'Số 1 đường Mẫu', phone: '069 900 902', place: 'Huế' }

/** A PNG of one colour (https://www.w3.org/TR/png-3/); check sums are left out: nobody reads them here. */
const png = (width: number, height: number, padding = 0, { depth = 8, interlaced = 0 } = {}): Buffer => {
  const chunk = (type: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, 6, 0, 0, interlaced], 8)
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('tEXt', Buffer.alloc(padding)), chunk('IDAT', deflateSync(Buffer.alloc(height * (width * 4 * (depth / 8) + 1)))), chunk('IEND', Buffer.alloc(0))])
}

describe('the hospital\'s profile', () => {
  it('is empty at first, is changed, and shows before anyone signs in', async () => {
    expect((await admin.get('/api/admin/hospital')).json()).toMatchObject({ version: 0, name: '', hasSeal: false })
    const saved = await admin.put('/api/admin/hospital', { ...PROFILE, version: 0 })
    expect([saved.status, saved.json()]).toEqual([200, { ...PROFILE, version: 1, hasSeal: false }])
    expect((await site.anonymous.get('/api/site')).json()).toMatchObject({ site: 'hospital', demo: true, name: PROFILE.name, governingBody: PROFILE.governingBody, timeZone: 'Asia/Ho_Chi_Minh' })
    expect((await admin.put('/api/admin/hospital', { ...PROFILE, phone: '', version: 1 })).json<HospitalProfile>()).toMatchObject({ version: 2 })
  })
  it('may have nothing above its name: an empty letterhead is saved and is empty afterwards', async () => {
    const bare = { ...PROFILE, governingBody: '', place: '' }
    const saved = await admin.put('/api/admin/hospital', { ...bare, version: 2 })
    expect([saved.status, saved.json()]).toEqual([200, { ...bare, version: 3, hasSeal: false }])
    expect(site.parts.desks.validator.validate(fromHospitalProfile(bare)).filter(({ severity }) => severity === 'error')).toEqual([])
    expect((await admin.put('/api/admin/hospital', { ...PROFILE, phone: '', version: 3 })).json<HospitalProfile>()).toMatchObject({ version: 4, place: PROFILE.place })
  })
  it('refuses what was read before somebody else changed it, and a wrong facility code', async () => {
    expect((await admin.put('/api/admin/hospital', { ...PROFILE, version: 1 })).status).toBe(412)
    const wrong = await admin.put('/api/admin/hospital', { ...PROFILE, facilityCode: '9', version: 4 })
    expect([wrong.status, wrong.json()]).toEqual([400, expect.objectContaining({ issues: [expect.objectContaining({ expression: 'facilityCode' })] })])
  })
  it('takes a seal as a PNG of at most 1 MB and gives the same bytes back', async () => {
    const put = (body: Buffer, type = 'image/png') => admin.call('PUT', '/api/admin/hospital/seal', { body, type })
    const picture = png(400, 400)
    expect((await put(picture)).status).toBe(204)
    expect((await admin.get('/api/admin/hospital/seal')).bytes.equals(picture)).toBe(true)
    expect((await admin.get('/api/admin/hospital')).json()).toMatchObject({ hasSeal: true })
    expect((await site.parts.desks.hospital.letterhead()).seal?.length).toBe(picture.length)
    expect((await put(Buffer.from('GIF89a'.padEnd(100, 'x')))).status).toBe(400)
    for (const undrawable of [png(5000, 20), png(2001, 20), png(8, 8), png(100, 100, 0, { depth: 16 }), png(100, 100, 0, { interlaced: 1 }), picture.subarray(0, -20)]) {
      const answer = await put(undrawable)
      expect([answer.status, answer.json()]).toEqual([400, expect.objectContaining({ code: 'seal-unsuitable', message: expect.stringContaining('Ảnh con dấu') })])
    }
    expect((await put(png(100, 100, 1024 * 1024))).status).toBe(413)
    expect((await put(picture, 'image/gif')).status).toBe(415)
    expect((await put(Buffer.alloc(0))).status).toBe(400)
  })
})

describe('departments', () => {
  it('are made with rooms and beds, changed, and closed without forgetting', async () => {
    const made = await admin.post('/api/admin/departments', {
      code: 'A1', name: 'Khoa Nội A1', kind: 'ward', officialCode: 'K03', rooms: [{ name: 'Buồng 1', beds: [{ name: 'Giường 1' }, { name: 'Giường 2' }] }, { name: 'Buồng 2' }],
    })
    expect(made.status).toBe(201)
    const ward = made.json<Department>()
    expect(ward).toMatchObject({ version: 1, code: 'A1', kind: 'ward', active: true, officialCode: 'K03', rooms: [{ name: 'Buồng 1', beds: [{ name: 'Giường 1' }, { name: 'Giường 2' }] }, { name: 'Buồng 2', beds: [] }] })
    const [first] = ward.rooms
    if (first === undefined) throw new Error('no room')
    const changed = await admin.put(`/api/admin/departments/${ward.id}`, { ...ward, name: 'Khoa Nội tổng hợp A1', rooms: [{ ...first, name: 'Buồng 101', beds: [...first.beds.slice(0, 1), { name: 'Giường 3' }] }] })
    expect([changed.status, changed.json()]).toEqual([200, expect.objectContaining({ version: 2, name: 'Khoa Nội tổng hợp A1' })])
    const listed = (await admin.get('/api/admin/departments')).json<Department[]>().find((department) => department.id === ward.id)
    expect(listed?.rooms).toEqual([{ id: first.id, name: 'Buồng 101', beds: [{ id: first.beds[0]?.id, name: 'Giường 1' }, { id: expect.any(String), name: 'Giường 3' }] }])
    // the closed room is still there for records that name it
    const closed = await site.parts.store.read(site.internal, { type: 'Location', id: ward.rooms[1]?.id ?? '' })
    expect(JSON.parse(closed?.body ?? '{}')).toMatchObject({ status: 'inactive', name: 'Buồng 2' })
    expect((await admin.put(`/api/admin/departments/${ward.id}`, { ...ward })).status).toBe(412)
    await admin.put(`/api/admin/departments/${ward.id}`, { ...ward, active: false, version: 2, rooms: [] })
    expect((await doctor.get('/api/departments')).json<Department[]>().map((department) => department.id)).not.toContain(ward.id)
  })
  it('refuse an unknown official code, a stranger\'s room and a department that is not there', async () => {
    const body = { code: 'B1', name: 'Khoa Ngoại B1', kind: 'ward' }
    expect((await admin.post('/api/admin/departments', { ...body, officialCode: 'K99X' })).status).toBe(422)
    expect((await admin.post('/api/admin/departments', { ...body, kind: 'bep' })).status).toBe(400)
    const [b1, b2] = [await admin.post('/api/admin/departments', { ...body, rooms: [{ name: 'Buồng 1' }] }), await admin.post('/api/admin/departments', { ...body, code: 'B2' })].map((answer) => answer.json<Department>())
    expect((await admin.put(`/api/admin/departments/${b2?.id}`, { ...b2, rooms: [{ id: b1?.rooms[0]?.id, name: 'Buồng 1' }] })).status).toBe(422)
    expect((await admin.put('/api/admin/departments/khong-co', { ...body, version: 1 })).status).toBe(404)
    expect((await admin.put('/api/admin/departments/hospital', { ...body, version: 2 })).status).toBe(404)
  })
})

describe('staff', () => {
  let department: Department
  beforeAll(async () => {
    department = (await admin.post('/api/admin/departments', { code: 'KB', name: 'Khoa Khám bệnh', kind: 'clinic' })).json()
  })
  const newDoctor = (login: string) => ({
    login, password: 'câu dài dễ nhớ 77', name: 'Trần Văn Mẫu', title: 'BS', rank: 'Thiếu tá', licence: '900777/BQP-CCHN', grants: [{ role: 'doctor', department: department.id }],
  })
  const practitionerOf = async (member: StaffMember) => JSON.parse((await site.parts.store.read(site.internal, { type: 'Practitioner', id: member.practitioner ?? '' }))?.body ?? '{}') as Record<string, unknown>
  const rolesOf = async (member: StaffMember) =>
    (await site.parts.store.search(site.internal, { type: 'PractitionerRole', parameters: [['practitioner', `Practitioner/${member.practitioner}`]], strict: true })).matches
      .map((stored) => JSON.parse(stored.body) as { active: boolean; organization: { reference: string }; code: { text: string }[] })

  it('are made with account, practitioner and a role in a department, and can sign in', async () => {
    const made = await admin.post('/api/admin/staff', newDoctor('BacSi.Moi'))
    expect(made.status).toBe(201)
    const member = made.json<StaffMember>()
    expect(member).toMatchObject({ login: 'bacsi.moi', name: 'Trần Văn Mẫu', title: 'BS', rank: 'Thiếu tá', licence: '900777/BQP-CCHN', active: true, version: 1, signingKey: { state: 'none' } })
    expect(await practitionerOf(member)).toMatchObject({ active: true, name: [{ text: 'Trần Văn Mẫu', prefix: ['BS'] }], identifier: [{ value: '900777/BQP-CCHN' }], extension: [{ valueString: 'Thiếu tá' }] })
    expect(await rolesOf(member)).toMatchObject([{ active: true, organization: { reference: `Organization/${department.id}` }, code: [{ text: 'Bác sĩ' }] }])
    const browser = testBrowser(site)
    expect(await browser.signIn('bacsi.moi', 'câu dài dễ nhớ 77')).toBe(200)
    expect((await browser.call('GET', '/api/session')).body).toMatchObject({ account: { name: 'Thiếu tá, BS Trần Văn Mẫu' }, grants: [{ role: 'doctor', departmentName: 'Khoa Khám bệnh' }] })
    expect(JSON.stringify((await admin.get('/api/admin/staff')).json())).not.toMatch(/argon2|password/)
  })
  it('change role, rank and licence; the session that is open knows at once', async () => {
    const member = (await admin.post('/api/admin/staff', newDoctor('doivai'))).json<StaffMember>()
    const browser = testBrowser(site)
    await browser.signIn('doivai', 'câu dài dễ nhớ 77')
    expect((await browser.call('GET', '/api/patients?q=mau')).status).toBe(200)
    const path = `/api/admin/staff/${member.account}`
    const changed = await admin.put(path, { ...member, rank: 'Trung tá', licence: '', grants: [{ role: 'administrator', department: null }] })
    expect([changed.status, changed.json()]).toEqual([200, expect.objectContaining({ version: 2, rank: 'Trung tá', grants: [{ role: 'administrator', department: null }] })])
    const start = performance.now()
    expect((await browser.call('GET', '/api/patients?q=mau')).status).toBe(403)
    expect(performance.now() - start).toBeLessThan(1000)
    expect(await practitionerOf(member)).not.toHaveProperty('identifier')
    expect((await rolesOf(member)).map((role) => [role.code[0]?.text, role.active])).toEqual(expect.arrayContaining([['Bác sĩ', false], ['Quản trị bệnh viện', true]]))
    expect((await admin.put(path, { ...member })).status).toBe(412)
    expect((await admin.put(path, { ...member, version: 2, active: false })).status).toBe(200)
    expect((await browser.call('GET', '/api/session')).status).toBe(401)
    expect(await browser.signIn('doivai', 'câu dài dễ nhớ 77')).toBe(401)
    expect((await practitionerOf(member)).active).toBe(false)
  })
  it('get a new password, which ends their sessions', async () => {
    const member = (await admin.post('/api/admin/staff', newDoctor('quenmatkhau'))).json<StaffMember>()
    const browser = testBrowser(site)
    await browser.signIn('quenmatkhau', 'câu dài dễ nhớ 77')
    const reset = (password: string) => admin.put(`/api/admin/staff/${member.account}/password`, { password })
    expect((await reset('ngắn')).status).toBe(422)
    expect((await reset('một câu khác dài')).status).toBe(204)
    expect((await browser.call('GET', '/api/session')).status).toBe(401)
    expect(await browser.signIn('quenmatkhau', 'một câu khác dài')).toBe(200)
  })
  it('are admitted to signing by their head when they are doctors, and may be taken out of it', async () => {
    const member = (await admin.post('/api/admin/staff', newDoctor('kyten'))).json<StaffMember>()
    const path = `/api/admin/staff/${member.account}/signing-key`
    expect((await admin.post(path)).status).toBe(403)
    const head = await site.person({ practitioner: 'bs-truong', grants: [{ role: 'head', department: department.id }] })
    expect((await head.post(`/api/signing-admissions/${member.account}`)).json()).toEqual({ state: 'admitted' })
    expect((await admin.delete(path)).status).toBe(400)
    expect((await admin.call('DELETE', path, { body: { reason: 'Chuyển công tác' } })).json<StaffMember>().signingKey.state).not.toBe('admitted')
    const nurse = (await admin.post('/api/admin/staff', { ...newDoctor('dieuduongmoi'), grants: [{ role: 'nurse', department: department.id }] })).json<StaffMember>()
    expect((await admin.post(`/api/admin/staff/${nurse.account}/signing-key`)).status).toBe(403)
  })
  it.each([
    ['a login that is taken', { login: 'QuanTri' }, 409], ['a weak password', { password: '12345678901234' }, 422], ['an unknown role', { grants: [{ role: 'boss', department: null }] }, 400],
    ['a role of the data center', { grants: [{ role: 'center-operator', department: null }] }, 400], ['a department that is not there', { grants: [{ role: 'doctor', department: 'x' }] }, 422], ['a login with spaces', { login: 'a b' }, 400],
  ])('are refused with %s, and nothing is stored', async (_what, more, status) => {
    const count = async () => (await site.databases.asOwner(900, `select (select count(*) from account)::int + (select count(*) from resource)::int as n`)).rows[0].n as number
    const before = await count()
    expect((await admin.post('/api/admin/staff', { ...newDoctor('khongduoc'), ...more })).status).toBe(status)
    expect(await count()).toBe(before)
  })
  it('keep one administrator, whatever is asked', async () => {
    const members = (await admin.get('/api/admin/staff')).json<StaffMember[]>().filter((member) => member.active && member.grants.some((grant) => grant.role === 'administrator'))
    expect(members.map((member) => member.login)).toEqual(['quantri'])
    const [last] = members
    expect((await admin.put(`/api/admin/staff/${last?.account}`, { ...last, grants: [] })).status).toBe(403)
    expect((await admin.put(`/api/admin/staff/${last?.account}`, { ...last, active: false })).status).toBe(403)
  })
})

describe('who did what', () => {
  it('is shown newest first, page by page, filtered, and looking at it is on record', async () => {
    const page = (query: string) => admin.get(`/api/admin/audit?${query}`)
    const first = (await page('count=5')).json<AuditAnswer>()
    expect(first.rows).toHaveLength(5)
    expect(first.rows[0]).toMatchObject({ interaction: 'audit-read', action: 'R', outcome: 'success' })
    const second = (await page(`count=5&before=${first.next}`)).json<AuditAnswer>()
    expect(new Set([...first.rows, ...second.rows].map((row) => row.id)).size).toBe(10)
    const created = (await page('interaction=account-create&account=')).json<AuditAnswer>()
    expect(created.rows.length).toBeGreaterThan(3)
    expect(created.rows.every((row) => row.interaction === 'account-create')).toBe(true)
    expect(created.chain).toMatchObject({ ok: true, sealed: expect.any(Number) })
    expect((await page('from=2000-01-01&to=2000-01-02')).json<AuditAnswer>().rows).toEqual([])
    for (const wrong of ['from=gestern', 'count=0', 'count=501', 'before=x']) expect((await page(wrong)).status).toBe(400)
  })
  it('says nothing of passwords', async () => {
    const rows = await site.parts.audit.find({ count: 1000 })
    expect(JSON.stringify(rows)).not.toMatch(/câu dài|argon2/)
  })
})

describe('administration', () => {
  it('is closed to everyone else', async () => {
    const nurse = await site.person({ grants: [{ role: 'nurse', department: 'kham' }] })
    const system = await site.system()
    for (const [method, url] of [
      ['GET', '/api/admin/hospital'], ['PUT', '/api/admin/hospital'], ['GET', '/api/admin/hospital/seal'], ['GET', '/api/admin/departments'], ['POST', '/api/admin/departments'],
      ['GET', '/api/admin/staff'], ['POST', '/api/admin/staff'], ['PUT', '/api/admin/staff/x'], ['PUT', '/api/admin/staff/x/password'], ['POST', '/api/admin/staff/x/signing-key'], ['GET', '/api/admin/audit'],
    ] as const) {
      for (const caller of [doctor, nurse, system]) expect([url, (await caller.call(method, url, method === 'GET' ? {} : { body: {} })).status]).toEqual([url, 403])
      expect([url, (await site.anonymous.call(method, url, method === 'GET' ? {} : { body: {} })).status]).toEqual([url, 401])
    }
  })
  it('puts a door that somebody tried on record, and a thousand tries as one', async () => {
    const curious = await site.person({ grants: [{ role: 'nurse', department: 'kham' }] })
    const tries = await Promise.all(Array.from({ length: 20 }, () => curious.put('/api/admin/staff/somebody/password', { password: 'x' })))
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([403]))
    await curious.get('/api/admin/audit')
    const rows = (await site.parts.audit.find({ account: curious.account, interaction: 'access', count: 10 })).map(({ outcome, detail, action }) => ({ outcome, detail, action }))
    expect(rows).toEqual([{ action: 'E', outcome: 'refused', detail: 'GET /api/admin/audit' }, { action: 'E', outcome: 'refused', detail: 'PUT /api/admin/staff/:account/password' }])
  })
})
