/** Invented patients of the demo. Personal numbers begin with 000, which is no province; insurance numbers with 99000. */
import type { RelationCode } from '#api/model/contact.ts'

export interface DemoVisit {
  /** Days before the demo's first start. */
  readonly daysAgo: number
  readonly reason: string
  /** ICD-10 codes, the main one first. */
  readonly diagnoses: readonly string[]
  readonly history: string
  readonly examination: string
  readonly plan: string
  readonly vitals: { readonly pulse: string; readonly systolic: string; readonly diastolic: string; readonly temperature: string; readonly weight: string }
  /** Code of the medicine, doses a day, days. */
  readonly drugs: readonly { readonly code: string; readonly frequency: number; readonly days: number }[]
}

export interface DemoPatient {
  readonly id: string
  readonly name: string
  readonly gender: 'male' | 'female'
  readonly birthDate: string
  readonly citizen: string
  readonly insurance?: string
  readonly phone: string
  readonly address: { readonly line: string; readonly commune: string; readonly province: string }
  readonly ethnicGroup: string
  readonly occupation: string
  readonly military?: { readonly category: string; readonly rank?: string; readonly position?: string; readonly unit: string; readonly number?: string }
  readonly guardian?: { readonly name: string; readonly relation: RelationCode; readonly phone: string }
  readonly allergies: readonly { readonly substance: string; readonly reaction: string; readonly criticality: 'low' | 'high' }[]
  /** Somebody asked, and there are none. */
  readonly noAllergy?: true
  readonly visits: readonly DemoVisit[]
  /** Why they wait in today's queue; those without a reason do not wait. */
  readonly waiting?: string
}

const HANOI = { commune: '00004', province: '01' } as const
const person = (patient: Omit<DemoPatient, 'allergies' | 'visits' | 'ethnicGroup'> & Partial<DemoPatient>): DemoPatient => ({ allergies: [], visits: [], ethnicGroup: '01', ...patient })

const PRESSURE: DemoVisit = {
  daysAgo: 34, reason: 'Tái khám tăng huyết áp', diagnoses: ['I10'],
  history: 'Tăng huyết áp phát hiện 3 năm, dùng thuốc đều, không đau ngực, không khó thở.', examination: 'Tỉnh, tiếp xúc tốt. Tim đều, không có tiếng thổi. Phổi không có ran.',
  plan: 'Ăn nhạt, tập thể dục 30 phút mỗi ngày, đo huyết áp tại nhà, tái khám sau 1 tháng.',
  vitals: { pulse: '76', systolic: '145', diastolic: '90', temperature: '36.8', weight: '68.0' }, drugs: [{ code: 'AMLO5', frequency: 1, days: 30 }],
}
/** Months of treatment, newest first: days before, pulse, blood pressure, weight. */
const PRESSURES: readonly DemoVisit[] = ([
  [65, '78', '150', '92', '68.5'], [96, '80', '148', '90', '68.9'], [127, '82', '152', '94', '69.3'], [158, '79', '146', '88', '69.0'], [190, '84', '156', '96', '69.8'],
  [221, '83', '158', '95', '70.2'], [252, '86', '162', '98', '70.5'], [284, '88', '168', '100', '71.0'],
] as const).map(([daysAgo, pulse, systolic, diastolic, weight]) => ({ ...PRESSURE, daysAgo, vitals: { ...PRESSURE.vitals, pulse, systolic, diastolic, weight } }))
const THROAT: DemoVisit = {
  daysAgo: 120, reason: 'Đau họng, sốt', diagnoses: ['J02'],
  history: 'Đau họng, sốt 2 ngày, nuốt đau, không khó thở.', examination: 'Họng đỏ, amidan sưng nhẹ, không có giả mạc. Hạch góc hàm nhỏ, không đau.',
  plan: 'Nghỉ ngơi, uống nhiều nước, súc họng nước muối. Khám lại khi sốt quá 3 ngày.',
  vitals: { pulse: '88', systolic: '120', diastolic: '70', temperature: '38.2', weight: '61.5' }, drugs: [{ code: 'PARA500', frequency: 3, days: 3 }],
}
const SUGAR: DemoVisit = {
  daysAgo: 62, reason: 'Khám định kỳ đái tháo đường', diagnoses: ['E11', 'I10'],
  history: 'Đái tháo đường típ 2 sáu năm, ăn kiêng khá, thỉnh thoảng tê bàn chân.', examination: 'Tim đều, phổi trong. Mạch mu chân bắt rõ hai bên, không loét bàn chân.',
  plan: 'Tiếp tục thuốc, kiểm tra đường huyết đói sau 1 tháng, chăm sóc bàn chân.',
  vitals: { pulse: '80', systolic: '138', diastolic: '82', temperature: '36.6', weight: '64.0' }, drugs: [{ code: 'METF850', frequency: 2, days: 30 }, { code: 'AMLO5', frequency: 1, days: 30 }],
}

export const PATIENTS: readonly DemoPatient[] = [
  person({
    id: 'mau-01', name: 'Nguyễn Văn Mẫu Một', gender: 'male', birthDate: '1985-04-12', citizen: '000085000101', insurance: 'QN5979900000101', phone: '0900000101', address: { line: 'Nhà 12 ngõ Mẫu', ...HANOI },
    occupation: '06', military: { category: 'SQ', rank: '1T', position: 'Trợ lý tham mưu', unit: 'Trung đoàn Mẫu 9', number: 'QN-900101' }, visits: [PRESSURE, ...PRESSURES], waiting: 'Tái khám tăng huyết áp',
    allergies: [{ substance: 'Penicillin', reaction: 'Nổi mề đay sau tiêm', criticality: 'high' }],
  }),
  person({
    id: 'mau-02', name: 'Trần Thị Mẫu Hai', gender: 'female', birthDate: '1992-09-30', citizen: '000192000102', insurance: 'TQ4979900000102', phone: '0900000102', address: { line: 'Số 5 phố Thử', ...HANOI },
    occupation: '08', military: { category: 'TQ', unit: 'Trung đoàn Mẫu 9' }, waiting: 'Đau họng, ho khan 3 ngày', visits: [THROAT], noAllergy: true,
  }),
  person({
    id: 'mau-03', name: 'Lê Văn Mẫu Ba', gender: 'male', birthDate: '2005-01-20', citizen: '000205000103', insurance: 'QN5979900000103', phone: '0900000103', address: { line: 'Doanh trại Tiểu đoàn Mẫu 3', ...HANOI },
    occupation: '06', military: { category: 'HSQBS', rank: 'HSI', position: 'Tiểu đội trưởng', unit: 'Đại đội 2, Tiểu đoàn Mẫu 3', number: 'QN-900103' }, waiting: 'Đau cổ chân phải sau huấn luyện',
  }),
  person({
    id: 'mau-04', name: 'Phạm Thị Mẫu Bốn', gender: 'female', birthDate: '1958-11-02', citizen: '000158000104', insurance: 'HT3019900000104', phone: '0900000104', address: { line: 'Tập thể Mẫu, nhà B2', ...HANOI },
    occupation: '03', military: { category: 'HT', rank: '3T', unit: 'Hội Cựu chiến binh phường' }, visits: [SUGAR, { ...SUGAR, daysAgo: 95 }], waiting: 'Khám định kỳ đái tháo đường',
  }),
  person({
    id: 'mau-05', name: 'Hoàng Văn Mẫu Năm', gender: 'male', birthDate: '1979-07-07', citizen: '000079000105', insurance: 'QN5979900000105', phone: '0900000105', address: { line: 'Khu gia đình quân nhân Mẫu', ...HANOI },
    occupation: '06', military: { category: 'QNCN', rank: '3U', position: 'Nhân viên kỹ thuật', unit: 'Lữ đoàn Mẫu 12', number: 'QN-900105' }, waiting: 'Đau thắt lưng',
    visits: [{
      daysAgo: 20, reason: 'Đau thắt lưng', diagnoses: ['M54'], history: 'Đau thắt lưng sau bê vật nặng, không lan xuống chân.', examination: 'Co cứng cơ cạnh sống thắt lưng, Lasègue âm tính.',
      plan: 'Tránh mang vác nặng, chườm ấm, tập theo hướng dẫn.', vitals: { pulse: '72', systolic: '125', diastolic: '80', temperature: '36.7', weight: '70.5' }, drugs: [{ code: 'MELOX75', frequency: 1, days: 5 }],
    }],
  }),
  person({
    id: 'mau-06', name: 'Vũ Thị Mẫu Sáu', gender: 'female', birthDate: '2019-03-15', citizen: '000319000106', insurance: 'TE1019900000106', phone: '0900000106', address: { line: 'Số 8 ngách Thử', ...HANOI },
    occupation: '01', guardian: { name: 'Đỗ Thị Mẫu Mẹ', relation: 'MTH', phone: '0900000206' }, waiting: 'Sốt, sổ mũi từ hôm qua', allergies: [{ substance: 'Hải sản (tôm)', reaction: 'Ngứa, đỏ da', criticality: 'low' }],
  }),
  person({
    id: 'mau-07', name: 'Đặng Văn Mẫu Bảy', gender: 'male', birthDate: '1966-12-24', citizen: '000066000107', insurance: 'GD4019900000107', phone: '0900000107', address: { line: 'Số 70 phố Mẫu', ...HANOI },
    occupation: '10', visits: [PRESSURE], waiting: 'Chóng mặt, nhức đầu buổi sáng',
  }),
  person({
    id: 'mau-08', name: 'Bùi Thị Mẫu Tám', gender: 'female', birthDate: '1974-05-19', citizen: '000174000108', insurance: 'DN4019900000108', phone: '0900000108', address: { line: 'Số 18 đường Thử', ...HANOI }, occupation: '04',
    visits: [{
      daysAgo: 48, reason: 'Đau thượng vị', diagnoses: ['K29'], history: 'Đau rát thượng vị khi đói, ợ chua.', examination: 'Bụng mềm, ấn tức thượng vị, không phản ứng thành bụng.',
      plan: 'Ăn đúng giờ, bỏ rượu bia, cà phê.', vitals: { pulse: '78', systolic: '118', diastolic: '76', temperature: '36.5', weight: '52.5' }, drugs: [{ code: 'OMEP20', frequency: 1, days: 14 }],
    }],
  }),
  person({
    id: 'mau-09', name: 'Đỗ Văn Mẫu Chín', gender: 'male', birthDate: '2003-08-08', citizen: '000203000109', insurance: 'QN5979900000109', phone: '0900000109', address: { line: 'Trường Sĩ quan Mẫu', ...HANOI },
    occupation: '02', military: { category: 'HV', position: 'Học viên năm thứ ba', unit: 'Tiểu đoàn 5, Trường Sĩ quan Mẫu', number: 'QN-900109' }, visits: [{ ...THROAT, daysAgo: 15 }],
  }),
  person({
    id: 'mau-10', name: 'Hồ Thị Mẫu Mười', gender: 'female', birthDate: '1988-02-28', citizen: '000188000110', insurance: 'HC4979900000110', phone: '0900000110', address: { line: 'Số 100 phố Thử', ...HANOI },
    occupation: '08', ethnicGroup: '02', military: { category: 'VCQP', position: 'Nhân viên văn thư', unit: 'Nhà máy Mẫu Z9' },
  }),
  person({
    id: 'mau-11', name: 'Ngô Văn Mẫu Mười Một', gender: 'male', birthDate: '1950', citizen: '000050000111', insurance: 'CC1019900000111', phone: '0900000111', address: { line: 'Thôn Mẫu', ...HANOI },
    occupation: '03', military: { category: 'CS', unit: 'Hội Cựu chiến binh xã' }, allergies: [{ substance: 'Aspirin', reaction: 'Khó thở', criticality: 'high' }],
  }),
  // The same name and birth date as the first but for the accents: reception must see the likely duplicate.
  person({
    id: 'mau-12', name: 'Nguyễn Vân Mẫu Một', gender: 'female', birthDate: '1985-04-12', citizen: '000185000112', phone: '0900000112', address: { line: 'Số 3 phố Trùng', ...HANOI }, occupation: '99',
  }),
]
