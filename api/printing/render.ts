/** Turns a document definition into PDF bytes with pdfmake (https://pdfmake.github.io/docs/0.3/): PDF/A-2b, Vietnamese, the same bytes for the same request. */
import type { Content, Definition, LaidOutPage, TextNode } from 'pdfmake'
import shared from 'pdfmake'
import type { VisibleBox } from '../model/ports.ts'
import { FAMILIES, type Fonts } from './fonts.ts'

export interface Sheet {
  readonly content: Content[]
  readonly pageSize: Definition['pageSize']
  /** Left, top, right, bottom in points. */
  readonly margins: [number, number, number, number]
  readonly fontSize: number
  readonly footer?: (page: number, pages: number) => Content
  readonly title: string
  readonly author: string
  readonly at: Date
  /** PNG images by the name that content uses. */
  readonly images?: Readonly<Record<string, Uint8Array>>
  /** Further entries of the Info dictionary. */
  readonly info?: Readonly<Record<string, string>>
}

/** Points between two lines of a stamp. */
const STAMP_EVERY = 90

export interface Rendered { readonly pdf: Uint8Array; readonly pages: number; readonly layout: readonly LaidOutPage[] }

/** Space kept free on a form: draw `markedSpace`, find where it came to lie with `findSpace`. */
export const markedSpace = (mark: string, width: number, height: number): Content => ({
  canvas: [{ type: 'rect', x: 0, y: 0, w: width, h: height, color: '#ffffff', mark }],
})

/** An instance of its own: nobody else in the process changes its fonts or what it may open. `stamp` lies across every page that it makes. */
export const openRenderer = (fonts: Fonts, stamp?: string): ((sheet: Sheet) => Promise<Rendered>) => {
  const pdfmake = new shared.constructor()
  for (const [name, bytes] of Object.entries(fonts.files)) pdfmake.virtualfs.writeFileSync(name, bytes)
  pdfmake.addFonts(FAMILIES)
  // nothing in a document may make the server fetch an address or open a file
  pdfmake.setUrlAccessPolicy(() => false)
  pdfmake.setLocalAccessPolicy(() => false)
  return async (sheet) => {
    const footer = sheet.footer
    const document = pdfmake.createPdf({
      pageSize: sheet.pageSize,
      pageMargins: sheet.margins,
      content: sheet.content.map((node) => prepare(node, fonts)),
      defaultStyle: { font: 'Tinos', fontSize: sheet.fontSize, lineHeight: 1.12 },
      ...(footer && { footer: (page, pages) => prepare(footer(page, pages), fonts) }),
      ...(stamp !== undefined && { background: (_page, size) => prepare(stampOn(stamp, sheet, size), fonts) }),
      images: Object.fromEntries(Object.entries(sheet.images ?? {}).map(([name, png]) => [name, `data:image/png;base64,${Buffer.from(png).toString('base64')}`])),
      info: { title: metadata(sheet.title), author: metadata(sheet.author), creator: 'quan-y-emr', producer: 'quan-y-emr', creationDate: sheet.at, ...sheet.info },
      language: 'vi',
      version: '1.7',
      subset: 'PDF/A-2b',
      displayTitle: true,
    })
    const layout = (await document.getStream())._pdfMakePages
    return { pdf: new Uint8Array(await document.getBuffer()), pages: layout.length, layout }
  }
}

/** Lines under the text, so close to each other that none of a page can be cut out without one. pdfmake's own watermark fills pages of any length with a single letter. */
const stampOn = (stamp: string, { margins: [left, top, right] }: Sheet, { width, height }: { readonly width: number; readonly height: number }): Content => {
  const fontSize = Math.min(34, (width - left - right) / (stamp.length * 0.68))
  // a slip is as long as what is on it: the stamp must not make it longer
  const lines = !Number.isFinite(height) ? 2 : Math.max(1, Math.floor((height - top) / STAMP_EVERY))
  return { stack: Array.from({ length: lines }, (_, line): Content => ({ text: stamp, bold: true, fontSize, color: '#eecfcb', absolutePosition: { x: left, y: top + 30 + line * STAMP_EVERY } })) }
}

/** pdfkit writes these into XMP without escaping. */
const metadata = (text: string): string => text.normalize('NFC').replace(/[<>&\p{Cc}]/gu, ' ')

/** Every text of the definition passes here: no form can forget the composed form or a missing glyph. */
const prepare = (node: Content, fonts: Fonts): Content => {
  if ('text' in node) return prepareText(node, fonts)
  if ('stack' in node) return { ...node, stack: node.stack.map((child) => prepare(child, fonts)) }
  if ('columns' in node) return { ...node, columns: node.columns.map((child) => prepare(child, fonts)) }
  if ('table' in node) return { ...node, table: { ...node.table, body: node.table.body.map((cells) => cells.map((cell) => prepare(cell, fonts))) } }
  return node
}

const prepareText = (node: TextNode, fonts: Fonts): TextNode => ({
  ...node,
  text: typeof node.text === 'string' ? fonts.drawable(node.text) : node.text.map((part) => prepareText(typeof part === 'string' ? { text: part } : part, fonts)),
})

export const hasSpace = (layout: readonly LaidOutPage[], mark: string): boolean => layout.some(({ items }) => items.some(({ item }) => item.mark === mark))

/** Page and PDF rectangle of the marked space. */
export const findSpace = (layout: readonly LaidOutPage[], mark: string): VisibleBox => {
  for (const [page, { items, pageSize }] of layout.entries()) {
    for (const { item } of items) {
      if (item.mark !== mark || item.x === undefined || item.y === undefined || item.w === undefined || item.h === undefined) continue
      const top = pageSize.height - item.y
      return { page, rect: [round(item.x), round(top - item.h), round(item.x + item.w), round(top)] }
    }
  }
  throw new Error(`the form has no space marked ${mark}`)
}

const round = (points: number): number => Math.round(points * 100) / 100
