/** $stats: statistics of measurements. http://hl7.org/fhir/R4/observation-operation-stats.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Component { code: { coding: { code: string; system: string }[] }; valueQuantity?: { value: number; unit: string; code: string }; valueInteger?: number; dataAbsentReason?: object }
interface Answer { parameter: { name: string; resource: { resourceType: string; id?: string; code: { coding: { code: string }[] }; component: Component[] } }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const L = 'http://loinc.org'
const UCUM = 'http://unitsofmeasure.org'
const glucose = (id: string, day: string, value: number, unit: string, more: object = {}): object => ({
  resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: L, code: '2345-7' }] }, subject: { reference: 'Patient/an' }, effectiveDateTime: `2026-03-${day}`,
  valueQuantity: { value, unit, system: UCUM, code: unit }, ...more,
})

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  const entry = [
    { resourceType: 'Patient', id: 'an' }, { resourceType: 'Patient', id: 'binh' },
    glucose('g1', '01', 1, 'g/L'), glucose('g2', '02', 200, 'mg/dL'), glucose('g3', '03', 0.3, 'g/dL'), glucose('g4', '04', 400, 'mg/dL'), glucose('g5', '05', 500, 'mg/dL'),
    glucose('count', '06', 7, 'mmol/L'), glucose('wrong', '07', 9000, 'mg/dL', { status: 'entered-in-error' }),
    glucose('more', '08', 600, 'mg/dL', { valueQuantity: { value: 600, comparator: '>', unit: 'mg/dL', system: UCUM, code: 'mg/dL' } }),
    glucose('other', '04', 9000, 'mg/dL', { subject: { reference: 'Patient/binh' } }),
    glucose('t1', '01', 37, 'Cel', { code: { coding: [{ system: L, code: '8310-5' }] } }), glucose('t2', '02', 310.15, 'K', { code: { coding: [{ system: L, code: '8310-5' }] }, effectiveDateTime: '2026-02-01' }),
  ].map((resource) => ({ resource, request: { method: 'PUT', url: `${(resource as { resourceType: string }).resourceType}/${(resource as { id: string }).id}` } }))
  const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry })
  expect(answer.status, answer.text).toBe(200)
})
afterAll(() => site.close())

const results = (answer: TestAnswer, at = 0): Record<string, unknown> => {
  expect(answer.status, answer.text).toBe(200)
  const { resource } = answer.json<Answer>().parameter[at] ?? {}
  return Object.fromEntries((resource?.component ?? []).map(({ code, valueQuantity, valueInteger, dataAbsentReason }): [string, unknown] =>
    [code.coding[0]?.code ?? '', valueInteger ?? (valueQuantity === undefined ? dataAbsentReason !== undefined && 'none' : `${valueQuantity.value} ${valueQuantity.code}`)]))
}
const ask = (query: string, caller = client): Promise<TestAnswer> => caller.get(`${BASE}/Observation/$stats?${query}`)
const GLUCOSE = `subject=Patient/an&system=${L}&code=2345-7`
const PERIOD = (from: string, to: string): object => ({ name: 'period', valuePeriod: { start: from, end: to } })
const send = (...parameter: object[]): Promise<TestAnswer> => client.post(`${BASE}/Observation/$stats`, {
  resourceType: 'Parameters', parameter: [{ name: 'subject', valueUri: 'Patient/an' }, { name: 'coding', valueCoding: { system: L, code: '2345-7' } }, { name: 'statistic', valueCode: 'count' }, { name: 'statistic', valueCode: 'total-count' }, ...parameter],
})

describe('statistics of measurements', () => {
  it('are in the unit of the newest value, the others converted, what was entered in error left out', async () => {
    // without the one in mol, which is newest: all of one kind
    const answer = await send(PERIOD('2026-03-01', '2026-03-05'), ...['average', 'maximum', 'minimum', 'median', 'sum', 'std-dev', 'variance', '20-percent', '80-percent', '4-lower', '4-upper', '4-dev', '5-2', 'skew', 'kurtosis'].map((valueCode) => ({ name: 'statistic', valueCode })))
    expect(results(answer)).toEqual({
      count: 5, 'total-count': 5, average: '300 mg/dL', maximum: '500 mg/dL', minimum: '100 mg/dL', median: '300 mg/dL', sum: '1500 mg/dL', 'std-dev': '158.113883008 mg/dL', variance: '25000 (mg/dL)2',
      '20-percent': '180 mg/dL', '80-percent': '420 mg/dL', '4-lower': '200 mg/dL', '4-upper': '400 mg/dL', '4-dev': '100 mg/dL', '5-2': '260 mg/dL', skew: '0 1', kurtosis: '-1.3 1',
    })
  })
  it('count apart what has no value or one of another kind', async () => {
    expect(results(await ask(`${GLUCOSE}&statistic=count,total-count,maximum`))).toEqual({ count: 1, 'total-count': 7, maximum: '7 mmol/L' })
    expect(results(await ask(`subject=Patient/an&system=${L}&code=8310-5&statistic=count&statistic=average`))).toEqual({ count: 2, average: '37 Cel' })
  })
  it('say that there is none of too few values', async () => {
    expect(results(await send(PERIOD('2026-03-04', '2026-03-04'), { name: 'statistic', valueCode: 'std-dev' }, { name: 'statistic', valueCode: 'median' }))).toEqual({ count: 1, 'total-count': 1, 'std-dev': 'none', median: '400 mg/dL' })
    expect(results(await ask(`subject=Patient/nobody&system=${L}&code=2345-7&statistic=average,count`))).toEqual({ average: 'none', count: 0 })
  })
  it('have a line through them over time: what it rises in a day, and where it began', async () => {
    const components = (await send(PERIOD('2026-03-01', '2026-03-05'), { name: 'statistic', valueCode: 'regression' })).json<Answer>().parameter[0]?.resource.component ?? []
    expect(components.map(({ code, valueQuantity }) => [code.coding[0]?.code, valueQuantity?.value, valueQuantity?.code])).toEqual([['count', undefined, undefined], ['total-count', undefined, undefined], ['regression', 100, '(mg/dL)/d'], ['regression', 100, 'mg/dL']])
    expect(components[3]?.code).toMatchObject({ text: 'value at 2026-03-01T00:00:00.000Z' })
    expect((await ask(`subject=Patient/nobody&system=${L}&code=2345-7&statistic=regression`)).json<Answer>().parameter[0]?.resource.component[0]).toMatchObject({ dataAbsentReason: {} })
  })
  it('come one for each code, with their sources when that is wanted', async () => {
    const answer = await ask(`subject=Patient/an&system=${L}&code=2345-7&code=8310-5&statistic=count&include=true&limit=3`)
    const { parameter } = answer.json<Answer>()
    expect(parameter.map(({ name, resource }) => [name, resource.resourceType])).toEqual([['statistics', 'Observation'], ['statistics', 'Observation'], ...Array.from({ length: 3 }, () => ['source', 'Observation'])])
    expect([results(answer), results(answer, 1)]).toEqual([{ count: 1 }, { count: 2 }])
    expect(parameter.filter(({ name }) => name === 'source').map(({ resource }) => resource.id)).toEqual(['more', 'count', 'g5'])
  })
  it('are of the hours before now where a duration is given', async () => {
    expect(results(await ask(`${GLUCOSE}&statistic=total-count&duration=0.5`))).toEqual({ 'total-count': 0 })
    expect(results(await ask(`${GLUCOSE}&statistic=total-count&duration=1000000`))).toEqual({ 'total-count': 7 })
  })
  it('refuse what they do not know', async () => {
    for (const query of ['', GLUCOSE, `${GLUCOSE}&statistic=x`, `subject=x&system=${L}&code=x&statistic=count`, 'subject=Patient/an&code=x&statistic=count', 'subject=Patient/an&statistic=count', `${GLUCOSE}&statistic=count&duration=-1`, `${GLUCOSE}&statistic=count&duration=1e9`]) {
      expect([query, (await ask(query)).status]).toEqual([query, 400])
    }
    expect((await send(PERIOD('x', '2026'))).status).toBe(400)
    expect((await send(PERIOD('2026', '2026'), { name: 'duration', valueDecimal: 1 })).status).toBe(400)
  })
  it('are of what a search shows a person, on record with the patient', async () => {
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa' }] })
    expect(results(await ask(`${GLUCOSE}&statistic=total-count`, doctor))).toEqual({ 'total-count': 0 })
    await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: 'an', department: 'khoa', account: null, kind: 'encounter', until: new Date(Date.now() + 3_600_000).toISOString() }))
    expect(results(await ask(`${GLUCOSE}&statistic=total-count`, doctor))).toEqual({ 'total-count': 7 })
    const [row] = await site.parts.audit.find({ account: doctor.account, count: 1 })
    expect(row).toMatchObject({ patient: 'an', interaction: 'search-type', type: 'Observation', detail: '$stats (7)' })
    expect((await ask(`${GLUCOSE}&statistic=count`, await site.system(['system/Patient.rs']))).status).toBe(403)
  })
})
