/** SHA-256 of the exchange (FIPS 180-4, https://csrc.nist.gov/pubs/fips/180-4/upd1/final): over bytes in pieces, so that nothing is copied together first. */
import { createHash } from 'node:crypto'

/** 32 bytes. */
export const sha256 = (...pieces: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return new Uint8Array(hash.digest())
}

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Hash before the first entry of an epoch. */
export const NO_HASH: Uint8Array = new Uint8Array(32)

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0
