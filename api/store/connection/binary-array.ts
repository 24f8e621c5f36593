/**
 * Arrays as PostgreSQL sends and takes them in its binary format (array_recv of src/backend/utils/adt/arrayfuncs.c; https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES):
 * neither side has to quote or parse a text. Each answers a Buffer, which pg sends as binary; the parameter's type in the statement must be that very array. Pure.
 */

/** Object identifiers of PostgreSQL's own types, which never change (pg_type.dat). */
const OID = { bool: 16, int8: 20, int2: 21, int4: 23, text: 25, float8: 701, timestamptz: 1184 } as const

const HEADER = 20

interface Begun { readonly buffer: Buffer; readonly view: DataView }

/** One dimension, counted from 1. An array of nothing has none, for which header the first three fields suffice. */
const begin = (oid: number, count: number, size: number, hasNull: boolean): Begun => {
  const buffer = Buffer.allocUnsafe(count === 0 ? 12 : HEADER + size)
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
  view.setInt32(0, count === 0 ? 0 : 1)
  view.setInt32(4, hasNull ? 1 : 0)
  view.setInt32(8, oid)
  if (count === 0) return { buffer, view }
  view.setInt32(12, count)
  view.setInt32(16, 1)
  return { buffer, view }
}

/** Values of one width; null where there is none. Through a DataView, which V8 compiles to single stores. */
const ofWidth = <T>(oid: number, width: number, items: readonly (T | null)[], write: (view: DataView, item: T, at: number) => void): Buffer => {
  let nulls = 0
  for (const item of items) if (item === null) nulls += 1
  const { buffer, view } = begin(oid, items.length, items.length * (4 + width) - nulls * width, nulls > 0)
  let at = HEADER
  for (const item of items) {
    view.setInt32(at, item === null ? -1 : width)
    at += 4
    if (item === null) continue
    write(view, item, at)
    at += width
  }
  return buffer
}

/** Throws RangeError for what has more than 64 bits. */
export const int8s = (items: readonly bigint[]): Buffer => ofWidth(OID.int8, 8, items, (view, item, at) => {
  if (BigInt.asIntN(64, item) !== item) throw new RangeError('A number has more than 64 bits')
  view.setBigInt64(at, item)
})
export const int4s = (items: readonly (number | null)[]): Buffer => ofWidth(OID.int4, 4, items, (view, item, at) => view.setInt32(at, item))
export const int2s = (items: readonly number[]): Buffer => ofWidth(OID.int2, 2, items, (view, item, at) => view.setInt16(at, item))
export const bools = (items: readonly boolean[]): Buffer => ofWidth(OID.bool, 1, items, (view, item, at) => view.setUint8(at, item ? 1 : 0))

/** Decimal texts of doubles, "infinity" and "-infinity". */
export const float8s = (items: readonly (string | null)[]): Buffer => ofWidth(OID.float8, 8, items, (view, item, at) => view.setFloat64(at, toDouble(item)))

const toDouble = (text: string): number => (text === 'infinity' ? Infinity : text === '-infinity' ? -Infinity : Number(text))

/** Milliseconds from 1970 to 2000, where PostgreSQL begins to count microseconds. */
const BEGINNING = 946_684_800_000
const LAST = 0x7fffffffffffffffn

/** Instants as toISOString writes them, "infinity" and "-infinity". Throws RangeError for what is none. */
export const instants = (items: readonly string[]): Buffer => {
  // rows of one resource have one date
  let [text, microseconds] = ['', 0n]
  return ofWidth(OID.timestamptz, 8, items, (view, item, at) => {
    if (item !== text) [text, microseconds] = [item, toMicroseconds(item)]
    view.setBigInt64(at, microseconds)
  })
}

const toMicroseconds = (instant: string): bigint =>
  (instant === 'infinity' ? LAST : instant === '-infinity' ? -LAST - 1n : BigInt(Date.parse(instant) - BEGINNING) * 1000n)

export const texts = (items: readonly (string | null)[]): Buffer => {
  let [size, hasNull] = [0, false]
  for (const item of items) {
    size += 4
    if (item === null) hasNull = true
    else size += Buffer.byteLength(item)
  }
  const { buffer, view } = begin(OID.text, items.length, size, hasNull)
  let at = HEADER
  for (const item of items) {
    const length = item === null ? -1 : buffer.write(item, at + 4)
    view.setInt32(at, length)
    at += 4 + Math.max(0, length)
  }
  return buffer
}
