/**
 * A journal entry as bytes: header, body, and the hash that chains it to the one before it. The hash covers the bytes of the header as the
 * sealer wrote them, never a re-written form, so that a later release with other fields cannot break old chains.
 */
import { z } from 'zod'
import type { EntryHeader, EntryItem, SealedEntry, Sealing } from '../../model/exchange.ts'
import { parseJson, toPlain } from '../../model/json.ts'
import { frame, toBytes, toText, unframe } from './bytes.ts'
import { NO_HASH, sameBytes, sha256 } from './digest.ts'
import { ExchangeFormatError } from './format-error.ts'
import { sealOrder } from './seal-order.ts'

/** Shape of header and body written by this release. */
export const SCHEMA = 1

const count = z.int().min(0)
const itemShape = z.union([
  z.object({ kind: z.literal('resource'), type: z.string().min(1), id: z.string().min(1), version: z.int().min(1), lastUpdated: z.string().min(1), deleted: z.boolean(), immutable: z.boolean(), length: count }),
  z.object({ kind: z.literal('document'), id: z.string().min(1), lengths: z.tuple([count, count, count]) }),
])
const headerShape = z.object({
  schema: z.int().min(1), node: z.string().min(1), tenant: z.int().min(1), epoch: z.string().min(1), seq: z.int().min(1), pseq: count,
  patient: z.string().nullable(), prio: z.int().min(0).max(9), kind: z.string().min(1), at: z.string().min(1), items: z.array(itemShape),
})

/** One line of JSON, members in a fixed order. */
export const writeHeader = (header: EntryHeader): Uint8Array => toBytes(JSON.stringify({
  schema: header.schema, node: header.node, tenant: header.tenant, epoch: header.epoch, seq: header.seq, pseq: header.pseq,
  patient: header.patient, prio: header.prio, kind: header.kind, at: header.at, items: header.items.map(writeItem),
}))

const writeItem = (item: EntryItem): EntryItem => item.kind === 'resource'
  ? { kind: item.kind, type: item.type, id: item.id, version: item.version, lastUpdated: item.lastUpdated, deleted: item.deleted, immutable: item.immutable, length: item.length }
  : { kind: item.kind, id: item.id, lengths: item.lengths }

/** Throws ExchangeFormatError 'header-unreadable'; a header of a later schema may be readable or not. */
export const readHeader = (bytes: Uint8Array): EntryHeader => {
  try {
    return headerShape.parse(toPlain(parseJson(toText(bytes))))
  } catch (cause) {
    throw new ExchangeFormatError('header-unreadable', { cause })
  }
}

export const entryHash = (prevHash: Uint8Array, header: Uint8Array, bodySha256: Uint8Array): Uint8Array => sha256(prevHash, header, bodySha256)

/** What the sealer does to one commit. */
export const sealEntry = (header: EntryHeader, bodySha256: Uint8Array, prevHash: Uint8Array): Omit<SealedEntry, 'body'> => {
  const written = writeHeader(header)
  return { header: written, prevHash, bodySha256, entryHash: entryHash(prevHash, written, bodySha256) }
}

/** For the sealer in api/store. */
export const sealing: Sealing = { schema: SCHEMA, noHash: NO_HASH, order: sealOrder, digest: (body) => sha256(...body), seal: sealEntry }

export const encodeEntry = (entry: SealedEntry): Uint8Array => frame(entry.header, entry.prevHash, entry.bodySha256, entry.entryHash, entry.body)

/** Takes the frame apart; whether the hashes are right is a question of its own. */
export const decodeEntry = (bytes: Uint8Array): SealedEntry => {
  const [header, prevHash, bodySha256, hash, body, ...rest] = unframe(bytes)
  if (header === undefined || prevHash?.length !== 32 || bodySha256?.length !== 32 || hash?.length !== 32 || body === undefined || rest.length > 0) {
    throw new ExchangeFormatError('entry-malformed')
  }
  return { header, prevHash, bodySha256, entryHash: hash, body }
}

/** Why the entry is not what its sealer sealed; undefined: it is. */
export const findTampering = (entry: SealedEntry): 'body-digest-mismatch' | 'entry-hash-mismatch' | undefined => {
  if (!sameBytes(sha256(entry.body), entry.bodySha256)) return 'body-digest-mismatch'
  return sameBytes(entryHash(entry.prevHash, entry.header, entry.bodySha256), entry.entryHash) ? undefined : 'entry-hash-mismatch'
}

/** The pieces of the body in the order of the header's items: one for a resource, three for a document. Throws 'body-length'. */
export const splitBody = (header: EntryHeader, body: Uint8Array): Uint8Array[][] => {
  let at = 0
  const take = (length: number): Uint8Array => {
    if (at + length > body.length) throw new ExchangeFormatError('body-length')
    at += length
    return body.subarray(at - length, at)
  }
  const parts = header.items.map((item) => (item.kind === 'resource' ? [item.length] : [...item.lengths]).map(take))
  if (at !== body.length) throw new ExchangeFormatError('body-length')
  return parts
}
