/** One visit from the waiting room to signed documents, on a real database with the real printer, lists, keys and verifier. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocumentRow, SigningPreview, VerifyAnswer } from '#api/model/site.ts'
import { TEST_PIN } from '#test/support/app.ts'
import { ok, resend, testClinic, type Clinic } from '#test/support/clinic.ts'
import { makeDiagnosis, makeDrug, makeNote, makeSheet, makeVital, PATIENT } from '#test/support/visit.ts'

let clinic: Clinic
beforeAll(async () => { clinic = await testClinic() })
afterAll(() => clinic.close())

const rows = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await clinic.site.databases.asOwner(900, text, values)).rows as Record<string, unknown>[]
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe('the reference visit', () => {
  let encounter: string
  let documents: readonly DocumentRow[]
  let preview: SigningPreview

  it('opens with the patient, and is in progress from then on', async () => {
    encounter = await clinic.arrive()
    const sheet = await clinic.sheet(encounter)
    expect(sheet).toMatchObject({ encounter: { status: 'in-progress' }, patient: { id: PATIENT.id }, departmentName: 'Khoa Khám bệnh', current: [], documents: [] })
    expect(await rows(`select 1 from audit_log where tenant = 900 and interaction = 'visit-sheet' and resource_id = $1`, [encounter])).toHaveLength(1)
  })

  it('takes the nurse\'s measurements, digits kept, and nothing else from the nurse', async () => {
    const context = { encounter, by: 'dd-mau' }
    const weight = JSON.stringify({ bundle: makeSheet([{ resource: makeVital(context, 'temperature', 37.5) }]) }).replace('37.5', '37.50')
    const saved = await clinic.nurse.call('POST', `/api/visits/${encounter}/save`, { body: weight })
    expect(saved.status).toBe(200)
    expect((await clinic.nurse.get(`/api/visits/${encounter}`)).text).toContain('"value":37.50')
    const refused = await clinic.nurse.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ resource: makeNote(context, 'history', 'Ho') }]) })
    expect(refused.status).toBe(403)
  })

  it('is reviewed as the exact pages that will be signed; nothing is stored yet', async () => {
    const before = await rows('select count(*)::int4 as n from resource where tenant = 900')
    const bundle = await clinic.reference(encounter)
    preview = ok<SigningPreview>(await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle, draftKey: `visit-${encounter}` }))
    expect(preview.documents.map(({ form, title }) => [form, title])).toEqual([['visit-summary', 'Bản tóm tắt hồ sơ bệnh án'], ['prescription', 'Đơn thuốc']])
    const words = preview.documents[0]?.sections ?? []
    expect(words.find(({ title }) => title === 'Bệnh chính')?.lines).toEqual([expect.stringMatching(/ \([A-Z]\d\d.*\)$/)])
    expect(words.flatMap(({ lines }) => lines).filter((line) => /[<>]|&amp;/.test(line))).toEqual([])
    const page = await clinic.doctor.get(preview.documents[0]?.pdf ?? '')
    expect(page.headers['content-type']).toBe('application/pdf')
    expect(page.bytes.subarray(0, 5).toString()).toBe('%PDF-')
    expect(await rows('select count(*)::int4 as n from resource where tenant = 900')).toEqual(before)
    expect((await clinic.nurse.get(preview.documents[0]?.pdf ?? '')).status).toBe(403)
  })

  it('is signed with one PIN: documents, resources, Provenance, audit and journal in one transaction, and the draft is gone', async () => {
    await clinic.doctor.put(`/api/drafts/visit-${encounter}`, { body: '{"x":1}', base: 0 })
    const jids = await rows('select count(*)::int4 as n from journal where tenant = 900')
    documents = ok<{ documents: DocumentRow[] }>(await clinic.doctor.post(`/api/visits/${encounter}/sign`, { preview: preview.preview, pin: TEST_PIN })).documents
    expect(documents.map(({ form, verdict, signer }) => [form, verdict, signer])).toEqual([
      ['visit-summary', 'valid-current', 'Thiếu tá, BS Trần Văn Mẫu'], ['prescription', 'valid-current', 'Thiếu tá, BS Trần Văn Mẫu']])
    const sheet = await clinic.sheet(encounter)
    expect(sheet.encounter.status).toBe('finished')
    expect(sheet.current.map(({ resourceType }) => resourceType).sort()).toEqual(['Condition', 'MedicationRequest', 'Observation', 'Observation', 'Observation', 'Observation', 'ServiceRequest'])
    expect(sheet.documents.map(({ id }) => id).sort()).toEqual(documents.map(({ id }) => id).sort())
    expect(sheet.draft).toBeUndefined()
    expect(await rows(`select resource_id from audit_log where tenant = 900 and interaction = 'sign' and outcome = 'success'`)).toHaveLength(2)
    expect((await rows('select count(*)::int4 as n from journal where tenant = 900'))[0]?.n).toBe(Number(jids[0]?.n) + 1)
    const [journal] = await rows('select refs from journal where tenant = 900 order by jid desc limit 1')
    const refs = JSON.parse(String(journal?.refs)) as { type?: string; document?: string }[]
    expect(refs.filter(({ document }) => document !== undefined).map(({ document }) => document).sort()).toEqual(documents.map(({ id }) => id).sort())
    expect(refs.map(({ type }) => type).filter((type) => type === 'Bundle' || type === 'Provenance')).toHaveLength(4)
  })

  it('signs the nurse\'s value with its digits, as she measured it', async () => {
    const [bundle] = await rows('select bundle from document where tenant = 900 and id = $1', [documents[0]?.id])
    expect(String(bundle?.bundle)).toContain('"value":37.50')
    const stored = await clinic.site.parts.store.read(clinic.site.internal, { type: 'Bundle', id: documents[0]?.id ?? '' })
    expect(stored?.body).toBe(bundle?.bundle)
  })

  it('answers the same documents when the same review is signed again', async () => {
    const again = ok<{ documents: DocumentRow[] }>(await clinic.doctor.post(`/api/visits/${encounter}/sign`, { preview: preview.preview, pin: TEST_PIN })).documents
    expect(again.map(({ id }) => id)).toEqual(documents.map(({ id }) => id))
    expect(await rows('select 1 from document where tenant = 900 and encounter = $1', [encounter])).toHaveLength(2)
  })

  it('is closed: no plain write by anybody changes what is signed', async () => {
    const { current } = await clinic.sheet(encounter)
    const system = await clinic.site.system()
    for (const resource of current) {
      const url = `/fhir/R4/${resource.resourceType}/${resource.id}`
      const etag = { 'if-match': `W/"${resource.meta?.versionId}"` }
      expect((await system.put(url, { ...resource, language: 'en' }, etag)).status, url).toBe(409)
      expect((await system.delete(url, etag)).status, url).toBe(409)
    }
    expect((await system.put(`/fhir/R4/Encounter/${encounter}`, { ...(await clinic.sheet(encounter)).encounter, status: 'cancelled' })).status).toBe(409)
    expect((await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: await clinic.reference(encounter) })).status).toBe(409)
    expect((await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle: await clinic.reference(encounter) })).status).toBe(409)
  })

  it('serves the stored bytes unchanged, and print copies that are neither signed nor stored', async () => {
    const [first] = documents
    const [stored] = await rows('select pdf, pdf_sha256 from document where tenant = 900 and id = $1', [first?.id])
    const download = await clinic.doctor.get(`/api/documents/${first?.id}/pdf`)
    expect(download.bytes.equals(stored?.pdf as Buffer)).toBe(true)
    expect(sha256(download.bytes)).toBe(stored?.pdf_sha256)
    const copy = await clinic.nurse.post(`/api/documents/${first?.id}/print-copies`, {})
    expect(copy.headers['content-type']).toBe('application/pdf')
    expect(copy.bytes.includes('/ByteRange')).toBe(false)
    expect(await rows(`select who from audit_log where tenant = 900 and interaction = 'print-copy'`)).toHaveLength(1)
    expect(ok<VerifyAnswer>(await clinic.site.anonymous.call('POST', '/api/verify', { body: copy.bytes, type: 'application/pdf' })).verdict).not.toBe('valid-current')
  })

  it('is verified by anyone by code or by file, without a word about the patient', async () => {
    for (const document of documents) {
      const byCode = await clinic.site.anonymous.get(`/api/verify/${document.code}`)
      expect(ok(byCode)).toMatchObject({ verdict: 'valid-current', hospital: 'Bệnh viện Quân y 900', signer: 'Thiếu tá, BS Trần Văn Mẫu' })
      const file = (await clinic.doctor.get(`/api/documents/${document.id}/pdf`)).bytes
      const byFile = await clinic.site.anonymous.call('POST', '/api/verify', { body: file, type: 'application/pdf' })
      expect(ok<VerifyAnswer>(byFile)).toMatchObject({ verdict: 'valid-current' })
      expect(byCode.text + byFile.text).not.toMatch(new RegExp(`Nguyễn|${PATIENT.id}|${encounter}|0010850`))
      file[3000] = (file[3000] ?? 0) ^ 1
      expect(ok<VerifyAnswer>(await clinic.site.anonymous.call('POST', '/api/verify', { body: file, type: 'application/pdf' }))).toMatchObject({ verdict: 'invalid' })
    }
    expect(ok(await clinic.site.anonymous.get('/api/verify/khongcomanay12345'))).toEqual({ verdict: 'unknown' })
    expect(ok(await clinic.site.anonymous.call('POST', '/api/verify', { body: Buffer.from('%PDF-1.4\n1 0 obj'), type: 'application/pdf' }))).toMatchObject({ verdict: 'unknown' })
  })
})

describe('who may', () => {
  it('open and sign is asked for each visit', async () => {
    const encounter = await clinic.arrive()
    expect((await clinic.stranger.get(`/api/visits/${encounter}`)).json()).toMatchObject({ code: 'break-glass-needed' })
    expect((await clinic.reception.get(`/api/visits/${encounter}`)).status).toBe(403)
    expect((await clinic.site.anonymous.get(`/api/visits/${encounter}`)).status).toBe(401)
    expect((await clinic.doctor.get('/api/visits/khong-co')).status).toBe(404)
    const bundle = await clinic.reference(encounter)
    expect((await clinic.nurse.post(`/api/visits/${encounter}/preview`, { bundle })).status).toBe(403)
    expect((await clinic.stranger.post(`/api/visits/${encounter}/preview`, { bundle })).status).toBe(403)
    expect((await clinic.stranger.get(`/api/documents?patient=${PATIENT.id}`)).status).toBe(403)
    expect((await clinic.reception.get(`/api/documents?patient=${PATIENT.id}`)).status).toBe(403)
  })

  it('write about another patient is refused with the place', async () => {
    const encounter = await clinic.arrive()
    await clinic.sheet(encounter)
    const foreign = makeSheet([{ resource: makeNote({ encounter, patient: 'ai-khac' }, 'history', 'Ho') }])
    expect((await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle: foreign })).json()).toMatchObject({ code: 'invalid-resource' })
    const otherVisit = makeSheet([{ resource: makeNote({ encounter: 'luot-khac' }, 'history', 'Ho') }])
    expect((await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: otherVisit })).status).toBe(422)
  })
})

describe('a review', () => {
  it('names what is missing and what is wrong, and stores nothing', async () => {
    const encounter = await clinic.arrive()
    await clinic.sheet(encounter)
    const context = { encounter }
    const empty = await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle: makeSheet([{ resource: makeNote(context, 'history', 'Ho') }]) })
    expect(empty.status).toBe(422)
    const wrong = await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle: makeSheet([{ resource: makeDiagnosis(context, 'J99.9', 'Không có', clinic.codes.cold[2]) }]) })
    expect(wrong.json()).toMatchObject({ code: 'code-invalid' })
    expect((await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle: { resourceType: 'Bundle', type: 'batch' } })).status).toBe(400)
    expect((await clinic.sheet(encounter)).current).toEqual([])
  })

  it('is refused when somebody else wrote meanwhile, before the PIN or after', async () => {
    const encounter = await clinic.arrive()
    const bundle = await clinic.reference(encounter)
    const preview = ok<SigningPreview>(await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle }))
    const { encounter: stored } = await clinic.sheet(encounter)
    ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ resource: { ...stored, id: encounter, resourceType: 'Encounter', reasonCode: [{ text: 'Khác' }] }, version: Number(stored.meta?.versionId) }]) }))
    expect((await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle })).status).toBe(412)
    const late = await clinic.doctor.post(`/api/visits/${encounter}/sign`, { preview: preview.preview, pin: TEST_PIN })
    expect(late.status).toBe(412)
    expect(await rows('select 1 from document where tenant = 900 and encounter = $1', [encounter])).toHaveLength(0)
    expect(await rows(`select 1 from resource where tenant = 900 and pat = $1 and body like '%' || $2 || '%' and immutable`, [PATIENT.id, encounter])).toHaveLength(0)
  })

  it('is forgotten when it is not the own one', async () => {
    const encounter = await clinic.arrive()
    await clinic.sheet(encounter)
    expect((await clinic.doctor.post(`/api/visits/${encounter}/sign`, { preview: 'khong-co', pin: TEST_PIN })).json()).toMatchObject({ code: 'preview-expired' })
  })
})

describe('a correction', () => {
  let encounter: string
  let first: readonly DocumentRow[]
  const statusOf = async (document: DocumentRow | undefined): Promise<VerifyAnswer> => ok<VerifyAnswer>(await clinic.site.anonymous.get(`/api/verify/${document?.code}`))

  it('replaces a signed visit by a new version with a reason; the old bytes stay', async () => {
    encounter = await clinic.arrive()
    first = await clinic.sign(encounter, await clinic.reference(encounter))
    const [before] = await rows('select pdf from document where tenant = 900 and id = $1', [first[0]?.id])
    const sheet = await clinic.sheet(encounter)
    const bundle = resend(sheet, (resource) => (resource.resourceType === 'MedicationRequest' ? { resource: makeDrug({ encounter }, ...clinic.codes.drug, { id: resource.id, days: 3 }), version: Number((resource.meta as { versionId: string }).versionId) } : undefined))
    const second = await clinic.sign(encounter, bundle, { correction: { kind: 'replaces', reason: 'Nhập nhầm số ngày dùng thuốc' } })
    expect(second.map(({ form, relation, verdict }) => [form, relation?.kind, relation?.document, verdict])).toEqual([
      ['visit-summary', 'replaces', first[0]?.id, 'valid-current'], ['prescription', 'replaces', first[1]?.id, 'valid-current']])
    expect(await statusOf(first[0])).toMatchObject({ verdict: 'valid-superseded', supersededBy: { code: second[0]?.code } })
    const [after] = await rows('select pdf from document where tenant = 900 and id = $1', [first[0]?.id])
    expect((after?.pdf as Buffer).equals(before?.pdf as Buffer)).toBe(true)
    const listed = ok<DocumentRow[]>(await clinic.doctor.get(`/api/documents?encounter=${encounter}`))
    expect(listed.filter(({ verdict }) => verdict === 'valid-current').map(({ id }) => id).sort()).toEqual(second.map(({ id }) => id).sort())
  })

  it('adds an addendum without touching what is signed, and the addendum goes with its document', async () => {
    const sheet = await clinic.sheet(encounter)
    const added = await clinic.sign(encounter, resend(sheet, () => undefined, { resource: makeNote({ encounter }, 'results', 'Bạch cầu 12 G/L') }), { correction: { kind: 'appends', reason: 'Có kết quả xét nghiệm muộn' } })
    expect(added.map(({ title, relation }) => [title, relation?.kind])).toEqual([['Phiếu bổ sung bản tóm tắt hồ sơ bệnh án', 'appends']])
    const current = (await clinic.sheet(encounter)).documents.find(({ id }) => id === added[0]?.relation?.document)
    expect(await statusOf(current)).toMatchObject({ verdict: 'valid-current', addenda: [{ code: added[0]?.code }] })
    const again = await clinic.sign(encounter, resend(await clinic.sheet(encounter), (resource) => (resource.resourceType === 'Observation' && resource.valueString === 'Ho khan, sốt 38 độ'
      ? { resource: { ...resource, valueString: 'Ho khan, sốt 39 độ' }, version: Number((resource.meta as { versionId: string }).versionId) } : undefined)), { correction: { kind: 'replaces', reason: 'Nhập nhầm nhiệt độ' } })
    expect(again.map(({ form }) => form)).toEqual(['visit-summary'])
    expect(await statusOf(added[0])).toMatchObject({ verdict: 'valid-superseded', supersededBy: { code: again[0]?.code } })
  })

  it('of two at the same moment only one is signed, and one document is current', async () => {
    const bundle = resend(await clinic.sheet(encounter), () => undefined, { resource: makeNote({ encounter }, 'examination', 'Họng đỏ') })
    const correction = { kind: 'replaces', reason: 'Bổ sung khám' } as const
    const previews = await Promise.all([1, 2, 3].map(async () => ok<SigningPreview>(await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle, correction }))))
    const answers = await Promise.all(previews.map(({ preview }) => clinic.doctor.post(`/api/visits/${encounter}/sign`, { preview, pin: TEST_PIN })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
    const listed = ok<DocumentRow[]>(await clinic.doctor.get(`/api/documents?encounter=${encounter}`))
    expect(listed.filter(({ form, verdict, relation }) => form === 'visit-summary' && verdict === 'valid-current' && relation?.kind !== 'appends')).toHaveLength(1)
  })

  it('cannot be asked for a visit that is not signed', async () => {
    const open = await clinic.arrive()
    await clinic.sheet(open)
    const answer = await clinic.doctor.post(`/api/visits/${open}/preview`, { bundle: await clinic.reference(open), correction: { kind: 'replaces', reason: 'Sửa' } })
    expect(answer.status).toBe(400)
  })
})
