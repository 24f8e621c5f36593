/**
 * A strict reader for DER (ITU-T X.690): one-byte tags, definite lengths in their shortest form, nothing left over. Whatever is not the
 * one allowed encoding throws, so that no byte of a signature can change without being seen.
 */
export class DerError extends Error {}

/** Tag bytes as they stand in the encoding. */
export const TAG = {
  boolean: 0x01, integer: 0x02, bitString: 0x03, octetString: 0x04, null: 0x05, oid: 0x06, utf8String: 0x0c, printableString: 0x13,
  utcTime: 0x17, generalizedTime: 0x18, sequence: 0x30, set: 0x31, context0: 0xa0, context3: 0xa3, directoryName: 0xa4, uri: 0x86,
} as const

export interface Node {
  readonly tag: number
  /** The whole encoding, and its content alone: views on the input, not copies. */
  readonly der: Buffer
  readonly content: Buffer
}

const fail = (why: string): never => { throw new DerError(why) }

/** Reads the element that starts at `offset`; it may be followed by others. */
export const readNode = (bytes: Buffer, offset = 0): Node => {
  const tag = bytes[offset] ?? fail('truncated')
  if ((tag & 0x1f) === 0x1f) fail('multi-byte tag')
  const first = bytes[offset + 1] ?? fail('truncated')
  let start = offset + 2
  let length = first
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count < 1 || count > 3 || start + count > bytes.length) fail('length form')
    length = bytes.readUIntBE(start, count)
    start += count
    if (length < 0x80 || (count > 1 && length < 1 << (8 * (count - 1)))) fail('length not in its shortest form')
  }
  if (start + length > bytes.length) fail('truncated')
  return { tag, der: bytes.subarray(offset, start + length), content: bytes.subarray(start, start + length) }
}

/** Reads one element that fills `bytes` to the last byte. */
export const readOnly = (bytes: Buffer, tag?: number): Node => {
  const node = readNode(bytes)
  if (node.der.length !== bytes.length) fail('trailing bytes')
  return tag === undefined ? node : expectTag(node, tag)
}

export const expectTag = (node: Node | undefined, tag: number): Node =>
  node === undefined || node.tag !== tag ? fail(`tag ${node?.tag ?? 'none'} where ${tag} belongs`) : node

/** The elements inside a constructed one, none left over. */
export const childrenOf = (node: Node, tag?: number): Node[] => {
  if (tag !== undefined) expectTag(node, tag)
  const children: Node[] = []
  for (let at = 0; at < node.content.length;) {
    const child = readNode(node.content, at)
    children.push(child)
    at += child.der.length
  }
  return children
}

/** The children of a SEQUENCE with exactly these tags. */
export const sequenceOf = (node: Node | undefined, ...tags: number[]): Node[] => {
  const children = childrenOf(expectTag(node, TAG.sequence))
  if (children.length !== tags.length) fail(`${children.length} elements where ${tags.length} belong`)
  children.forEach((child, at) => expectTag(child, tags[at] ?? -1))
  return children
}

export const readOid = (node: Node | undefined): string => {
  const bytes = expectTag(node, TAG.oid).content
  const arcs: number[] = []
  let value = 0
  for (const [at, byte] of bytes.entries()) {
    if (value === 0 && byte === 0x80) fail('oid arc not in its shortest form')
    value = value * 128 + (byte & 0x7f)
    if (byte & 0x80) { if (at === bytes.length - 1) fail('oid ends within an arc'); continue }
    if (arcs.length === 0) arcs.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)))
    else arcs.push(value)
    value = 0
  }
  return arcs.join('.')
}

/** A non-negative INTEGER in its shortest form, as bytes without the sign byte. */
export const readUnsigned = (node: Node | undefined): Buffer => {
  const { content } = expectTag(node, TAG.integer)
  const [first, second] = content
  if (first === undefined || first >= 0x80) return fail('not a non-negative integer')
  if (first === 0 && second !== undefined && second < 0x80) fail('integer not in its shortest form')
  return first === 0 && content.length > 1 ? content.subarray(1) : content
}

/** UTCTime or GeneralizedTime in the forms of RFC 5280 4.1.2.5. */
export const readTime = (node: Node | undefined): Date => {
  const text = node?.content.toString('latin1') ?? ''
  const match = node?.tag === TAG.utcTime ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
    : node?.tag === TAG.generalizedTime ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) : null
  if (!match) return fail('time form')
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const full = node?.tag === TAG.utcTime ? year + (year >= 50 ? 1900 : 2000) : year
  return new Date(Date.UTC(full, month - 1, day, hour, minute, second))
}
