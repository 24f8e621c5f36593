/** Whatever is changed in a stored document by somebody who owns the database, byte or column, the verdict is "invalid". */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocumentRow, VerifyAnswer } from '#api/model/site.ts'
import { ok, resend, testClinic, type Clinic } from '#test/support/clinic.ts'
import { makeDrug } from '#test/support/visit.ts'
import { hasTool } from '#test/support/tools.ts'

let clinic: Clinic
let encounter: string
let documents: readonly DocumentRow[]
const owner = (text: string, values: readonly unknown[] = []) => clinic.site.databases.asOwner(900, text, values)
const verdict = async (document: DocumentRow | undefined): Promise<VerifyAnswer> => ok<VerifyAnswer>(await clinic.site.anonymous.get(`/api/verify/${document?.code}`))

beforeAll(async () => {
  clinic = await testClinic()
  encounter = await clinic.arrive()
  documents = await clinic.sign(encounter, await clinic.reference(encounter))
  const change = resend(await clinic.sheet(encounter), (resource) => (resource.resourceType === 'MedicationRequest'
    ? { resource: makeDrug({ encounter }, ...clinic.codes.drug, { id: resource.id, days: 3 }), version: Number((resource.meta as { versionId: string }).versionId) } : undefined))
  documents = [...documents, ...await clinic.sign(encounter, change, { correction: { kind: 'replaces', reason: 'Nhập nhầm số ngày' } })]
})
afterAll(() => clinic.close())

describe('a stored document', () => {
  it('is invalid after any of 500 random changes of a byte of its PDF, padding included', async () => {
    const [, , summary] = documents
    const { rows } = await owner('select pdf from document where tenant = 900 and id = $1', [summary?.id])
    const pdf = rows[0]?.pdf as Buffer
    const { signer } = clinic.site.parts.desks
    const padding = pdf.toString('latin1').lastIndexOf('/Contents <') + 11_500
    const places = [padding, 0, pdf.length - 1, ...Array.from({ length: 497 }, () => Math.floor(Math.random() * pdf.length))]
    for (const [at, place] of places.entries()) {
      const changed = Buffer.from(pdf)
      changed[place] = (changed[place] ?? 0) ^ (at % 2 === 0 ? 0x01 : 0x20)
      expect((await signer?.verifyPdf(changed))?.valid, `byte ${place}`).toBe(false)
    }
    const changed = Buffer.from(pdf)
    changed[padding] = (changed[padding] ?? 0) ^ 1
    await owner('update document set pdf = $2 where tenant = 900 and id = $1', [summary?.id, changed])
    expect(await verdict(summary)).toMatchObject({ verdict: 'invalid', reason: 'pdf-digest-mismatch' })
    await owner(`update document set pdf_sha256 = encode(sha256(pdf), 'hex') where tenant = 900 and id = $1`, [summary?.id])
    expect(await verdict(summary)).toMatchObject({ verdict: 'invalid', reason: 'gap-not-zero' })
    const copy = await clinic.doctor.post(`/api/documents/${summary?.id}/print-copies`, {})
    expect([copy.status, copy.json()]).toEqual([409, expect.objectContaining({ code: 'document-damaged', message: expect.stringContaining('không còn nguyên vẹn') })])
    await owner(`update document set pdf = $2, pdf_sha256 = encode(sha256($2), 'hex') where tenant = 900 and id = $1`, [summary?.id, pdf])
    expect(await verdict(summary)).toMatchObject({ verdict: 'valid-current' })
  })

  it.each([
    ['bundle', `bundle = replace(bundle, 'Ho khan', 'Ho đờm')`], ['bundle and its digest', `bundle = replace(bundle, 'Ho khan', 'Ho đờm'), bundle_sha256 = encode(sha256(convert_to(replace(bundle, 'Ho khan', 'Ho đờm'), 'UTF8')), 'hex')`],
    ['jws', `jws = (select jws from document o where o.tenant = 900 and o.id <> document.id limit 1)`], ['title', `title = 'Giấy ra viện'`], ['form', `form = 'prescription'`], ['slot', `slot = 'khac'`],
    ['patient', `patient = 'nguoi-khac'`], ['encounter', `encounter = 'luot-khac'`], ['practitioner', `practitioner = 'bs-khac'`], ['signer_name', `signer_name = 'Ai Khác'`], ['signer_role', `signer_role = 'Giám đốc'`],
    ['certificate_serial', `certificate_serial = 'ab'`], ['certificate_issuer', `certificate_issuer = 'CA khác'`], ['signed_at', `signed_at = signed_at - interval '1 day'`],
    ['reason', `reason = 'Lý do khác'`], ['replaces', `replaces = null, reason = null, slot = 'x'`], ['kind of relation', `appends = replaces, replaces = null`], ['pdf of another document', `pdf = (select pdf from document o where o.tenant = 900 and o.id <> document.id limit 1)`],
    ['all of another document but its code', `(pdf, pdf_sha256, bundle, bundle_sha256, jws) = (select pdf, pdf_sha256, bundle, bundle_sha256, jws from document o where o.tenant = 900 and o.id <> document.id limit 1)`],
  ])('is invalid when its %s is changed by the owner of the tables', async (_name, change) => {
    const [, , summary] = documents
    await owner('create temporary table if not exists t (x int)')
    const before = await owner('select * from document where tenant = 900 and id = $1', [summary?.id])
    await owner(`update document set ${change} where tenant = 900 and id = $1`, [summary?.id])
    expect(await verdict(summary)).toMatchObject({ verdict: 'invalid' })
    const row = before.rows[0] as Record<string, unknown>
    const columns = Object.keys(row).filter((column) => column !== 'tenant' && column !== 'id')
    await owner(`update document set ${columns.map((column, at) => `${column} = $${at + 2}`).join(', ')} where tenant = 900 and id = $1`, [summary?.id, ...columns.map((column) => row[column])])
    expect(await verdict(summary)).toMatchObject({ verdict: 'valid-current' })
  })

  it('cannot be changed or deleted by the servers themselves', async () => {
    const database = await clinic.site.databases.open(900)
    for (const statement of [`update document set title = 'x'`, 'delete from document', 'truncate document', `insert into document select * from document on conflict (tenant, id) do update set title = 'x'`]) {
      await expect(database.pool.query(statement), statement).rejects.toThrow(/permission denied/)
    }
  })

  it('has one current version in its place: a second original or a second replacement cannot be inserted', async () => {
    const database = await clinic.site.databases.open(900)
    const columns = (await owner(`select string_agg(quote_ident(column_name), ', ') as names from information_schema.columns where table_name = 'document' and column_name not in ('id', 'code')`)).rows[0]?.names as string
    const copy = (where: string) => database.pool.query(`insert into document (id, code, ${columns}) select gen_random_uuid(), md5(random()::text), ${columns} from document where tenant = 900 and ${where} limit 1`)
    await expect(copy('replaces is null and appends is null')).rejects.toThrow(/document_original/)
    await expect(copy('replaces is not null')).rejects.toThrow(/document_replaced_once/)
  })
})

describe.skipIf(!hasTool('pdfsig', 'poppler-utils', '-v'))('the PDF that the hospital hands out', () => {
  it('is called valid by pdfsig, with the signer\'s name in all its letters', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-signed-'))
    for (const document of documents) {
      const file = path.join(folder, `${document.id}.pdf`)
      fs.writeFileSync(file, (await clinic.doctor.get(`/api/documents/${document.id}/pdf`)).bytes)
      const said = execFileSync('pdfsig', ['-nocert', file], { encoding: 'utf8' })
      expect(said).toContain('Signature Validation: Signature is Valid.')
      expect(said).toContain('Total document signed')
      expect(said).toContain('Signer Certificate Common Name: Thiếu tá, BS Trần Văn Mẫu')
    }
    fs.rmSync(folder, { recursive: true })
  })
})
