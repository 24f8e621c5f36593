/**
 * Print copy: the stored document's pages with a strip on each that says what it is — "Bản giấy chuyển đổi từ hồ sơ bệnh án điện tử", from which
 * system, when, by whom, how to check it (Luật Giao dịch điện tử 20/2023/QH15 art. 12, NĐ 137/2024/NĐ-CP art. 5). Drawn into a new file without
 * form fields: it carries no signature and cannot be taken for the document; what the signature boxes showed stays visible as a drawing.
 */
import { PDFArray, PDFDict, PDFDocument, PDFName, PDFNumber, PDFObjectCopier, PDFStream, type PDFEmbeddedPage, type PDFPage, type PDFRef, drawObject, popGraphicsState, pushGraphicsState, concatTransformationMatrix } from '@cantoo/pdf-lib'
import type { Content } from 'pdfmake'
import type { PrintCopyRequest } from '../model/ports.ts'
import { formatMoment, formatStamp } from './format.ts'
import { qrCode } from './qr.ts'
import type { Rendered, Sheet } from './render.ts'

const RED = '#b00020'

export const createPrintCopy = (render: (sheet: Sheet) => Promise<Rendered>, timeZone: string) => async (request: PrintCopyRequest): Promise<Uint8Array> => {
  const source = await PDFDocument.load(request.pdf, { updateMetadata: false })
  const copy = await PDFDocument.create({ updateMetadata: false })
  copy.setTitle('Bản giấy chuyển đổi từ hồ sơ bệnh án điện tử')
  copy.setLanguage('vi')
  copy.setProducer('quan-y-emr')
  copy.setCreator('quan-y-emr')
  copy.setCreationDate(request.at)
  copy.setModificationDate(request.at)

  const drawSheet = async (sheet: Sheet): Promise<PDFEmbeddedPage | undefined> => {
    const [drawn] = await copy.embedPages((await PDFDocument.load((await render(sheet)).pdf)).getPages())
    return drawn
  }
  /** Strip and notice by page width: made once for all pages of a size. */
  const strips = new Map<number, { strip: PDFEmbeddedPage | undefined; notice: PDFEmbeddedPage | undefined }>()
  const pages = source.getPages()
  const appearances = pages.map(takeAppearances)
  const drawings = await copy.embedPages(pages)
  const copier = PDFObjectCopier.for(source.context, copy.context)
  for (const [index, page] of pages.entries()) {
    const drawing = drawings[index]
    if (!drawing) continue
    const { width, height } = page.getSize()
    const { strip, notice } = strips.get(width) ?? { strip: await drawSheet(stripSheet(request, width, timeZone)), notice: request.superseded && (await drawSheet(noticeSheet(request, request.superseded, width, timeZone))) }
    strips.set(width, { strip, notice })
    const sheet = copy.addPage([width, height])
    // the page is made a little smaller, so that neither strip nor notice covers any of it
    const [below, above] = [strip?.height ?? 0, notice?.height ?? 0]
    const scale = (height - below - above) / height
    const place = { x: (width * (1 - scale)) / 2, y: below, scale }
    sheet.drawPage(drawing, { x: place.x, y: place.y, xScale: scale, yScale: scale })
    for (const appearance of appearances[index] ?? []) drawAppearance(appearance, sheet, copier, place)
    if (strip) sheet.drawPage(strip, { x: 0, y: 0 })
    if (notice) sheet.drawPage(notice, { x: 0, y: height - above })
  }
  return copy.save({ useObjectStreams: false })
}

interface Appearance { readonly stream: PDFStream; readonly rect: readonly [number, number, number, number] }

/** What each visible annotation shows; then the annotations go from the page in memory, or the copy would carry the signature's bytes along. */
const takeAppearances = (page: PDFPage): Appearance[] => {
  const annotations = page.node.Annots()
  const found: Appearance[] = []
  for (let index = 0; index < (annotations?.size() ?? 0); index++) {
    const annotation = annotations?.lookupMaybe(index, PDFDict)
    const rect = annotation?.lookupMaybe(PDFName.of('Rect'), PDFArray)
    const stream = annotation?.lookupMaybe(PDFName.of('AP'), PDFDict)?.lookup(PDFName.of('N'))
    const hidden = ((annotation?.lookupMaybe(PDFName.of('F'), PDFNumber)?.asNumber() ?? 0) & HIDDEN_OR_NO_VIEW) !== 0
    if (rect && !hidden && stream instanceof PDFStream) found.push({ stream, rect: corners(rect) })
  }
  for (const key of ['Annots', 'AA', 'B', 'Tabs', 'StructParents', 'Metadata', 'PieceInfo']) page.node.delete(PDFName.of(key))
  return found
}

/** ISO 32000-1, table 165: bits 2 and 6. */
const HIDDEN_OR_NO_VIEW = 0b10_0010

/** As part of the page (ISO 32000-1, 12.5.5: the form's box is mapped onto the annotation's rectangle). */
const drawAppearance = ({ stream, rect: [x1, y1, x2, y2] }: Appearance, target: PDFPage, copier: PDFObjectCopier, place: { x: number; y: number; scale: number }): void => {
  const box = stream.dict.lookupMaybe(PDFName.of('BBox'), PDFArray)
  const [bx1, by1, bx2, by2] = box ? corners(box) : [0, 0, x2 - x1, y2 - y1]
  if (x2 <= x1 || y2 <= y1 || bx2 <= bx1 || by2 <= by1) return
  const reference: PDFRef = target.doc.context.register(copier.copy(stream))
  const name = target.node.newXObject('Appearance', reference)
  const across = ((x2 - x1) / (bx2 - bx1)) * place.scale
  const up = ((y2 - y1) / (by2 - by1)) * place.scale
  target.pushOperators(
    pushGraphicsState(),
    concatTransformationMatrix(across, 0, 0, up, place.x + x1 * place.scale - bx1 * across, place.y + y1 * place.scale - by1 * up),
    drawObject(name),
    popGraphicsState(),
  )
}

const corners = (array: PDFArray): [number, number, number, number] => {
  const at = (index: number): number => array.lookupMaybe(index, PDFNumber)?.asNumber() ?? 0
  return [Math.min(at(0), at(2)), Math.min(at(1), at(3)), Math.max(at(0), at(2)), Math.max(at(1), at(3))]
}

const band = (request: PrintCopyRequest, width: number, content: Content[]): Sheet => ({
  pageSize: { width, height: 'auto' },
  margins: [sideMargin(width), 5, sideMargin(width), 6],
  fontSize: 8,
  title: 'Bản giấy chuyển đổi từ hồ sơ bệnh án điện tử',
  author: request.hospital,
  at: request.at,
  content,
})
const sideMargin = (width: number): number => Math.min(40, width * 0.07)

/** As high as its text needs. */
const stripSheet = (request: PrintCopyRequest, width: number, timeZone: string): Sheet =>
  band(request, width, [
    { canvas: [{ type: 'line', x1: 0, y1: 0, x2: width - 2 * sideMargin(width), y2: 0, lineWidth: 0.8 }], margin: [0, 0, 0, 4] },
    {
      columns: [
        {
          width: '*',
          lineHeight: 1.1,
          stack: [
            { text: 'Bản giấy chuyển đổi từ hồ sơ bệnh án điện tử', bold: true, fontSize: 9.5 },
            { text: `Hệ thống bệnh án điện tử – ${request.hospital}` },
            { text: `In lúc ${formatStamp(request.at, timeZone)} – Người in: ${request.printedBy}` },
            { text: `Mã tra cứu: ${request.code} – Kiểm tra tại: ${request.verifyUrl}` },
          ],
        },
        { width: 44, stack: [qrCode(request.verifyUrl, 44)] },
      ],
      columnGap: 8,
    },
  ])

const noticeSheet = (request: PrintCopyRequest, superseded: NonNullable<PrintCopyRequest['superseded']>, width: number, timeZone: string): Sheet =>
  band(request, width, [{
    table: {
      widths: ['*'],
      body: [[{
        alignment: 'center', color: RED, lineHeight: 1.15,
        text: [
          { text: 'TÀI LIỆU NÀY ĐÃ ĐƯỢC THAY THẾ', bold: true, fontSize: 12 },
          { text: `\nBản thay thế có mã tra cứu ${superseded.code}, lập lúc ${formatMoment(superseded.at, timeZone)}.`, fontSize: 9 },
        ],
      }]],
    },
    layout: { hLineWidth: () => 1.4, vLineWidth: () => 1.4, hLineColor: () => RED, vLineColor: () => RED, paddingLeft: () => 6, paddingRight: () => 6, paddingTop: () => 3, paddingBottom: () => 3 },
  }])
