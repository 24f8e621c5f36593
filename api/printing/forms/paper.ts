/** The frame of the papers that a patient takes home: letterhead, title with its code, the hospital's representative at the left, who signs at the right. */
import type { Content } from 'pdfmake'
import { FORM_SECTIONS, FORMS } from '../../model/form-sections.ts'
import type { FormCode, PrintRequest } from '../../model/ports.ts'
import { SID } from '../../model/systems.ts'
import { field, fieldRow, leftWidth, notice, representative, signatureBlock, titleWithCode } from '../blocks.ts'
import { conditionText } from '../clinical-text.ts'
import type { FormDocument } from '../document.ts'
import type { Fonts } from '../fonts.ts'
import { formatPlaceDate } from '../format.ts'
import { footer, letterhead } from '../letterhead.ts'
import type { Sheet } from '../render.ts'
import { identifier, text } from '../view.ts'

interface Layout {
  readonly margins: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
  readonly width: number
  readonly size: number
  readonly head: { readonly left: number; readonly right: number; readonly fontSize: number }
  readonly title: number
  readonly box: { readonly width: number; readonly height: number }
  readonly seal: number
}

const layout = (page: number, margins: Layout['margins'], rest: Pick<Layout, 'size' | 'title' | 'box' | 'seal'> & { readonly left: number; readonly headSize: number }): Layout => {
  const width = page - margins.left - margins.right
  return { margins, width, size: rest.size, title: rest.title, box: rest.box, seal: rest.seal, head: { left: rest.left, right: width - rest.left - 8, fontSize: rest.headSize } }
}

export const PAPER_LAYOUTS = {
  A5: layout(419.53, { left: 40, right: 30, top: 24, bottom: 38 }, { size: 10.5, title: 15, box: { width: 180, height: 54 }, seal: 62, left: 164, headSize: 8.2 }),
  A4: layout(595.28, { left: 71, right: 43, top: 40, bottom: 48 }, { size: 12, title: 16, box: { width: 230, height: 64 }, seal: 96, left: 228, headSize: 10.8 }),
} as const

/** Labelled lines in the width and size of a paper. */
export const lines = (page: keyof typeof PAPER_LAYOUTS, fonts: Fonts) => {
  const { width, size } = PAPER_LAYOUTS[page]
  return {
    one: (label: string, value: string, bold = false): Content => field(fonts, label, value, { bold, width, size }),
    row: (...fields: { label: string; value: string; share: number; bold?: boolean }[]): Content => fieldRow(fonts, width, size, fields),
  }
}

export const diagnosisLine = (document: FormDocument, code: 'main-diagnosis' | 'other-diagnoses'): string => {
  const section = document.section(code)
  return section && !section.emptyReason ? section.entries.map(conditionText).join('; ') || section.narrative : ''
}

export interface Paper {
  readonly form: Exclude<FormCode, 'visit-summary' | 'prescription'>
  readonly page: keyof typeof PAPER_LAYOUTS
  readonly document: FormDocument
  readonly body: readonly Content[]
  /** Goes with the signature to its page. */
  readonly last: readonly Content[]
  readonly capacity: readonly string[]
  readonly subtitles?: readonly string[]
  /** In the foot in place of a title that is too long for its line. */
  readonly foot?: string
}

/** The title says when the paper takes an earlier one back. */
const CANCELLED = '(hủy)'

export const paperSheet = (request: PrintRequest, timeZone: string, fonts: Fonts, paper: Paper): Sheet => {
  const { margins, width, size, head, title: titleSize, box, seal } = PAPER_LAYOUTS[paper.page]
  const { document } = paper
  const said = text(document.composition, 'title')
  const title = said.endsWith(CANCELLED) ? said : FORMS[paper.form].vi
  const number = text(document.composition, 'identifier', 'value') || identifier(document.encounter, SID.visit)
  const correction = document.section('correction')
  return {
    pageSize: paper.page, margins: [margins.left, margins.top, margins.right, margins.bottom], fontSize: size, title, author: request.letterhead.hospital, at: request.at,
    ...(request.letterhead.seal && { images: { seal: request.letterhead.seal } }),
    info: { EMRBundleSHA256: request.bundleSha256 },
    footer: footer(paper.foot ?? title, request.code, request.verifyUrl, { ...margins, width }),
    content: [
      letterhead(request.letterhead, head, fonts, [{ text: `Số: ${number || '……………………'}` }, { text: FORMS[paper.form].basis }]),
      titleWithCode(title, paper.subtitles ?? [], titleSize, request.verifyUrl),
      ...(correction ? [notice(FORM_SECTIONS.correction.vi, `Giấy này thay thế giấy đã ký trước. Lý do: ${correction.narrative}`)] : []),
      ...paper.body,
      signatureBlock({
        placeDate: formatPlaceDate(request.letterhead.place, request.at, timeZone), capacity: paper.capacity, name: request.signer.name, title: '', width, box,
        left: representative(request.letterhead.seal !== undefined, seal, leftWidth({ width, box })),
      }, [...paper.last]),
    ],
  }
}
