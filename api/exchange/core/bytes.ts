/** Length-prefixed framing: each piece is a 32-bit big-endian length and that many bytes. Reading never goes past the end and never leaves a rest. */
import { ExchangeFormatError } from './format-error.ts'

export const frame = (...pieces: readonly Uint8Array[]): Uint8Array => {
  const total = pieces.reduce((sum, piece) => sum + 4 + piece.length, 0)
  const out = new Uint8Array(total)
  const view = new DataView(out.buffer)
  let at = 0
  for (const piece of pieces) {
    view.setUint32(at, piece.length)
    out.set(piece, at + 4)
    at += 4 + piece.length
  }
  return out
}

/** The pieces of a frame, as views on `bytes`. */
export const unframe = (bytes: Uint8Array): Uint8Array[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pieces: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    if (bytes.length - at < 4) throw new ExchangeFormatError('frame-cut')
    const length = view.getUint32(at)
    if (bytes.length - at - 4 < length) throw new ExchangeFormatError('frame-cut')
    pieces.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return pieces
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const toBytes = (text: string): Uint8Array => encoder.encode(text)

/** UTF-8 only; anything else is refused rather than repaired. */
export const toText = (bytes: Uint8Array): string => {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new ExchangeFormatError('not-utf8', { cause })
  }
}
