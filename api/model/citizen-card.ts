/**
 * The text in the QR code of the Vietnamese citizen card, as a scanner types it: `CCCD|CMND cũ|Họ tên|ddMMyyyy|Nam/Nữ|Địa chỉ|ddMMyyyy`
 * (the second field may be empty; newer cards append fields), and what a 12-digit personal number says about its holder (Nghị định 137/2015/NĐ-CP, Điều 13).
 */
import { compose } from './fold.ts'

export interface CitizenCard {
  /** 12 digits. */
  readonly number: string
  /** 9-digit CMND of before; '' when there was none. */
  readonly oldNumber: string
  readonly name: string
  /** YYYY-MM-DD, or YYYY where the card has no day. */
  readonly birthDate: string
  readonly gender: 'male' | 'female' | 'unknown'
  readonly address: string
  /** YYYY-MM-DD; '' when unreadable. */
  readonly issued: string
}

/** Who issues the cards that carry a QR code: the ministry since Luật Căn cước 26/2023/QH15 came into force, its police department before. '' for a day without such cards. */
export const issuerOn = (day: string): string => {
  if (day >= '2024-07-01') return 'Bộ Công an'
  return day >= '2021-01-01' ? 'Cục Cảnh sát quản lý hành chính về trật tự xã hội' : ''
}

const CITIZEN_NUMBER = /^\d{12}$/

/** Some cards print only the year: then day and month are zeros. '' when it is no date. */
const toDay = (text: string): string => {
  const parts = /^(\d{2})(\d{2})(\d{4})$/.exec(text)
  if (parts === null) return ''
  const [, day = '', month = '', year = ''] = parts
  if (day === '00' && month === '00') return year
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) ? `${year}-${month}-${day}` : ''
}

const toGender = (text: string): CitizenCard['gender'] => {
  const word = text.normalize('NFC').toLowerCase()
  return word === 'nam' ? 'male' : word === 'nữ' || word === 'nu' ? 'female' : 'unknown'
}

/** undefined when the text is not a citizen card; a plain search text never is, because it has no six bars. */
export const parseCitizenCard = (text: string): CitizenCard | undefined => {
  const fields = text.replace(/[\r\n]+$/, '').split('|').map((field) => compose(field))
  if (fields.length < 7) return undefined
  const [number = '', oldNumber = '', name = '', birth = '', gender = '', address = '', issued = ''] = fields
  const birthDate = toDay(birth)
  if (!CITIZEN_NUMBER.test(number) || name === '' || birthDate === '') return undefined
  return { number, oldNumber, name, birthDate, gender: toGender(gender), address, issued: toDay(issued) }
}

export type CitizenNumberWarning = 'length' | 'gender' | 'birth-year'

/**
 * What does not fit: warn, never block, for numbers were re-issued and there is no public check digit. The 4th digit tells century and
 * gender at registration of birth (0/1 = male/female of 19xx, 2/3 of 20xx, …), the 5th and 6th the year.
 */
export const checkCitizenNumber = (number: string, person: { readonly gender?: string | undefined; readonly birthDate?: string | undefined } = {}): CitizenNumberWarning[] => {
  if (!CITIZEN_NUMBER.test(number)) return ['length']
  const warnings: CitizenNumberWarning[] = []
  const era = Number(number.charAt(3))
  const gender = era % 2 === 0 ? 'male' : 'female'
  if ((person.gender === 'male' || person.gender === 'female') && person.gender !== gender) warnings.push('gender')
  const year = 1900 + Math.floor(era / 2) * 100 + Number(number.slice(4, 6))
  if (person.birthDate !== undefined && /^\d{4}/.test(person.birthDate) && Number(person.birthDate.slice(0, 4)) !== year) warnings.push('birth-year')
  return warnings
}
