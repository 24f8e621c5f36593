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

export interface Rendered { readonly pdf: Uint8Array; readonly pages: number; readonly layout: readonly LaidOutPage[] }

/** Space kept free on a form: draw `markedSpace`, find where it came to lie with `findSpace`. */
export const markedSpace = (mark: string, width: number, height: number): Content => ({
  canvas: [{ type: 'rect', x: 0, y: 0, w: width, h: height, color: '#ffffff', mark }],
})

/** An instance of its own: nobody else in the process changes its fonts or what it may open. */
export const openRenderer = (fonts: Fonts): ((sheet: Sheet) => Promise<Rendered>) => {
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
