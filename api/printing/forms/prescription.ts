/** Đơn thuốc — phụ lục I, TT 26/2025/TT-BYT; layout to be checked against the official form. */
import type { Content } from 'pdfmake'
import { CHILD_MONTHS } from '../../model/age.ts'
import { FORM_SECTIONS, FORMS } from '../../model/form-sections.ts'
import type { PrintRequest } from '../../model/ports.ts'
import { LOINC, SID } from '../../model/systems.ts'
import { emptyText, field, fieldRow, notice, paragraph, signatureBlock, titleBlock } from '../blocks.ts'
import { conditionText, findingText, followUpText } from '../clinical-text.ts'
import { readDocument, type FormDocument } from '../document.ts'
import { drugLine, type DrugLine } from '../dosage.ts'
import type { Fonts } from '../fonts.ts'
import { formatNumber, formatPlaceDate, isYounger } from '../format.ts'
import { footer, letterhead } from '../letterhead.ts'
import { readPerson } from '../person.ts'
import { qrCode } from '../qr.ts'
import type { Sheet } from '../render.ts'
import { identifier, list, text } from '../view.ts'

/** A5, as prescriptions are handed out. */
const MARGINS = { left: 40, right: 30, top: 24, bottom: 38 } as const
const WIDTH = 419.53 - MARGINS.left - MARGINS.right
const SIZE = 10.5

const weightOf = (document: FormDocument): string => {
  const observation = document.resources('Observation').find((item) => list(item, 'code', 'coding').some((coding) => text(coding, 'code') === LOINC.weight.code))
  const value = text(observation, 'valueQuantity', 'value')
  return value ? `${formatNumber(value)} kg` : ''
}

const diagnosisText = (document: FormDocument): string =>
  (['main-diagnosis', 'other-diagnoses'] as const).flatMap((code) => {
    const section = document.section(code)
    return section && !section.emptyReason ? [section.entries.map(conditionText).join('; ') || section.narrative] : []
  }).filter(Boolean).join('; ')

/** Who the medicines are for, in the order of the form. */
const administrative = (document: FormDocument, request: PrintRequest, fonts: Fonts, timeZone: string): Content[] => {
  const person = readPerson(document.patient, request.at, timeZone)
  const weight = weightOf(document)
  const one = (label: string, value: string, bold = false): Content => field(fonts, label, value, { bold, width: WIDTH, size: SIZE })
  const born = [person.birthDate, person.age && `(${person.age})`].filter(Boolean).join(' ')
  return [
    one('Họ và tên', person.name.toLocaleUpperCase('vi'), true),
    one('Số định danh cá nhân/CCCD/Hộ chiếu', person.citizen),
    fieldRow(fonts, WIDTH, SIZE, [
      { label: 'Ngày sinh', value: born, share: 0.5 },
      { label: 'Cân nặng', value: weight, share: 0.26 },
      { label: 'Giới tính', value: person.gender, share: 0.24 },
    ]),
    one('Mã thẻ BHYT (nếu có)', person.insurance),
    one('Nơi cư trú', person.address),
    ...(person.military.unit || person.military.rank ? [one('Cấp bậc, đơn vị', [person.military.rank, person.military.unit].filter(Boolean).join(', '))] : []),
    paragraph('Chẩn đoán', diagnosisText(document) || '.'.repeat(60)),
  ]
}

/** A child under 72 months is brought by somebody, whom the form names below the advice. */
const companion = (document: FormDocument, request: PrintRequest, fonts: Fonts, timeZone: string): Content[] => {
  if (!isYounger(CHILD_MONTHS, text(document.patient, 'birthDate'), request.at, timeZone)) return []
  const { companions } = readPerson(document.patient, request.at, timeZone)
  return [field(fonts, 'Người đưa trẻ đến khám bệnh, chữa bệnh', companions.join('; '), { width: WIDTH, size: SIZE })]
}

const drugRow = (line: DrugLine, index: number): Content => ({ unbreakable: true, ...drugStack(line, index) })

const drugStack = (line: DrugLine, index: number): { margin: [number, number, number, number]; stack: Content[] } => ({
  margin: [0, 2, 0, 1],
  stack: [
    {
      columns: [
        { width: 16, text: `${index + 1}.`, bold: true },
        { width: '*', text: line.name, bold: true },
        { width: 84, text: line.quantity ? `SL: ${line.quantity}` : 'SL: .............', bold: true, alignment: 'right' },
      ],
      columnGap: 2,
    },
    ...(line.words ? [{ text: `(Số lượng bằng chữ: ${line.words})`, italics: true, margin: [18, 0, 0, 0] } satisfies Content] : []),
    ...line.directions.map((directions): Content => ({ text: directions, italics: true, margin: [18, 0, 0, 0] })),
  ],
})

export const prescription = (request: PrintRequest, fonts: Fonts, timeZone: string): Sheet => {
  const document = readDocument(request.bundle, 'prescription')
  const medications = document.section('medications')
  const code = identifierOf(document)
  const correction = document.section('correction')
  const addendum = document.section('addendum')
  const title = addendum ? FORMS.prescription.viAddendum : FORMS.prescription.vi
  const lines = (medications?.entries ?? []).map((item) => drugLine(item, code.endsWith('-N')))
  return {
    pageSize: 'A5',
    margins: [MARGINS.left, MARGINS.top, MARGINS.right, MARGINS.bottom],
    fontSize: SIZE,
    title,
    author: request.letterhead.hospital,
    at: request.at,
    ...(request.letterhead.seal && { images: { seal: request.letterhead.seal } }),
    info: { EMRBundleSHA256: request.bundleSha256 },
    footer: footer(title, request.code, request.verifyUrl, { ...MARGINS, width: WIDTH }),
    content: [
      letterhead(request.letterhead, { left: 164, right: WIDTH - 170, fontSize: 8.2 }, fonts, contactLines(request)),
      titleBlock(title, [`Mã đơn thuốc: ${code || '........................'}`, `Nơi khám: ${text(document.department, 'name') || '..............................'}`], 15),
      ...(correction ? [notice(FORM_SECTIONS.correction.vi, `Đơn này thay thế đơn đã ký trước. Lý do: ${correction.narrative}`)] : []),
      ...(addendum ? [notice(FORM_SECTIONS.addendum.vi, `Đơn này bổ sung cho đơn đã ký trước. Lý do: ${addendum.narrative}`)] : []),
      ...administrative(document, request, fonts, timeZone),
      { text: 'Thuốc điều trị:', bold: true, margin: [0, 3, 0, 0] },
      ...(lines.length ? lines.slice(0, -1).map(drugRow) : [{ text: medications ? emptyText(medications) : '' }]),
      signatureBlock({
        placeDate: formatPlaceDate(request.letterhead.place, request.at, timeZone),
        capacity: ['BÁC SĨ KHÁM BỆNH'],
        name: request.signer.name,
        title: '',
        width: WIDTH,
        box: { width: 190, height: 54 },
        left: [
          {
            margin: [0, 6, 0, 4],
            columns: [
              { width: 58, stack: [qrCode(request.verifyUrl, 54)] },
              request.letterhead.seal ? { width: 80, image: 'seal', fit: [78, 78], margin: [0, -6, 0, 0] } : { width: '*', text: '' },
            ],
            columnGap: 8,
          },
          { text: '– Khám lại xin mang theo đơn này.', fontSize: 9, italics: true },
          ...(request.letterhead.phone ? [{ text: `– Điện thoại liên hệ: ${request.letterhead.phone}`, fontSize: 9, italics: true } satisfies Content] : []),
        ],
      }, [...lastDrug(lines), ...advice(document, timeZone), ...companion(document, request, fonts, timeZone)]),
    ],
  }
}

/** The last drug and the count go with the signature: a page that carries a signature alone could be put to any prescription. */
const lastDrug = (lines: readonly DrugLine[]): Content[] =>
  lines.slice(-1).flatMap((line): Content[] => [
    drugStack(line, lines.length - 1),
    { text: `Cộng khoản: ${lines.length < 10 ? '0' : ''}${lines.length} khoản thuốc`, italics: true, margin: [0, 2, 0, 2] },
  ])

/** Mã đơn thuốc stands on the Composition and on each request's group. */
const identifierOf = (document: FormDocument): string =>
  text(document.composition, 'identifier', 'value') || document.resources('MedicationRequest').map((item) => text(item, 'groupIdentifier', 'value')).find(Boolean) || identifier(document.composition, SID.prescription)

const contactLines = (request: PrintRequest): { text: string }[] =>
  [request.letterhead.address && `Địa chỉ: ${request.letterhead.address}`, request.letterhead.phone && `Điện thoại: ${request.letterhead.phone}`].filter(Boolean).map((line) => ({ text: line }))

/** Lời dặn, tái khám */
const advice = (document: FormDocument, timeZone: string): Content[] => {
  const plan = document.section('plan')
  const followUp = document.section('follow-up')
  const words = plan ? plan.entries.map((item) => findingText(item, timeZone)).filter(Boolean).join('\n') || emptyText(plan) : ''
  return [
    ...(plan ? [paragraph('Lời dặn', words)] : []),
    ...(followUp ? [paragraph('Tái khám', followUpText(document, timeZone) || followUp.narrative)] : []),
  ]
}
