/**
 * Bản tóm tắt hồ sơ bệnh án — Mẫu 03, phụ lục II, TT 25/2025/TT-BYT, adapted to an outpatient visit; layout to be checked against the official form.
 * Order and numbers follow the form's own fields; lines of ours (service, allergies, vital signs, orders, disposition, next visit) have no number.
 * Codes of the sections are in model/form-sections.ts.
 */
import type { Content, TextNode } from 'pdfmake'
import { MINOR_MONTHS } from '../../model/age.ts'
import { FORM_SECTIONS, FORMS, type FormSection } from '../../model/form-sections.ts'
import type { PrintRequest } from '../../model/ports.ts'
import { SID } from '../../model/systems.ts'
import { dots, emptyText, field, fieldRow, heading, leftWidth, notice, paragraph, representative, signatureBlock, titleWithCode } from '../blocks.ts'
import { allergyText, conditionText, dispositionText, findingText, followUpText, isProcedure, measureText, orderText, reasonText, resultText, sickLeaveText } from '../clinical-text.ts'
import { readDocument, type DocumentSection, type FormDocument } from '../document.ts'
import { drugLine } from '../dosage.ts'
import type { Fonts } from '../fonts.ts'
import { formatMoment, formatPlaceDate, isYounger } from '../format.ts'
import { footer, letterhead } from '../letterhead.ts'
import { readPerson } from '../person.ts'
import type { Sheet } from '../render.ts'
import { identifier, text } from '../view.ts'

/** A4, NĐ 30/2020/NĐ-CP: left 25 mm for the file's holes, right 15 mm. */
const MARGINS = { left: 71, right: 43, top: 40, bottom: 48 } as const
const WIDTH = 595.28 - MARGINS.left - MARGINS.right
const SIZE = 12
/** Of the visible signature. */
const BOX = { width: 230, height: 64 } as const

/** Text of a section that holds something. */
const sectionText = (document: FormDocument, section: DocumentSection, timeZone: string): string => {
  const lines = (format: (resource: unknown) => string, separator = '; '): string => section.entries.map(format).filter(Boolean).join(separator)
  const byCode: Readonly<Partial<Record<FormSection, () => string>>> = {
    'main-diagnosis': () => lines(conditionText),
    'other-diagnoses': () => lines(conditionText),
    reason: () => reasonText(document),
    history: () => lines((item) => findingText(item, timeZone), '\n'),
    'past-history': () => lines((item) => findingText(item, timeZone), '\n'),
    allergies: () => lines(allergyText),
    'vital-signs': () => lines((item) => measureText(item, timeZone)),
    examination: () => lines((item) => findingText(item, timeZone), '\n'),
    orders: () => orderLines(section.entries, false),
    results: () => lines((item) => findingText(item, timeZone), '\n'),
    medications: () => section.entries.map((item, index) => drugText(item, index)).join('\n'),
    'admission-diagnosis': () => lines((item) => findingText(item, timeZone), '\n'),
    result: () => resultText(document),
    outcome: () => dispositionText(document),
    remarks: () => lines((item) => findingText(item, timeZone), '\n'),
    plan: () => lines((item) => findingText(item, timeZone), '\n'),
    'follow-up': () => followUpText(document, timeZone),
    'sick-leave': () => sickLeaveText(document, timeZone).span,
  }
  return (section.emptyReason ? '' : byCode[section.code]?.() || section.narrative) || emptyText(section)
}

const orderLines = (orders: readonly unknown[], procedures: boolean): string => orders.filter((order) => isProcedure(order) === procedures).map(orderText).filter(Boolean).join('; ')

const drugText = (request: unknown, index: number): string => {
  const line = drugLine(request, false)
  return `${index + 1}) ${line.name}${line.quantity ? ` (${line.quantity})` : ''}${line.directions.length ? `: ${line.directions.join('; ')}` : ''}`
}

/** I. HÀNH CHÍNH: numbered are the fields of the form; what stands between them is ours. */
const administrative = (document: FormDocument, request: PrintRequest, fonts: Fonts, timeZone: string): Content[] => {
  const person = readPerson(document.patient, request.at, timeZone)
  const { military } = person
  const one = (label: string, value: string, bold = false): Content => field(fonts, label, value, { bold, width: WIDTH, size: SIZE })
  /** Two fields on a line; `share` is the first one's part of the width. */
  const two = (first: readonly [string, string], second: readonly [string, string], share: number): Content =>
    fieldRow(fonts, WIDTH, SIZE, [{ label: first[0], value: first[1], share }, { label: second[0], value: second[1], share: 1 - share }])
  const under = (...fields: { label: string; value: string; share: number }[]): Content => fieldRow(fonts, WIDTH, SIZE, fields, 14)
  const born = [person.birthDate, person.age && `(${person.age})`].filter(Boolean).join(' ')
  const minor = isYounger(MINOR_MONTHS, text(document.patient, 'birthDate'), request.at, timeZone)
  const contacts = person.contacts.join('; ')
  return [
    heading('I. HÀNH CHÍNH'),
    one('1. Họ và tên (in hoa)', person.name.toLocaleUpperCase('vi'), true),
    two(['2. Ngày, tháng, năm sinh', born], ['3. Giới tính', person.gender], 0.62),
    two(['4. Dân tộc', person.ethnicity], ['5. Nghề nghiệp', person.occupation], 0.36),
    one('6. Đơn vị công tác', military.unit),
    ...(military.rank || military.position || military.category
      ? [under({ label: 'Cấp bậc', value: military.rank, share: 0.36 }, { label: 'Chức vụ', value: military.position, share: 0.36 }, { label: 'Đối tượng', value: military.category, share: 0.28 })]
      : []),
    ...(military.number || military.enlisted ? [under({ label: 'Số hiệu quân nhân', value: military.number, share: 0.5 }, { label: 'Ngày nhập ngũ', value: military.enlisted, share: 0.5 })] : []),
    one('7. Mã số BHXH/Thẻ BHYT số', person.insurance),
    two(['8. Số định danh cá nhân/CCCD/Hộ chiếu', person.citizen], ['Ngày cấp', person.issued], 0.66),
    under({ label: 'Nơi cấp', value: person.issuer, share: 1 }),
    one('9. Địa chỉ', person.address),
    ...(person.phone ? [under({ label: 'Điện thoại', value: person.phone, share: 1 })] : []),
    one('10. Cha/Mẹ/Người giám hộ (nếu dưới 16 tuổi)', minor ? contacts : ''),
    ...(!minor && contacts ? [under({ label: 'Người thân cần báo tin', value: contacts, share: 1 })] : []),
    one('11. Vào viện (đến khám) lúc', formatMoment(text(document.encounter, 'period', 'start'), timeZone)),
    one('12. Ra viện (kết thúc khám) lúc', formatMoment(text(document.encounter, 'period', 'end'), timeZone)),
    under({ label: 'Nơi khám', value: text(document.department, 'name'), share: 1 }),
  ]
}

interface Line {
  readonly section: FormSection
  /** With the number of the form; a line of ours has none. */
  readonly label: string
  /** Said before the content, e.g. which of the diagnoses it is. */
  readonly lead?: string
}

/** The headings of the form and what stands under each, in print order. A numbered line stands on every whole form, dotted when nothing is known. */
const PARTS: readonly { readonly heading: string; readonly lines: readonly Line[] }[] = [
  {
    heading: 'II. CHẨN ĐOÁN',
    lines: [
      { section: 'admission-diagnosis', label: '13. Chẩn đoán vào viện' },
      { section: 'main-diagnosis', label: '14. Chẩn đoán ra viện', lead: 'Bệnh chính: ' },
      { section: 'other-diagnoses', label: 'Bệnh kèm theo' },
    ],
  },
  {
    heading: 'III. TÓM TẮT QUÁ TRÌNH ĐIỀU TRỊ',
    lines: [
      { section: 'reason', label: '15. Lý do vào viện (đến khám)' },
      { section: 'history', label: '16. Tóm tắt quá trình bệnh lý và diễn biến lâm sàng' },
      { section: 'past-history', label: '17. Tiền sử bệnh' },
      { section: 'allergies', label: 'Dị ứng' },
      { section: 'examination', label: '18. Những dấu hiệu lâm sàng chính' },
      { section: 'vital-signs', label: 'Dấu hiệu sinh tồn' },
      { section: 'results', label: '19. Tóm tắt kết quả xét nghiệm, cận lâm sàng có giá trị chẩn đoán' },
      { section: 'orders', label: 'Chỉ định cận lâm sàng' },
      { section: 'medications', label: '20. Phương pháp điều trị' },
      { section: 'result', label: '21. Tình trạng ra viện' },
      { section: 'outcome', label: 'Xử trí khi kết thúc khám' },
      { section: 'referral', label: 'Chuyển cơ sở khám bệnh, chữa bệnh' },
      { section: 'plan', label: '22. Hướng điều trị tiếp theo' },
      { section: 'follow-up', label: 'Hẹn tái khám' },
      { section: 'sick-leave', label: 'Nghỉ việc' },
      { section: 'remarks', label: '23. Ghi chú' },
    ],
  },
]

const isNumbered = ({ label }: Line): boolean => /^\d/.test(label)

const clinical = (document: FormDocument, fonts: Fonts, timeZone: string): Content[] => {
  const whole = document.section('addendum') === undefined
  const lineOf = (line: Line): Content[] => {
    const section = document.section(line.section)
    if (!section) return whole && isNumbered(line) ? [paragraph(line.label, dots(fonts, `${line.label}:`, WIDTH * 0.95, SIZE))] : []
    const procedures = line.section === 'orders' ? orderLines(section.entries, true) : ''
    // of the two kinds of order a form has the lines that hold something
    const ordered = procedures ? [paragraph('Chỉ định thủ thuật', procedures, INDENT)] : []
    if (procedures && orderLines(section.entries, false) === '') return ordered
    const body = sectionText(document, section, timeZone)
    return line.section === 'medications' ? treatment(section, line.label, body, document) : [paragraph(line.label, `${line.lead ?? ''}${withBreak(body)}`, isNumbered(line) ? 0 : INDENT), ...ordered]
  }
  return PARTS.flatMap(({ heading: title, lines }) => {
    const items = lines.flatMap(lineOf)
    return items.length === 0 ? [] : [heading(title), ...items]
  })
}

/** Of the lines that are ours. */
const INDENT = 14

/** Several lines start below their label. */
const withBreak = (body: string): string => (body.includes('\n') ? `\n${body}` : body)

/** Phương pháp điều trị: the two boxes of the form. */
const treatment = (section: DocumentSection, label: string, body: string, document: FormDocument): Content[] => {
  const procedures = (document.section('orders')?.entries ?? []).some(isProcedure)
  const drugs = section.entries.length > 0
  const box = (ticked: boolean, label: string): TextNode => ({ text: `${ticked ? '☑' : '☐'} ${label}` })
  return [
    paragraph(label, [box(drugs, 'Nội khoa (ghi rõ)      '), box(procedures, 'Phẫu thuật, thủ thuật (ghi rõ)')]),
    // each drug on its own, so that a page is filled before the next begins
    ...(drugs ? body.split('\n') : [`Thuốc điều trị: ${body}`]).map((line): Content => ({ text: line, margin: [12, 0, 0, 1] })),
  ]
}

export const visitSummary = (request: PrintRequest, fonts: Fonts, timeZone: string): Sheet => {
  const document = readDocument(request.bundle, 'visit-summary')
  const addendum = document.section('addendum')
  const correction = document.section('correction')
  const title = addendum ? FORMS['visit-summary'].viAddendum : FORMS['visit-summary'].vi
  const number = text(document.composition, 'identifier', 'value') || identifier(document.encounter, SID.visit)
  const record = identifier(document.patient, SID.patient)
  const body = [...administrative(document, request, fonts, timeZone), ...clinical(document, fonts, timeZone)]
  const last = keepWithSignature(body)
  return {
    pageSize: 'A4',
    margins: [MARGINS.left, MARGINS.top, MARGINS.right, MARGINS.bottom],
    fontSize: SIZE,
    title,
    author: request.letterhead.hospital,
    at: request.at,
    ...(request.letterhead.seal && { images: { seal: request.letterhead.seal } }),
    info: { EMRBundleSHA256: request.bundleSha256 },
    footer: footer(title, request.code, request.verifyUrl, { ...MARGINS, width: WIDTH }),
    content: [
      letterhead(request.letterhead, { left: 228, right: WIDTH - 236, fontSize: 10.8 }, fonts, [{ text: `Số: ${number || '……………………'}` }, { text: FORMS['visit-summary'].basis }, ...(record ? [{ text: `Mã người bệnh: ${record}` }] : [])]),
      titleWithCode(title, ['(Dùng cho lượt khám bệnh ngoại trú)'], 16, request.verifyUrl),
      ...(correction ? [notice(FORM_SECTIONS.correction.vi, `Văn bản này thay thế văn bản đã ký trước. Lý do: ${correction.narrative}`)] : []),
      ...(addendum ? [notice(FORM_SECTIONS.addendum.vi, `Văn bản này bổ sung cho văn bản đã ký trước. Lý do: ${addendum.narrative}`)] : []),
      ...body.slice(0, body.length - last),
      signatureBlock({
        placeDate: formatPlaceDate(request.letterhead.place, request.at, timeZone),
        capacity: ['NGƯỜI HÀNH NGHỀ', 'KHÁM BỆNH, CHỮA BỆNH'],
        name: request.signer.name,
        title: request.signer.title,
        width: WIDTH,
        box: BOX,
        left: representative(request.letterhead.seal !== undefined, 102, leftWidth({ width: WIDTH, box: BOX })),
      }, body.slice(body.length - last)),
    ],
  }
}

/** How many of the last pieces go with the signature to its page: a signature never stands alone there, and long texts are not kept together. */
const keepWithSignature = (body: readonly Content[]): number => {
  let room = MOST_KEPT
  let kept = 0
  for (const piece of body.toReversed()) {
    room -= JSON.stringify(piece).length
    if (room < 0 || kept === 3) break
    kept += 1
  }
  return kept
}

/** Of the definition's JSON: about fifteen lines. */
const MOST_KEPT = 1800
