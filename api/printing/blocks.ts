/** The pieces that every form is made of: labelled fields, dotted when empty, headings, notices, the title with its QR code, the signature block. */
import type { Content, TextNode } from 'pdfmake'
import type { DocumentSection } from './document.ts'
import type { Fonts } from './fonts.ts'
import { qrCode } from './qr.ts'
import { markedSpace } from './render.ts'

/** Mark of the space that the doctor's visible signature fills. */
export const SIGNATURE_SPACE = 'signature'

/** Mark of the space that a second signature can fill. */
export const SECOND_SPACE = 'second-signature'

/** Dots that fill the rest of a line of this width. */
export const dots = (fonts: Fonts, label: string, width: number, size: number): string =>
  '.'.repeat(Math.max(6, Math.floor((width - fonts.width(`${label} `, size)) / fonts.width('.', size)) - 2))

export interface FieldOptions { readonly bold?: boolean; readonly width: number; readonly size: number }

/** "Nhãn: giá trị"; an empty value becomes a dotted line, as on the printed form that someone would fill by hand. */
export const field = (fonts: Fonts, label: string, value: string, { bold = false, width, size }: FieldOptions): TextNode => ({
  text: [`${label}: `, value ? { text: value, bold } : { text: dots(fonts, `${label}:`, width, size) }],
})

/** Fields side by side on one line, each with its share of the width. */
export const fieldRow = (fonts: Fonts, total: number, size: number, fields: readonly { readonly label: string; readonly value: string; readonly share: number; readonly bold?: boolean }[], indent = 0): Content => {
  const gap = 8
  const usable = total - indent - gap * (fields.length - 1)
  return {
    margin: [indent, 0, 0, 0],
    columns: fields.map(({ label, value, share, bold }) => ({ ...field(fonts, label, value, { width: usable * share, size, ...(bold && { bold }) }), width: usable * share })),
    columnGap: gap,
  }
}

export const heading = (text: string): TextNode => ({ text, bold: true, margin: [0, 5, 0, 1], headlineLevel: 1 })

/** A bold label and a text below or behind it. */
export const paragraph = (label: string, body: string | readonly TextNode[], indent = 0): TextNode => ({
  text: [{ text: `${label}: `, bold: true }, ...(typeof body === 'string' ? [{ text: body }] : body)],
  margin: [indent, 1, 0, 1],
})

/** What stands for an empty section: "there is none" is a clinical statement, made only when the record makes it. */
const EMPTY: Readonly<Record<string, string>> = { nilknown: 'Không', notasked: 'Chưa khai thác', notstarted: 'Chưa thực hiện', withheld: 'Không cung cấp', unavailable: 'Không có thông tin' }
const NOTHING = 'Không có thông tin'

/** The words that the record has in place of content, e.g. why no medicine is prescribed; else by the reason for emptiness. */
export const emptyText = (section: DocumentSection): string => (section.narrative && section.narrative !== NOTHING ? section.narrative : (EMPTY[section.emptyReason] ?? NOTHING))

/** A framed notice at the top of a form: correction, addendum. */
export const notice = (title: string, body: string): Content => ({
  table: { widths: ['*'], body: [[{ text: [{ text: `${title.toLocaleUpperCase('vi')}: `, bold: true }, { text: body }] }]] },
  layout: { hLineWidth: () => 0.8, vLineWidth: () => 0.8, paddingLeft: () => 6, paddingRight: () => 6, paddingTop: () => 3, paddingBottom: () => 4 },
  margin: [0, 2, 0, 5],
})

/** The form's name in the middle. */
export const titleBlock = (title: string, subtitles: readonly string[], size: number): Content => ({
  margin: [0, 2, 0, 5],
  stack: [
    { text: title.toLocaleUpperCase('vi'), bold: true, fontSize: title.length > 32 ? size - 2 : size, alignment: 'center' },
    ...subtitles.filter(Boolean).map((text): Content => ({ text, italics: true, alignment: 'center' })),
  ],
})

/** The same with the QR code of the verify page at the left edge. */
export const titleWithCode = (title: string, subtitles: readonly string[], size: number, verifyUrl: string): Content => ({
  columns: [{ width: 62, stack: [qrCode(verifyUrl, 58)] }, { width: '*', stack: [titleBlock(title, subtitles, size)], margin: [0, 12, 0, 0] }, { width: 62, text: '' }],
  margin: [0, 6, 0, 6],
})

export interface SignatureBlock {
  /** "Hà Nội, ngày 22 tháng 11 năm 2026" */
  readonly placeDate: string
  /** What the signer signs as, e.g. "BÁC SĨ KHÁM BỆNH"; lines. */
  readonly capacity: readonly string[]
  readonly name: string
  readonly title: string
  /** What stands at the left of the signature, e.g. the representative's place. */
  readonly left: Content[]
  readonly width: number
  readonly box: { readonly width: number; readonly height: number }
}

const rightWidth = ({ width, box }: Pick<SignatureBlock, 'width' | 'box'>): number => Math.max(box.width, width * 0.54)
/** Of what stands at the left of the signature. */
export const leftWidth = (block: Pick<SignatureBlock, 'width' | 'box'>): number => block.width - rightWidth(block) - 6

/** Never broken over two pages; the visible signature's space lies between the capacity and the name, and nothing else does. */
export const signatureBlock = (block: SignatureBlock, lead: Content[] = []): Content => {
  const right = rightWidth(block)
  const left = leftWidth(block)
  const indent = (right - block.box.width) / 2
  const role = block.title && !block.name.includes(block.title) && !block.capacity.includes(block.title.toLocaleUpperCase('vi')) ? block.title : ''
  return {
    unbreakable: true,
    stack: [
      ...lead,
      {
        margin: [0, 8, 0, 0],
        columnGap: 6,
        columns: [
          { width: left, stack: block.left },
          {
            width: right,
            stack: [
              { text: block.placeDate, italics: true, alignment: 'center' },
              { text: block.capacity.join('\n'), bold: true, alignment: 'center' },
              { text: '(Ký, ghi rõ họ tên)', italics: true, alignment: 'center' },
              { stack: [markedSpace(SIGNATURE_SPACE, block.box.width, block.box.height)], margin: [indent, 4, 0, 4] },
              { text: block.name, bold: true, alignment: 'center' },
              ...(role ? [{ text: role, italics: true, alignment: 'center' } satisfies Content] : []),
            ],
          },
        ],
      },
    ],
  }
}

/**
 * The representative's place, kept free for a second signature. The seal's picture shows which hospital and stands at the left of the signature (NĐ 30/2020/NĐ-CP,
 * annex I); the digital signature is what counts. `size`: of the picture that stands under the name `seal`; `width`: of the place.
 */
export const representative = (sealed: boolean, size: number, width: number): Content[] => {
  const gap = 5
  const height = sealed ? size - 12 : 64
  const room = Math.min(width - (sealed ? size + gap : 0), 210)
  const space: Content = { stack: [markedSpace(SECOND_SPACE, room, height)], margin: [sealed ? 0 : (width - room) / 2, 4, 0, 4] }
  return [
    { text: ' ', italics: true },
    { text: 'ĐẠI DIỆN ĐƠN VỊ', bold: true, alignment: 'center' },
    { text: '(Ký, ghi rõ họ tên, đóng dấu)', italics: true, alignment: 'center' },
    sealed ? { columns: [{ width: size, stack: [{ image: 'seal', fit: [size, size], margin: [0, 4, 0, 0] }] }, { width: room, stack: [space] }], columnGap: gap } : space,
  ]
}
