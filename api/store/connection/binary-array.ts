/**
 * Arrays as PostgreSQL sends and takes them in its binary format (array_recv of src/backend/utils/adt/arrayfuncs.c; https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES):
 * neither side has to quote or parse a text. Each answers a Buffer, which pg sends as binary; the parameter's type in the statement must be that very array. Pure.
 */

/** Object identifiers of PostgreSQL's own types, which never change (pg_type.dat). */
const OID = { bool: 16, int8: 20, int2: 21, int4: 23, text: 25, float8: 701, timestamptz: 1184 } as const

const HEADER = 20

/** One dimension, counted from 1. An array of nothing has none, for which header the first three fields suffice. */
const begin = (oid: number, count: number, size: number, hasNull: boolean): Buffer => {
  const buffer = Buffer.allocUnsafe(count === 0 ? 12 : HEADER + size)
  buffer.writeInt32BE(count === 0 ? 0 : 1, 0)
  buffer.writeInt32BE(hasNull ? 1 : 0, 4)
  buffer.writeInt32BE(oid, 8)
  if (count === 0) return buffer
  buffer.writeInt32BE(count, 12)
  buffer.writeInt32BE(1, 16)
  return buffer
}

/** Values of one width; null where there is none. */
const ofWidth = <T>(oid: number, width: number, items: readonly (T | null)[], write: (buffer: Buffer, item: T, at: number) => void): Buffer => {
  const nulls = items.reduce((sum, item) => (item === null ? sum + 1 : sum), 0)
  const buffer = begin(oid, items.length, items.length * (4 + width) - nulls * width, nulls > 0)
  let at = HEADER
  for (const item of items) {
    buffer.writeInt32BE(item === null ? -1 : width, at)
    at += 4
    if (item === null) continue
    write(buffer, item, at)
    at += width
  }
  return buffer
}

export const int8s = (items: readonly bigint[]): Buffer => ofWidth(OID.int8, 8, items, (buffer, item, at) => buffer.writeBigInt64BE(item, at))
export const int4s = (items: readonly (number | null)[]): Buffer => ofWidth(OID.int4, 4, items, (buffer, item, at) => buffer.writeInt32BE(item, at))
export const int2s = (items: readonly number[]): Buffer => ofWidth(OID.int2, 2, items, (buffer, item, at) => buffer.writeInt16BE(item, at))
export const bools = (items: readonly boolean[]): Buffer => ofWidth(OID.bool, 1, items, (buffer, item, at) => buffer.writeUInt8(item ? 1 : 0, at))

/** Decimal texts of doubles, "infinity" and "-infinity". */
export const float8s = (items: readonly (string | null)[]): Buffer => ofWidth(OID.float8, 8, items, (buffer, item, at) => buffer.writeDoubleBE(toDouble(item), at))

const toDouble = (text: string): number => (text === 'infinity' ? Infinity : text === '-infinity' ? -Infinity : Number(text))

/** Milliseconds from 1970 to 2000, where PostgreSQL begins to count microseconds. */
const BEGINNING = 946_684_800_000
const LAST = 0x7fffffffffffffffn

/** Instants as toISOString writes them, "infinity" and "-infinity". Throws RangeError for what is none. */
export const instants = (items: readonly string[]): Buffer => ofWidth(OID.timestamptz, 8, items, (buffer, item, at) => buffer.writeBigInt64BE(toMicroseconds(item), at))

const toMicroseconds = (instant: string): bigint =>
  (instant === 'infinity' ? LAST : instant === '-infinity' ? -LAST - 1n : BigInt(Date.parse(instant) - BEGINNING) * 1000n)

export const texts = (items: readonly (string | null)[]): Buffer => {
  const sizes = items.map((item) => (item === null ? -1 : Buffer.byteLength(item)))
  const buffer = begin(OID.text, items.length, sizes.reduce((sum, size) => sum + 4 + Math.max(0, size), 0), sizes.includes(-1))
  let at = HEADER
  for (const [index, item] of items.entries()) {
    at = buffer.writeInt32BE(sizes[index] ?? -1, at)
    if (item !== null) at += buffer.write(item, at)
  }
  return buffer
}
