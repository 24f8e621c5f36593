/** What operators of the data center see of a hospital's signed visits, through the center's real application: the list with its own verdict, the stored PDF, the records. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCenterIdentity, writeEnrolment } from '#api/exchange/node-key.ts'
import type { NewDocument } from '#api/model/ports.ts'
import type { CenterHospital, ReceivedDocument } from '#api/model/site.ts'
import { grantCenterViews } from '#api/store/center/grants.ts'
import { enrolNode } from '#api/store/center/node-registry.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'
import { testDoctor, type Doctor } from './signed-documents.ts'
import { TENANT, testHospital, type TestHospital } from './sites.ts'

describe('the data center', () => {
  let hospital: TestHospital
  let doctor: Doctor
  let center: TestSite
  let url: string
  let operator: TestCaller
  const documents: NewDocument[] = []

  const drain = async (): Promise<string[]> => hospital.drain(hospital.sender(await readCenterIdentity(center.config.secrets), { url }))
  const list = async (query = ''): Promise<ReceivedDocument[]> => (await operator.get(`/api/center/received${query}`)).json<ReceivedDocument[]>()

  beforeAll(async () => {
    hospital = await testHospital()
    doctor = await testDoctor(hospital)
    center = await testSite({ role: 'center' })
    await grantCenterViews(center.databases.ownerUrl)
    await enrolNode(center.database, await writeEnrolment(hospital.secrets, { tenant: TENANT, name: 'Bệnh viện Quân y 900', authorityPem: doctor.authorityPem }))
    url = await center.listen()
    operator = await center.person({ grants: [{ role: 'center-operator', department: null }] })
    for (const [patient, name] of [['bn-1', 'Nguyễn Văn Mẫu'], ['bn-2', 'Trần Thị Thử']] as const) documents.push(await doctor.sign({ patient, name }))
    await drain()
  })
  afterAll(async () => {
    await hospital.close()
    await center.close()
  })

  it('lists each signed document once, with its own verdict on the signatures', async () => {
    const rows = await list()
    expect(rows.map(({ document }) => document).sort()).toEqual(documents.map(({ id }) => id).sort())
    expect(rows.find(({ document }) => document === documents[0]?.id)).toMatchObject({
      tenant: TENANT, hospital: 'Bệnh viện Quân y 900', form: 'visit-summary', title: 'Bản tóm tắt hồ sơ bệnh án', patientName: 'Nguyễn Văn Mẫu', birthDate: '1985-03-02',
      visitDate: '2026-11-22', signer: 'Thiếu tá, BS Trần Văn Mẫu', verdict: 'valid-current',
    })
    expect(await list(`?tenant=${TENANT}`)).toHaveLength(2)
    expect(await list('?tenant=901')).toEqual([])
    const [first, second] = await list('?count=1').then(async ([row]) => [row, (await list(`?count=1&before=${row?.receivedAt},${row?.document}`))[0]])
    expect(new Set([first?.document, second?.document]).size).toBe(2)
    expect((await operator.get('/api/center/received?before=yesterday')).status).toBe(400)
  })

  it('serves the stored PDF unchanged, and puts every look on record at the center', async () => {
    const [document] = documents
    const answer = await operator.get(`/api/center/documents/${TENANT}/${document?.id}/pdf`)
    expect(answer.status).toBe(200)
    expect(Buffer.compare(answer.bytes, Buffer.from(document?.pdf ?? []))).toBe(0)
    const rows = await center.parts.audit.find({ count: 50, interaction: 'document-read' })
    expect(rows[0]).toMatchObject({ id: expect.anything(), patient: 'bn-1', detail: 'hospital 900', outcome: 'success' })
    expect((await center.parts.audit.find({ count: 50, interaction: 'center-received' })).length).toBeGreaterThan(0)
    for (const wrong of ['901/' + document?.id, `${TENANT}/nothing`, `0/${document?.id}`, `-1/${document?.id}`]) expect((await operator.get(`/api/center/documents/${wrong}/pdf`)).status).toBe(404)
  })

  it('shows each hospital\'s line', async () => {
    const [line] = (await operator.get('/api/center/hospitals')).json<CenterHospital[]>()
    expect(line).toMatchObject({ tenant: TENANT, name: 'Bệnh viện Quân y 900', sealed: 2, sent: 2, applied: 2, pending: 0, quarantined: 0 })
    expect(Date.now() - new Date(line?.lastContact ?? 0).getTime()).toBeLessThan(60_000)
  })

  it('reads the hospital\'s records as they were stored there, by address and by search', async () => {
    const here = await operator.get(`/fhir/R4/h/${TENANT}/Patient/bn-1`)
    expect(here.status).toBe(200)
    expect(here.text).toBe((await hospital.store.read({ actor: { kind: 'internal', tenant: TENANT, name: 'test' }, visibility: { kind: 'all' }, purpose: 'TREAT' }, { type: 'Patient', id: 'bn-1' }))?.body)
    expect((await operator.get(`/fhir/R4/h/${TENANT}/Patient/bn-1/_history/1`)).text).toBe(here.text)
    const found = (await operator.get(`/fhir/R4/h/${TENANT}/Encounter?patient=bn-2`)).json<{ entry?: { fullUrl: string; resource: { subject: { reference: string } } }[] }>()
    expect(found.entry?.map((entry) => entry.resource.subject.reference)).toEqual(['Patient/bn-2'])
    expect(found.entry?.[0]?.fullUrl).toContain(`/fhir/R4/h/${TENANT}/Encounter/`)
    expect((await operator.get('/fhir/R4/h/901/Patient/bn-1')).status).toBe(404)
    expect((await operator.get('/fhir/R4/Patient/bn-1')).status).not.toBe(200)
  })

  it('is closed to everyone who is no operator of the center', async () => {
    const administrator = await center.person({ grants: [{ role: 'administrator', department: null }] })
    const system = await center.system()
    for (const path of ['/api/center/hospitals', '/api/center/received', `/api/center/documents/${TENANT}/${documents[0]?.id}/pdf`, `/fhir/R4/h/${TENANT}/Patient/bn-1`, `/fhir/R4/h/${TENANT}/Patient`]) {
      expect((await center.anonymous.get(path)).status, path).toBe(401)
      expect((await administrator.get(path)).status, path).toBe(403)
      expect((await system.get(path)).status, path).toBe(403)
    }
  })

  it('says superseded once a correction came, and invalid for a document whose content is not what was signed', async () => {
    const [original] = documents
    if (original === undefined) throw new Error('no document')
    await doctor.sign({ patient: 'bn-1', name: 'Nguyễn Văn Mẫu', replaces: original })
    const spoilt = await doctor.sign({ patient: 'bn-3', name: 'Lê Văn Ví Dụ', spoil: (document) => ({ ...document, title: 'Giấy khác' }) })
    await drain()
    const rows = await list()
    expect(rows.find(({ document }) => document === original.id)?.verdict).toBe('valid-superseded')
    expect(rows.find(({ document }) => document === spoilt.id)).toMatchObject({ verdict: 'invalid', reason: 'record-mismatch' })
  })

  it('answers the verify page for the documents of all hospitals, by code and by file, and tells nothing of a patient', async () => {
    const [original, current] = documents
    const ask = async (code: string | undefined): Promise<string> => (await center.anonymous.get(`/api/verify/${code}`)).text
    expect(JSON.parse(await ask(original?.code))).toMatchObject({ verdict: 'valid-superseded', hospital: 'Bệnh viện Quân y 900', signer: 'Thiếu tá, BS Trần Văn Mẫu' })
    expect(JSON.parse(await ask(current?.code))).toMatchObject({ verdict: 'valid-current' })
    expect(await ask(current?.code)).not.toMatch(/Thử|bn-2|1985/)
    expect(JSON.parse(await ask('nosuchcode'))).toEqual({ verdict: 'unknown' })
    const file = await center.anonymous.call('POST', '/api/verify', { body: current?.pdf, type: 'application/pdf' })
    expect(file.json()).toMatchObject({ verdict: 'valid-current' })
    const changed = Buffer.from(current?.pdf ?? [])
    changed[5000] = (changed[5000] ?? 0) ^ 1
    expect((await center.anonymous.call('POST', '/api/verify', { body: changed, type: 'application/pdf' })).json()).toMatchObject({ verdict: 'invalid' })
  })

  it('says invalid for a document that was changed at the center after it came', async () => {
    const [, document] = documents
    if (document === undefined) throw new Error('no document')
    expect((await list()).find((row) => row.document === document.id)?.verdict).toBe('valid-current')
    await center.databases.asOwner(TENANT, `update document set pdf = set_byte(pdf, 5000, get_byte(pdf, 5000) # 1) where tenant = ${TENANT} and id = $1`, [document.id])
    expect((await list()).find((row) => row.document === document.id)).toMatchObject({ verdict: 'invalid', reason: 'pdf-digest-mismatch' })
    await center.databases.asOwner(TENANT, `update document set pdf = set_byte(pdf, 5000, get_byte(pdf, 5000) # 1), signer_name = 'Người khác' where tenant = ${TENANT} and id = $1`, [document.id])
    expect((await list()).find((row) => row.document === document.id)).toMatchObject({ verdict: 'invalid', reason: 'record-mismatch' })
    await center.databases.asOwner(TENANT, `update document set signer_name = $2 where tenant = ${TENANT} and id = $1`, [document.id, document.evidence.name])
    expect((await list()).find((row) => row.document === document.id)?.verdict).toBe('valid-current')
  })

  it('answers for the hospital that sent a document first, whoever else holds a copy', async () => {
    const [, document] = documents
    const jwk = JSON.stringify({ kty: 'EC', crv: 'P-256', x: 'a', y: 'b' })
    await center.databases.asOwner(0, `insert into node (tenant, node, hospital, name, public_jwk, authority_pem, enrolled_at) values (0, 'h042', 42, 'Bệnh viện Quân y 042', $1, '', now())`, [jwk])
    const columns = (await center.databases.asOwner(TENANT, `select string_agg(column_name, ', ') as names from information_schema.columns where table_name = 'document' and column_name <> 'tenant'`)).rows[0] as { names: string }
    const copy = (await center.databases.asOwner(TENANT, 'select * from document where id = $1', [document?.id])).rows[0] as Record<string, unknown>
    const names = columns.names.split(', ')
    await center.databases.asOwner(42, `insert into document (tenant, ${names.join(', ')}) values (42, ${names.map((_, i) => `$${i + 1}`).join(', ')})`, names.map((name) => copy[name]))
    await center.databases.asOwner(42, `insert into received_document (tenant, document, form, title, patient, patient_name, visit_date, signer, signed_at, received_at, verdict)
      values (42, $1, 'visit-summary', 'x', 'x', 'x', '2026-11-22', 'x', now(), now(), 'valid')`, [document?.id])
    await center.databases.asOwner(TENANT, 'update document set title = title where id = $1', [document?.id]) // now the copy lies before it
    await center.databases.asOwner(0, 'update node set enrolled_at = now() where hospital = $1', [TENANT])
    expect((await center.anonymous.get(`/api/verify/${document?.code}`)).json()).toMatchObject({ verdict: 'valid-current', hospital: 'Bệnh viện Quân y 900' })
  })
})
