/** Input that kept the whole hospital waiting for minutes: each is answered soon, and says why not. */
import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigningPreview } from '#api/model/site.ts'
import { createVerifier } from '#api/signing/verifier.ts'
import { expandsWithin } from '#api/terminology/expanded-size.ts'
import { readListFile } from '#api/terminology/list-file.ts'
import { readSheet } from '#api/terminology/read-sheet.ts'
import type { TestCaller } from '#test/support/app.ts'
import { ok, testClinic, type Clinic } from '#test/support/clinic.ts'
import { makeXlsx } from '#test/support/xlsx.ts'
import { makeNote, type SheetEntry } from '#test/support/visit.ts'

let clinic: Clinic
let admin: TestCaller
beforeAll(async () => {
  clinic = await testClinic()
  admin = await clinic.site.person({ login: 'quantri', grants: [{ role: 'administrator', department: null }] })
})
afterAll(() => clinic.close())

const timed = async <T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> => {
  const start = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - start) / 1000 }
}

const preview = async (text: string) => {
  const encounter = await clinic.arrive()
  const note = makeNote({ encounter }, 'examination', text)
  const { entry = [], ...rest } = await clinic.reference(encounter) as { entry?: SheetEntry[] }
  const bundle = { ...rest, entry: [...entry, { fullUrl: `urn:uuid:${note.id}`, resource: note, request: { method: 'PUT', url: `Observation/${note.id}` } }] }
  return clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle })
}

describe('a note', () => {
  it('that is one word of 40,000 letters is printed within seconds', async () => {
    const { result, seconds } = await timed(() => preview('x'.repeat(40_000)))
    expect(ok<SigningPreview>(result).documents.length).toBeGreaterThan(0)
    expect(seconds).toBeLessThan(15)
  })

  it('too long to print is refused with a name', async () => {
    for (const text of ['đau họng '.repeat(40_000), 'x\n'.repeat(20_000)]) {
      const { result, seconds } = await timed(() => preview(text))
      expect([result.status, result.json<{ code: string }>().code]).toEqual([413, 'document-too-long'])
      expect(seconds).toBeLessThan(5)
    }
  })
})

describe('the verify page', () => {
  it('judges a file of millions of values within a second or so', async () => {
    const verifier = createVerifier({ trust: () => [] })
    const head = '%PDF-1.7\n1 0 obj\n['
    for (const body of ['/a'.repeat(5_000_000), '1 1 1 '.repeat(2_000_000), `/${'#41'.repeat(4_000_000)}`]) {
      const { result, seconds } = await timed(() => verifier.verifyPdf(Buffer.from(`${head}${body}]\nendobj`)))
      expect(result).toEqual({ valid: false, reason: 'structure' })
      expect(seconds).toBeLessThan(2)
    }
  })
})

describe('a code list file', () => {
  const mapping = { list: 'icd10', version: 'x', validFrom: '2026-01-01', source: 's', licence: 'l', starter: false, complete: true, columns: { code: 'a', display: 'b' } }

  it('with a million spaces in its base64 is refused at once', async () => {
    const { result, seconds } = await timed(() => admin.post('/api/admin/code-lists/import', { name: 'x.csv', base64: `A${' '.repeat(1_000_000)}!`, mapping }))
    expect(result.status).toBe(422)
    expect(seconds).toBeLessThan(5)
  })

  it('with more rows than are taken is not read to its end', async () => {
    const { result, seconds } = await timed(() => readListFile(Buffer.from(`a,b\n${'x,y\n'.repeat(3_000_000)}`)).then(() => 'read', (error: Error & { code?: string }) => error.code))
    expect(result).toBe('import-invalid')
    expect(seconds).toBeLessThan(5)
  })

  it('that is a workbook of a kilobyte with a cell in the last corner takes no memory but that of the thread that reads it', async () => {
    const rows = [['Mã', 'Tên'], ['A00', 'Tả']]
    const corner = makeXlsx(rows, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    expect(corner.length).toBeLessThan(3000)
    const before = process.memoryUsage.rss()
    const code = await readSheet(corner, { memory: 48 }).then(() => 'read', (error: Error & { code?: string }) => error.code)
    expect(code).toBe('import-invalid')
    expect(process.memoryUsage.rss() - before).toBeLessThan(300_000_000)
    expect(await readSheet(corner, { patience: 1 }).then(() => 'read', (error: Error & { code?: string }) => error.code)).toBe('import-invalid')
    expect(await readSheet(makeXlsx(rows))).toEqual(rows)
  })

  it('that unpacks to gigabytes is not unpacked', async () => {
    const entry = (content: Buffer, size = content.length): Buffer => {
      const head = Buffer.alloc(30)
      head.write('PK\u0003\u0004', 0, 'latin1')
      head.writeUInt16LE(8, 8)
      // the size that the file claims is nobody's promise
      head.writeUInt32LE(size, 22)
      return Buffer.concat([head, deflateRawSync(content)])
    }
    const bomb = entry(Buffer.alloc(200_000_000), 10)
    expect(bomb.length).toBeLessThan(400_000)
    expect(await expandsWithin(bomb, 128 * 1024 * 1024)).toBe(false)
    expect(await expandsWithin(Buffer.concat([entry(Buffer.alloc(1000)), entry(randomBytes(1000))]), 2000)).toBe(true)
    expect(await expandsWithin(Buffer.concat([entry(Buffer.alloc(1000)), entry(randomBytes(1001))]), 2000)).toBe(false)
    expect(await readListFile(bomb).then(() => 'read', (error: Error & { code?: string }) => error.code)).toBe('import-invalid')
  })
})
