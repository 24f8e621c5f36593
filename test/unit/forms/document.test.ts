/** Reading the document Bundle: what a form prints, and what it refuses to print. */
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parseJson } from '#api/model/json.ts'
import { plainText, readDocument } from '#api/printing/document.ts'
import { isDrawablePng, type Inflate } from '#api/model/png.ts'
import { text } from '#api/printing/view.ts'
import { sampleBundle } from './sample-document.ts'
import { sealPng } from './sample-seal.ts'

const inflate: Inflate = (data, most) => inflateSync(Buffer.concat(data), { maxOutputLength: most })

describe('document', () => {
  it('reads the same from plain objects and from the lossless reader', () => {
    const plain = sampleBundle('visit-summary')
    for (const bundle of [plain, parseJson(JSON.stringify(plain))]) {
      const document = readDocument(bundle, 'visit-summary')
      expect(text(document.patient, 'name', 0, 'text')).toBe('Nguyễn Văn Mẫu')
      expect(document.section('main-diagnosis')?.entries).toHaveLength(1)
      expect(text(document.department, 'name')).toBe('Khoa Khám bệnh (C1)')
    }
  })

  it('keeps the digits that were measured', () => {
    const bundle = parseJson('{"entry":[{"resource":{"resourceType":"Composition"}},{"resource":{"resourceType":"Observation","valueQuantity":{"value":37.50}}}]}')
    expect(text(readDocument(bundle, 'visit-summary').resources('Observation')[0], 'valueQuantity', 'value')).toBe('37.50')
  })

  it('refuses a section that the form would not print', () => {
    expect(() => readDocument(sampleBundle('visit-summary'), 'prescription')).toThrow(/invalid-resource/)
  })

  it.each([[null], [{}], [{ entry: 'x' }], [{ entry: [{ resource: { resourceType: 'Patient' } }] }], [{ entry: [{ resource: { resourceType: 'Composition', section: [{}] } }] }]])('refuses %j', (bundle) => {
    expect(() => readDocument(bundle, 'visit-summary')).toThrow(/invalid-resource/)
  })

  it('reads narrative as lines of text', () => {
    expect(plainText('<div><p>Ho &amp; sốt</p><ul><li>một</li><li>hai &lt;3</li></ul></div>')).toBe('Ho & sốt\nmột\nhai <3')
  })
})

describe('seal', () => {
  it('is drawn only when it is a whole PNG', () => {
    const seal = sealPng(40)
    expect(isDrawablePng(seal, inflate)).toBe(true)
    expect(isDrawablePng(seal.subarray(0, seal.length - 5), inflate)).toBe(false)
    expect(isDrawablePng(new Uint8Array(0), inflate)).toBe(false)
    for (let place = 8; place < 60; place++) {
      const damaged = seal.slice()
      damaged[place] = (damaged[place] ?? 0) ^ 0x41
      expect(() => isDrawablePng(damaged, inflate)).not.toThrow()
    }
  })
})
