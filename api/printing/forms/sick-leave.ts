/** Giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội — Mẫu 07, phụ lục II, TT 25/2025/TT-BYT; order of fields as in the insurance data table (XML11), layout to be checked against the official form. */
import type { Content } from 'pdfmake'
import { PARENT_MONTHS } from '../../model/paper-rules.ts'
import type { PrintRequest } from '../../model/ports.ts'
import { emptyText, heading } from '../blocks.ts'
import { findingText, sickLeaveText } from '../clinical-text.ts'
import { readDocument, type FormDocument } from '../document.ts'
import { drugLine } from '../dosage.ts'
import type { Fonts } from '../fonts.ts'
import { isYounger } from '../format.ts'
import { readPerson } from '../person.ts'
import type { Sheet } from '../render.ts'
import { text } from '../view.ts'
import { diagnosisLine, lines, paperSheet } from './paper.ts'

/** Medicines by name, then what the doctor advises. */
const treatment = (document: FormDocument, timeZone: string): string => [
  (document.section('medications')?.entries ?? []).map((item) => drugLine(item, false).name).join('; '),
  (document.section('plan')?.entries ?? []).map((item) => findingText(item, timeZone)).join('; '),
].filter(Boolean).join('. ')

const leave = (document: FormDocument, fonts: Fonts, timeZone: string): Content[] => {
  const { one, row } = lines('A5', fonts)
  const section = document.section('sick-leave')
  const { days, span } = sickLeaveText(document, timeZone)
  if (span === '') return [{ text: section ? emptyText(section) : '', bold: true, margin: [0, 4, 0, 4] }]
  return [one('Số ngày nghỉ', `${days} ngày`, true), row({ label: 'Thời gian', value: `${span.slice(0, 1).toLocaleLowerCase('vi')}${span.slice(1)}`, share: 1 })]
}

export const sickLeave = (request: PrintRequest, fonts: Fonts, timeZone: string): Sheet => {
  const document = readDocument(request.bundle, 'sick-leave')
  const person = readPerson(document.patient, request.at, timeZone)
  const { one, row } = lines('A5', fonts)
  const small = isYounger(PARENT_MONTHS, text(document.patient, 'birthDate'), request.at, timeZone)
  return paperSheet(request, timeZone, fonts, {
    form: 'sick-leave', page: 'A5', document, capacity: ['NGƯỜI HÀNH NGHỀ', 'KHÁM BỆNH, CHỮA BỆNH'], foot: 'Giấy chứng nhận nghỉ việc',
    body: [
      heading('I. THÔNG TIN NGƯỜI BỆNH'),
      one('Họ và tên', person.name.toLocaleUpperCase('vi'), true),
      row({ label: 'Ngày sinh', value: [person.birthDate, person.age && `(${person.age})`].filter(Boolean).join(' '), share: 0.66 }, { label: 'Giới tính', value: person.gender, share: 0.34 }),
      one('Số định danh cá nhân/CCCD/Hộ chiếu', person.citizen),
      one('Mã số BHXH/Số thẻ BHYT', person.insurance),
      one('Đơn vị làm việc', person.military.unit),
      heading('II. CHẨN ĐOÁN VÀ PHƯƠNG PHÁP ĐIỀU TRỊ'),
      one('Chẩn đoán', [diagnosisLine(document, 'main-diagnosis'), diagnosisLine(document, 'other-diagnoses')].filter(Boolean).join('; ')),
      one('Phương pháp điều trị', treatment(document, timeZone)),
      ...leave(document, fonts, timeZone),
    ],
    last: [
      heading('III. THÔNG TIN CHA, MẸ (chỉ ghi khi người bệnh là trẻ em dưới 7 tuổi)'),
      one('Họ và tên cha', small ? person.father : ''),
      one('Họ và tên mẹ', small ? person.mother : ''),
    ],
  })
}
