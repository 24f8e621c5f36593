/** Second signatures on a real database with real keys: asked for, made, refused, delegated; and nothing unsigned is ever shown as signed. */
import { objectFromPlain } from '#api/model/json.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CosignInbox, CosignResult, CosignRow, Delegations } from '#api/model/cosigning.ts'
import { addDays, dayIn } from '#api/model/day.ts'
import type { DocumentRow, SigningPreview, SignResult, VerifyAnswer } from '#api/model/site.ts'
import { TEST_PIN } from '#test/support/app.ts'
import { CLINIC, ok, OTHER_CLINIC, resend, testClinic, type Clinic, type TestPersonCaller } from '#test/support/clinic.ts'
import { PATIENT } from '#test/support/visit.ts'

let clinic: Clinic
let head: TestPersonCaller, deputy: TestPersonCaller, otherHead: TestPersonCaller
const today = dayIn(new Date(), 'Asia/Ho_Chi_Minh')

const signer = async (login: string, name: string, role: 'head' | 'doctor', department: string): Promise<TestPersonCaller> => {
  const { site } = clinic
  await site.parts.store.transact(site.internal, (tx) => tx.write([{ op: 'create', key: { type: 'Practitioner', id: login }, resource: objectFromPlain({ resourceType: 'Practitioner', id: login, active: true, name: [{ text: name }] }) }]))
  const person = await site.person({ login, name, practitioner: login, grants: [{ role, department }] })
  await site.parts.desks.signer?.admit(person.account, { name, role: role === 'head' ? 'Trưởng khoa' : 'Bác sĩ', practitioner: login })
  await site.parts.desks.signer?.enrol(person.account, TEST_PIN)
  return person
}
beforeAll(async () => {
  clinic = await testClinic()
  head = await signer('truongkhoa', 'Đại tá, BSCKII Nguyễn Thị Mẫu Trưởng', 'head', CLINIC)
  deputy = await signer('phokhoa', 'Trung tá, BS Lê Văn Mẫu Phó', 'doctor', CLINIC)
  otherHead = await signer('truongkhoa2', 'Thượng tá, BS Phạm Văn Khác', 'head', OTHER_CLINIC)
})
afterAll(() => clinic.close())

const rows = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await clinic.site.databases.asOwner(900, text, values)).rows as Record<string, unknown>[]
const signVisit = async (): Promise<{ encounter: string; summary: DocumentRow }> => {
  const encounter = await clinic.arrive()
  const [summary] = await clinic.sign(encounter, await clinic.reference(encounter))
  if (summary?.form !== 'visit-summary') throw new Error('no summary')
  return { encounter, summary }
}
const ask = async (document: string, note = 'Kính trình trưởng khoa'): Promise<string> => ok<{ id: string }>(await clinic.doctor.post(`/api/documents/${document}/cosign-requests`, { note })).id
const inboxOf = async (person: TestPersonCaller): Promise<CosignInbox> => ok<CosignInbox>(await person.get('/api/cosign-requests'))
const waiting = async (person: TestPersonCaller, id: string): Promise<CosignRow | undefined> => (await inboxOf(person)).waiting.find((row) => row.id === id)
const cosign = (person: TestPersonCaller, requests: readonly { id: string; pdfSha256: string }[], pin = TEST_PIN) => person.post('/api/cosign-requests/sign', { requests, pin })
const toSign = async (id: string): Promise<{ id: string; pdfSha256: string }> => ({ id, pdfSha256: (await waiting(head, id))?.pdfSha256 ?? '' })
const verdicts = (answer: CosignResult): string[] => answer.results.map((result) => ('failure' in result ? result.failure : result.document.verdict))
const shown = async (encounter: string, id: string): Promise<DocumentRow | undefined> => ok<DocumentRow[]>(await clinic.doctor.get(`/api/documents?encounter=${encounter}`)).find((row) => row.id === id)

describe('a second signature', () => {
  it('is asked for by the doctor, made by the head, and everybody sees both', async () => {
    const { encounter, summary } = await signVisit()
    expect(summary).toMatchObject({ hasRoom: true })
    const id = await ask(summary.id)
    expect(await shown(encounter, summary.id)).toMatchObject({ request: { id, state: 'asked' } })
    expect(await waiting(head, id)).toMatchObject({ document: summary.id, name: 'Nguyễn Văn Mẫu', signer: 'Thiếu tá, BS Trần Văn Mẫu', note: 'Kính trình trưởng khoa' })
    const before = (await head.get(`/api/documents/${summary.id}/pdf`)).bytes
    const { results: [result] } = ok<CosignResult>(await cosign(head, [await toSign(id)]))
    expect(result).toMatchObject({ id, document: { verdict: 'valid-current', signer: 'Thiếu tá, BS Trần Văn Mẫu', second: { signer: 'Đại tá, BSCKII Nguyễn Thị Mẫu Trưởng' } } })
    const after = (await clinic.doctor.get(`/api/documents/${summary.id}/pdf`)).bytes
    expect([after.length > before.length, after.subarray(0, before.length).equals(before)]).toEqual([true, true])
    const verify = async (body: Uint8Array): Promise<VerifyAnswer> => ok<VerifyAnswer>(await clinic.site.anonymous.call('POST', '/api/verify', { body, type: 'application/pdf' }))
    expect(await verify(after)).toMatchObject({ verdict: 'valid-current', second: { signer: 'Đại tá, BSCKII Nguyễn Thị Mẫu Trưởng' } })
    // the first signer's own file has one signature, whatever is stored by now
    const earlier = await verify(before)
    expect([earlier.verdict, earlier.earlierRevision, earlier.second]).toEqual(['valid-current', true, undefined])
    expect(ok<VerifyAnswer>(await clinic.site.anonymous.get(`/api/verify/${summary.code}`))).toMatchObject({ verdict: 'valid-current', second: { signer: 'Đại tá, BSCKII Nguyễn Thị Mẫu Trưởng' } })
    const provenance = await rows(`select body from resource where tenant = 900 and body like '%"code":"verifier"%'`)
    expect(provenance).toHaveLength(1)
    expect(String(provenance[0]?.body)).toContain(`"reference":"Bundle/${summary.id}"`)
    expect(await rows(`select 1 from audit_log where tenant = 900 and interaction = 'cosign' and outcome = 'success' and patient = $1`, [PATIENT.id])).toHaveLength(1)
    expect(await waiting(head, id)).toBeUndefined()
    expect((await clinic.doctor.post(`/api/documents/${summary.id}/cosign-requests`, {})).json<{ code: string }>().code).toBe('cosign-no-room')
  })

  it('is not made by a doctor, the head of another department, or who signed first', async () => {
    const { summary } = await signVisit()
    const ticked = { id: await ask(summary.id), pdfSha256: '' }
    const row = await toSign(ticked.id)
    expect((await inboxOf(otherHead)).waiting).toEqual([])
    for (const person of [deputy, otherHead]) expect(verdicts(ok<CosignResult>(await cosign(person, [row])))).toEqual(['forbidden'])
    expect(verdicts(ok<CosignResult>(await cosign(clinic.doctor, [row])))).toEqual(['forbidden'])
    expect((await otherHead.post(`/api/cosign-requests/${row.id}/refusal`, { reason: 'Không thuộc khoa tôi' })).status).toBe(403)
    expect(verdicts(ok<CosignResult>(await cosign(head, [{ ...row, pdfSha256: '0'.repeat(64) }])))).toEqual(['cosign-closed'])
    expect(await waiting(head, row.id)).toBeDefined()
  })

  it('takes several by one PIN, of which a wrong one counts once', async () => {
    const ids = [await ask((await signVisit()).summary.id), await ask((await signVisit()).summary.id)]
    const ticked = await Promise.all(ids.map(toSign))
    const refused = await cosign(head, ticked, '135791')
    expect([refused.status, refused.json<{ left: number }>().left]).toEqual([403, 9])
    expect(verdicts(ok<CosignResult>(await cosign(head, ticked)))).toEqual(['valid-current', 'valid-current'])
  })

  it('is not put on a document that was replaced meanwhile', async () => {
    const { encounter, summary } = await signVisit()
    const row = await toSign(await ask(summary.id))
    const sheet = await clinic.sheet(encounter)
    await clinic.sign(encounter, resend(sheet, (resource) => (resource.valueString === undefined ? undefined : { resource: { ...resource, valueString: 'Ghi lại cho đúng' }, version: Number((resource.meta as { versionId?: string }).versionId) })), { correction: { kind: 'replaces', reason: 'Ghi nhầm bệnh sử' } })
    expect(await waiting(head, row.id)).toMatchObject({ stale: true })
    expect(verdicts(ok<CosignResult>(await cosign(head, [row])))).toEqual(['cosign-closed'])
    expect(await rows('select 1 from document_cosignature where tenant = 900 and document = $1', [summary.id])).toEqual([])
  })
})

describe('a refusal', () => {
  it('says why to who asked, on the visit too, until it is put away or asked again', async () => {
    const { encounter, summary } = await signVisit()
    const id = await ask(summary.id)
    expect((await head.post(`/api/cosign-requests/${id}/refusal`, { reason: '' })).status).toBe(400)
    expect((await head.post(`/api/cosign-requests/${id}/refusal`, { reason: 'Thiếu kết quả công thức máu' })).status).toBe(204)
    expect((await inboxOf(clinic.doctor)).refused.find((row) => row.id === id)).toMatchObject({ reason: 'Thiếu kết quả công thức máu', decidedName: expect.stringContaining('Mẫu Trưởng') as string })
    expect(await shown(encounter, summary.id)).toMatchObject({ request: { state: 'refused', reason: 'Thiếu kết quả công thức máu' } })
    expect((await cosign(head, [{ id, pdfSha256: 'x' }])).json<CosignResult>().results).toEqual([{ id, failure: 'cosign-closed' }])
    const again = await ask(summary.id, 'Đã bổ sung')
    expect((await inboxOf(clinic.doctor)).refused.some((row) => row.id === id)).toBe(false)
    expect((await clinic.doctor.post(`/api/documents/${summary.id}/cosign-requests`, {})).json<{ code: string }>().code).toBe('cosign-asked')
    expect((await deputy.delete(`/api/cosign-requests/${again}`)).status).toBe(404)
    expect((await clinic.doctor.delete(`/api/cosign-requests/${again}`)).status).toBe(204)
    expect(await waiting(head, again)).toBeUndefined()
    expect(await rows(`select distinct interaction from audit_log where tenant = 900 and interaction in ('cosign-ask', 'cosign-refuse', 'cosign-withdraw') order by 1`)).toHaveLength(3)
  })
})

describe('a delegation', () => {
  const give = (from: string, to: string, delegate = deputy.account) => head.post('/api/cosign-delegations', { department: CLINIC, delegate, from, to })

  it('goes from a head to another doctor of the department, from today on', async () => {
    for (const [from, to, delegate] of [[addDays(today, -1), today, deputy.account], [today, addDays(today, -1), deputy.account], [today, today, head.account], [today, today, otherHead.account], [today, addDays(today, 400), deputy.account]] as const) {
      expect([from, to, (await give(from, to, delegate)).json<{ code: string }>().code]).toEqual([from, to, 'delegation-invalid'])
    }
    expect((await deputy.post('/api/cosign-delegations', { department: CLINIC, delegate: clinic.doctor.account, from: today, to: today })).status).toBe(403)
    expect((await otherHead.post('/api/cosign-delegations', { department: CLINIC, delegate: deputy.account, from: today, to: today })).status).toBe(403)
    expect(ok<Delegations>(await head.get('/api/cosign-delegations')).departments[0]?.candidates.map(({ name }) => name)).toEqual(expect.arrayContaining([expect.stringContaining('Mẫu Phó')]))
  })

  it('lets the delegate sign in the head\'s place while it lasts, which document and Provenance say, and not before, after or once it is ended', async () => {
    const { encounter, summary } = await signVisit()
    const row = await toSign(await ask(summary.id))
    ok(await give(addDays(today, 1), addDays(today, 2)))
    expect(verdicts(ok<CosignResult>(await cosign(deputy, [row])))).toEqual(['forbidden'])
    const { id } = ok<{ id: string }>(await give(today, today))
    expect(await waiting(deputy, row.id)).toMatchObject({ behalf: expect.stringContaining('Mẫu Trưởng') as string })
    await rows(`update cosign_delegation set first_day = current_date - 9, last_day = current_date - 2 where tenant = 900 and id = $1`, [id])
    expect(verdicts(ok<CosignResult>(await cosign(deputy, [row])))).toEqual(['forbidden'])
    const second = ok<{ id: string }>(await give(today, today)).id
    expect((await head.delete(`/api/cosign-delegations/${second}`)).status).toBe(204)
    expect(verdicts(ok<CosignResult>(await cosign(deputy, [row])))).toEqual(['forbidden'])
    ok(await give(today, addDays(today, 3)))
    expect(verdicts(ok<CosignResult>(await cosign(deputy, [row])))).toEqual(['valid-current'])
    expect(await shown(encounter, summary.id)).toMatchObject({ second: { signer: 'Trung tá, BS Lê Văn Mẫu Phó', behalf: expect.stringContaining('Mẫu Trưởng') as string } })
    const [provenance] = await rows(`select body from resource where tenant = 900 and body like '%"onBehalfOf"%'`)
    expect(String(provenance?.body)).toContain('"onBehalfOf":{"reference":"Practitioner/truongkhoa"')
  })

  it('does not let a head approve what the head signed, neither by a delegate nor by answering the own question', async () => {
    const encounter = await clinic.arrive()
    const bundle = await clinic.reference(encounter)
    const { preview } = ok<SigningPreview>(await head.post(`/api/visits/${encounter}/preview`, { bundle }))
    const [summary] = ok<SignResult>(await head.post(`/api/visits/${encounter}/sign`, { preview, pin: TEST_PIN })).documents
    const { id } = ok<{ id: string }>(await head.post(`/api/documents/${summary?.id}/cosign-requests`, { note: '' }))
    const row = await waiting(deputy, id)
    expect(row).toMatchObject({ behalf: expect.stringContaining('Mẫu Trưởng') as string })
    const wish = { id, pdfSha256: row?.pdfSha256 ?? '' }
    expect(verdicts(ok<CosignResult>(await cosign(deputy, [wish])))).toEqual(['cosign-same-person'])
    expect(verdicts(ok<CosignResult>(await cosign(head, [wish])))).toEqual(['forbidden'])
  })
})

describe('an unsigned result is never shown as signed', () => {
  it('neither a register that names a second signer whom the bytes do not know, nor bytes that the register does not know, nor a changed revision', async () => {
    const { encounter, summary } = await signVisit()
    const verdict = async (): Promise<string | undefined> => (await shown(encounter, summary.id))?.verdict
    await rows(`insert into document_cosignature (tenant, document, increment, pdf_sha256, jws, practitioner, signer_name, signed_at, created_at)
      select tenant, id, '', pdf_sha256, jws, 'truongkhoa', 'Đại tá, BSCKII Nguyễn Thị Mẫu Trưởng', signed_at, created_at from document where tenant = 900 and id = $1`, [summary.id])
    expect(await verdict()).toBe('invalid')
    await rows('delete from document_cosignature where tenant = 900 and document = $1', [summary.id])
    expect(await verdict()).toBe('valid-current')
    const row = await toSign(await ask(summary.id))
    expect(verdicts(ok<CosignResult>(await cosign(head, [row])))).toEqual(['valid-current'])
    for (const change of ["practitioner = 'phokhoa'", "signer_name = 'Trung tá, BS Lê Văn Mẫu Phó'", "signed_at = signed_at + interval '1 second'", 'increment = set_byte(increment, 400, get_byte(increment, 400) # 1)', "behalf_practitioner = 'phokhoa', behalf_name = 'Trung tá, BS Lê Văn Mẫu Phó'", "pdf_sha256 = repeat('0', 64)", "jws = 'e30..e30'"]) {
      await rows('create table if not exists kept as select * from document_cosignature where false')
      await rows('insert into kept select * from document_cosignature where tenant = 900 and document = $1', [summary.id])
      await rows(`update document_cosignature set ${change} where tenant = 900 and document = $1`, [summary.id])
      expect([change, await verdict()]).toEqual([change, 'invalid'])
      await rows('delete from document_cosignature where tenant = 900 and document = $1', [summary.id])
      await rows('insert into document_cosignature select * from kept')
      await rows('delete from kept')
    }
    await rows('update document set pdf = set_byte(pdf, 2000, get_byte(pdf, 2000) # 1) where tenant = 900 and id = $1', [summary.id])
    expect(await verdict()).toBe('invalid')
  })
})
