/** Phiếu hẹn khám lại — phụ lục V, TT 01/2025/TT-BYT; order of fields as in the insurance data table of the slip (XML14), layout to be checked against the official form. */
import type { Content } from 'pdfmake'
import type { PrintRequest } from '../../model/ports.ts'
import { emptyText } from '../blocks.ts'
import { followUpText } from '../clinical-text.ts'
import { readDocument, type FormDocument } from '../document.ts'
import type { Fonts } from '../fonts.ts'
import { formatMoment } from '../format.ts'
import { readPerson } from '../person.ts'
import type { Sheet } from '../render.ts'
import { text } from '../view.ts'
import { diagnosisLine, lines, paperSheet } from './paper.ts'

/** "29/11/2026" -> "ngày 29 tháng 11 năm 2026" */
const inFull = (day: string): string => {
  const [date, month, year] = day.split('/')
  return year ? `ngày ${date} tháng ${month} năm ${year}` : day
}

const appointment = (document: FormDocument, timeZone: string): Content[] => {
  const section = document.section('follow-up')
  const day = followUpText(document, timeZone)
  if (!section || section.emptyReason || day === '') return [{ text: section ? emptyText(section) : '', bold: true, margin: [0, 4, 0, 4] }]
  return [
    {
      margin: [0, 4, 0, 2],
      text: ['Hẹn khám lại vào ', { text: inFull(day), bold: true }, ', hoặc đến khám bất kỳ lúc nào trước ngày hẹn nếu có dấu hiệu (triệu chứng) bất thường.'],
    },
    { text: 'Phiếu hẹn khám lại chỉ có giá trị sử dụng 01 (một) lần. Khi đến khám lại, xin mang theo phiếu này.', italics: true },
  ]
}

export const appointmentSlip = (request: PrintRequest, fonts: Fonts, timeZone: string): Sheet => {
  const document = readDocument(request.bundle, 'appointment-slip')
  const person = readPerson(document.patient, request.at, timeZone)
  const { one, row } = lines('A5', fonts)
  const moment = (end: 'start' | 'end'): string => formatMoment(text(document.encounter, 'period', end), timeZone)
  return paperSheet(request, timeZone, fonts, {
    form: 'appointment-slip', page: 'A5', document, capacity: ['BÁC SĨ, Y SĨ KHÁM BỆNH'], last: appointment(document, timeZone),
    body: [
      one('Họ và tên người bệnh', person.name.toLocaleUpperCase('vi'), true),
      row({ label: 'Ngày sinh', value: [person.birthDate, person.age && `(${person.age})`].filter(Boolean).join(' '), share: 0.66 }, { label: 'Giới tính', value: person.gender, share: 0.34 }),
      one('Địa chỉ', person.address),
      ...(person.military.unit || person.military.rank ? [one('Cấp bậc, đơn vị', [person.military.rank, person.military.unit].filter(Boolean).join(', '))] : []),
      row({ label: 'Số thẻ BHYT', value: person.insurance, share: 0.52 }, { label: 'Giá trị đến ngày', value: person.insuredUntil, share: 0.48 }),
      one('Đến khám lúc', moment('start')),
      one('Kết thúc khám lúc', moment('end')),
      one('Nơi khám', text(document.department, 'name')),
      one('Chẩn đoán', diagnosisLine(document, 'main-diagnosis')),
      one('Bệnh kèm theo', diagnosisLine(document, 'other-diagnoses') || 'Không'),
    ],
  })
}
