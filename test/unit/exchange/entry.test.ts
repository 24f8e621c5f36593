/** Entries and batches as bytes: what is written is read back, and every changed byte shows. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBatch, encodeBatch, PROTO } from '#api/exchange/core/batch.ts'
import { frame, toBytes, toText, unframe } from '#api/exchange/core/bytes.ts'
import { NO_HASH, sha256, toHex } from '#api/exchange/core/digest.ts'
import { decodeEntry, encodeEntry, findTampering, readHeader, sealEntry, splitBody, writeHeader } from '#api/exchange/core/entry.ts'
import { ExchangeFormatError } from '#api/exchange/core/format-error.ts'
import type { EntryHeader, EntryItem, Manifest, SealedEntry } from '#api/model/exchange.ts'

const header = (over: Partial<EntryHeader> = {}): EntryHeader => ({
  schema: 1, node: 'h900', tenant: 900, epoch: 'e1', seq: 7, pseq: 3, patient: 'p1', prio: 2, kind: 'commit', at: '2026-11-22T08:00:00.000+07:00', items: [], ...over,
})

const resource = (text: string): EntryItem => ({ kind: 'resource', type: 'Patient', id: 'p1', version: 2, lastUpdated: '2026-11-22T01:00:00.000Z', deleted: false, immutable: false, length: toBytes(text).length })

const sealed = (bodies: readonly string[]): SealedEntry => {
  const body = bodies.map(toBytes)
  return { ...sealEntry(header({ items: bodies.map(resource) }), sha256(...body), NO_HASH), body: new Uint8Array(Buffer.concat(body)) }
}

const manifest = (over: Partial<Manifest> = {}): Manifest => ({ proto: PROTO, iss: 'h900', aud: 'center', epoch: 'e1', seqs: [7], dict: null, iat: 0, count: 1, ...over })
const reasonOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof ExchangeFormatError) return error.reason
    throw error
  }
  return 'nothing was thrown'
}

describe('an entry', () => {
  it('comes back byte for byte, with the pieces of its body', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 }), (bodies) => {
      const entry = sealed(bodies)
      const back = decodeEntry(encodeEntry(entry))
      expect(findTampering(back)).toBeUndefined()
      expect(splitBody(readHeader(back.header), back.body).map(([piece]) => toText(piece ?? NO_HASH))).toEqual(bodies)
    }))
  })

  it('shows every single changed byte', () => {
    const raw = encodeEntry(sealed(['{"resourceType":"Patient","x":1.10}', '{}']))
    for (let at = 0; at < raw.length; at += 1) {
      const changed = raw.slice()
      changed[at] = (changed[at] ?? 0) ^ 0x01
      let found: string | undefined
      try {
        found = findTampering(decodeEntry(changed))
      } catch (error) {
        found = error instanceof ExchangeFormatError ? error.reason : undefined
      }
      expect(found, `byte ${at}`).toBeDefined()
    }
  })

  it('hashes the bytes of the header as they were written, with the hash before it', () => {
    const { header: written, bodySha256, entryHash } = sealed(['a'])
    expect(toHex(entryHash)).toBe(toHex(sha256(NO_HASH, written, bodySha256)))
    expect(toHex(bodySha256)).toBe('ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb')
  })

  it('reads a header of a document, and refuses one that is no header', () => {
    const item: EntryItem = { kind: 'document', id: 'd1', lengths: [1, 2, 3] }
    expect(readHeader(writeHeader(header({ items: [item], patient: null, pseq: 0 })))).toEqual(header({ items: [item], patient: null, pseq: 0 }))
    expect(splitBody(header({ items: [item] }), toBytes('abbccc')).flat().map(toText)).toEqual(['a', 'bb', 'ccc'])
    for (const text of ['', '[]', '{"schema":1}', '{"schema":1,"schema":1}']) expect(reasonOf(() => readHeader(toBytes(text)))).toBe('header-unreadable')
    expect(reasonOf(() => readHeader(new Uint8Array([0xff])))).toBe('header-unreadable')
  })

  it('refuses a body that is shorter or longer than its header says', () => {
    expect(reasonOf(() => splitBody(header({ items: [resource('abc')] }), toBytes('ab')))).toBe('body-length')
    expect(reasonOf(() => splitBody(header({ items: [resource('abc')] }), toBytes('abcd')))).toBe('body-length')
  })

  it('refuses frames that are cut or have pieces too many', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (pieces) => {
      expect(unframe(frame(...pieces)).map((piece) => [...piece])).toEqual(pieces.map((piece) => [...piece]))
    }))
    const raw = encodeEntry(sealed(['a']))
    for (const cut of [1, 3, 5, raw.length - 1]) expect(reasonOf(() => decodeEntry(raw.subarray(0, cut)))).toBe('frame-cut')
    expect(reasonOf(() => decodeEntry(frame(NO_HASH)))).toBe('entry-malformed')
    expect(reasonOf(() => decodeEntry(frame(...unframe(raw), NO_HASH)))).toBe('entry-malformed')
  })
})

describe('a batch', () => {
  it('comes back with its manifest and its entries', () => {
    const entry = sealed(['a'])
    const batch = decodeBatch(encodeBatch(manifest(), [entry]))
    expect(batch.manifest).toEqual(manifest())
    expect(batch.entries.map(({ seq, raw }) => [seq, toHex(decodeEntry(raw).entryHash)])).toEqual([[7, toHex(entry.entryHash)]])
  })

  it('is refused whole when it does not hang together', () => {
    const entry = sealed(['a'])
    expect(reasonOf(() => decodeBatch(encodeBatch(manifest({ proto: '2.0' }), [entry])))).toBe('proto-unknown')
    expect(reasonOf(() => decodeBatch(encodeBatch(manifest({ dict: 'd1' }), [entry])))).toBe('dict-unknown')
    expect(reasonOf(() => decodeBatch(encodeBatch(manifest({ count: 2 }), [entry])))).toBe('batch-malformed')
    expect(reasonOf(() => decodeBatch(encodeBatch(manifest({ seqs: [7, 7], count: 2 }), [entry, entry])))).toBe('batch-malformed')
    expect(reasonOf(() => decodeBatch(frame(toBytes('{}'))))).toBe('batch-malformed')
    expect(reasonOf(() => decodeBatch(new Uint8Array()))).toBe('batch-malformed')
  })
})
