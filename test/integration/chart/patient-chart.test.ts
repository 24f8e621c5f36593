/** A record as people read it beside their work, on a real database: who may, what stands in it, that digits stay, and what is on record of the reading. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChartHits, ChartSeries, ChartSeriesList, PatientChart, Timeline } from '#api/model/chart.ts'
import { JsonNumber, objectFromPlain } from '#api/model/json.ts'
import { CODE_SYSTEM, LOINC, PROFILE } from '#api/model/systems.ts'
import { keyOf } from '#api/visit/settle-changes.ts'
import { CLINIC, ok, testClinic, type Clinic } from '#test/support/clinic.ts'
import { makeAllergy, makeDiagnosis, makeDrug, makeEncounter, makeNote, makeVital, PATIENT } from '#test/support/visit.ts'

/** More than a page of the timeline. */
const VISITS = 60
const OTHER = 'benh-nhan-khac'
let clinic: Clinic

const atOf = (n: number): string => new Date(Date.UTC(2024, 0, 1) + n * 7 * 86_400_000).toISOString()
const subject = { reference: `Patient/${PATIENT.id}` }
const quantity = (value: string, unit: string, shown: string) => ({ value: new JsonNumber(value), unit: shown, system: CODE_SYSTEM.ucum, code: unit })
const loinc = (code: string, text: string) => ({ coding: [{ system: CODE_SYSTEM.loinc, code, display: text }], text })

/** Two results of a laboratory, the newer one high; the older one as text of the machine: 5.10. */
const glucose = (id: string, at: string, value: string, flag?: string) => ({
  resourceType: 'Observation', id, status: 'final', category: [{ coding: [{ system: CODE_SYSTEM.observationCategory, code: 'laboratory' }] }], code: loinc('15074-8', 'Glucose máu'), subject, effectiveDateTime: at,
  valueQuantity: quantity(value, 'mmol/L', 'mmol/L'), referenceRange: [{ low: { value: new JsonNumber('3.90') }, high: { value: new JsonNumber('6.40') } }],
  ...(flag && { interpretation: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: flag }] }] }),
})
const pressure = (encounter: string, at: string) => ({
  resourceType: 'Observation', id: `ha-${encounter}`, meta: { profile: [PROFILE.bloodPressure] }, status: 'final', category: [{ coding: [{ system: CODE_SYSTEM.observationCategory, code: 'vital-signs' }] }],
  code: loinc(LOINC.bloodPressure.code, LOINC.bloodPressure.vi), subject, encounter: { reference: `Encounter/${encounter}` }, effectiveDateTime: at, performer: [{ reference: 'Practitioner/bs-mau' }],
  component: [{ code: loinc(LOINC.systolic.code, LOINC.systolic.vi), valueQuantity: quantity('150', 'mm[Hg]', 'mmHg') }, { code: loinc(LOINC.diastolic.code, LOINC.diastolic.vi), valueQuantity: quantity('95', 'mm[Hg]', 'mmHg') }],
})

beforeAll(async () => {
  clinic = await testClinic()
  const { store } = clinic.site.parts
  const create = (resources: readonly object[]) => store.transact(clinic.site.internal, (tx) => tx.write(resources.map((given) => {
    const resource = objectFromPlain(given)
    return { op: 'create' as const, key: keyOf(resource), resource }
  })))
  await create([{ ...PATIENT, id: OTHER, identifier: [] }])
  await clinic.arrive()
  const visits = Array.from({ length: VISITS }, (_, n) => {
    const at = atOf(n)
    const context = { encounter: `kham-${n}`, at }
    const diagnosis = makeDiagnosis(context, ...(n % 2 === 0 ? clinic.codes.cold : clinic.codes.fever))
    return [
      makeEncounter(context.encounter, CLINIC, { status: 'finished', period: { start: at, end: at }, identifier: [], diagnosis: [{ condition: { reference: `Condition/${diagnosis.id}` }, rank: 1 }] }),
      diagnosis, makeDrug(context, ...clinic.codes.drug), makeNote(context, 'examination', n === 7 ? 'Phổi thông khí giảm đáy phải, có ran nổ.' : 'Họng đỏ.'), makeVital(context, 'weight', 60),
    ]
  })
  await create(visits.flat())
  const last = { encounter: `kham-${VISITS - 1}`, at: atOf(VISITS - 1) }
  const wrong = { ...makeDiagnosis(last, ...clinic.codes.fever), id: 'nham', code: { text: 'Ghi nhầm' }, clinicalStatus: undefined, verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'entered-in-error' }] } }
  const fasting = loinc('1558-6', 'Glucose đói')
  const report = (id: string, at: string, more: object) => ({ resourceType: 'DiagnosticReport', id, status: 'final', subject, issued: at, category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB' }] }], code: { text: 'Đường huyết' }, ...more })
  const visit = { encounter: { reference: `Encounter/${last.encounter}` } }
  await create([
    { ...glucose('duong-3', atOf(3), '9.20', 'H'), code: fasting }, { ...glucose('duong-4', atOf(3), '5.10'), code: fasting },
    { ...glucose('duong-sai', atOf(3), '99.0', 'HH'), code: fasting, status: 'entered-in-error' }, { ...glucose('duong-nguy', atOf(0), '28.0', 'AA'), code: fasting },
    report('bao-cao-chung', atOf(3), { ...visit, result: [{ reference: 'Observation/duong-3' }, { reference: 'Observation/duong-4' }, { reference: 'Observation/duong-sai' }] }),
    report('bao-cao-dau', atOf(0), { encounter: { reference: 'Encounter/kham-0' }, result: [{ reference: 'Observation/duong-nguy' }] }),
    report('bao-cao-thuong', atOf(0), { encounter: { reference: 'Encounter/kham-0' }, category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'EC' }] }], result: [{ reference: 'Observation/duong-4' }] }),
    report('bao-cao-cho', atOf(3), { ...visit, status: 'preliminary', result: [{ reference: 'Observation/duong-3' }] }),
    report('bao-cao-le', atOf(4), { category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'RAD' }] }], code: { text: 'X-quang ngực' }, conclusion: 'Nốt mờ đáy phải' }),
    report('bao-cao-thieu', atOf(5), { result: [{ reference: 'Observation/nhip-tim' }] }),
  ])
  const potassium = (id: string, status: string, value: string) => ({ ...glucose(id, atOf(6), value, 'HH'), status, code: loinc('2823-3', 'Kali (K)'), interpretation: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: 'HH' }], text: 'Cao, nguy hiểm' }] })
  await create([
    { ...glucose('duong-cho', atOf(9), '77.7', 'HH'), status: 'preliminary' }, { ...makeVital(last, 'pulse', 91), id: 'mach-may', status: 'preliminary' },
    potassium('kali-tra', 'final', '6.80'), potassium('kali-cho', 'preliminary', '9.90'),
    report('bao-cao-kali', atOf(6), { code: { text: 'Điện giải đồ' }, result: [{ reference: 'Observation/kali-tra' }] }),
    report('bao-cao-nhap', atOf(6), { status: 'preliminary', code: { text: 'Điện giải đồ nháp' }, conclusion: 'Chưa ai duyệt' }),
  ])
  await create([glucose('duong-1', atOf(1), '5.10'), glucose('duong-2', atOf(2), '9.20', 'H'), pressure(last.encounter, last.at), makeAllergy(last, 'Penicillin'), wrong])
}, 300_000)
afterAll(() => clinic.close())

const at = (path: string): string => `/api/patients/${PATIENT.id}/${path}`
const chart = async (): Promise<PatientChart> => ok<PatientChart>(await clinic.doctor.get(at('chart')))

describe('the record of a patient', () => {
  it('opens for those who take part in the care, and asks others why or refuses them', async () => {
    for (const path of ['chart', 'timeline', 'series', `series/values?code=${encodeURIComponent('http://loinc.org|15074-8')}`, 'chart-search?q=ho']) {
      for (const caller of [clinic.doctor, clinic.nurse]) expect((await caller.get(at(path))).status).toBe(200)
      expect((await clinic.stranger.get(at(path))).json()).toMatchObject({ code: 'break-glass-needed' })
      expect((await clinic.reception.get(at(path))).status).toBe(403)
    }
  })

  it('is on record before it is read, with the patient and without what was looked for', async () => {
    await clinic.doctor.get(at('chart-search?q=bi%20mat'))
    const { rows } = await clinic.site.databases.asOwner(900, `select interaction, detail from audit_log where tenant = 900 and patient = '${PATIENT.id}' and interaction like 'chart%'`)
    expect(new Set(rows.map((row: { interaction: string }) => row.interaction))).toEqual(new Set(['chart', 'chart-timeline', 'chart-results', 'chart-search']))
    expect(JSON.stringify(rows)).not.toContain('mat')
  })

  it('shows allergies, each problem once, and the medicine as it was ordered last', async () => {
    const { patient, allergies, problems, medicines, cut } = await chart()
    expect(patient.id).toBe(PATIENT.id)
    expect(allergies.map(({ code }) => code?.text)).toEqual(['Penicillin'])
    expect(problems).toEqual([
      { code: clinic.codes.fever[0], name: clinic.codes.fever[1], first: '2024-01-08', last: '2025-02-17', times: VISITS / 2, encounter: `kham-${VISITS - 1}` },
      { code: clinic.codes.cold[0], name: clinic.codes.cold[1], first: '2024-01-01', last: '2025-02-10', times: VISITS / 2, encounter: `kham-${VISITS - 2}` },
    ])
    expect(medicines).toMatchObject([{ name: clinic.codes.drug[1], from: '2025-02-17', until: '2025-02-24', running: false, times: VISITS }])
    expect(cut).toEqual([])
  })

  it('has every visit once, page by page, newest first', async () => {
    const first = await chart()
    const second = ok<Timeline>(await clinic.doctor.get(at(`timeline?cursor=${encodeURIComponent(first.next ?? '')}`)))
    const all = [...first.visits, ...second.visits]
    expect(second.next).toBeUndefined()
    expect(new Set(all.map(({ encounter }) => encounter)).size).toBe(VISITS + 1)
    expect(all.map((visit) => Date.parse(visit.at))).toEqual(all.map((visit) => Date.parse(visit.at)).toSorted((a, b) => b - a))
    expect(all.find(({ encounter }) => encounter === 'kham-0')).toMatchObject({ department: 'Khoa Khám bệnh', reason: 'Ho, sốt 3 ngày', finished: true, diagnoses: [clinic.codes.cold[1]], drugs: [clinic.codes.drug[1]], orders: [], documents: [] })
  })

  it('has every released result at its own time, with what is flagged, and nothing that nobody has released', async () => {
    const first = ok<Timeline>(await clinic.doctor.get(at('timeline')))
    expect(first.results?.toSorted((a, b) => a.at.localeCompare(b.at))).toEqual([
      { report: 'bao-cao-chung', at: atOf(3), kind: 'laboratory', test: 'Đường huyết', unusual: [{ name: 'Glucose đói', text: '9.20', unit: 'mmol/L', flag: 'H' }], conclusion: '', encounter: `kham-${VISITS - 1}` },
      { report: 'bao-cao-le', at: atOf(4), kind: 'imaging', test: 'X-quang ngực', unusual: [], conclusion: 'Nốt mờ đáy phải' },
      { report: 'bao-cao-thieu', at: atOf(5), kind: 'laboratory', test: 'Đường huyết', unusual: [], unread: true, conclusion: '' },
      { report: 'bao-cao-kali', at: atOf(6), kind: 'laboratory', test: 'Điện giải đồ', unusual: [{ name: 'Kali (K)', text: '6.80', unit: 'mmol/L', flag: 'HH' }], conclusion: '' },
    ])
    const second = ok<Timeline>(await clinic.doctor.get(at(`timeline?cursor=${encodeURIComponent(first.next ?? '')}`)))
    expect(second.results?.map(({ report, kind, unusual, unflagged }) => [report, kind, unusual.map(({ text, flag }) => `${text} ${flag}`).join(), unflagged])).toEqual(expect.arrayContaining([['bao-cao-dau', 'laboratory', '28.0 AA', undefined], ['bao-cao-thuong', 'other', '', true]]))
    expect([second.results?.length, second.cutResults, (await chart()).results]).toEqual([2, false, undefined])
  })

  it('gathers what was measured with its digits, its bounds and the components of a panel', async () => {
    const { series } = ok<ChartSeriesList>(await clinic.doctor.get(at('series')))
    const named = (code: string): ChartSeries | undefined => series.find((each) => each.code === `http://loinc.org|${code}`)
    expect(named('15074-8')).toEqual({
      code: 'http://loinc.org|15074-8', name: 'Glucose máu', group: 'laboratory', unit: 'mmol/L', low: '3.90', high: '6.40', points: [{ at: atOf(2), value: '9.20', flag: 'H' }, { at: atOf(1), value: '5.10' }],
    })
    expect(named(LOINC.systolic.code)?.points).toEqual([{ at: atOf(VISITS - 1), value: '150', encounter: `kham-${VISITS - 1}` }])
    expect(named(LOINC.weight.code)?.points).toHaveLength(12)
    const whole = ok<ChartSeries>(await clinic.doctor.get(at(`series/values?code=${encodeURIComponent(`http://loinc.org|${LOINC.weight.code}`)}`)))
    expect(whole.points).toHaveLength(VISITS)
    expect(ok<ChartSeries>(await clinic.doctor.get(at(`series/values?code=${encodeURIComponent(`http://loinc.org|${LOINC.diastolic.code}`)}`))).points).toMatchObject([{ value: '95' }])
  })

  it('shows no value that the laboratory has not released, and every vital sign', async () => {
    const { series } = ok<ChartSeriesList>(await clinic.doctor.get(at('series')))
    const values = async (code: string) => ok<ChartSeries>(await clinic.doctor.get(at(`series/values?code=${encodeURIComponent(`http://loinc.org|${code}`)}`))).points.map(({ value }) => value)
    expect(series.find(({ code }) => code.endsWith('|2823-3'))?.points.map(({ value }) => value)).toEqual(['6.80'])
    expect([await values('2823-3'), await values('15074-8'), await values(LOINC.pulse.code)]).toEqual([['6.80'], ['9.20', '5.10'], ['91']])
  })

  it('finds a value by the name of what was measured, and a report by its test, when they are released', async () => {
    const find = async (q: string) => ok<ChartHits>(await clinic.doctor.get(at(`chart-search?q=${encodeURIComponent(q)}`))).hits.map(({ kind, title, text }) => [kind, title, text])
    expect(await find('kali')).toEqual([['result', '', 'Kali (K) 6.80 mmol/L — Cao, nguy hiểm']])
    expect(await find('dien giai')).toEqual([['result', '', 'Điện giải đồ']])
    expect(await find('XQUANG đáy')).toEqual([])
    expect(await find('x-quang not mo')).toEqual([['result', 'X-quang ngực', 'Nốt mờ đáy phải']])
    expect(await find('chua ai duyet')).toEqual([])
  })

  it('finds words without accents in notes, diagnoses, medicines and allergies, and nothing that was taken back', async () => {
    const find = async (q: string): Promise<ChartHits> => ok<ChartHits>(await clinic.doctor.get(at(`chart-search?q=${encodeURIComponent(q)}`)))
    expect((await find('ran NO day phoi')).hits).toMatchObject([{ kind: 'note', encounter: 'kham-7', text: expect.stringContaining('ran nổ') }])
    expect((await find('penicilin')).hits).toEqual([])
    expect((await find('penicillin')).hits).toMatchObject([{ kind: 'allergy' }])
    expect((await find(clinic.codes.cold[0])).hits).toHaveLength(VISITS / 2)
    expect((await find('ghi nham')).hits).toEqual([])
    const many = await find('hong do')
    expect(many.hits.filter(({ kind }) => kind === 'note')).toHaveLength(VISITS - 1)
    expect(many.more).toBe(false)
    expect((await clinic.doctor.get(at('chart-search?q=a'))).status).toBe(400)
  })

  it('of somebody else is another record', async () => {
    await clinic.arrive({ patient: OTHER })
    const { visits, problems } = ok<PatientChart>(await clinic.doctor.get(`/api/patients/${OTHER}/chart`))
    expect(visits).toHaveLength(1)
    expect(problems).toEqual([])
  })
})
