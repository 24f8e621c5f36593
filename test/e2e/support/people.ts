/** Invented persons for the journeys, each new: citizen ids, names and QR texts as a scanner types them. */
let serial = Date.now() % 100_000

export interface Invented {
  readonly citizen: string
  readonly name: string
  /** YYYY-MM-DD */
  readonly birthDate: string
  readonly qr: string
}

const FAMILY = { male: ['Nguyễn Văn', 'Lê Hữu', 'Hoàng Đức'], female: ['Trần Thị', 'Phạm Ngọc', 'Đặng Thùy'] }
const GIVEN = ['Mẫu', 'Thử', 'Giả', 'Ví Dụ', 'Bịa', 'Tượng Trưng']

/** "CCCD|old|name|ddMMyyyy|sex|address|issued": the sixth digit's parity of the citizen id says the sex, digits 5-6 the year. */
export function inventPerson(male = true): Invented {
  serial += 1
  const year = 1970 + (serial % 30)
  const citizen = `001${male ? 0 : 1}${String(year).slice(2)}${String(900_000 + serial % 100_000)}`
  const family = FAMILY[male ? 'male' : 'female']
  const name = `${family[serial % family.length]} ${GIVEN[Math.floor(serial / 7) % GIVEN.length]} ${String.fromCharCode(65 + (serial % 26))}${String.fromCharCode(97 + (Math.floor(serial / 26) % 26))}`
  const day = String(1 + (serial % 28)).padStart(2, '0')
  return { citizen, name, birthDate: `${year}-03-${day}`, qr: `${citizen}||${name}|${day}03${year}|${male ? 'Nam' : 'Nữ'}|Số 1 Phố Thử, Phường Ba Đình, Thành phố Hà Nội|01012022` }
}
