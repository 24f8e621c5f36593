/**
 * What a signed PDF of ours may hold: the printer's revision and one update that adds one signature field to one page, perhaps an empty one beside it,
 * certifies the document (DocMDP, P = 2) and touches nothing else; then, at most, one update that fills the empty field (second-signature.ts). Nothing active, nothing optional, nothing attached (ISO 32000-1 12.7, 12.8.2.2).
 */
import type { PdfFile, Revision } from './pdf-file.ts'
import { asCount, asList, asRef, asText, isDict, isName, type PdfDict, type PdfRef, type PdfValue } from './pdf-syntax.ts'
import { contentsOf, dictIn, isSignature, sameRef, unchangedBut, type FoundSignature } from './pdf-revision.ts'
import { findSecond } from './second-signature.ts'
import { refuse } from './trust.ts'

/** Names that bring scripts, actions, layers, attachments, forms of another kind, encryption or hidden objects. */
const FORBIDDEN = ['JavaScript', 'JS', 'Launch', 'OpenAction', 'AA', 'GoToR', 'GoToE', 'SubmitForm', 'ResetForm', 'ImportData', 'Hide', 'Named', 'Rendition', 'Movie', 'Sound',
  'RichMedia', 'Trans', '3D', 'XFA', 'NeedAppearances', 'OCProperties', 'OCG', 'OCMD', 'OC', 'EmbeddedFile', 'EmbeddedFiles', 'Filespec', 'FileAttachment', 'AF', 'Collection',
  'ObjStm', 'XRef', 'Encrypt', 'Crypt', 'FreeText', 'Stamp', 'Redact', 'Ink', 'DSS', 'DocTimeStamp', 'UR3', 'FieldMDP', 'Lock', 'Prev2'] as const

export interface FoundSignatures {
  readonly first: FoundSignature
  readonly second?: FoundSignature
  /** A place for a second signature is there and empty. */
  readonly hasRoom: boolean
  readonly bundleSha256: string
}

/** The field that is signed, and the one that may be beside it. */
const fieldRefs = (value: PdfValue | undefined): { first: PdfRef; room?: PdfRef } => {
  const [first, room, ...more] = asList(value).map((item) => asRef(item) ?? refuse('one-field'))
  if (first === undefined || more.length > 0 || sameRef(first, room)) return refuse('one-field')
  return room === undefined ? { first } : { first, room }
}

const checkNames = (file: PdfFile): void => {
  const found = FORBIDDEN.find((name) => file.names.has(name))
  if (found !== undefined) refuse('forbidden-content', found)
}

/** Objects may be written again only to hang the field in: the catalog, the field's page, and that page's list of annotations. */
const checkUpdate = (base: Revision, update: Revision, catalog: PdfRef, page: PdfRef, pageBefore: PdfDict): void => {
  const allowed = new Set([catalog.object, page.object, asRef(pageBefore.get('Annots'))?.object])
  for (const object of update.objects.values()) if (base.objects.has(object.number) && !allowed.has(object.number)) refuse('object-redefined', String(object.number))
  for (const object of base.objects.values()) {
    if (isDict(object.value) && (isName(object.value.get('Type'), 'Sig') || isName(object.value.get('FT'), 'Sig'))) refuse('signature-before-the-update')
  }
}

const isField = (field: PdfDict): boolean => isName(field.get('FT'), 'Sig') && isName(field.get('Subtype'), 'Widget') && !field.has('Kids') && !field.has('Parent')

/** The place that is kept for a second signature: empty, on the page of the first. */
const checkRoom = (update: Revision, room: PdfRef, page: PdfRef): void => {
  const field = dictIn(update, room) ?? refuse('structure', 'field')
  if (!isField(field) || field.has('V') || field.has('Lock') || field.has('SV') || !sameRef(asRef(field.get('P')), page)) refuse('field')
}

const checkCertifies = (file: PdfFile, signature: PdfDict): void => {
  const [reference, ...more] = asList(signature.get('Reference'))
  const parameters = isDict(reference) ? file.dict(reference.get('TransformParams')) : undefined
  if (more.length > 0 || !isDict(reference) || !isName(reference.get('TransformMethod'), 'DocMDP') || asCount(parameters?.get('P')) !== 2) refuse('not-certifying')
}

const readBundleDigest = (file: PdfFile, info: PdfValue | undefined): string => {
  const held = file.dict(info)?.get('EMRBundleSHA256')
  const text = asText(asRef(held) ? file.find(held)?.value : held)?.bytes
  const digest = text?.toString(text[0] === 0xfe ? 'utf16le' : 'latin1') ?? ''
  return /^[0-9a-f]{64}$/.test(digest) ? digest : refuse('bundle-digest-missing')
}

/** Throws Refusal or PdfError unless the file is exactly a printed revision, one signing update and, perhaps, one that fills the empty field. */
export const findSignatures = (file: PdfFile, length: number): FoundSignatures => {
  const [base, update, second, ...more] = file.revisions
  if (!base || !update || more.length > 0) return refuse(base && !update ? 'not-signed' : 'revisions')
  if ((second ?? update).end !== length) refuse('bytes-after-the-end')
  checkNames(file)
  const { signature, room } = findFirst(file, base, update)
  // what separates the second update from the first is under the second signature
  const first = { signature, contents: contentsOf(signature), end: second === undefined ? update.end : update.mark }
  const bundleSha256 = readBundleDigest(file, update.trailer.get('Info'))
  if (second === undefined) return { first, hasRoom: room !== undefined, bundleSha256 }
  return { first, second: findSecond([base, update], second, room ?? refuse('revisions')), hasRoom: false, bundleSha256 }
}

/** What the first update says, whatever a later one did. */
const findFirst = (file: PdfFile, base: Revision, update: Revision): { signature: PdfDict; room?: PdfRef } => {
  const root = asRef(update.trailer.get('Root')) ?? refuse('structure', 'Root')
  if (!sameRef(root, asRef(base.trailer.get('Root'))) || !sameRef(asRef(update.trailer.get('Info')), asRef(base.trailer.get('Info')))) refuse('trailer-changed')
  const catalog = dictIn(update, root) ?? refuse('structure', 'catalog')
  if (!unchangedBut(dictIn(base, root), catalog, 'AcroForm', 'Perms')) refuse('catalog-changed')
  const form = file.dict(catalog.get('AcroForm')) ?? refuse('structure', 'AcroForm')
  const { first: fieldRef, room } = fieldRefs(form.get('Fields'))
  const field = dictIn(update, fieldRef) ?? refuse('structure', 'field')
  const signatureRef = asRef(field.get('V')) ?? refuse('not-signed')
  const signature = dictIn(update, signatureRef) ?? refuse('not-signed')
  if (!isField(field)) refuse('field')
  if (!sameRef(asRef(file.dict(catalog.get('Perms'))?.get('DocMDP')), signatureRef)) refuse('not-certifying')
  const pageRef = asRef(field.get('P')) ?? refuse('field')
  const pageBefore = dictIn(base, pageRef) ?? refuse('field')
  const page = dictIn(update, pageRef) ?? refuse('field')
  if (!unchangedBut(pageBefore, page, 'Annots')) refuse('page-changed')
  if (room !== undefined) checkRoom(update, room, pageRef)
  const annotations = asList(listed(file, page.get('Annots')))
  for (const ref of [fieldRef, ...(room ? [room] : [])]) if (!annotations.some((annotation) => sameRef(asRef(annotation), ref))) refuse('field')
  checkUpdate(base, update, root, pageRef, pageBefore)
  if ([...update.objects.values()].filter((object) => isSignature(object)).length !== 1) refuse('one-signature')
  checkCertifies(file, signature)
  return { signature, ...(room && { room }) }
}

const listed = (file: PdfFile, value: PdfValue | undefined): PdfValue | undefined => (asRef(value) ? file.find(value)?.value : value)
