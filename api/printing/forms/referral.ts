/** Phiếu chuyển cơ sở khám bệnh, chữa bệnh — phụ lục VI, TT 01/2025/TT-BYT; layout to be checked against the official form. Fields in the form's order; what a visit does not know is dotted. */
import type { Content } from 'pdfmake'
import type { FormSection } from '../../model/form-sections.ts'
import type { PrintRequest } from '../../model/ports.ts'
import { REFERRAL_REASON_CODES, REFERRAL_REASONS } from '../../model/referral-reason.ts'
import { EXTENSION } from '../../model/systems.ts'
import { emptyText, heading, paragraph } from '../blocks.ts'
import { findingText, measureText, orderText, resultText } from '../clinical-text.ts'
import { readDocument, type FormDocument } from '../document.ts'
import { drugLine } from '../dosage.ts'
import type { Fonts } from '../fonts.ts'
import { formatMoment } from '../format.ts'
import { readPerson } from '../person.ts'
import type { Sheet } from '../render.ts'
import { extension, list, text } from '../view.ts'
import { diagnosisLine, lines, paperSheet } from './paper.ts'

const DOTS = '.'.repeat(60)

const entries = (document: FormDocument, code: FormSection, format: (item: unknown) => string): string =>
  (document.section(code)?.entries ?? []).map(format).filter(Boolean).join('; ')

/** Signs, results, diagnoses and treatment, lines 11 to 16. */
const record = (document: FormDocument, timeZone: string): Content[] => {
  const part = (label: string, value: string): Content => paragraph(label, value || DOTS)
  const orders = entries(document, 'orders', orderText)
  const drugs = entries(document, 'medications', (item) => drugLine(item, false).name)
  const measures = entries(document, 'vital-signs', (item) => measureText(item, timeZone))
  return [
    heading('TÓM TẮT BỆNH ÁN'),
    part('- Tóm tắt dấu hiệu lâm sàng', entries(document, 'examination', (item) => findingText(item, timeZone))),
    part('- Tóm tắt kết quả xét nghiệm, cận lâm sàng chính', entries(document, 'results', (item) => findingText(item, timeZone))),
    part('- Chẩn đoán', [diagnosisLine(document, 'main-diagnosis'), diagnosisLine(document, 'other-diagnoses')].filter(Boolean).join('; ')),
    // what was ordered or prescribed is not said to be done or taken: the record of a visit does not know
    part('- Phương pháp, thủ thuật, kỹ thuật đã thực hiện', ''),
    ...(orders ? [paragraph('Đã chỉ định', orders, 14)] : []),
    part('- Thuốc điều trị chính đã sử dụng', drugs && `đã kê đơn ${drugs}`),
    part('- Tình trạng người bệnh lúc chuyển', [resultText(document), measures].filter(Boolean).join('; ')),
  ]
}

const box = (ticked: boolean): string => (ticked ? '☑' : '☐')

/** Reason and plan, then time, transport and escort, lines 17 to 22: the second part goes with the signature. */
const transfer = (document: FormDocument, fonts: Fonts, timeZone: string): { readonly why: Content[]; readonly how: Content[] } => {
  const { one } = lines('A4', fonts)
  const section = document.section('referral')
  if (!section || section.emptyReason) return { why: [], how: [{ text: section ? emptyText(section) : '', bold: true, margin: [0, 4, 0, 4] }] }
  const parts = list(extension(document.encounter, EXTENSION.referral), 'extension')
  const of = (name: string, ...path: readonly string[]): string => text(parts.find((item) => text(item, 'url') === name), ...path)
  const reason = of('reason', 'valueCoding', 'code')
  const why = [
    paragraph('- Lý do chuyển cơ sở khám bệnh, chữa bệnh', ''),
    ...REFERRAL_REASON_CODES.map((code): Content => ({ text: `${box(code === reason)} ${code}. ${REFERRAL_REASONS[code].vi}`, margin: [14, 0, 0, 0] })),
    paragraph('- Hướng điều trị', entries(document, 'plan', (item) => findingText(item, timeZone)) || DOTS),
  ]
  const how = [
    one('- Chuyển hồi', formatMoment(text(document.encounter, 'period', 'end'), timeZone)),
    { text: '- Phiếu chuyển có giá trị trong 01 (một) năm:   ☐ Có     ☐ Không' },
    one('- Phương tiện vận chuyển', of('transport', 'valueString')),
    one('- Họ tên, chức danh người hộ tống', of('escort', 'valueString')),
  ]
  return { why, how }
}

export const referral = (request: PrintRequest, fonts: Fonts, timeZone: string): Sheet => {
  const document = readDocument(request.bundle, 'referral')
  const person = readPerson(document.patient, request.at, timeZone)
  const { one, row } = lines('A4', fonts)
  const { hospital } = request.letterhead
  const moment = (end: 'start' | 'end'): string => formatMoment(text(document.encounter, 'period', end), timeZone)
  const { why, how } = transfer(document, fonts, timeZone)
  return paperSheet(request, timeZone, fonts, {
    form: 'referral', page: 'A4', document, capacity: ['BÁC SĨ, Y SĨ', 'KHÁM BỆNH, ĐIỀU TRỊ'],
    body: [
      one('Kính gửi', text(document.encounter, 'hospitalization', 'destination', 'display'), true),
      { text: [{ text: `${hospital} trân trọng giới thiệu:`, italics: true }] },
      one('- Họ và tên người bệnh', person.name.toLocaleUpperCase('vi'), true),
      row({ label: '- Giới tính', value: person.gender, share: 0.4 }, { label: 'Ngày, năm sinh', value: [person.birthDate, person.age && `(${person.age})`].filter(Boolean).join(' '), share: 0.6 }),
      one('- Địa chỉ', person.address),
      row({ label: '- Dân tộc', value: person.ethnicity, share: 0.4 }, { label: 'Quốc tịch', value: '', share: 0.6 }),
      row({ label: '- Nghề nghiệp', value: person.occupation, share: 0.45 }, { label: 'Nơi làm việc', value: person.military.unit, share: 0.55 }),
      row({ label: '- Số thẻ BHYT', value: person.insurance, share: 0.5 }, { label: 'Thời hạn sử dụng đến', value: person.insuredUntil, share: 0.5 }),
      { text: 'Đã được khám bệnh, điều trị:' },
      { text: `+ Tại ${hospital} (${text(document.department, 'name')}): từ ${moment('start')} đến ${moment('end')}`, margin: [14, 0, 0, 0] },
      ...record(document, timeZone),
      ...why,
    ],
    last: how,
  })
}
