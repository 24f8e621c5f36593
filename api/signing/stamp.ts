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
import { BYTE_RANGE_ROOM } from './signature-room.ts'

export interface Stamp {
  readonly name: string
  readonly reason: string
  readonly location: string
  readonly at: Date
  /** Lines of the visible box. */
  readonly lines: readonly string[]
  readonly box: VisibleBox
  /** Where a second person may sign later. */
  readonly room?: VisibleBox
}

const FIELD = 'ChuKy1'
const SECOND_FIELD = 'ChuKy2'
// Tinos has every Vietnamese letter and the metrics that NĐ 30/2020 asks for.
let font: Uint8Array | undefined
const loadFont = (): Uint8Array => (font ??= readFileSync(fileURLToPath(import.meta.resolve('@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf'))))

/** The first signature certifies; the second one approves (ISO 32000-1 12.8.1). */
const signatureOf = (context: PDFContext, stamp: Omit<Stamp, 'box'>, certifies: boolean): PDFRef => {
  const range = PDFArray.withContext(context)
  range.push(PDFNumber.of(0))
  for (let i = 0; i < 3; i++) range.push(PDFName.of(BYTE_RANGE_ROOM))
  return context.register(context.obj({
    Type: 'Sig', Filter: 'Adobe.PPKLite', SubFilter: 'ETSI.CAdES.detached', ByteRange: range, Contents: PDFHexString.of('0'.repeat(CMS_SPACE * 2)),
    M: PDFString.of(pdfDate(stamp.at)), Name: PDFHexString.fromText(stamp.name), Reason: PDFHexString.fromText(stamp.reason), Location: PDFHexString.fromText(stamp.location),
    ...(certifies && { Reference: [{ Type: 'SigRef', TransformMethod: 'DocMDP', TransformParams: { Type: 'TransformParams', P: 2, V: PDFName.of('1.2') } }] }),
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

const appearanceOf = async (doc: PDFDocument, stamp: Pick<Stamp, 'lines'>, [x1, y1, x2, y2]: VisibleBox['rect']): Promise<PDFRef> => {
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

/** The place of a second signature: nobody has signed there, and nothing is drawn. */
const emptyField = (context: PDFContext, page: PDFRef, { rect: [x1, y1, x2, y2] }: VisibleBox): PDFRef => {
  const nothing = context.register(context.formXObject([], { BBox: context.obj([0, 0, x2 - x1, y2 - y1]), Resources: context.obj({}) }))
  return context.register(context.obj({ Type: 'Annot', Subtype: 'Widget', FT: 'Sig', Rect: [x1, y1, x2, y2], T: PDFString.of(SECOND_FIELD), F: 4 | 128, P: page, AP: { N: nothing } }))
}

/** The PDF with an empty signature: /Contents all zeros, /ByteRange still the placeholder. */
export const addSignatureField = async (pdf: Uint8Array, stamp: Stamp): Promise<Buffer> => {
  const doc = await PDFDocument.load(pdf, { forIncrementalUpdate: true, updateMetadata: false })
  const { context, catalog } = doc
  if (catalog.lookupMaybe(PDFName.of('AcroForm'), PDFDict)) throw new Error('the PDF has a form already')
  const page = doc.getPage(stamp.box.page)
  const signature = signatureOf(context, stamp, true)
  const widget = context.register(context.obj({
    Type: 'Annot', Subtype: 'Widget', FT: 'Sig', Rect: [...stamp.box.rect], V: signature, T: PDFString.of(FIELD), F: 4 | 128, P: page.ref, AP: { N: await appearanceOf(doc, stamp, stamp.box.rect) },
  }))
  const fields = [widget, ...(stamp.room?.page === stamp.box.page ? [emptyField(context, page.ref, stamp.room)] : [])]
  // Not page.node.addAnnot: that also rewrites the page's contents and resources, which the signature promises to leave alone.
  const annotations = page.node.lookupMaybe(PDFName.of('Annots'), PDFArray)?.asArray() ?? []
  page.node.set(PDFName.of('Annots'), context.obj([...annotations, ...fields]))
  catalog.set(PDFName.of('AcroForm'), context.obj({ SigFlags: 3, Fields: fields }))
  catalog.set(PDFName.of('Perms'), context.obj({ DocMDP: signature }))
  return Buffer.from(await doc.commit({ useObjectStreams: false }))
}

/** The signed PDF with an empty second signature in the field that was left for it; nothing else is written again. */
export const fillSecondField = async (pdf: Uint8Array, stamp: Omit<Stamp, 'box' | 'room'>): Promise<Buffer> => {
  const doc = await PDFDocument.load(pdf, { forIncrementalUpdate: true, updateMetadata: false })
  const { context, catalog } = doc
  const fields = catalog.lookupMaybe(PDFName.of('AcroForm'), PDFDict)?.lookupMaybe(PDFName.of('Fields'), PDFArray)
  const field = fields?.size() === 2 ? fields.lookupMaybe(1, PDFDict) : undefined
  const corners = field?.lookupMaybe(PDFName.of('Rect'), PDFArray)?.asRectangle()
  if (field === undefined || corners === undefined || field.has(PDFName.of('V'))) throw new Error('no empty place for a second signature')
  const { x, y, width, height } = corners
  field.set(PDFName.of('V'), signatureOf(context, stamp, false))
  field.set(PDFName.of('AP'), context.obj({ N: await appearanceOf(doc, stamp, [x, y, x + width, y + height]) }))
  return Buffer.from(await doc.commit({ useObjectStreams: false }))
}
