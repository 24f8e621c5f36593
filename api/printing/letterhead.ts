/** The head and the foot of a form: letterhead of the hospital, national name and motto with the line below, QR to the verify page, "Trang x/y" (NĐ 30/2020/NĐ-CP appendix I). */
import type { Content, TextNode } from 'pdfmake'
import type { Letterhead } from '../model/ports.ts'
import type { Fonts } from './fonts.ts'

/** Width of the two columns of the head; A4 and A5 differ. */
export interface HeadSize { readonly left: number; readonly right: number; readonly fontSize: number }

/** A line under a centred text, drawn rather than typed, so that it keeps its length. */
const rule = (columnWidth: number, length: number, top = 2, below = 4): Content => ({
  canvas: [{ type: 'line', x1: (columnWidth - length) / 2, y1: top, x2: (columnWidth + length) / 2, y2: top, lineWidth: 0.7 }],
  margin: [0, 0, 0, below],
})

const MOTTO = 'Độc lập - Tự do - Hạnh phúc'

export const letterhead = (head: Letterhead, size: HeadSize, fonts: Fonts, numbers: readonly TextNode[]): Content => {
  const centred = (text: string, bold: boolean, fontSize: number): TextNode => ({ text, bold, fontSize, alignment: 'center' })
  // the line under the motto is as long as the motto; bold is a little wider than the regular face that is measured
  const mottoWidth = Math.min(fonts.width(MOTTO, size.fontSize + 1) * 1.06, size.right)
  return {
    columns: [
      {
        width: size.left,
        stack: [
          ...(head.governingBody ? [centred(head.governingBody.toLocaleUpperCase('vi'), false, size.fontSize)] : []),
          centred(head.hospital.toLocaleUpperCase('vi'), true, size.fontSize),
          rule(size.left, size.left * 0.38),
          ...numbers.map((line) => ({ ...line, alignment: 'center' as const, fontSize: size.fontSize - 0.5 })),
        ],
      },
      {
        width: size.right,
        stack: [
          centred('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', true, size.fontSize),
          centred(MOTTO, true, size.fontSize + 1),
          rule(size.right, mottoWidth),
        ],
      },
    ],
    columnGap: 8,
  }
}

/** The same on every page: which document this is, where to check it, page x/y. */
export const footer = (title: string, code: string, verifyUrl: string, margins: { readonly left: number; readonly right: number; readonly width: number }) => (page: number, pages: number): Content => ({
  margin: [margins.left, 6, margins.right, 0],
  stack: [
    { canvas: [{ type: 'line', x1: 0, y1: 0, x2: margins.width, y2: 0, lineWidth: 0.4, lineColor: '#777777' }], margin: [0, 0, 0, 3] },
    {
      columns: [
        { width: '*', fontSize: 8, color: '#333333', text: `${title} – Mã tra cứu: ${code}\nKiểm tra tại: ${verifyUrl}`, lineHeight: 1.1 },
        { width: 60, fontSize: 8.5, color: '#333333', alignment: 'right', text: `Trang ${page}/${pages}` },
      ],
      columnGap: 8,
    },
  ],
})
