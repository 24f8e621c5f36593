/** What the checks of both signatures ask of a revision: the same reference, a dictionary of this revision, what changed in it, the message of a signature. */
import type { PdfObject, Revision } from './pdf-file.ts'
import { asText, isDict, isName, type PdfDict, type PdfRef, type PdfText, type PdfValue } from './pdf-syntax.ts'
import { refuse } from './trust.ts'

export interface FoundSignature {
  readonly signature: PdfDict
  readonly contents: PdfText
  /** Where the revision ends that it signs, with all before it. */
  readonly end: number
}

export const sameRef = (a: PdfRef | undefined, b: PdfRef | undefined): boolean => a !== undefined && a.object === b?.object && a.generation === b.generation

export const unchangedBut = (before: PdfDict | undefined, after: PdfDict, ...added: string[]): boolean =>
  before !== undefined && [...after.keys()].every((key) => added.includes(key) || JSON.stringify(plain(after.get(key))) === JSON.stringify(plain(before.get(key))))
  && [...before.keys()].every((key) => after.has(key))

const plain = (value: PdfValue | undefined): unknown => {
  if (isDict(value)) return [...value].map(([key, item]) => [key, plain(item)])
  if (Array.isArray(value)) return value.map(plain)
  const text = asText(value)
  return text ? text.bytes.toString('hex') : value
}

export const dictIn = (revision: Revision, ref: PdfRef): PdfDict | undefined => {
  const value = revision.objects.get(ref.object)?.value
  return isDict(value) ? value : undefined
}

/** The CMS of a signature dictionary, in the one form that we write. */
export const contentsOf = (signature: PdfDict): PdfText => {
  if (!isName(signature.get('Filter'), 'Adobe.PPKLite') || !isName(signature.get('SubFilter'), 'ETSI.CAdES.detached')) refuse('sub-filter')
  const contents = asText(signature.get('Contents'))
  return contents?.hex ? contents : refuse('contents')
}

export const isSignature = (object: PdfObject): boolean => isDict(object.value) && (isName(object.value.get('Type'), 'Sig') || object.value.has('ByteRange'))
