/** The signing inbox: what waits for a doctor, and several visits signed by one PIN, on a real database with real keys. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { objectFromPlain } from '#api/model/json.ts'
import type { BatchResult, SigningInbox } from '#api/model/signing-inbox.ts'
import type { SigningPreview } from '#api/model/site.ts'
import { TEST_PIN } from '#test/support/app.ts'
import { CLINIC, ok, testClinic, type Clinic } from '#test/support/clinic.ts'
import { makeDiagnosis, makeEncounter, makeNote, makeSheet, makeVital } from '#test/support/visit.ts'

const NOTHING_MORE = { resourceType: 'Bundle', type: 'transaction', entry: [] }
let clinic: Clinic
beforeAll(async () => { clinic = await testClinic() })
afterAll(() => clinic.close())

const rows = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await clinic.site.databases.asOwner(900, text, values)).rows as Record<string, unknown>[]
const inbox = async (): Promise<SigningInbox['visits']> => ok<SigningInbox>(await clinic.doctor.get('/api/signing-inbox')).visits
const save = async (encounter: string, ...resources: Parameters<typeof makeSheet>[0]): Promise<void> => {
  await clinic.sheet(encounter)
  ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: makeSheet(resources) }))
}
const file = async (encounter: string): Promise<string> => {
  ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: await clinic.reference(encounter) }))
  return encounter
}
const review = async (encounter: string): Promise<{ encounter: string; preview: string }> =>
  ({ encounter, preview: ok<SigningPreview>(await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle: NOTHING_MORE })).preview })
const sign = (previews: readonly { encounter: string; preview: string }[], pin = TEST_PIN) => clinic.doctor.post('/api/signing-inbox/sign', { previews, pin })
const waits = async (encounter: string): Promise<boolean> => (await inbox()).some((row) => row.encounter === encounter)

describe('what waits', () => {
  it('is a visit that the doctor filed and nobody signed, with what it lacks', async () => {
    const [whole, empty, bare] = [await file(await clinic.arrive()), await clinic.arrive(), await clinic.arrive()]
    await clinic.sheet(empty)
    await save(bare, { resource: makeNote({ encounter: bare }, 'history', 'Ho khan') })
    const found = await inbox()
    expect(found.find(({ encounter }) => encounter === whole)).toMatchObject({ name: 'Nguyễn Văn Mẫu', number: 7, departmentName: 'Khoa Khám bệnh', gaps: [] })
    expect(found.find(({ encounter }) => encounter === bare)?.gaps).toEqual([{ message: expect.stringContaining('chẩn đoán') as string, expression: 'Bundle.entry' }])
    expect(found.some(({ encounter }) => encounter === empty)).toBe(false)
    expect(ok<{ count: number }>(await clinic.doctor.get('/api/signing-inbox/count')).count).toBe(found.length)
    expect(await rows(`select 1 from audit_log where tenant = 900 and interaction = 'signing-inbox' and outcome = 'success'`)).not.toHaveLength(0)
  })

  it('is not a visit where only a nurse wrote, nor anything of another department', async () => {
    const encounter = await clinic.arrive()
    await clinic.sheet(encounter)
    ok(await clinic.nurse.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ resource: makeVital({ encounter, by: 'dd-mau' }, 'pulse', 80) }]) }))
    expect(await waits(encounter)).toBe(false)
    expect(ok<SigningInbox>(await clinic.stranger.get('/api/signing-inbox')).visits).toEqual([])
    expect((await clinic.nurse.get('/api/signing-inbox')).status).toBe(403)
  })

  it('is also a draft, which says that it is not filed', async () => {
    const encounter = await clinic.arrive()
    await clinic.sheet(encounter)
    await clinic.doctor.put(`/api/drafts/visit-${encounter}`, { body: '{"x":1}', base: 0 })
    expect((await inbox()).find((row) => row.encounter === encounter)?.draft?.updatedAt).toMatch(/^\d{4}-/)
  })
})

describe('behind hundreds of older visits of others', () => {
  it('a visit still waits for the doctor who wrote it', async () => {
    const older = Array.from({ length: 301 }, (_, at) => makeEncounter(`cu-${at}`, CLINIC, { period: { start: '2026-11-01T08:00:00+07:00' }, identifier: [] }))
    await clinic.site.parts.store.transact(clinic.site.internal, (tx) => tx.write(older.map((resource) => ({ op: 'create', key: { type: 'Encounter', id: resource.id }, resource: objectFromPlain(resource) }))))
    const encounter = await file(await clinic.arrive())
    const { visits, more } = ok<SigningInbox>(await clinic.doctor.get('/api/signing-inbox'))
    expect([visits.some((row) => row.encounter === encounter), more]).toEqual([true, false])
    // the menu looks at the newest only, and says that there are others
    expect(ok<unknown>(await clinic.doctor.get('/api/signing-inbox/count'))).toEqual({ count: visits.length, more: true })
  })
})

describe('several visits signed by one PIN', () => {
  it('are three signed visits, by one opening of the key, and wait no longer', async () => {
    const three = await Promise.all([1, 2, 3].map(async () => file(await clinic.arrive())))
    const { results } = ok<BatchResult>(await sign(await Promise.all(three.map(review))))
    expect(results.map((result) => ('documents' in result ? result.documents.map(({ verdict }) => verdict) : result.failure))).toEqual(three.map(() => ['valid-current', 'valid-current']))
    for (const encounter of three) expect([await waits(encounter), (await clinic.sheet(encounter)).encounter.status]).toEqual([false, 'finished'])
  })

  it('each have a verdict of their own: what changed since it was shown, and what is not all filed, stays', async () => {
    const [good, changed, drafted] = await Promise.all([1, 2, 3].map(async () => file(await clinic.arrive())))
    if (good === undefined || changed === undefined || drafted === undefined) throw new Error('three visits')
    const previews = await Promise.all([good, changed, drafted].map(review))
    ok(await clinic.doctor.post(`/api/visits/${changed}/save`, { bundle: makeSheet([{ resource: makeDiagnosis({ encounter: changed }, ...clinic.codes.fever) }]) }))
    await clinic.doctor.put(`/api/drafts/visit-${drafted}`, { body: '{"x":1}', base: 0 })
    const { results } = ok<BatchResult>(await sign([...previews.slice(1), ...previews.slice(0, 1)]))
    expect(results.map((result) => [result.encounter, 'failure' in result ? result.failure : 'signed'])).toEqual([[changed, 'version-conflict'], [drafted, 'draft-pending'], [good, 'signed']])
    expect([await waits(good), await waits(changed), await waits(drafted)]).toEqual([false, true, true])
  })

  it('count a wrong PIN once, sign nothing by it, and take the right one afterwards', async () => {
    const two = await Promise.all([1, 2].map(async () => file(await clinic.arrive())))
    const previews = await Promise.all(two.map(review))
    const refused = await sign(previews, '135791')
    expect([refused.status, refused.json<{ left: number }>().left]).toEqual([403, 9])
    expect(await rows('select failures from signing_key where tenant = 900 and account = $1', [clinic.doctor.account])).toEqual([{ failures: 1 }])
    expect(await rows(`select 1 from audit_log where tenant = 900 and interaction = 'sign' and outcome = 'refused'`)).toHaveLength(1)
    expect(await Promise.all(two.map(waits))).toEqual([true, true])
    expect(ok<BatchResult>(await sign(previews)).results.every((result) => 'documents' in result)).toBe(true)
  })

  it('take no preview of somebody else, of another visit, or named twice', async () => {
    const [one, other] = await Promise.all([1, 2].map(async () => review(await file(await clinic.arrive()))))
    if (one === undefined || other === undefined) throw new Error('two visits')
    expect(ok<BatchResult>(await sign([{ encounter: one.encounter, preview: other.preview }])).results).toEqual([{ encounter: one.encounter, failure: 'preview-expired' }])
    expect((await sign([one, one])).status).toBe(400)
    expect((await sign([])).status).toBe(400)
    expect((await clinic.nurse.post('/api/signing-inbox/sign', { previews: [one], pin: TEST_PIN })).status).toBe(403)
    expect(await waits(one.encounter)).toBe(true)
  })
})
