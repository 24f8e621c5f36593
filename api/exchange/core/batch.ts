/** A batch as bytes, before compression: the manifest, then each entry. What is signed is the compressed form, so nothing is parsed before it is verified. */
import { z } from 'zod'
import type { Manifest, SealedEntry } from '../../model/exchange.ts'
import { parseJson, toPlain } from '../../model/json.ts'
import { frame, toBytes, toText, unframe } from './bytes.ts'
import { encodeEntry } from './entry.ts'
import { ExchangeFormatError } from './format-error.ts'

export const PROTO = '1.0'

const manifestShape = z.object({
  proto: z.string(), iss: z.string().min(1), aud: z.string().min(1), epoch: z.string().min(1), seqs: z.array(z.int().min(1)).min(1),
  dict: z.string().nullable(), iat: z.int(), count: z.int().min(1),
})

export const encodeBatch = (manifest: Manifest, entries: readonly SealedEntry[]): Uint8Array =>
  frame(toBytes(JSON.stringify(manifest)), ...entries.map(encodeEntry))

export interface DecodedBatch {
  readonly manifest: Manifest
  /** Still framed: an entry that cannot be read is kept as it came. */
  readonly entries: readonly { readonly seq: number; readonly raw: Uint8Array }[]
}

/** Throws 'batch-malformed', 'proto-unknown', 'dict-unknown': then nothing of it is stored. */
export const decodeBatch = (bytes: Uint8Array): DecodedBatch => {
  const [first, ...raws] = unframe(bytes)
  if (first === undefined) throw new ExchangeFormatError('batch-malformed')
  const manifest = readManifest(first)
  if (!/^1\.\d+$/.test(manifest.proto)) throw new ExchangeFormatError('proto-unknown')
  if (manifest.dict !== null) throw new ExchangeFormatError('dict-unknown')
  if (manifest.count !== raws.length || manifest.seqs.length !== raws.length || new Set(manifest.seqs).size !== raws.length) {
    throw new ExchangeFormatError('batch-malformed')
  }
  return { manifest, entries: raws.map((raw, i) => ({ seq: manifest.seqs[i] ?? 0, raw })) }
}

const readManifest = (bytes: Uint8Array): Manifest => {
  try {
    return manifestShape.parse(toPlain(parseJson(toText(bytes))))
  } catch (cause) {
    throw new ExchangeFormatError('batch-malformed', { cause })
  }
}
