/**
 * ECDSA over P-256 with SHA-256 in its one accepted form: s at most half the order, in the raw 64-byte form of JOSE (RFC 7518 3.4) and the
 * DER form of CMS (RFC 3279 2.2.3). Without that rule anyone could turn a valid signature into another valid one.
 */
import { sign, verify, type KeyObject } from 'node:crypto'
import { P256_ORDER } from './algorithms.ts'
import { readOnly, readUnsigned, sequenceOf, TAG } from './der.ts'

const toBigInt = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex') || '0'}`)
const to32Bytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')

/** 64 bytes: r and s, s small. */
export const signRaw = (data: Uint8Array, key: KeyObject): Buffer => {
  const raw = sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' })
  const s = toBigInt(raw.subarray(32))
  return s > P256_ORDER / 2n ? Buffer.concat([raw.subarray(0, 32), to32Bytes(P256_ORDER - s)]) : raw
}

export const verifyRaw = (data: Uint8Array, key: KeyObject, raw: Buffer): boolean =>
  raw.length === 64 && toBigInt(raw.subarray(32)) <= P256_ORDER / 2n && verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, raw)

const derInteger = (bytes: Buffer): Buffer => {
  let from = 0
  while (from < bytes.length - 1 && bytes[from] === 0) from++
  const rest = bytes.subarray(from)
  const signed = (rest[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), rest]) : rest
  return Buffer.concat([Buffer.of(TAG.integer, signed.length), signed])
}

export const rawToDer = (raw: Buffer): Buffer => {
  const body = Buffer.concat([derInteger(raw.subarray(0, 32)), derInteger(raw.subarray(32))])
  return Buffer.concat([Buffer.of(TAG.sequence, body.length), body])
}

/** Throws DerError unless `der` is SEQUENCE { INTEGER r, INTEGER s } in its one form. */
export const derToRaw = (der: Buffer): Buffer => {
  const [r, s] = sequenceOf(readOnly(der), TAG.integer, TAG.integer)
  return Buffer.concat([to32Bytes(toBigInt(readUnsigned(r))), to32Bytes(toBigInt(readUnsigned(s)))])
}
