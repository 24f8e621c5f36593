/**
 * Walks a PDF file from its first byte to its last (ISO 32000-1 7.5): header, then per revision objects, one cross-reference table, one
 * trailer, startxref, %%EOF. No bytes between them, no object streams, no object twice in a revision, every table entry at its object.
 */
import { asCount, asRef, isDict, PdfError, PdfReader, type PdfDict, type PdfRef, type PdfValue } from './pdf-syntax.ts'

export interface PdfObject {
  readonly number: number
  readonly generation: number
  readonly value: PdfValue
  readonly offset: number
  readonly isStream: boolean
}

export interface Revision {
  readonly objects: ReadonlyMap<number, PdfObject>
  readonly trailer: PdfDict
  readonly xrefOffset: number
  /** Behind the letters %%EOF: the last byte that our writer puts in a file. */
  readonly mark: number
  /** Where its %%EOF line ends. */
  readonly end: number
}

export interface PdfFile {
  readonly revisions: readonly Revision[]
  /** Every name used in any object, decoded. */
  readonly names: ReadonlySet<string>
  find(ref: PdfRef | PdfValue | undefined): PdfObject | undefined
  /** The dictionary itself, or the one that it refers to. */
  dict(value: PdfValue | undefined): PdfDict | undefined
}

const fail = (why: string, at: number): never => { throw new PdfError(`${why} at ${at}`) }
const NEWLINE = /^(?:\r\n|\n|\r)/

const readStream = (reader: PdfReader, dict: PdfDict): void => {
  const length = asCount(dict.get('Length')) ?? fail('stream length', reader.at)
  // An external stream would bring bytes that no signature covers.
  for (const key of ['F', 'FFilter', 'FDecodeParms']) if (dict.has(key)) fail('external stream', reader.at)
  reader.at += NEWLINE.exec(reader.peek(2))?.[0].length ?? fail('stream start', reader.at)
  reader.at += length
  if (reader.at > reader.bytes.length) fail('stream beyond the end', reader.at)
  reader.skip()
  reader.expect('endstream')
}

const readObject = (reader: PdfReader): PdfObject => {
  const offset = reader.at
  const [, number, generation] = /^(\d{1,7}) (\d{1,5}) obj/.exec(reader.peek(20)) ?? fail('object', offset)
  reader.at += `${number} ${generation} obj`.length
  const value = reader.value()
  reader.skip()
  let isStream = false
  if (reader.peek(6) === 'stream') {
    reader.at += 6
    readStream(reader, isDict(value) ? value : fail('stream without dictionary', reader.at))
    reader.skip()
    isStream = true
  }
  reader.expect('endobj')
  reader.skip()
  return { number: Number(number), generation: Number(generation), value, offset, isStream }
}

/** number -> place of the entries in use. Nothing but object 0 is free: a revision that frees an object would show a page without it (ISO 32000-1 7.5.4). */
const readTable = (reader: PdfReader): Map<number, { readonly offset: number; readonly generation: number }> => {
  const entries = new Map<number, { readonly offset: number; readonly generation: number }>()
  const seen = new Set<number>()
  reader.expect('xref')
  reader.skip()
  for (;;) {
    const [line, first, count] = /^(\d+) (\d+) ?(?:\r\n|\n|\r)/.exec(reader.peek(24)) ?? []
    if (line === undefined) return entries
    reader.at += line.length
    for (let i = 0; i < Number(count); i++) {
      const [entry, offset, generation, use] = /^(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)/.exec(reader.peek(20)) ?? fail('table entry', reader.at)
      reader.at += entry.length
      const number = Number(first) + i
      if (seen.has(number)) fail('table entry twice', reader.at)
      seen.add(number)
      if (use === 'f' && number !== 0) fail(`object ${number} freed`, reader.at)
      if (use === 'n') entries.set(number, { offset: Number(offset), generation: Number(generation) })
    }
  }
}

const readRevision = (reader: PdfReader): Revision => {
  const objects = new Map<number, PdfObject>()
  while (KINDS.has(reader.bytes[reader.at] ?? 0)) {
    const object = readObject(reader)
    if (objects.has(object.number)) fail(`object ${object.number} twice`, object.offset)
    objects.set(object.number, object)
  }
  const xrefOffset = reader.at
  const table = readTable(reader)
  reader.skip()
  reader.expect('trailer')
  const trailer = reader.value()
  if (!isDict(trailer) || trailer.has('XRefStm') || trailer.has('Encrypt')) return fail('trailer', reader.at)
  reader.skip()
  reader.expect('startxref')
  reader.skip()
  if (reader.word() !== String(xrefOffset)) fail('startxref', reader.at)
  reader.skip()
  reader.expect('%%EOF')
  const mark = reader.at
  reader.at += NEWLINE.exec(reader.peek(2))?.[0].length ?? 0
  const end = reader.at
  reader.skip()
  if (table.size !== objects.size) fail('table and objects differ', xrefOffset)
  for (const [number, { offset, generation }] of table) {
    const object = objects.get(number)
    if (object?.offset !== offset || object.generation !== generation) fail(`object ${number} not where the table says`, offset)
  }
  return { objects, trailer, xrefOffset, mark, end }
}

const KINDS = new Set([...'0123456789'].map((digit) => digit.charCodeAt(0)))

/** Throws PdfError on anything that our printer and signer do not write. */
export const parsePdf = (bytes: Buffer): PdfFile => {
  const reader = new PdfReader(bytes)
  const header = /^%PDF-1\.[3-7](?:\r\n|\n|\r)(?:%[\x80-\xff]{4,8}(?:\r\n|\n|\r))?/.exec(reader.peek(32)) ?? fail('header', 0)
  reader.at = header[0].length
  reader.skip()
  const revisions: Revision[] = []
  while (reader.at < bytes.length) {
    const revision = readRevision(reader)
    const previous = revisions.at(-1)
    if (asCount(revision.trailer.get('Prev')) !== previous?.xrefOffset) fail('Prev', revision.xrefOffset)
    revisions.push(revision)
  }
  const find = (value: PdfValue | PdfRef | undefined): PdfObject | undefined => {
    const ref = asRef(value)
    if (ref === undefined) return undefined
    const object = revisions.findLast((revision) => revision.objects.has(ref.object))?.objects.get(ref.object)
    return object?.generation === ref.generation ? object : undefined
  }
  const dict = (value: PdfValue | undefined): PdfDict | undefined => {
    const held = asRef(value) ? find(value)?.value : value
    return isDict(held) ? held : undefined
  }
  return { revisions, names: reader.names, find, dict }
}
