/** Pictures of imaging orders on a real database and a PACS that a stand-in plays: who sees them, of whom they are, and what is on record before the first byte. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { imagingAccession } from '#api/laboratory/imaging-accession.ts'
import { objectFromPlain } from '#api/model/json.ts'
import type { PacsPage, PicturesOpened } from '#api/model/pictures.ts'
import type { SessionInfo } from '#api/model/site.ts'
import { CODE_SYSTEM, SID } from '#api/model/systems.ts'
import type { TestCaller } from '#test/support/app.ts'
import { ok, testClinic, type Clinic, type TestPersonCaller } from '#test/support/clinic.ts'
import { makeStudy, startPacs, type FakePacs, type FakeStudy } from '#test/support/pacs.ts'
import { makeOrder, makeSheet, PATIENT } from '#test/support/visit.ts'

let clinic: Clinic
let pacs: FakePacs
let imaging: TestPersonCaller
let order: string
let accession: string
const folder = mkdtempSync(join(tmpdir(), 'emr-pacs-'))

const fits = { patientId: 'BN26000001', patientName: 'NGUYEN^VAN MAU', birthDate: '19850302' }
const has = (...studies: Partial<FakeStudy>[]): void => { pacs.studies.splice(0, pacs.studies.length, ...studies.map((each, at) => makeStudy({ accession, ...fits, ...each }, `1.2.826.0.1.900.${at + 1}`))) }
const open = async (caller: TestCaller = clinic.doctor, of = order): Promise<PicturesOpened> => ok<PicturesOpened>(await caller.get(`/api/imaging-orders/${of}/pictures`))
const rows = async (interaction: string) => clinic.site.parts.audit.find({ interaction, count: 50 })
const put = (type: string, id: string, members: object): Promise<unknown> =>
  clinic.site.parts.store.transact(clinic.site.internal, (tx) => tx.write([{ op: 'update', key: { type, id }, resource: objectFromPlain({ ...members, resourceType: type, id }) }]))

beforeAll(async () => {
  pacs = await startPacs({ size: 64 })
  const [file, credentials] = [join(folder, 'pacs.json'), join(folder, 'credentials.json')]
  writeFileSync(credentials, JSON.stringify({ user: 'emr', password: 'mat-khau-pacs' }))
  chmodSync(credentials, 0o600)
  writeFileSync(file, JSON.stringify({ name: 'PACS thử', url: pacs.url, credentials }))
  clinic = await testClinic({ environment: { EMR_PACS: file } })
  imaging = await clinic.site.person({ login: 'cdha', grants: [{ role: 'imaging', department: null }] })
  const [found] = await clinic.site.parts.desks.terminology.find('orders', 'x-quang nguc', '2026-11-22', 1)
  const encounter = await clinic.arrive()
  const sheet = await clinic.sheet(encounter)
  const made = { ...makeOrder({ encounter, at: new Date().toISOString() }, found?.code ?? '', found?.display ?? '', found?.version ?? ''), category: [{ coding: [{ system: CODE_SYSTEM.orderCategory, code: 'imaging' }] }] }
  ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ resource: { ...sheet.encounter, id: encounter }, version: Number(sheet.encounter.meta?.versionId) }, { resource: made }]) }))
  order = made.id
  accession = imagingAccession(order)
})
beforeEach(() => { pacs.mood = 'well'; pacs.asked.length = 0; has({}) })
afterAll(async () => {
  await clinic.close()
  await pacs.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the pictures of an order', () => {
  it('are opened by its doctor, on record once before the first byte, and come as what they are', async () => {
    const before = (await rows('pictures-open')).length
    const opened = await open()
    expect(opened).toMatchObject({ state: 'found', accession, test: 'X-quang ngực thẳng', patient: { number: 'BN26000001', name: 'Nguyễn Văn Mẫu', birthDate: '1985-03-02' }, withheld: [], cut: false })
    expect(opened.studies).toEqual([{ date: '2026-11-22', description: 'X-quang ngực, CT', series: [{ modality: 'CT', number: 1, description: 'Axial 5 mm', count: 12 }, { modality: 'XA', number: 2, description: 'Chụp động', count: 4 }] }])
    // no picture was asked for while the row was being written
    expect(pacs.asked.filter((path) => path.endsWith('/rendered'))).toEqual([])
    const [row, ...older] = await rows('pictures-open')
    expect([row?.outcome, row?.patient, row?.resourceId, row?.detail, older.length]).toEqual(['success', PATIENT.id, order, 'found: 1 studies, 16 pictures', before])
    const picture = await clinic.doctor.get(`/api/pictures/${opened.opened}/0/11`)
    expect([picture.status, picture.headers['content-type'], picture.headers['cache-control'], picture.headers['x-content-type-options']]).toEqual([200, 'image/png', 'no-store', 'nosniff'])
    expect((await clinic.doctor.get(`/api/pictures/${opened.opened}/1/3?window=-600,1500`)).status).toBe(200)
    expect(pacs.asked.slice(-2)).toEqual([expect.stringMatching(/\.1\.1\.12\/rendered$/), expect.stringMatching(/\.1\.2\.1\/frames\/4\/rendered\?window=-600%2C1500%2Clinear$/)])
    expect(pacs.headers.at(-1)?.authorization).toBe(`Basic ${Buffer.from('emr:mat-khau-pacs').toString('base64')}`)
    expect((await rows('pictures-open')).length).toBe(before + 1)
    expect(ok<SessionInfo>(await clinic.doctor.get('/api/session')).pictures).toBe(true)
  })
  it('are reached by numbers of what was opened and nothing else', async () => {
    const { opened } = await open()
    const statuses = await Promise.all([`${opened}/0/12`, `${opened}/2/0`, `${opened}/0/1.2.3`, `${opened}/1.2.826.0.1.900.1.1/0`, `${opened}/0/0?window=40`, `${opened}/0/0?window=1,0`, `${'A'.repeat(24)}/0/0`].map(async (path) => (await clinic.doctor.get(`/api/pictures/${path}`)).status))
    expect(statuses).toEqual([404, 404, 400, 400, 400, 400, 410])
    // the name of it is good for nobody else, not even for who could open the order
    expect([(await clinic.nurse.get(`/api/pictures/${opened}/0/0`)).status, (await imaging.get(`/api/pictures/${opened}/0/0`)).status, (await clinic.site.anonymous.get(`/api/pictures/${opened}/0/0`)).status]).toEqual([410, 410, 401])
    expect(pacs.asked.filter((path) => path.includes('/rendered'))).toEqual([])
  })
})

describe('a study that carries the number of the order', () => {
  it.each([
    ['name', { patientName: 'TRAN^THI KHAC' }, 'patient-name'], ['number', { patientId: 'BN26000002' }, 'patient-number'], ['birth date', { birthDate: '19900101' }, 'patient-birth'], ['neither name nor birth date', { patientName: '', birthDate: '' }, 'patient-unnamed'],
  ])('under another %s is said to be there, and shown in nothing', async (_, differs, reason) => {
    has(differs)
    const answer = await clinic.doctor.get(`/api/imaging-orders/${order}/pictures`)
    expect(answer.json<PicturesOpened>()).toMatchObject({ state: 'withheld', opened: '', studies: [], withheld: [reason] })
    expect(answer.text).not.toMatch(/KHAC|BN26000002|1990|1\.2\.826/)
    expect(pacs.asked.length).toBe(1)
    expect((await rows('pictures-open'))[0]?.detail).toBe(`withheld: 0 studies, 0 pictures, ${reason}`)
  })
  it('is shown beside one that is withheld, and without those that carry another number', async () => {
    has({}, { patientName: 'TRAN^THI KHAC' }, { accession: 'HAOTHER', description: 'Khác' })
    pacs.mood = 'everything'
    expect(await open()).toMatchObject({ state: 'found', withheld: ['patient-name'], studies: [{ description: 'X-quang ngực, CT' }] })
    has({ accession: 'HAOTHER' })
    expect(await open()).toMatchObject({ state: 'none', opened: '' })
  })
  it('is found under the number that the patient had before records were merged', async () => {
    await put('Patient', 'benh-nhan-cu', { active: false, name: [{ text: 'Nguyễn Văn Mậu' }], birthDate: '1985-03-02', identifier: [{ system: SID.patient, value: 'BN25000077' }], link: [{ other: { reference: `Patient/${PATIENT.id}` }, type: 'replaced-by' }] })
    has({ patientId: 'BN25000077', patientName: 'NGUYEN^VAN MAU' })
    expect((await open()).state).toBe('withheld')
    const old = { name: [{ text: 'Nguyễn Văn Mậu' }], birthDate: '1985-03-02', identifier: [{ system: SID.patient, value: 'BN25000077' }], link: [{ other: { reference: `Patient/${PATIENT.id}` }, type: 'replaced-by' }] }
    await put('Patient', PATIENT.id, { ...PATIENT, link: [{ other: { reference: 'Patient/benh-nhan-cu' }, type: 'replaces' }] })
    // links can be written by whoever edits a patient: what the merge left behind counts
    expect((await open()).state).toBe('withheld')
    const event = (code: string, at: string): Promise<unknown> => put('Provenance', `gop-${code}`, { target: [{ reference: `Patient/${PATIENT.id}` }], recorded: at, activity: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle', code }] }, agent: [{ who: { display: 'Nguyễn Thị Gộp' } }], entity: [{ role: 'source', what: { reference: 'Patient/benh-nhan-cu' } }] })
    await event('merge', '2026-11-22T08:00:00+07:00')
    await put('Patient', 'benh-nhan-cu', { ...old, active: true })
    expect((await open()).state).toBe('withheld')
    await put('Patient', 'benh-nhan-cu', { ...old, active: false })
    expect((await open()).state).toBe('found')
    expect((await rows('pictures-open'))[0]?.detail).toBe('found: 1 studies, 16 pictures, by the number of Patient/benh-nhan-cu')
    await event('unmerge', '2026-11-22T09:00:00+07:00')
    expect((await open()).state).toBe('withheld')
    await put('Patient', PATIENT.id, PATIENT)
  })
  it('may carry none, where another system wrote its UID down for the order, and is still held against the patient', async () => {
    has({ accession: '' })
    expect((await open()).state).toBe('none')
    const noted = { subject: { reference: `Patient/${PATIENT.id}` }, basedOn: [{ reference: `ServiceRequest/${order}` }], identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.826.0.1.900.1.1' }] }
    await put('ImagingStudy', 'nghien-cuu', { ...noted, status: 'available' })
    expect((await open()).state).toBe('found')
    has({ accession: '', patientId: 'BN26000002' })
    expect(await open()).toMatchObject({ state: 'withheld', withheld: ['patient-number'] })
    // the number of another order, by its form or by that order's report; one that nobody has here is the PACS's own
    await put('DiagnosticReport', 'phieu-khac', { status: 'registered', subject: { reference: `Patient/${PATIENT.id}` }, code: { text: 'Siêu âm' }, identifier: [{ system: SID.accession, value: '261122-0009' }] })
    for (const other of [imagingAccession('chi-dinh-khac'), '261122-0009']) {
      has({ accession: other })
      expect(await open()).toMatchObject({ state: 'withheld', withheld: ['other-order'] })
    }
    has({ accession: 'RIS-77' })
    expect((await open()).state).toBe('found')
    // many of them: each once, and only some
    const many = [1, 1, 1, 2, 3, 4, 5, 6, 7].map((nth) => ({ system: 'urn:dicom:uid', value: `urn:oid:1.2.826.0.1.900.${nth}.1` }))
    await put('ImagingStudy', 'nghien-cuu', { ...noted, status: 'available', identifier: many })
    pacs.asked.length = 0
    await open()
    expect(pacs.asked.flatMap((path) => /StudyInstanceUID=([\d.]+)/.exec(path)?.[1] ?? [])).toEqual([1, 2, 3, 4, 5].map((nth) => `1.2.826.0.1.900.${nth}.1`))
    await put('ImagingStudy', 'nghien-cuu', { ...noted, status: 'entered-in-error' })
    has({ accession: '' })
    expect((await open()).state).toBe('none')
  })
})

describe('who may see the report', () => {
  it('may see its pictures: the nurse, imaging, and a stranger only with a reason, as long as that holds', async () => {
    expect([(await open(clinic.nurse)).state, (await open(imaging)).state]).toEqual(['found', 'found'])
    const refused = await clinic.stranger.get(`/api/imaging-orders/${order}/pictures`)
    expect([refused.status, refused.text.includes('break-glass-needed')]).toEqual([403, true])
    expect(pacs.asked.length).toBe(6)
    ok(await clinic.stranger.post('/api/break-glass', { patient: PATIENT.id, reason: 'Cấp cứu, cần xem phim ngay' }))
    const { opened } = await open(clinic.stranger)
    expect((await clinic.stranger.get(`/api/pictures/${opened}/0/0`)).status).toBe(200)
    // another system that holds the right to read is no person at a screen
    expect((await (await clinic.site.system()).get(`/api/imaging-orders/${order}/pictures`)).status).toBe(403)
    await clinic.site.databases.asOwner(900, `update care_relation set until = now() - interval '1 minute' where kind = 'break-glass'`)
    expect((await clinic.stranger.get(`/api/pictures/${opened}/0/0`)).status).toBe(403)
  })
  it.each(['laboratory', 'reception', 'administrator'] as const)('does not include %s', async (role) => {
    const somebody = await clinic.site.person({ grants: [{ role, department: null }] })
    expect((await somebody.get(`/api/imaging-orders/${order}/pictures`)).status).toBe(403)
    expect(pacs.asked).toEqual([])
  })
  it('finds no pictures of what is no imaging order', async () => {
    expect((await clinic.doctor.get(`/api/imaging-orders/${PATIENT.id}/pictures`)).status).toBe(404)
    expect((await imaging.get('/api/imaging-orders/khong-co/pictures')).status).toBe(404)
  })
})

describe('that there are no pictures', () => {
  it('is said only where the PACS was asked and has none', async () => {
    has({ series: [] })
    expect(await open()).toMatchObject({ state: 'empty', opened: '' })
    has(...Array.from({ length: 20 }, () => ({ accession: 'KHAC' })))
    pacs.mood = 'everything'
    expect(await open()).toMatchObject({ state: 'crowded' })
    has({}, ...Array.from({ length: 20 }, () => ({ accession: 'KHAC' })))
    expect(await open()).toMatchObject({ state: 'found', cut: true })
    pacs.mood = 'well'
    has()
    expect(await open()).toMatchObject({ state: 'none', cut: false })
    await put('DiagnosticReport', order, { status: 'registered', subject: { reference: `Patient/${PATIENT.id}` }, code: { text: 'X-quang' }, identifier: [{ system: SID.accession, value: 'SA 2026/000012345' }] })
    expect(await open()).toMatchObject({ state: 'unasked' })
    await put('DiagnosticReport', order, { status: 'registered', subject: { reference: `Patient/${PATIENT.id}` }, code: { text: 'X-quang' } })
  })
})

describe('what was opened', () => {
  it('keeps twelve pictures on their way to one account, so that others have the PACS too', async () => {
    const [{ opened }, other] = [await open(), await open(clinic.nurse)]
    pacs.delay = 300
    const mine = Promise.all(Array.from({ length: 14 }, async () => (await clinic.doctor.get(`/api/pictures/${opened}/0/0`)).status))
    expect([(await clinic.nurse.get(`/api/pictures/${other.opened}/0/0`)).status, (await mine).toSorted()]).toEqual([200, [...Array.from({ length: 12 }, () => 200), 503, 503]])
    pacs.delay = 0
    expect((await clinic.doctor.get(`/api/pictures/${opened}/0/0`)).status).toBe(200)
  })
  it('is closed when the order is of another patient since', async () => {
    const { opened } = await open(imaging)
    expect((await imaging.get(`/api/pictures/${opened}/0/0`)).status).toBe(200)
    const now = ok<Record<string, unknown>>(await clinic.doctor.get(`/fhir/R4/ServiceRequest/${order}`))
    await put('Patient', 'nguoi-khac', { name: [{ text: 'Trần Thị Khác' }], identifier: [{ system: SID.patient, value: 'BN26000002' }] })
    await put('ServiceRequest', order, { ...now, subject: { reference: 'Patient/nguoi-khac' } })
    expect((await imaging.get(`/api/pictures/${opened}/0/0`)).status).toBe(410)
    await put('ServiceRequest', order, now)
    expect((await imaging.get(`/api/pictures/${opened}/0/0`)).status).toBe(200)
  })
})

describe('a PACS that is away', () => {
  it('is said to be, on record as failed, and the report opens all the same', async () => {
    pacs.mood = 'unauthorized'
    expect(await open()).toMatchObject({ state: 'unreachable', error: 'credentials', opened: '', studies: [], accession })
    expect((await rows('pictures-open'))[0]).toMatchObject({ outcome: 'failed', detail: 'unreachable (credentials): 0 studies, 0 pictures' })
    // its administrator sees what is wrong, and that it is well again, without anything of a patient
    const admin = await clinic.site.person({ login: 'quantri', grants: [{ role: 'administrator', department: null }] })
    expect(ok<PacsPage>(await admin.get('/api/admin/pacs')).pacs).toMatchObject({ name: 'PACS thử', address: pacs.url, lastError: 'credentials' })
    pacs.mood = 'well'
    const { lastAnswer = '', lastErrorAt = '' } = ok<PacsPage>(await admin.post('/api/admin/pacs/check')).pacs ?? {}
    expect([lastAnswer > lastErrorAt, pacs.asked.at(-1)?.startsWith('/dicom-web/studies?AccessionNumber=EMR-CHECK-0&')]).toEqual([true, true])
    expect((await clinic.doctor.get('/api/admin/pacs')).status).toBe(403)
    const { opened } = await open()
    pacs.mood = 'html'
    const picture = await clinic.doctor.get(`/api/pictures/${opened}/0/0`)
    expect([picture.status, picture.text.includes('pacs-unfit'), picture.text.includes('script')]).toEqual([503, true, false])
    expect((await clinic.doctor.get(`/api/patients/${PATIENT.id}/images`)).status).toBe(200)
  })
})
