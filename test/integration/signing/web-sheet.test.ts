/** The Bundles that the web's visit sheet really builds go through review, signature, correction and addendum as they are. */
import { randomUUID } from 'node:crypto'
import type { AllergyIntolerance } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PatientChart } from '#api/model/chart.ts'
import { parseJsonObject, writeJson } from '#api/model/json.ts'
import type { CheckReport } from '#api/model/safety.ts'
import type { DocumentRow, QueueRow, SigningPreview, SignResult, VisitSheet } from '#api/model/site.ts'
import { CODE_SYSTEM } from '#api/model/systems.ts'
import { buildVisitBundle } from '#web/features/visit/visit-bundle.ts'
import { removedRows, visitFormOf, type VisitForm } from '#web/features/visit/visit-form.ts'
import { TEST_PIN } from '#test/support/app.ts'
import { CLINIC, ok, testClinic, type Clinic } from '#test/support/clinic.ts'
import { PATIENT } from '#test/support/visit.ts'

let clinic: Clinic
let encounter: string
beforeAll(async () => { clinic = await testClinic() })
afterAll(() => clinic.close())

const codeOf = (system: string, [code, display, version]: readonly [string, string, string]) => ({ system, version, code, display })
const bundleOf = (sheet: VisitSheet, form: VisitForm, practitioner: string, removed: readonly { type: string; id: string; version: number }[] = []) => writeJson(buildVisitBundle(form, {
  encounter: sheet.encounter, allergies: sheet.allergies, practitioner, practitionerName: practitioner, at: '2026-11-22T09:00:00+07:00', newId: randomUUID, removed,
}))
const sign = async (bundle: string, correction?: { kind: 'replaces' | 'appends'; reason: string }): Promise<readonly DocumentRow[]> => {
  const body = `{"bundle":${bundle}${correction ? `,"correction":${JSON.stringify(correction)}` : ''},"draftKey":"visit-${encounter}"}`
  const { preview } = ok<SigningPreview>(await clinic.doctor.call('POST', `/api/visits/${encounter}/preview`, { body }))
  return ok<SignResult>(await clinic.doctor.post(`/api/visits/${encounter}/sign`, { preview, pin: TEST_PIN })).documents
}
const slots = (documents: readonly DocumentRow[]): unknown[] => documents.map(({ form, verdict, relation }) => [form, verdict, relation?.kind])

describe('the web sheet', () => {
  it('files the nurse\'s vital signs', async () => {
    encounter = await clinic.arrive()
    const sheet = await clinic.sheet(encounter, clinic.nurse)
    const form: VisitForm = { ...visitFormOf(sheet), vitals: { ...visitFormOf(sheet).vitals, pulse: '82', temperature: '38,0', systolic: '120', diastolic: '80', weight: '61,50' } }
    expect((await clinic.nurse.call('POST', `/api/visits/${encounter}/save`, { body: `{"bundle":${bundleOf(sheet, form, 'dd-mau')}}` })).status).toBe(200)
  })

  it('signs the doctor\'s visit and leaves the nurse\'s measurements hers, digits and all', async () => {
    const sheet = await clinic.sheet(encounter)
    const route = await clinic.site.parts.desks.terminology.find('routes', 'PO', '2026-11-22', 1)
    const form: VisitForm = {
      ...visitFormOf(sheet), reason: 'Ho, sốt 3 ngày', notes: { ...visitFormOf(sheet).notes, history: 'Ho khan, sốt 38 độ', plan: 'Nghỉ ngơi' }, followUp: '2026-11-29',
      diagnoses: [{ id: randomUUID(), code: codeOf(CODE_SYSTEM.icd10, clinic.codes.cold), role: 'main', certainty: 'confirmed' }, { id: randomUUID(), code: codeOf(CODE_SYSTEM.icd10, clinic.codes.fever), role: 'accompanying', certainty: 'provisional' }],
      drugs: [{
        id: randomUUID(), code: codeOf(CODE_SYSTEM.medicines, clinic.codes.drug), unit: 'viên', doseUnit: 'viên', dose: '1', frequency: 3, days: 5, quantity: 15, note: 'sau ăn',
        ...(route[0] && { route: codeOf(CODE_SYSTEM.routes, [route[0].code, route[0].display, route[0].version]) }),
      }],
      orders: [{ id: randomUUID(), code: codeOf(CODE_SYSTEM.orders, clinic.codes.order), category: 'lab' }], allergies: [{ id: randomUUID(), text: 'Penicillin', criticality: 'high' }],
    }
    expect(slots(await sign(bundleOf(sheet, form, 'bs-mau')))).toEqual([['visit-summary', 'valid-current', undefined], ['prescription', 'valid-current', undefined], ['appointment-slip', 'valid-current', undefined]])
    const { rows } = await clinic.site.databases.asOwner(900, `select bundle from document where tenant = 900 and encounter = $1 and form = 'visit-summary'`, [encounter])
    const text = String(rows[0]?.bundle)
    expect(text).toContain('"value":61.50')
    expect(text).toContain('"value":38.0')
    expect(parseJsonObject(text).get('type')).toBe('document')
    const weight = (await clinic.sheet(encounter)).current.find((resource) => resource.resourceType === 'Observation' && resource.code.coding?.[0]?.code === '29463-7')
    expect(weight?.resourceType === 'Observation' && weight.performer?.[0]?.reference).toBe('Practitioner/dd-mau')
  })

  it('replaces what is typed differently, and only that', async () => {
    const sheet = await clinic.sheet(encounter)
    const form = visitFormOf(sheet)
    expect(slots(await sign(bundleOf(sheet, { ...form, notes: { ...form.notes, history: 'Ho khan, sốt 39 độ' } }, 'bs-mau'), { kind: 'replaces', reason: 'Nhập nhầm nhiệt độ' }))).toEqual([['visit-summary', 'valid-current', 'replaces']])
    const changed = (await clinic.sheet(encounter)).current.filter((resource) => Number(resource.meta?.versionId) > 2 || (resource.resourceType === 'Observation' && resource.valueString === 'Ho khan, sốt 39 độ'))
    expect(changed).toHaveLength(1)
  })

  it('adds what is typed behind a signed note as an addendum', async () => {
    const sheet = await clinic.sheet(encounter)
    const form = visitFormOf(sheet)
    const added = await sign(bundleOf(sheet, { ...form, notes: { ...form.notes, results: 'Bạch cầu 12 G/L' } }, 'bs-mau'), { kind: 'appends', reason: 'Có kết quả xét nghiệm' })
    expect(slots(added)).toEqual([['visit-summary', 'valid-current', 'appends']])
  })

  it('takes the drug off: the prescription is replaced by one that says so', async () => {
    const sheet = await clinic.sheet(encounter)
    const form = visitFormOf(sheet)
    const [drug] = form.drugs
    const replaced = await sign(bundleOf(sheet, { ...form, drugs: [] }, 'bs-mau', [{ type: 'MedicationRequest', id: drug?.id ?? '', version: drug?.version ?? 0 }]), { kind: 'replaces', reason: 'Người bệnh dị ứng thuốc' })
    expect(replaced.map(({ title }) => title)).toEqual(['Bản tóm tắt hồ sơ bệnh án', 'Đơn thuốc (hủy)'])
    expect((await clinic.sheet(encounter)).current.filter(({ resourceType }) => resourceType === 'MedicationRequest')).toEqual([])
  })

  it('gives the patient an appointment slip, another for another day, and one that takes it back', async () => {
    const replaced = async (followUp: string | undefined): Promise<readonly DocumentRow[]> => {
      const sheet = await clinic.sheet(encounter)
      const { followUp: _before, ...form } = visitFormOf(sheet)
      return sign(bundleOf(sheet, { ...form, ...(followUp !== undefined && { followUp }) }, 'bs-mau'), { kind: 'replaces', reason: 'Đổi ngày hẹn' })
    }
    const slip = (documents: readonly DocumentRow[]) => documents.filter(({ form }) => form === 'appointment-slip').map(({ title, verdict, relation }) => [title, verdict, relation?.kind])
    expect(slip(await replaced('2026-12-03'))).toEqual([['Phiếu hẹn khám lại', 'valid-current', 'replaces']])
    const words = async (): Promise<string> => String((await clinic.site.databases.asOwner(900, `select bundle from document where tenant = 900 and encounter = $1 and form = 'appointment-slip' order by signed_at desc limit 1`, [encounter])).rows[0]?.bundle)
    expect(await words()).toContain('03/12/2026')
    expect(slip(await replaced(undefined))).toEqual([['Phiếu hẹn khám lại (hủy)', 'valid-current', 'replaces']])
    expect(slip(await replaced('2026-12-04'))).toEqual([['Phiếu hẹn khám lại', 'valid-current', 'replaces']])
  })

  it('certifies days off work from the day of the visit, a month at most, under the same PIN', async () => {
    const own = await clinic.arrive()
    const sheet = await clinic.sheet(own)
    const filled = (sickLeave: { from: string; to: string }): VisitForm =>
      ({ ...visitFormOf(sheet), sickLeave, diagnoses: [{ id: randomUUID(), code: codeOf(CODE_SYSTEM.icd10, clinic.codes.cold), role: 'main', certainty: 'confirmed' }] })
    const preview = async (form: VisitForm) => clinic.doctor.call('POST', `/api/visits/${own}/preview`, { body: `{"bundle":${bundleOf(sheet, form, 'bs-mau')}}` })
    for (const [leave, rule] of [[{ from: '2026-11-22', to: '2026-12-22' }, 'paper-leave-span'], [{ from: '2026-11-23', to: '2026-11-24' }, 'paper-leave-start'], [{ from: '2026-11-22', to: '2026-11-21' }, 'paper-leave-span']] as const) {
      const refused = await preview(filled(leave))
      expect([refused.status, refused.text], rule).toEqual([422, expect.stringContaining(`(${rule})`)])
    }
    const shown = ok<SigningPreview>(await preview(filled({ from: '2026-11-22', to: '2026-12-21' })))
    expect(shown.documents.map(({ form, pages }) => [form, pages])).toEqual([['visit-summary', expect.any(Number)], ['sick-leave', 1]])
    const signed = ok<SignResult>(await clinic.doctor.post(`/api/visits/${own}/sign`, { preview: shown.preview, pin: TEST_PIN })).documents
    expect(slots(signed)).toEqual([['visit-summary', 'valid-current', undefined], ['sick-leave', 'valid-current', undefined]])
    expect(visitFormOf(await clinic.sheet(own)).sickLeave).toEqual({ from: '2026-11-22', to: '2026-12-21' })
  })

  it('refers the patient to another facility, once it is said to which and why', async () => {
    const own = await clinic.arrive()
    const sheet = await clinic.sheet(own)
    const transfer = (await clinic.site.parts.desks.terminology.lookup(CODE_SYSTEM.dispositions, 'transfer', '2026-11-22'))!
    const filled = (referral: VisitForm['referral'], code = transfer.code): VisitForm => ({
      ...visitFormOf(sheet), diagnoses: [{ id: randomUUID(), code: codeOf(CODE_SYSTEM.icd10, clinic.codes.cold), role: 'main', certainty: 'confirmed' }],
      disposition: codeOf(CODE_SYSTEM.dispositions, [code, transfer.display, transfer.version]), ...(referral && { referral }),
    })
    const preview = async (form: VisitForm) => clinic.doctor.call('POST', `/api/visits/${own}/preview`, { body: `{"bundle":${bundleOf(sheet, form, 'bs-mau')}}` })
    for (const [referral, rules] of [[undefined, ['referral-to', 'referral-reason']], [{ to: ' ', reason: '1a', transport: '', escort: '' }, ['referral-to']], [{ to: 'Bệnh viện Quân y 975', reason: '', transport: '', escort: '' }, ['referral-reason']]] as const) {
      const refused = await preview(filled(referral))
      expect([refused.status, [...refused.text.matchAll(/\(paper-([a-z-]+)\)/g)].map(([, rule]) => rule)]).toEqual([422, rules])
    }
    const said = { to: 'Bệnh viện Quân y 975', reason: '1b', transport: 'Xe cứu thương', escort: 'Phạm Thị Mẫu, điều dưỡng' } as const
    const at = ok<SigningPreview>(await preview(filled(said, 'home')))
    expect(at.documents.map(({ form }) => form)).toEqual(['visit-summary'])
    const shown = ok<SigningPreview>(await preview(filled(said)))
    expect(slots(ok<SignResult>(await clinic.doctor.post(`/api/visits/${own}/sign`, { preview: shown.preview, pin: TEST_PIN })).documents)).toEqual([['visit-summary', 'valid-current', undefined], ['referral', 'valid-current', undefined]])
    expect(visitFormOf(await clinic.sheet(own)).referral).toEqual(said)
  })

  it('makes no appointment for the day of the visit or before', async () => {
    encounter = await clinic.arrive()
    const sheet = await clinic.sheet(encounter)
    const form: VisitForm = { ...visitFormOf(sheet), followUp: '2026-11-22', diagnoses: [{ id: randomUUID(), code: codeOf(CODE_SYSTEM.icd10, clinic.codes.cold), role: 'main', certainty: 'confirmed' }] }
    const refused = await clinic.doctor.call('POST', `/api/visits/${encounter}/preview`, { body: `{"bundle":${bundleOf(sheet, form, 'bs-mau')}}` })
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('(paper-follow-up-early)')])
  })
})

describe('what others left in the visit', () => {
  const diagnosis = () => ({ id: randomUUID(), code: codeOf(CODE_SYSTEM.icd10, clinic.codes.cold), role: 'main' as const, certainty: 'confirmed' as const })

  it('a diagnosis of another system without a code is shown, stops the signature, and can be taken off', async () => {
    encounter = await clinic.arrive()
    const system = await clinic.site.system()
    const foreign = { resourceType: 'Condition', id: randomUUID(), subject: { reference: `Patient/${PATIENT.id}` }, encounter: { reference: `Encounter/${encounter}` }, code: { text: 'Đau lưng' } }
    expect((await system.put(`/fhir/R4/Condition/${foreign.id}`, foreign)).status).toBe(201)
    const sheet = await clinic.sheet(encounter)
    const form: VisitForm = { ...visitFormOf(sheet), diagnoses: [diagnosis()] }
    expect(form.foreign).toEqual([{ id: foreign.id, version: 1, type: 'Condition', text: 'Đau lưng' }])
    const refused = await clinic.doctor.call('POST', `/api/visits/${encounter}/preview`, { body: `{"bundle":${bundleOf(sheet, form, 'bs-mau')}}` })
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining(`Condition/${foreign.id}`)])
    const without: VisitForm = { ...form, foreign: [] }
    expect(slots(await sign(bundleOf(sheet, without, 'bs-mau', removedRows(visitFormOf(sheet), without))))).toEqual([['visit-summary', 'valid-current', undefined]])
    expect((await clinic.sheet(encounter)).current.filter(({ resourceType }) => resourceType === 'Condition')).toHaveLength(1)
  })

  it('a measurement that the doctor empties is neither signed nor kept', async () => {
    encounter = await clinic.arrive()
    const first = await clinic.sheet(encounter, clinic.nurse)
    const filed: VisitForm = { ...visitFormOf(first), vitals: { ...visitFormOf(first).vitals, pulse: '182', weight: '61,5' } }
    expect((await clinic.nurse.call('POST', `/api/visits/${encounter}/save`, { body: `{"bundle":${bundleOf(first, filed, 'dd-mau')}}` })).status).toBe(200)
    const sheet = await clinic.sheet(encounter)
    const form: VisitForm = { ...visitFormOf(sheet), diagnoses: [diagnosis()], vitals: { ...visitFormOf(sheet).vitals, pulse: '' } }
    await sign(bundleOf(sheet, form, 'bs-mau'))
    expect(visitFormOf(await clinic.sheet(encounter)).vitals).toMatchObject({ pulse: '', weight: '61,5' })
    const { rows } = await clinic.site.databases.asOwner(900, `select bundle from document where tenant = 900 and encounter = $1 and form = 'visit-summary'`, [encounter])
    expect(String(rows[0]?.bundle)).not.toContain('"value":182')
  })
})

describe('what the patient does not bear', () => {
  const patient = 'nguoi-duoc-hoi-mau'
  const visit = async () => {
    const sheet = await clinic.sheet(encounter), form = visitFormOf(sheet)
    return { sheet, form, save: async (allergies: VisitForm['allergies'], by = clinic.doctor) => by.call('POST', `/api/visits/${encounter}/save`, { body: `{"bundle":${bundleOf(sheet, { ...form, allergies }, 'bs-mau')}}` }) }
  }
  /** What the check of amoxicillin says of allergies, the flag of the queue, and the names of the chart. */
  const seen = async () => {
    const { sheet, form } = await visit()
    const drug = { id: randomUUID(), code: codeOf(CODE_SYSTEM.medicines, clinic.codes.other), unit: 'viên', doseUnit: 'viên', dose: '1', frequency: 3, days: 5, quantity: 15, note: '' }
    const { lines } = ok<CheckReport>(await clinic.doctor.call('POST', `/api/visits/${encounter}/checks`, { body: `{"bundle":${bundleOf(sheet, { ...form, drugs: [drug] }, 'bs-mau')}}` }))
    const queue = ok<QueueRow[]>(await clinic.doctor.get(`/api/queue?department=${CLINIC}&day=2026-11-22`))
    return {
      checks: lines.flatMap(({ checks }) => checks).filter(({ kind }) => kind === 'allergy').map(({ verdict, rule }) => `${verdict} ${rule}`),
      flag: queue.find((row) => row.encounter === encounter)?.hasAllergies, chart: ok<PatientChart>(await clinic.doctor.get(`/api/patients/${patient}/chart`)).allergies.map(({ code }) => code?.text), sheet: form.allergies.map(({ text }) => text),
    }
  }

  it('is not checked while nobody has asked, and clear once somebody has and there is none', async () => {
    expect((await (await clinic.site.system()).put(`/fhir/R4/Patient/${patient}`, { resourceType: 'Patient', id: patient, gender: 'male', birthDate: '1985-03-02', name: [{ text: 'Trịnh Văn Hỏi Mẫu' }] })).status).toBe(201)
    encounter = await clinic.arrive({ patient })
    expect(await seen()).toEqual({ checks: ['not-checked allergy:not-asked'], flag: false, chart: [], sheet: [] })
    const { save } = await visit()
    expect((await save([{ id: randomUUID(), text: '', criticality: 'unable-to-assess', noneKnown: '2026-11-22' }], clinic.nurse)).status).toBe(200)
    expect(await seen()).toEqual({ checks: ['clear allergy:clear'], flag: false, chart: ['Không ghi nhận dị ứng'], sheet: ['Không ghi nhận dị ứng'] })
    expect((await clinic.sheet(encounter)).allergies.map(({ code }) => code?.coding?.[0])).toMatchObject([{ system: 'http://snomed.info/sct', code: '716186003' }])
  })

  it('takes the place of “none” in the same transaction, from whichever screen', async () => {
    const { form, save, sheet } = await visit()
    expect((await save([...form.allergies, { id: randomUUID(), text: 'Penicillin', criticality: 'low' }])).status).toBe(200)
    expect(await seen()).toEqual({ checks: ['reason allergy:penicillin/amoxicillin'], flag: true, chart: ['Penicillin'], sheet: ['Penicillin'] })
    const none = ok<AllergyIntolerance>(await clinic.doctor.get(`/fhir/R4/AllergyIntolerance/${sheet.allergies[0]?.id ?? ''}`))
    expect([none.meta?.versionId, none.verificationStatus?.coding?.[0]?.code, none.clinicalStatus?.coding?.[0]?.code, none.note?.[0]?.text]).toEqual(['2', 'refuted', 'inactive', 'Đã ghi nhận dị ứng: Penicillin'])
  })

  it('is graded otherwise and refuted with a reason, by its version, and stays in the history', async () => {
    const before = await visit()
    const change = (more: object) => before.form.allergies.map((row) => ({ ...row, ...more }))
    expect((await before.save(change({ criticality: 'high', regraded: 'Sốc phản vệ năm 2020' }))).status).toBe(200)
    expect((await seen()).checks).toEqual(['second-person allergy:penicillin/amoxicillin'])
    expect((await before.save(change({ refuted: 'Ghi nhầm người' }))).status).toBe(412)
    const { form, save } = await visit()
    expect((await save(form.allergies.map((row) => ({ ...row, refuted: 'Test da âm tính' })))).status).toBe(200)
    expect(await seen()).toEqual({ checks: ['not-checked allergy:not-asked'], flag: false, chart: [], sheet: [] })
    const kept = ok<AllergyIntolerance>(await clinic.doctor.get(`/fhir/R4/AllergyIntolerance/${form.allergies[0]?.id ?? ''}`))
    expect([kept.criticality, kept.verificationStatus?.coding?.[0]?.code, kept.recordedDate, kept.note?.map(({ text, authorReference }) => [text, authorReference?.reference])])
      .toEqual(['high', 'refuted', '2026-11-22T09:00:00+07:00', [['Đổi mức: Sốc phản vệ năm 2020', 'Practitioner/bs-mau'], ['Bác bỏ: Test da âm tính', 'Practitioner/bs-mau']]])
  })

  it('is none of drugs where no more was written, beside what says that nobody knows, and is shown as written', async () => {
    const system = await clinic.site.system(), unknown = randomUUID()
    const words = 'Không có tiền sử dị ứng thuốc'
    expect((await system.put(`/fhir/R4/AllergyIntolerance/${unknown}`, {
      resourceType: 'AllergyIntolerance', id: unknown, patient: { reference: `Patient/${patient}` }, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
      verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'unconfirmed' }] },
      code: { coding: [{ system: 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips', code: 'no-allergy-info' }] },
    })).status).toBe(201)
    expect(await seen()).toMatchObject({ checks: ['not-checked allergy:not-asked'], flag: false, sheet: [] })
    const { save } = await visit()
    expect((await save([{ id: randomUUID(), text: words, criticality: 'unable-to-assess', noneKnown: '2026-11-22' }])).status).toBe(200)
    expect(await seen()).toMatchObject({ checks: ['clear allergy:clear'], flag: false, sheet: [words] })
    expect((await clinic.sheet(encounter)).allergies.flatMap(({ code }) => code?.coding?.map((coding) => coding.code))).toEqual(expect.arrayContaining(['409137002', 'no-known-medication-allergies']))
  })

  it('is changed by a visit in how it is judged only, with a note that says why, whatever the browser sends', async () => {
    const { form, save } = await visit()
    expect((await save([...form.allergies, { id: randomUUID(), text: 'Penicillin', criticality: 'low' }])).status).toBe(200)
    const { sheet } = await visit()
    const known = sheet.allergies.find(({ code }) => code?.text === 'Penicillin')!
    const send = async (resource: object | undefined) => {
      const url = `AllergyIntolerance/${known.id}`
      const entry = [{ ...(resource && { resource }), request: { method: resource ? 'PUT' : 'DELETE', url, ifMatch: `W/"${known.meta?.versionId ?? ''}"` } }]
      const answer = await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: { resourceType: 'Bundle', type: 'transaction', entry } })
      return answer.status === 200 ? 200 : answer.json<{ code: string }>().code
    }
    const note = [{ text: 'Bác bỏ: test da âm tính' }], inactive = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'inactive' }] }
    const sent: readonly (object | undefined)[] = [
      undefined, { ...known, code: { text: 'Tôm' }, note }, { ...known, clinicalStatus: inactive }, { ...known, criticality: 'high', note: [{ text: ' ' }] },
      { ...known, criticality: 'high', recorder: { reference: 'Practitioner/dd-mau' }, note }, { ...known, criticality: 'high', recordedDate: '2020-01-01', note }, { ...known, criticality: 'high', type: 'intolerance', note },
    ]
    const refused: unknown[] = []
    for (const resource of sent) refused.push(await send(resource))
    expect(refused).toEqual(sent.map(() => 'immutable-record'))
    expect(await send({ ...known, criticality: 'high', note })).toBe(200)
    const again = ok<AllergyIntolerance>(await clinic.doctor.get(`/fhir/R4/AllergyIntolerance/${known.id}`))
    Object.assign(known, again)
    // what was noted before stays
    expect(await send({ ...again, criticality: 'low', note: [{ text: 'Nhẹ' }] })).toBe('immutable-record')
    expect([again.code?.text, again.criticality, again.note]).toEqual(['Penicillin', 'high', note])
  })
})
