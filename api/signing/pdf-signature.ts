/**
 * What a signed PDF of ours may hold: the printer's revision and one update that adds one signature field to one page, certifies the
 * document (DocMDP, P = 2) and touches nothing else. Nothing active, nothing optional, nothing attached (ISO 32000-1 12.7, 12.8.2.2).
 */
import type { PdfFile, PdfObject, Revision } from './pdf-file.ts'
import { asCount, asList, asRef, asText, isDict, isName, type PdfDict, type PdfRef, type PdfText, type PdfValue } from './pdf-syntax.ts'
import { refuse } from './trust.ts'

/** Names that bring scripts, actions, layers, attachments, forms of another kind, encryption or hidden objects. */
const FORBIDDEN = ['JavaScript', 'JS', 'Launch', 'OpenAction', 'AA', 'GoToR', 'GoToE', 'SubmitForm', 'ResetForm', 'ImportData', 'Hide', 'Named', 'Rendition', 'Movie', 'Sound',
  'RichMedia', 'Trans', '3D', 'XFA', 'NeedAppearances', 'OCProperties', 'OCG', 'OCMD', 'OC', 'EmbeddedFile', 'EmbeddedFiles', 'Filespec', 'FileAttachment', 'AF', 'Collection',
  'ObjStm', 'XRef', 'Encrypt', 'Crypt', 'FreeText', 'Stamp', 'Redact', 'Ink', 'DSS', 'DocTimeStamp', 'UR3', 'FieldMDP', 'Lock', 'Prev2'] as const

export interface FoundSignature {
  readonly signature: PdfDict
  readonly contents: PdfText
  readonly bundleSha256: string
}

const sameRef = (a: PdfRef | undefined, b: PdfRef | undefined): boolean => a !== undefined && a.object === b?.object && a.generation === b.generation

const onlyRef = (value: PdfValue | undefined, reason: string): PdfRef => {
  const [first, ...more] = asList(value)
  return (more.length === 0 ? asRef(first) : undefined) ?? refuse(reason)
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

const unchangedBut = (before: PdfDict | undefined, after: PdfDict, ...added: string[]): boolean =>
  before !== undefined && [...after.keys()].every((key) => added.includes(key) || JSON.stringify(plain(after.get(key))) === JSON.stringify(plain(before.get(key))))
  && [...before.keys()].every((key) => after.has(key))

const plain = (value: PdfValue | undefined): unknown => {
  if (isDict(value)) return [...value].map(([key, item]) => [key, plain(item)])
  if (Array.isArray(value)) return value.map(plain)
  const text = asText(value)
  return text ? text.bytes.toString('hex') : value
}

const dictIn = (revision: Revision, ref: PdfRef): PdfDict | undefined => {
  const value = revision.objects.get(ref.object)?.value
  return isDict(value) ? value : undefined
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

/** Throws Refusal or PdfError unless the file is exactly a printed revision and one signing update. */
export const findSignature = (file: PdfFile, length: number): FoundSignature => {
  const [base, update, ...more] = file.revisions
  if (!base || !update || more.length > 0) return refuse(base && !update ? 'not-signed' : 'revisions')
  if (update.end !== length) refuse('bytes-after-the-end')
  checkNames(file)
  const root = asRef(update.trailer.get('Root')) ?? refuse('structure', 'Root')
  if (!sameRef(root, asRef(base.trailer.get('Root'))) || !sameRef(asRef(update.trailer.get('Info')), asRef(base.trailer.get('Info')))) refuse('trailer-changed')
  const catalog = dictIn(update, root) ?? refuse('structure', 'catalog')
  if (!unchangedBut(dictIn(base, root), catalog, 'AcroForm', 'Perms')) refuse('catalog-changed')
  const form = file.dict(catalog.get('AcroForm')) ?? refuse('structure', 'AcroForm')
  const fieldRef = onlyRef(form.get('Fields'), 'one-field')
  const field = dictIn(update, fieldRef) ?? refuse('structure', 'field')
  const signatureRef = asRef(field.get('V')) ?? refuse('not-signed')
  const signature = dictIn(update, signatureRef) ?? refuse('not-signed')
  if (!isName(field.get('FT'), 'Sig') || !isName(field.get('Subtype'), 'Widget') || field.has('Kids') || field.has('Parent')) refuse('field')
  if (!sameRef(asRef(file.dict(catalog.get('Perms'))?.get('DocMDP')), signatureRef)) refuse('not-certifying')
  const pageRef = asRef(field.get('P')) ?? refuse('field')
  const pageBefore = dictIn(base, pageRef) ?? refuse('field')
  const page = dictIn(update, pageRef) ?? refuse('field')
  if (!unchangedBut(pageBefore, page, 'Annots')) refuse('page-changed')
  const annotations = asList(listed(file, page.get('Annots')))
  if (!annotations.some((annotation) => sameRef(asRef(annotation), fieldRef))) refuse('field')
  checkUpdate(base, update, root, pageRef, pageBefore)
  if ([...update.objects.values()].filter((object) => isSignature(object)).length !== 1) refuse('one-signature')
  checkCertifies(file, signature)
  if (!isName(signature.get('Filter'), 'Adobe.PPKLite') || !isName(signature.get('SubFilter'), 'ETSI.CAdES.detached')) refuse('sub-filter')
  const contents = asText(signature.get('Contents'))
  return { signature, contents: contents?.hex ? contents : refuse('contents'), bundleSha256: readBundleDigest(file, update.trailer.get('Info')) }
}

const listed = (file: PdfFile, value: PdfValue | undefined): PdfValue | undefined => (asRef(value) ? file.find(value)?.value : value)
const isSignature = (object: PdfObject): boolean => isDict(object.value) && (isName(object.value.get('Type'), 'Sig') || object.value.has('ByteRange'))
