/**
 * Adds the visible signature field to a finished PDF as an incremental update (ISO 32000-1 7.5.6, 12.7.4.5, 12.8): the first bytes stay as they
 * are; the signature dictionary certifies the document (DocMDP, P = 2) and holds room for the CMS. Texts are UTF-16, so that every Vietnamese letter survives.
 */
import {
  beginText, endText, moveText, PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFNumber, PDFString, popGraphicsState, pushGraphicsState, rectangle,
  setFillingRgbColor, setFontAndSize, setLineWidth, setStrokingRgbColor, showText, stroke, type PDFContext, type PDFFont, type PDFRef,
} from '@cantoo/pdf-lib'
import * as fontkit from 'fontkit'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { VisibleBox } from '../model/ports.ts'
import { CMS_SPACE } from './algorithms.ts'

export interface Stamp {
  readonly name: string
  readonly reason: string
  readonly location: string
  readonly at: Date
  /** Lines of the visible box. */
  readonly lines: readonly string[]
  readonly box: VisibleBox
}

const FIELD = 'ChuKy1'
// Tinos has every Vietnamese letter and the metrics that NĐ 30/2020 asks for.
let font: Uint8Array | undefined
const loadFont = (): Uint8Array => (font ??= readFileSync(fileURLToPath(import.meta.resolve('@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf'))))

const BYTE_RANGE_ROOM = '9999999999'

const signatureOf = (context: PDFContext, stamp: Stamp): PDFRef => {
  const range = PDFArray.withContext(context)
  range.push(PDFNumber.of(0))
  for (let i = 0; i < 3; i++) range.push(PDFName.of(BYTE_RANGE_ROOM))
  return context.register(context.obj({
    Type: 'Sig', Filter: 'Adobe.PPKLite', SubFilter: 'ETSI.CAdES.detached', ByteRange: range, Contents: PDFHexString.of('0'.repeat(CMS_SPACE * 2)),
    M: PDFString.of(pdfDate(stamp.at)), Name: PDFHexString.fromText(stamp.name), Reason: PDFHexString.fromText(stamp.reason), Location: PDFHexString.fromText(stamp.location),
    Reference: [{ Type: 'SigRef', TransformMethod: 'DocMDP', TransformParams: { Type: 'TransformParams', P: 2, V: PDFName.of('1.2') } }],
  }))
}

/** D:20261122170102+07'00' : the wall clock of Vietnam, which has had no other zone since 1975. */
export const pdfDate = (at: Date): string => `D:${new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 19).replace(/[-T:]/g, '')}+07'00'`

const wrap = (text: string, face: PDFFont, size: number, width: number): string[] => {
  const lines: string[] = []
  for (const word of text.normalize('NFC').split(' ')) {
    const joined = `${lines.at(-1) ?? ''} ${word}`
    if (lines.length > 0 && face.widthOfTextAtSize(joined, size) <= width) lines[lines.length - 1] = joined
    else lines.push(word)
  }
  return lines
}

const appearanceOf = async (doc: PDFDocument, stamp: Stamp): Promise<PDFRef> => {
  const [x1, y1, x2, y2] = stamp.box.rect
  const [width, height] = [x2 - x1, y2 - y1]
  // fontkit 2 has no types of its own; pdf-lib names it as the engine that it was made for.
  doc.registerFontkit(fontkit as unknown as Parameters<PDFDocument['registerFontkit']>[0])
  const face = await doc.embedFont(loadFont(), { subset: true })
  let size = 10
  let lines: string[]
  do { lines = stamp.lines.flatMap((line) => wrap(line, face, size, width - 8)) } while (lines.length * size * 1.2 > height - 6 && (size -= 0.5) > 5)
  const text = lines.flatMap((line, at) => [beginText(), setFontAndSize('F', size), moveText(4, height - 3 - size - at * size * 1.2), showText(face.encodeText(line)), endText()])
  const frame = [pushGraphicsState(), setLineWidth(0.7), setStrokingRgbColor(0.75, 0, 0), rectangle(0.5, 0.5, width - 1, height - 1), stroke(), popGraphicsState()]
  return doc.context.register(doc.context.formXObject([...frame, pushGraphicsState(), setFillingRgbColor(0.6, 0, 0), ...text, popGraphicsState()], {
    BBox: doc.context.obj([0, 0, width, height]), Resources: doc.context.obj({ Font: { F: face.ref } }),
  }))
}

/** The PDF with an empty signature: /Contents all zeros, /ByteRange still the placeholder. */
export const addSignatureField = async (pdf: Uint8Array, stamp: Stamp): Promise<Buffer> => {
  const doc = await PDFDocument.load(pdf, { forIncrementalUpdate: true, updateMetadata: false })
  const { context, catalog } = doc
  if (catalog.lookupMaybe(PDFName.of('AcroForm'), PDFDict)) throw new Error('the PDF has a form already')
  const page = doc.getPage(stamp.box.page)
  const signature = signatureOf(context, stamp)
  const widget = context.register(context.obj({
    Type: 'Annot', Subtype: 'Widget', FT: 'Sig', Rect: [...stamp.box.rect], V: signature, T: PDFString.of(FIELD), F: 4 | 128, P: page.ref, AP: { N: await appearanceOf(doc, stamp) },
  }))
  // Not page.node.addAnnot: that also rewrites the page's contents and resources, which the signature promises to leave alone.
  const annotations = page.node.lookupMaybe(PDFName.of('Annots'), PDFArray)?.asArray() ?? []
  page.node.set(PDFName.of('Annots'), context.obj([...annotations, widget]))
  catalog.set(PDFName.of('AcroForm'), context.obj({ SigFlags: 3, Fields: [widget] }))
  catalog.set(PDFName.of('Perms'), context.obj({ DocMDP: signature }))
  return Buffer.from(await doc.commit({ useObjectStreams: false }))
}

/** Where the three unknown numbers of /ByteRange and the hex digits of /Contents stand in an empty signature. */
export const findRoom = (pdf: Buffer): { range: number; rangeLength: number; contents: number } => {
  const name = `/${BYTE_RANGE_ROOM}`
  const range = pdf.lastIndexOf(`/ByteRange [ 0 ${name} ${name} ${name} ]`)
  const contents = pdf.indexOf(`/Contents <${'0'.repeat(64)}`, range)
  if (range < 0 || contents < 0) throw new Error('no room for a signature')
  return { range: range + '/ByteRange '.length, rangeLength: `[ 0 ${name} ${name} ${name} ]`.length, contents: contents + '/Contents '.length }
}
