/** Reception on a real database: finding people, registering them once, the queue and its slip. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Encounter, Patient } from '@medplum/fhirtypes'
import type { PatientMatch, QueueRow, RegistrationResult } from '#api/model/site.ts'
import { EXTENSION, PROFILE, SID } from '#api/model/systems.ts'
import { toTyped } from '#api/model/resource.ts'
import { seedStarterLists } from '#api/terminology/starter-lists.ts'
import { saveDepartment } from '#api/http/admin-departments.ts'
import { saveHospital } from '#api/http/admin-hospital.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'
import { testClock } from './clock.ts'

// twenty to midnight in Hanoi
const clock = testClock('2026-11-22T16:40:00.000Z')
let site: TestSite
let reception: TestCaller, nurse: TestCaller, doctor: TestCaller, elsewhere: TestCaller, administrator: TestCaller
let requests = 0
const newRequest = (): string => `request-key-${String(++requests).padStart(8, '0')}`

beforeAll(async () => {
  site = await testSite({ clock })
  const { store, ids, desks } = site.parts
  await seedStarterLists(store, site.internal)
  await saveHospital({ store, validator: desks.validator }, site.internal, { governingBody: 'Quân khu Mẫu', name: 'Bệnh viện Mẫu', facilityCode: '99901', address: '', phone: '', place: 'Hà Nội' }, 0)
  for (const id of ['kham', 'noi']) {
    await saveDepartment({ store, ids, validator: desks.validator, terminology: desks.terminology, clock, timeZone: 'Asia/Ho_Chi_Minh' }, site.internal, id, { code: id, name: `Khoa ${id}`, kind: 'clinic', active: true, rooms: [] }, 0)
  }
  reception = await site.person({ grants: [{ role: 'reception', department: 'kham' }] })
  nurse = await site.person({ grants: [{ role: 'nurse', department: 'kham' }] })
  doctor = await site.person({ grants: [{ role: 'doctor', department: 'kham' }] })
  elsewhere = await site.person({ grants: [{ role: 'doctor', department: 'noi' }] })
  administrator = await site.person({ grants: [{ role: 'administrator', department: null }] })
})
afterAll(() => site.close())

const personOf = (text: string, birthDate: string, citizen: string, more: Partial<Patient> = {}): Patient => {
  const [family = '', ...given] = text.split(' ')
  return { resourceType: 'Patient', identifier: [{ system: SID.citizen, value: citizen }], active: true, name: [{ use: 'official', text, family, given }], gender: 'female', birthDate, ...more }
}
const send = (patient: Patient, more: Record<string, unknown> = {}, by: TestCaller = reception) =>
  by.post('/api/registrations', { patient, department: 'kham', reason: 'Đau họng', requestId: newRequest(), ...more })
const registered = async (patient: Patient, more: Record<string, unknown> = {}): Promise<RegistrationResult> => {
  const answer = await send(patient, more)
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)])
  return answer.json()
}
const queueOf = async (by: TestCaller, query = 'department=kham'): Promise<QueueRow[]> => (await by.get(`/api/queue?${query}`)).json()

describe('registering', () => {
  it('stores patient, visit, queue number and care relation in one go', async () => {
    const before = (await queueOf(reception)).length
    const result = await registered(personOf('Nguyễn Thị Mẫu', '1990-03-05', '000190000001'))
    expect(result).toEqual({ patient: expect.any(String), encounter: expect.any(String), number: before + 1, slip: `/api/registrations/${result.encounter}/slip` })
    const patient = toTyped<Patient>(await site.parts.store.read(site.internal, { type: 'Patient', id: result.patient }) ?? { body: '{}' })
    expect(patient.identifier?.[0]).toEqual({ system: SID.patient, value: expect.stringMatching(/^900-\d{7}$/) })
    expect(patient.meta?.profile).toContain(PROFILE.patient)
    const encounter = toTyped<Encounter>(await site.parts.store.read(site.internal, { type: 'Encounter', id: result.encounter }) ?? { body: '{}' })
    expect(encounter).toMatchObject({
      status: 'arrived', class: { code: 'AMB' }, subject: { reference: `Patient/${result.patient}` }, serviceProvider: { reference: 'Organization/kham' }, reasonCode: [{ text: 'Đau họng' }],
      extension: [{ url: EXTENSION.queueNumber, valueInteger: result.number }], period: { start: '2026-11-22T23:40:00.000+07:00' },
    })
    expect(encounter.identifier?.find((identifier) => identifier.system === SID.visit)?.value).toMatch(/^900-20261122-\d{4}$/)
    const audit = await site.parts.audit.find({ patient: result.patient, count: 10 })
    expect(audit.map((row) => `${row.action} ${row.type}`)).toEqual(expect.arrayContaining(['C Patient', 'C Encounter']))
  })
  it('sent again gives the first result, however often and at once', async () => {
    const patient = personOf('Lặp Thị Mẫu', '1991-01-01', '000191000002')
    const requestId = newRequest()
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(patient, { requestId })))
    const results = answers.map((answer) => answer.json<RegistrationResult>())
    expect(answers.map((answer) => answer.status)).toEqual(Array(6).fill(201))
    expect(new Set(results.map((result) => result.encounter)).size).toBe(1)
    const matches = (await reception.get('/api/patients?q=000191000002')).json<PatientMatch[]>()
    expect(matches).toHaveLength(1)
    expect((await queueOf(reception)).filter((row) => row.patient === results[0]?.patient)).toHaveLength(1)
  })
  it('gives every person another number, also when many come at once', async () => {
    const start = Math.max(0, ...(await queueOf(reception)).map((row) => row.number))
    const results = await Promise.all(Array.from({ length: 8 }, (_, at) => registered(personOf(`Đông Văn Mẫu ${at}`, '1980-01-01', `0000800001${10 + at}`))))
    expect(results.map((result) => result.number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 8 }, (_, at) => start + 1 + at))
  })
  it('changes a known person only as read, and keeps the record number', async () => {
    const { patient: id } = await registered(personOf('Trở Lại Mẫu', '1985-05-05', '000185000003'))
    const [match] = (await reception.get('/api/patients?q=000185000003')).json<PatientMatch[]>()
    if (match === undefined) throw new Error('no match')
    const moved: Patient = { ...match.patient, identifier: [{ system: SID.citizen, value: '000185000003' }], telecom: [{ system: 'phone', value: '0900000000' }] }
    await registered(moved, { patientVersion: match.version })
    const [now] = (await reception.get('/api/patients?q=000185000003')).json<PatientMatch[]>()
    expect(now).toMatchObject({ id, version: 2, patient: { telecom: [{ value: '0900000000' }] } })
    expect(now?.identifiers).toEqual(match.identifiers)
    const stale = await send({ ...moved, gender: 'male' }, { patientVersion: 1 })
    expect([stale.status, stale.json()]).toEqual([412, expect.objectContaining({ code: 'version-conflict' })])
    // one scan and Enter: nothing changed, so no new version of the person
    if (now === undefined) throw new Error('no match')
    await registered(now.patient, { patientVersion: 2 })
    expect((await reception.get('/api/patients?q=000185000003')).json<PatientMatch[]>()[0]?.version).toBe(2)
  })
  it('begins again at 1 on the next day of the hospital, not of the machine', async () => {
    clock.move(1_199_000)
    expect((await registered(personOf('Nửa Đêm Mẫu', '1970-01-01', '000070000004'))).number).toBeGreaterThan(1)
    clock.move(2_000)
    expect((await registered(personOf('Sang Ngày Mẫu', '1970-01-01', '000070000005'))).number).toBe(1)
    expect((await queueOf(reception)).map((row) => row.name)).toEqual(['Sang Ngày Mẫu'])
    expect((await queueOf(reception, 'department=kham&day=2026-11-22')).at(-1)?.name).toBe('Nửa Đêm Mẫu')
    expect(await queueOf(reception, 'department=kham&day=2026-11-21')).toEqual([])
  })
  it('wants a known rank with its list version, and takes a coding that stood before', async () => {
    const ranks = (await reception.get('/api/terms?list=ranks&q=dai%20uy')).json<{ system: string; version: string; code: string; display: string }[]>()
    const [rank] = ranks.filter((concept) => concept.display === 'Đại úy')
    if (rank === undefined) throw new Error('no rank')
    const military = (coding: object): Partial<Patient> => ({ extension: [{ url: EXTENSION.military, extension: [{ url: 'rank', valueCoding: coding }, { url: 'unit', valueString: 'Đại đội Mẫu' }] }] })
    const { system, version, code, display } = rank
    const wrong = await send(personOf('Sai Hàm Mẫu', '1990-01-01', '000090000006', military({ system, version, code: 'XX', display })))
    expect(wrong.status).toBe(422)
    expect(wrong.json()).toMatchObject({ code: 'code-invalid', issues: [{ expression: 'patient.extension[0].extension[0].valueCoding' }] })
    expect((await send(personOf('Sai Hàm Mẫu', '1990-01-01', '000090000006', military({ system, code, display })))).status).toBe(422)
    await registered(personOf('Đúng Hàm Mẫu', '1990-01-01', '000090000007', military({ system, version, code, display })))
    const row = (await queueOf(reception)).find((each) => each.name === 'Đúng Hàm Mẫu')
    expect(row?.rank).toBe('Đại úy')
  })
  it.each([
    ['no patient', { patient: undefined }, 400], ['something else than a patient', { patient: { resourceType: 'Person' } }, 400], ['a department that is not there', { department: 'khong-co' }, 403],
    ['no request key', { requestId: '' }, 400], ['an id without the version that was read', { patient: { ...personOf('A B', '1990-01-01', '000090000008'), id: 'x' } }, 400],
    ['a version without an id', { patientVersion: 1 }, 400],
  ])('is refused with %s, and stores nothing', async (_what, more, status) => {
    const before = (await site.databases.asOwner(900, 'select count(*)::int as n from resource')).rows[0].n
    const answer = await send(personOf('Không Lưu Mẫu', '1990-01-01', '000090000008'), more)
    expect([answer.status, answer.text]).toEqual([status, expect.any(String)])
    expect((await site.databases.asOwner(900, 'select count(*)::int as n from resource')).rows[0].n).toBe(before)
  })
  it('is for reception of that department alone', async () => {
    for (const [by, more] of [[nurse, {}], [doctor, {}], [administrator, {}], [reception, { department: 'noi' }]] as const) {
      expect((await send(personOf('Không Quyền Mẫu', '1990-01-01', '000090000009'), more, by)).status).toBe(403)
    }
    expect((await site.anonymous.post('/api/registrations', {})).status).toBe(401)
  })
})

describe('finding people', () => {
  it('shows a likely duplicate by name without accents and birth date, and a certain one by number', async () => {
    await registered(personOf('Đặng Thị Trùng Mẫu', '1988-08-08', '000188000010'))
    const ask = async (query: string) => (await reception.get(`/api/patients/matches?${query}`)).json<PatientMatch[]>().map((match) => [match.name, match.grade, match.why])
    expect(await ask('name=dang%20thi%20trung%20mau&birthDate=1988-08-08')).toEqual([['Đặng Thị Trùng Mẫu', 'probable', 'name-and-birth-date']])
    expect(await ask('name=DANG+THI+TRUNG+MAU&birthDate=1988-08-09')).toEqual([['Đặng Thị Trùng Mẫu', 'possible', 'name']])
    expect(await ask('identifier=000188000010&name=Ng%C6%B0%E1%BB%9Di%20Kh%C3%A1c')).toEqual([['Đặng Thị Trùng Mẫu', 'certain', 'identifier']])
    expect(await ask('identifier=000188000099&name=Kh%C3%B4ng%20Ai%20C%E1%BA%A3')).toEqual([])
    expect(await ask('')).toEqual([])
  })
  it('takes a scanned card, words in any order, and characters that mean something to a search', async () => {
    const ask = async (q: string) => (await reception.get(`/api/patients?q=${encodeURIComponent(q)}`)).json<PatientMatch[]>().map((match) => match.name)
    expect(await ask('000188000010||Đặng Thị Trùng Mẫu|08081988|Nữ|Hà Nội|01012022')).toEqual(['Đặng Thị Trùng Mẫu'])
    expect(await ask('trung dang 1988')).toEqual(['Đặng Thị Trùng Mẫu'])
    for (const odd of ['a,b|c$d\\e', '%', "' or 1=1 --", '||||||', '  ']) expect(await ask(odd)).toEqual([])
  })
  it('leaves no value of the question in the audit log', async () => {
    await reception.get('/api/patients?q=000188000010')
    const rows = await site.parts.audit.find({ interaction: 'search-type', count: 100 })
    expect(rows.length).toBeGreaterThan(0)
    // numbers of rows may have any digits
    expect(JSON.stringify(rows.map(({ id: _id, ...said }) => said))).not.toMatch(/000188000010|1988-|Trùng/)
  })
  it('is not for administrators', async () => expect((await administrator.get('/api/patients?q=mau')).status).toBe(403))
})

describe('the queue', () => {
  it('shows clinical hints to those who treat, and none to reception', async () => {
    const { patient, encounter } = await registered(personOf('Dị Ứng Mẫu', '1990-01-01', '000090000011'))
    const system = await site.system()
    const put = async (resource: object) => expect((await system.post(`/fhir/R4/${'resourceType' in resource ? String(resource.resourceType) : ''}`, resource)).status).toBe(201)
    await put({ resourceType: 'AllergyIntolerance', clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }, patient: { reference: `Patient/${patient}` }, code: { text: 'Penicillin' } })
    await put({
      resourceType: 'Observation', status: 'final', subject: { reference: `Patient/${patient}` }, encounter: { reference: `Encounter/${encounter}` },
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, valueQuantity: { value: 80 },
    })
    const rowFor = async (by: TestCaller) => (await queueOf(by)).find((row) => row.encounter === encounter)
    expect(await rowFor(doctor)).toMatchObject({ hasAllergies: true, hasVitals: true, hasDraft: false, status: 'waiting', reason: 'Đau họng' })
    expect(await rowFor(reception)).toMatchObject({ hasAllergies: false, hasVitals: false })
    await doctor.put(`/api/drafts/visit-${encounter}`, { body: '{}', base: 0 })
    expect(await rowFor(doctor)).toMatchObject({ hasDraft: true })
    expect(await rowFor(nurse)).toMatchObject({ hasDraft: false })
  })
  it('of another department is not shown, and the attempt is on record', async () => {
    for (const query of ['department=kham', 'department=khong-co']) expect((await elsewhere.get(`/api/queue?${query}`)).status).toBe(403)
    expect((await site.parts.audit.find({ interaction: 'queue', count: 10 }))[0]).toMatchObject({ outcome: 'refused' })
    expect((await elsewhere.get('/api/queue?department=noi')).json()).toEqual([])
  })
  it('prints a slip with the number', async () => {
    const { slip } = await registered(personOf('Phiếu Số Mẫu', '1990-01-01', '000090000012'))
    const pdf = await reception.get(slip)
    expect([pdf.status, pdf.headers['content-type']]).toEqual([200, 'application/pdf'])
    expect(pdf.bytes.subarray(0, 5).toString('latin1')).toBe('%PDF-')
    expect((await elsewhere.get(slip)).status).toBe(404)
    expect((await administrator.get(slip)).status).toBe(403)
  })
})

describe('breaking the glass', () => {
  it('opens a record for four hours to who types a reason, and to nobody else', async () => {
    const { patient, encounter } = await registered(personOf('Cấp Cứu Mẫu', '1990-01-01', '000090000013'))
    const open = (by: TestCaller) => by.get(`/fhir/R4/Encounter/${encounter}`)
    expect((await open(doctor)).status).toBe(200)
    const closed = await open(elsewhere)
    expect(closed.status).toBe(403)
    expect(closed.text).toContain('break-glass-needed')
    const breakGlass = (by: TestCaller, reason: string, whom = patient) => by.post('/api/break-glass', { patient: whom, reason })
    for (const reason of ['', 'ngắn', '          ', 'aaaaaaaaaaaa']) expect((await breakGlass(elsewhere, reason)).status).toBe(400)
    expect((await breakGlass(reception, 'Người bệnh bất tỉnh, cần tiền sử')).status).toBe(403)
    expect((await breakGlass(elsewhere, 'Người bệnh bất tỉnh, cần tiền sử', 'khong-co')).status).toBe(404)
    const opened = await breakGlass(elsewhere, 'Người bệnh bất tỉnh, cần tiền sử')
    expect([opened.status, opened.json()]).toEqual([200, { until: new Date(clock.now().getTime() + 4 * 3_600_000).toISOString() }])
    expect((await open(elsewhere)).status).toBe(200)
    expect((await site.parts.audit.find({ interaction: 'break-glass', count: 1 }))[0]).toMatchObject({ patient, purpose: 'BTG', detail: 'Người bệnh bất tỉnh, cần tiền sử', outcome: 'success' })
    const another = await site.person({ grants: [{ role: 'doctor', department: 'noi' }] })
    expect((await open(another)).status).toBe(403)
    clock.move(4 * 3_600_000)
    // the session has ended too by now: the grant is asked for directly
    const account = await site.parts.accounts.find(elsewhere.account ?? '')
    expect(await site.parts.care.holds({ ...site.internal, visibility: { kind: 'care', account: account?.id ?? '', departments: ['noi'], wholeSite: false } }, patient)).toBe(false)
  })
})
