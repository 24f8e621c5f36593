/** What a visit has to fulfil whatever its sender claims, and on which day its codes are judged, through the routes that the sheet and other systems use. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { objectFromPlain } from '#api/model/json.ts'
import { CODE_SYSTEM, EXTENSION, PROFILE } from '#api/model/systems.ts'
import { TEST_PIN, type TestAnswer, type TestCaller } from '#test/support/app.ts'
import { CLINIC, ok, testClinic, type Clinic } from '#test/support/clinic.ts'
import { makeDiagnosis, makeDrug, makeEncounter, makeNote, makeSheet, makeVital, PATIENT, type SheetEntry } from '#test/support/visit.ts'

let clinic: Clinic
let system: TestCaller
beforeAll(async () => {
  clinic = await testClinic()
  system = await clinic.site.system()
})
afterAll(() => clinic.close())

type Resource = SheetEntry['resource'] & object
interface Failure { readonly code: string; readonly issues?: readonly { message: string; expression?: string }[] }

const without = (resource: Resource, ...names: readonly string[]): Resource => Object.fromEntries(Object.entries(resource).filter(([name]) => !names.includes(name))) as Resource
const visitEntry = async (encounter: string): Promise<SheetEntry> => {
  const { encounter: stored } = await clinic.sheet(encounter)
  return { resource: { ...stored, id: encounter }, version: Number(stored.meta?.versionId) }
}
const asked = async (encounter: string, door: 'save' | 'preview', ...entries: readonly SheetEntry[]): Promise<TestAnswer> =>
  clinic.doctor.post(`/api/visits/${encounter}/${door}`, { bundle: makeSheet([await visitEntry(encounter), ...entries]) })
const refusals = (answer: TestAnswer): string => {
  const { code, issues = [] } = answer.json<Failure>()
  return `${answer.status} ${code} ${issues.map(({ expression, message }) => `${expression?.replace(/^\w+\/[^.]+\.?/, '')}: ${message}`).join(' | ')}`
}

describe('a measurement that was taken back', () => {
  it('is gone from the visit and stands on no document', async () => {
    const encounter = await clinic.arrive()
    const high = makeVital({ encounter, by: 'dd-mau' }, 'temperature', 39.4)
    ok(await clinic.nurse.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ resource: high }]) }))
    await clinic.sign(encounter, makeSheet([await visitEntry(encounter), { resource: makeDiagnosis({ encounter }, ...clinic.codes.cold) }, { remove: `Observation/${high.id}`, version: 1 }]))
    const { rows } = await clinic.site.databases.asOwner(900, 'select bundle from document where tenant = 900 and encounter = $1', [encounter])
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.map(({ bundle }) => String(bundle)).join('')).not.toContain('39.4')
    expect((await system.get(`/fhir/R4/Observation/${high.id}`)).status).toBe(410)
  })

  it('may be taken back by the nurse; a doctor\'s note may not, nor be written over as a measurement', async () => {
    const encounter = await clinic.arrive()
    const context = { encounter }
    const [vital, note] = [makeVital(context, 'pulse', 180), makeNote(context, 'history', 'Ho khan')]
    ok(await asked(encounter, 'save', { resource: vital }, { resource: note }))
    const nurse = (...entries: SheetEntry[]) => clinic.nurse.post(`/api/visits/${encounter}/save`, { bundle: makeSheet(entries) })
    expect((await nurse({ remove: `Observation/${note.id}`, version: 1 })).status).toBe(403)
    expect((await nurse({ resource: { ...makeVital(context, 'pulse', 80), id: note.id }, version: 1 })).status).toBe(403)
    expect((await nurse({ remove: `Observation/${vital.id}`, version: 1 })).status).toBe(200)
    expect((await clinic.sheet(encounter)).current.map(({ id }) => id)).toEqual([note.id])
  })
})

describe('two people in one visit', () => {
  const pulses = async (encounter: string): Promise<unknown[]> => (await clinic.sheet(encounter)).current.map((resource) => (resource.resourceType === 'Observation' ? resource.valueQuantity?.value : undefined))
  const measured = (encounter: string, value: number): SheetEntry => ({ resource: makeVital({ encounter }, 'pulse', value) })

  it('who begin with the same empty field do not both fill it, one after the other or at once', async () => {
    const encounter = await clinic.arrive()
    ok(await clinic.nurse.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([measured(encounter, 118)]) }))
    expect(refusals(await asked(encounter, 'save', measured(encounter, 92)))).toContain('version-conflict')
    expect(refusals(await asked(encounter, 'preview', measured(encounter, 92), { resource: makeDiagnosis({ encounter }, ...clinic.codes.cold) }))).toContain('version-conflict')
    expect(await pulses(encounter)).toEqual([118])
    const other = await clinic.arrive()
    const answers = await Promise.all([80, 81, 82, 83].map((value) => clinic.nurse.post(`/api/visits/${other}/save`, { bundle: makeSheet([measured(other, value)]) })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412])
    expect(await pulses(other)).toHaveLength(1)
  })
  it('never sign what nobody was shown: what came between the pages and the PIN has to be looked at', async () => {
    const encounter = await clinic.arrive()
    const bundle = makeSheet([await visitEntry(encounter), { resource: makeDiagnosis({ encounter }, ...clinic.codes.cold) }])
    const { preview } = ok<{ preview: string }>(await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle }))
    ok(await clinic.nurse.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([measured(encounter, 140)]) }))
    expect(refusals(await clinic.doctor.post(`/api/visits/${encounter}/sign`, { preview, pin: TEST_PIN }))).toContain('version-conflict')
    expect((await clinic.sheet(encounter)).encounter.status).not.toBe('finished')
    const last = ok<{ preview: string }>(await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle })).preview
    const [only] = (await clinic.sheet(encounter)).current.filter(({ resourceType }) => resourceType === 'Observation')
    ok(await clinic.nurse.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ remove: `Observation/${only?.id}`, version: 1 }]) }))
    expect(refusals(await clinic.doctor.post(`/api/visits/${encounter}/sign`, { preview: last, pin: TEST_PIN }))).toContain('version-conflict')
    ok(await clinic.nurse.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([measured(encounter, 140)]) }))
    const [document] = await clinic.sign(encounter, bundle)
    const { rows } = await clinic.site.databases.asOwner(900, 'select bundle from document where tenant = 900 and encounter = $1', [encounter])
    expect([document?.form, rows.map((row) => String(row.bundle)).join('').includes('140')]).toEqual(['visit-summary', true])
    expect((await clinic.nurse.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([measured(encounter, 70)]) })).json<Failure>().code).toBe('visit-closed')
  })
})

describe('a visit is held to the profiles, also when its sender names none', () => {
  const wrong = (encounter: string): readonly [string, Resource, string][] => {
    const context = { encounter }
    const drug = makeDrug(context, ...clinic.codes.drug)
    const temperature = makeVital(context, 'temperature', 37.5)
    return [
      ['a drug without dose and quantity', without(drug, 'dosageInstruction', 'dispenseRequest'), 'dosageInstruction: Missing element'],
      ['a temperature in Kelvin', { ...temperature, valueQuantity: { ...temperature.valueQuantity, unit: 'K', code: 'K' } }, 'vn-unit'],
      ['an impossible temperature', { ...temperature, valueQuantity: { ...temperature.valueQuantity, value: 370 } }, 'vn-possible'],
      ['an impossible temperature behind another code', { ...makeVital(context, 'temperature', 370), code: { coding: [{ system: 'http://loinc.org', code: '0-0' }, { system: 'http://loinc.org', code: '8310-5' }] } }, 'vn-possible'],
      ['a diagnosis without a code', { ...makeDiagnosis(context, ...clinic.codes.cold), code: { text: 'Cảm' } }, 'code.coding: Missing element'],
      ['a note that nobody wrote', without(makeNote(context, 'history', 'Ho'), 'performer'), 'performer: Missing element'],
      ['a temperature that claims to be a note', { ...temperature, meta: { profile: [PROFILE.clinicalNote] } }, 'valueQuantity'],
    ]
  }
  for (const door of ['save', 'preview'] as const) {
    it(`${door} refuses each with its place`, async () => {
      const encounter = await clinic.arrive()
      const good = makeDiagnosis({ encounter }, ...clinic.codes.cold)
      for (const [why, resource, expected] of wrong(encounter)) {
        const sent = why.includes('claims') ? resource : without(resource, 'meta')
        const answer = await asked(encounter, door, ...(door === 'preview' ? [{ resource: good }] : []), { resource: sent })
        expect(refusals(answer), why).toContain('422 invalid-resource')
        expect(refusals(answer), why).toContain(expected)
      }
      expect((await clinic.sheet(encounter)).current).toEqual([])
    })
  }

  it('says in what it stores what it was held to', async () => {
    const encounter = await clinic.arrive()
    const pulse = makeVital({ encounter }, 'pulse', 80)
    ok(await asked(encounter, 'save', { resource: without(pulse, 'meta') }))
    expect((await clinic.sheet(encounter)).current[0]?.meta?.profile).toEqual([PROFILE.vitalSign])
  })

  it('does not sign what came by another door and does not conform', async () => {
    const encounter = await clinic.arrive()
    const bare = without(makeDrug({ encounter }, ...clinic.codes.drug), 'meta', 'dispenseRequest')
    expect((await system.put(`/fhir/R4/MedicationRequest/${bare.id}`, bare)).status).toBe(201)
    const answer = await asked(encounter, 'preview', { resource: makeDiagnosis({ encounter }, ...clinic.codes.cold) })
    expect(refusals(answer)).toContain('422 invalid-resource dispenseRequest: Missing element')
  })

  it('registration refuses a patient who names no profile and has no name', async () => {
    const register = (patient: object) => clinic.reception.post('/api/registrations', { patient, department: CLINIC, requestId: randomUUID() })
    const person = { resourceType: 'Patient', name: [{ use: 'official', text: 'Lê Thị Mẫu' }], gender: 'female', birthDate: '1990-01-01' }
    const refused = await register(without(person as unknown as Resource, 'name'))
    expect(refusals(refused)).toContain('422 invalid-resource')
    const { patient } = ok<{ patient: string }>(await register(person))
    expect((await system.get(`/fhir/R4/Patient/${patient}`)).json<{ meta: { profile: string[] } }>().meta.profile).toEqual([PROFILE.patient])
  })
})

describe('the coding rules of ICD-10', () => {
  const named = async (encounter: string, code: string): Promise<Resource> => {
    const found = await clinic.site.parts.desks.terminology.lookup(CODE_SYSTEM.icd10, code, '2026-11-22')
    return makeDiagnosis({ encounter }, code, found?.display ?? '', found?.version ?? '')
  }
  const reviewed = async (codes: readonly string[], result?: string): Promise<TestAnswer> => {
    const encounter = await clinic.arrive()
    const rows = await Promise.all(codes.map((code) => named(encounter, code)))
    const visit = await visitEntry(encounter)
    const diagnoses = rows.map(({ id }, at) => ({ condition: { reference: `Condition/${String(id)}` }, use: { coding: [{ system: CODE_SYSTEM.diagnosisRole, code: at === 0 ? 'DD' : 'CM' }] }, rank: at + 1 }))
    const extension = result === undefined ? [] : [{ url: EXTENSION.treatmentResult, valueCoding: { system: CODE_SYSTEM.treatmentResult, code: result } }]
    return clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle: makeSheet([{ ...visit, resource: { ...visit.resource!, diagnosis: diagnoses, extension } }, ...rows.map((resource) => ({ resource }))]) })
  }
  const warnings = (answer: TestAnswer): string => ok<{ warnings: { message: string }[] }>(answer).warnings.map(({ message }) => message).join(' | ')

  it('keep what is forbidden from being signed, wherever it stands', async () => {
    for (const codes of [['I84'], ['J00', 'I84']]) expect(refusals(await reviewed(codes))).toBe('422 diagnosis-not-allowed code: Mã này không được dùng theo quy tắc mã hóa. Hãy chọn mã khác. (icd-forbidden)')
  })
  it('let a manifestation accompany its disease, and never be the main diagnosis', async () => {
    ok(await reviewed(['E11', 'G63']))
    for (const codes of [['G63'], ['G63', 'E11']]) expect(refusals(await reviewed(codes))).toContain('(icd-not-main)')
  })
  it('keep a cause of death for the dead', async () => {
    expect(refusals(await reviewed(['R96']))).toContain('(icd-death-only)')
    expect(refusals(await reviewed(['R96'], '2'))).toContain('(icd-death-only)')
    ok(await reviewed(['R96'], '5'))
  })
  it('only warn of what is discouraged and of the other sex', async () => {
    expect(warnings(await reviewed(['R69', 'C53']))).toMatch(/\(icd-discouraged\).*\(icd-sex\)/)
    expect(warnings(await reviewed(['J00', 'C61']))).not.toContain('icd-')
  })
  it('hold twelve accompanying diagnoses, not thirteen', async () => {
    const many = ['J00', 'J01', 'J02', 'J03', 'J04', 'J06', 'J10', 'J11', 'J12', 'J15', 'J18', 'J20', 'J21']
    ok(await reviewed(many))
    expect(refusals(await reviewed([...many, 'J30']))).toContain('(icd-too-many)')
  })
  it('let an addendum add to a visit whose own diagnoses are not judged again, and judge what it brings', async () => {
    const encounter = await clinic.arrive()
    await clinic.sign(encounter, makeSheet([await visitEntry(encounter), { resource: await named(encounter, 'J00') }]))
    const added = async (code: string) => clinic.doctor.post(`/api/visits/${encounter}/preview`, {
      bundle: makeSheet([{ resource: await named(encounter, code) }]), correction: { kind: 'appends', reason: 'Bổ sung chẩn đoán' },
    })
    expect(refusals(await added('I84'))).toContain('(icd-forbidden)')
    ok(await added('G63'))
  })
})

describe('a list that is renewed', () => {
  const RENEWED = '2026-11-25'
  const BEFORE = '2026-11-24T23:50:00+07:00'
  const AFTER = '2026-11-25T00:20:00+07:00'
  let old: readonly [string, string, string]
  let next: readonly [string, string, string]
  const patient = { ...PATIENT, resourceType: 'Patient', name: [{ use: 'official', text: 'Nguyễn Văn Mẫu' }], extension: [] as unknown[] }
  const running = { resourceType: 'Condition', id: 'benh-man-tinh', subject: { reference: `Patient/${PATIENT.id}` }, code: {} as object }

  const renew = async (list: string, rows: readonly string[]): Promise<void> => {
    const admin = await clinic.site.person({ grants: [{ role: 'administrator', department: null }] })
    const mapping = { list, version: 'moi-2026', validFrom: RENEWED, source: 'thử', licence: 'thử', starter: false, complete: false, columns: { code: 'code', display: 'display', properties: { forbidden: 'Cột 26' } } }
    const answer = ok<{ applied: boolean }>(await admin.post('/api/admin/code-lists/import?apply=true', { name: 'moi.csv', base64: Buffer.from(['code,display,Cột 26', ...rows].join('\n')).toString('base64'), mapping }))
    expect(answer.applied).toBe(true)
  }
  const arriveAt = async (start: string): Promise<string> => {
    const encounter = await clinic.arrive()
    await clinic.site.parts.store.transact(clinic.site.internal, (tx) => tx.write([{
      op: 'update', key: { type: 'Encounter', id: encounter },
      resource: objectFromPlain(makeEncounter(encounter, CLINIC, { period: { start } })),
    }]))
    return encounter
  }
  const diagnosis = (encounter: string, code: readonly [string, string, string], at = AFTER) => makeDiagnosis({ encounter, at }, ...code)

  beforeAll(async () => {
    old = clinic.codes.cold
    next = [old[0], old[1], 'moi-2026']
    const [kinh] = await clinic.site.parts.desks.terminology.find('ethnic-groups', 'kinh', '2026-11-22', 1)
    patient.extension = [{ url: EXTENSION.ethnicity, valueCoding: { system: CODE_SYSTEM.ethnicGroups, version: kinh?.version, code: kinh?.code, display: kinh?.display } }]
    running.code = { coding: [{ system: CODE_SYSTEM.icd10, version: old[2], code: old[0] }] }
    await clinic.site.parts.store.transact(clinic.site.internal, (tx) => tx.write([patient, running].map((resource) => ({ op: 'update', key: { type: resource.resourceType, id: resource.id }, resource: objectFromPlain(resource) }))))
    await renew('icd10', [`${old[0]},${old[1]}`, 'I10,Tăng huyết áp,x'])
    await renew('ethnic-groups', [`${kinh?.code},${kinh?.display}`])
  })

  it('does not touch a visit of before: its codes are those of its day, whenever they are typed, also after midnight', async () => {
    for (const start of ['2026-11-22T08:00:00+07:00', BEFORE]) {
      const encounter = await arriveAt(start)
      expect((await clinic.site.parts.desks.terminology.find('icd10', old[0], start.slice(0, 10), 1))[0]?.version).toBe(old[2])
      expect(refusals(await asked(encounter, 'preview', { resource: diagnosis(encounter, next) }))).toContain('422 code-invalid')
      ok(await asked(encounter, 'preview', { resource: diagnosis(encounter, old) }))
      ok(await asked(encounter, 'save', { resource: diagnosis(encounter, old) }))
    }
  })

  it('forbids a code from its day on, and not on a visit of before', async () => {
    const pressure = (await clinic.site.parts.desks.terminology.lookup(CODE_SYSTEM.icd10, 'I10', '2026-11-22'))!
    const [early, late] = [await arriveAt(BEFORE), await arriveAt(AFTER)]
    ok(await asked(early, 'preview', { resource: diagnosis(early, ['I10', pressure.display, pressure.version]) }))
    expect(refusals(await asked(late, 'preview', { resource: diagnosis(late, ['I10', 'Tăng huyết áp', 'moi-2026']) }))).toContain('422 diagnosis-not-allowed code: Mã này không được dùng')
  })

  it('is judged by the visit at the FHIR API too, whether it is stored or in the same bundle', async () => {
    const [early, late] = [await arriveAt(BEFORE), await arriveAt(AFTER)]
    const put = async (resource: Resource) => (await system.put(`/fhir/R4/Condition/${resource.id}`, resource)).status
    expect(await put(diagnosis(early, old))).toBe(201)
    expect(await put(diagnosis(early, next))).toBe(422)
    expect(await put(diagnosis(late, next, BEFORE))).toBe(201)
    expect(await put(diagnosis(late, old, BEFORE))).toBe(422)
    const together = async (code: readonly [string, string, string]) => {
      const [visit, urn] = [makeEncounter('x', CLINIC, { period: { start: BEFORE } }), `urn:uuid:${randomUUID()}`]
      const condition = { ...without(diagnosis('x', code), 'id'), encounter: { reference: urn } }
      const entry = [{ fullUrl: urn, resource: without(visit, 'id'), request: { method: 'POST', url: 'Encounter' } }, { resource: condition, request: { method: 'POST', url: 'Condition' } }]
      return (await system.post('/fhir/R4', { resourceType: 'Bundle', type: 'transaction', entry })).status
    }
    expect(await together(old)).toBe(200)
    expect(await together(next)).toBe(422)
  })

  it('does not close what was stored with its codes: only a code that is new must be in force', async () => {
    const changed = await system.put(`/fhir/R4/Patient/${patient.id}`, { ...patient, telecom: [{ system: 'phone', value: '0900000001' }] })
    expect(changed.status, changed.text).toBe(200)
    expect((await system.put(`/fhir/R4/Condition/${running.id}`, { ...running, note: [{ text: 'Ổn định' }] })).status).toBe(200)
    const fever = { coding: [{ system: CODE_SYSTEM.icd10, version: clinic.codes.fever[2], code: clinic.codes.fever[0] }] }
    expect((await system.put(`/fhir/R4/Condition/${running.id}`, { ...running, code: fever })).status).toBe(422)
    expect((await system.put('/fhir/R4/Condition/benh-khac', { ...running, id: 'benh-khac' })).status).toBe(422)
  })
})
