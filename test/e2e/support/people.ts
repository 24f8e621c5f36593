/**
 * Invented persons for the journeys, each new: citizen ids, names and QR texts as a scanner types them. The journeys run in several processes on one
 * demo, and the desk says of a new card whose name it knows that several persons are meant: neither number nor name may come twice.
 */
import { randomInt } from 'node:crypto'

const LETTERS = 26 ** 5
let serial = randomInt(LETTERS)

export interface Invented {
  readonly citizen: string
  readonly name: string
  /** YYYY-MM-DD */
  readonly birthDate: string
  readonly qr: string
}

const FAMILY = { male: ['Nguyễn Văn', 'Lê Hữu', 'Hoàng Đức'], female: ['Trần Thị', 'Phạm Ngọc', 'Đặng Thùy'] }
const GIVEN = ['Mẫu', 'Thử', 'Giả', 'Ví Dụ', 'Bịa', 'Tượng Trưng']

/** Five letters that no other serial has: "Abcde". */
const lettersOf = (number: number): string => {
  const letters = Array.from({ length: 5 }, (_, place) => String.fromCharCode(97 + (Math.floor(number / 26 ** place) % 26))).reverse().join('')
  return letters.charAt(0).toUpperCase() + letters.slice(1)
}

/** "CCCD|old|name|ddMMyyyy|sex|address|issued": the fourth digit of the citizen id says the sex, digits 5-6 the year. */
export function inventPerson(male = true): Invented {
  serial = (serial + 1) % LETTERS
  const year = 1970 + (serial % 30)
  const province = String(1 + Math.floor(serial / 100_000) % 96).padStart(3, '0')
  const citizen = `${province}${male ? 0 : 1}${String(year).slice(2)}${String(900_000 + serial % 100_000)}`
  const family = FAMILY[male ? 'male' : 'female']
  const name = `${family[serial % family.length]} ${GIVEN[Math.floor(serial / 7) % GIVEN.length]} ${lettersOf(serial)}`
  const day = String(1 + (serial % 28)).padStart(2, '0')
  return { citizen, name, birthDate: `${year}-03-${day}`, qr: `${citizen}||${name}|${day}03${year}|${male ? 'Nam' : 'Nữ'}|Số 1 Phố Thử, Phường Ba Đình, Thành phố Hà Nội|01012022` }
}
