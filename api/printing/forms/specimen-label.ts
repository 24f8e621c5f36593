/** Nhãn mẫu bệnh phẩm: 50 x 30 mm, for the tube. Name, birth year, sex, number, bar code of the specimen's number, what it is of and what is measured; no circular prescribes it. */
import type { Content } from 'pdfmake'
import type { SpecimenLabel } from '../../model/ports.ts'
import { code128 } from '../code128.ts'
import { formatStamp } from '../format.ts'
import type { Sheet } from '../render.ts'

const MM = 72 / 25.4
const [WIDTH, HEIGHT, MARGIN] = [50 * MM, 30 * MM, 2 * MM]
const MODULE = 0.24 * MM
const GENDERS: Readonly<Record<string, string>> = { male: 'Nam', female: 'Nữ' }
/** As many letters as fit on one line. */
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

export const specimenLabel = (label: SpecimenLabel, timeZone: string): Sheet => {
  const bars = code128(label.accession, MODULE, 9 * MM)
  const line = (text: string, more: object = {}): Content => ({ text, lineHeight: 1, ...more })
  return {
    pageSize: { width: WIDTH, height: HEIGHT }, margins: [MARGIN, 1.5 * MM, MARGIN, 0], fontSize: 6.5, title: 'Nhãn mẫu bệnh phẩm', author: '', at: label.at,
    content: [
      line(cut(label.name.toLocaleUpperCase('vi'), 30), { bold: true, fontSize: 8, noWrap: true }),
      line([label.birthDate.slice(0, 4), GENDERS[label.gender] ?? '', label.number].filter((part) => part !== '').join(' · '), { noWrap: true }),
      { ...bars, alignment: 'center', margin: [0, 2, 0, 1] },
      line(label.accession, { bold: true, fontSize: 8, alignment: 'center' }),
      line(cut(`${label.material} · ${label.tests.join(' ')}`, 46), { noWrap: true }),
      line(formatStamp(label.at, timeZone), { fontSize: 5.5 }),
    ],
  }
}
