/** The visit sheet of a patient with 500 visits asks bounded questions: it opens about as fast as the sheet of a patient with none. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { objectFromPlain } from '#api/model/json.ts'
import { keyOf } from '#api/visit/settle-changes.ts'
import { CLINIC, testClinic, type Clinic } from '#test/support/clinic.ts'
import { makeDiagnosis, makeDrug, makeEncounter, makeVital, PATIENT } from '#test/support/visit.ts'

const VISITS = 500
const OLD = 'benh-nhan-lau-nam'
let clinic: Clinic
beforeAll(async () => {
  clinic = await testClinic()
  const { store } = clinic.site.parts
  const create = (resources: readonly object[]) => store.transact(clinic.site.internal, (tx) => tx.write(resources.map((given) => {
    const resource = objectFromPlain(given)
    return { op: 'create' as const, key: keyOf(resource), resource }
  })))
  await create([{ ...PATIENT, id: OLD, identifier: [] }])
  for (let from = 0; from < VISITS; from += 50) {
    await create(Array.from({ length: 50 }, (_, n) => {
      const at = new Date(Date.UTC(2016, 0, 1) + (from + n) * 7 * 86_400_000).toISOString()
      const context = { encounter: `lau-${from + n}`, patient: OLD, at }
      const diagnosis = makeDiagnosis(context, ...clinic.codes.cold)
      return [
        makeEncounter(context.encounter, CLINIC, { status: 'finished', subject: { reference: `Patient/${OLD}` }, period: { start: at, end: at }, identifier: [], diagnosis: [{ condition: { reference: `Condition/${diagnosis.id}` }, rank: 1 }] }),
        diagnosis, makeVital(context, 'weight', 60), makeVital(context, 'pulse', 72), makeVital(context, 'temperature', 37), makeDrug(context, ...clinic.codes.drug),
      ]
    }).flat())
  }
  await clinic.site.databases.asOwner(900, 'analyze')
}, 600_000)
afterAll(() => clinic.close())

const measure = async (encounter: string): Promise<number[]> => {
  const times: number[] = []
  for (let round = 0; round < 40; round++) {
    const start = performance.now()
    expect((await clinic.doctor.get(`/api/visits/${encounter}`)).status).toBe(200)
    times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)
}

describe('the sheet of a long chart', () => {
  it('shows the last twenty visits with their diagnoses, problems once, and last values', async () => {
    const sheet = await clinic.sheet(await clinic.arrive({ patient: OLD }))
    expect(sheet.previousVisits).toHaveLength(20)
    expect(sheet.previousVisits[0]).toMatchObject({ encounter: `lau-${VISITS - 1}`, diagnoses: clinic.codes.cold[1] })
    expect(sheet.problems).toHaveLength(1)
    expect(sheet.observations.map(({ code }) => code.coding?.[0]?.code).sort()).toEqual(['29463-7', '8310-5', '8867-4'])
    expect(sheet.activeMedications).toEqual([])
  })

  it('opens about as fast as an empty one', async () => {
    const [short, long] = [await clinic.arrive(), await clinic.arrive({ patient: OLD })]
    await measure(short)
    const [few, many] = [await measure(short), await measure(long)]
    const [low = 0, high = 0] = [few[20], many[20]]
    process.stdout.write(`sheet p50 ${low.toFixed(0)} ms, of 500 visits p50 ${high.toFixed(0)} ms p95 ${(many[37] ?? 0).toFixed(0)} ms\n`)
    expect(high).toBeLessThan(low * 6 + 40)
  })
})
