/**
 * A strict reader for PDF objects (ISO 32000-1 7.3): exactly what our printer and our signer write, everything else throws. It notes every
 * name that it meets, decoded, so that a forbidden one cannot hide behind #-escapes.
 */
export class PdfError extends Error {}

export interface PdfName { readonly kind: 'name'; readonly name: string }
export interface PdfRef { readonly kind: 'ref'; readonly object: number; readonly generation: number }
/** `start` and `end`: the bytes of the file that hold it, delimiters included. */
export interface PdfText { readonly kind: 'text'; readonly hex: boolean; readonly bytes: Buffer; readonly start: number; readonly end: number }
export interface PdfNumber { readonly kind: 'number'; readonly source: string }
export type PdfDict = ReadonlyMap<string, PdfValue>
export type PdfValue = null | boolean | PdfNumber | PdfName | PdfRef | PdfText | readonly PdfValue[] | PdfDict

const fail = (why: string, at: number): never => { throw new PdfError(`${why} at ${at}`) }

// 1 white space, 2 delimiter, 0 regular
const KIND = new Uint8Array(256)
for (const byte of [0, 9, 10, 12, 13, 32]) KIND[byte] = 1
for (const char of '()<>[]{}/%') KIND[char.charCodeAt(0)] = 2
const HEX = new Int8Array(256).fill(-1)
for (const [at, char] of [...'0123456789abcdef'].entries()) HEX[char.charCodeAt(0)] = HEX[char.toUpperCase().charCodeAt(0)] = at

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12, '(': 40, ')': 41, '\\': 92 }
const MAX_DEPTH = 24
/** Values in one file: ours have some thousands. More are refused, so that a stranger's file costs nobody else a second. */
const MAX_VALUES = 200_000
/** Bytes of a name or number (ISO 32000-1 annex C: 127). */
const MAX_WORD = 512

export class PdfReader {
  readonly bytes: Buffer
  at: number
  readonly names: Set<string>
  #values = 0

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes
    this.at = at
    this.names = new Set()
  }

  /** Skips white space; comments are allowed nowhere but where the file walk expects them. */
  skip(): void {
    while (KIND[this.bytes[this.at] ?? 33] === 1) this.at++
  }

  /** A run of regular characters, possibly empty. */
  word(): string {
    const start = this.at
    while (this.at < this.bytes.length && KIND[this.bytes[this.at] ?? 0] === 0) this.at++
    if (this.at - start > MAX_WORD) fail('word too long', start)
    return start === this.at ? '' : this.bytes.toString('latin1', start, this.at)
  }

  /** The next characters, fewer at the end of the file; nothing is consumed. */
  peek(count: number): string {
    return this.at >= this.bytes.length ? '' : this.bytes.toString('latin1', this.at, Math.min(this.at + count, this.bytes.length))
  }

  expect(text: string): void {
    if (this.peek(text.length) !== text) fail(`"${text}" expected`, this.at)
    this.at += text.length
  }

  value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) fail('nested too deeply', this.at)
    if (++this.#values > MAX_VALUES) fail('too many values', this.at)
    this.skip()
    switch (this.bytes[this.at]) {
      case 0x2f: return this.name()
      case 0x28: return this.literal()
      case 0x5b: return this.array(depth)
      case 0x3c: return this.bytes[this.at + 1] === 0x3c ? this.dict(depth) : this.hex()
      default: return this.simple()
    }
  }

  name(): PdfName {
    this.at++
    const source = this.word()
    const name = source.replace(/#(..?)?/g, (escape, code: string | undefined) =>
      /^[0-9a-fA-F]{2}$/.test(code ?? '') ? String.fromCharCode(parseInt(code ?? '', 16)) : fail(`name escape ${escape}`, this.at))
    this.names.add(name)
    return { kind: 'name', name }
  }

  private simple(): PdfValue {
    const start = this.at
    const word = this.word()
    if (word === 'true' || word === 'false') return word === 'true'
    if (word === 'null') return null
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) return fail(`value "${word}"`, start)
    const after = this.at
    if (/^\d+$/.test(word)) {
      this.skip()
      const generation = this.word()
      if (/^\d+$/.test(generation)) {
        this.skip()
        if (this.word() === 'R') return { kind: 'ref', object: Number(word), generation: Number(generation) }
      }
    }
    this.at = after
    return { kind: 'number', source: word }
  }

  private array(depth: number): PdfValue[] {
    const values: PdfValue[] = []
    this.at++
    for (this.skip(); this.bytes[this.at] !== 0x5d; this.skip()) {
      if (this.at >= this.bytes.length) fail('array not closed', this.at)
      values.push(this.value(depth + 1))
    }
    this.at++
    return values
  }

  private dict(depth: number): PdfDict {
    const entries = new Map<string, PdfValue>()
    this.at += 2
    for (this.skip(); this.bytes[this.at] !== 0x3e; this.skip()) {
      if (this.bytes[this.at] !== 0x2f) fail('dictionary key', this.at)
      const { name } = this.name()
      if (entries.has(name)) fail(`key ${name} twice`, this.at)
      entries.set(name, this.value(depth + 1))
    }
    this.expect('>>')
    return entries
  }

  private hex(): PdfText {
    const start = this.at++
    const out: number[] = []
    let high = -1
    for (; this.bytes[this.at] !== 0x3e; this.at++) {
      const byte = this.bytes[this.at] ?? fail('string not closed', this.at)
      const digit = HEX[byte] ?? -1
      if (digit < 0) { if (KIND[byte] === 1) continue; fail('hex digit', this.at) }
      if (high < 0) high = digit
      else { out.push(high * 16 + digit); high = -1 }
    }
    if (high >= 0) fail('odd hex string', this.at)
    this.at++
    return { kind: 'text', hex: true, bytes: Buffer.from(out), start, end: this.at }
  }

  private literal(): PdfText {
    const start = this.at++
    const out: number[] = []
    for (let open = 1; ; this.at++) {
      const byte = this.bytes[this.at] ?? fail('string not closed', this.at)
      if (byte === 0x5c) {
        const char = String.fromCharCode(this.bytes[++this.at] ?? 0)
        const octal = /^[0-7]{1,3}/.exec(this.peek(3))?.[0]
        if (octal !== undefined) { out.push(parseInt(octal, 8) & 0xff); this.at += octal.length - 1 } else out.push(ESCAPES[char] ?? fail('string escape', this.at))
        continue
      }
      if (byte === 0x28) open++
      if (byte === 0x29 && --open === 0) break
      out.push(byte)
    }
    this.at++
    return { kind: 'text', hex: false, bytes: Buffer.from(out), start, end: this.at }
  }
}

const NONE: readonly PdfValue[] = []
/** The items of an array; none when there is no array. */
export const asList = (value: PdfValue | undefined): readonly PdfValue[] => (isList(value) ? value : NONE)
const isList = (value: PdfValue | undefined): value is readonly PdfValue[] => Array.isArray(value)
export const isDict = (value: PdfValue | undefined): value is PdfDict => value instanceof Map
export const isName = (value: PdfValue | undefined, name: string): boolean => value != null && typeof value === 'object' && 'kind' in value && value.kind === 'name' && value.name === name
export const asRef = (value: PdfValue | undefined): PdfRef | undefined => (value != null && typeof value === 'object' && 'kind' in value && value.kind === 'ref' ? value : undefined)
export const asText = (value: PdfValue | undefined): PdfText | undefined => (value != null && typeof value === 'object' && 'kind' in value && value.kind === 'text' ? value : undefined)
/** A plain non-negative integer: no sign, no fraction, no exponent. */
export const asCount = (value: PdfValue | undefined): number | undefined =>
  value != null && typeof value === 'object' && 'kind' in value && value.kind === 'number' && /^\d{1,9}$/.test(value.source) ? Number(value.source) : undefined
