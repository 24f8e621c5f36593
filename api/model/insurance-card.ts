/**
 * Health insurance numbers in use side by side: the 15-character card (QĐ 1351/QĐ-BHXH: 2 letters for the group, 1 digit for the benefit level,
 * 2 digits for the issuer, 10 digits of the social insurance number), the 10-digit social insurance number, the 12-digit personal number (NĐ 188/2025/NĐ-CP).
 */

export interface InsuranceNumber {
  readonly value: string
  readonly kind: 'card' | 'social-insurance' | 'citizen'
  /** Only of a card. */
  readonly group?: string
  readonly groupName?: string
  readonly level?: number
  /** Share that the fund pays. */
  readonly benefit?: '100%' | '95%' | '80%'
  readonly issuer?: string
  /** Card of a serving soldier, policeman or cipher officer: the civil look-up may not know it, take the dates from the card. */
  readonly armedForces?: boolean
}

const CARD = /^([A-Z]{2})([1-5])(\d{2})(\d{10})$/

/** From general knowledge, not checked against the decision: shown as a hint, never used to refuse. */
const GROUPS: Readonly<Record<string, string>> = {
  QN: 'Quân nhân tại ngũ', CY: 'Người làm công tác cơ yếu', CA: 'Công an', TQ: 'Thân nhân quân nhân', TA: 'Thân nhân công an', TY: 'Thân nhân cơ yếu',
  HC: 'Cán bộ, công chức, viên chức', XK: 'Cán bộ xã không chuyên trách', LS: 'Lưu học sinh', HT: 'Hưu trí', BT: 'Bảo trợ xã hội', CC: 'Người có công với cách mạng',
  CK: 'Người có công khác', CB: 'Cựu chiến binh', TE: 'Trẻ em dưới 6 tuổi', HN: 'Hộ nghèo', CN: 'Hộ cận nghèo', DT: 'Dân tộc thiểu số', DK: 'Vùng khó khăn',
  XD: 'Xã đảo, huyện đảo', HS: 'Học sinh', SV: 'Sinh viên', GD: 'Hộ gia đình', DN: 'Doanh nghiệp', TN: 'Trợ cấp thất nghiệp',
}

/** Benefit level digit -> share; 5 is for those in arms, and covers what is outside the list too. */
const BENEFITS: Readonly<Record<number, InsuranceNumber['benefit']>> = { 1: '100%', 2: '100%', 3: '95%', 4: '80%', 5: '100%' }

const ARMED = new Set(['QN', 'CA', 'CY'])

/** undefined when the number has none of the three forms. Spaces and small letters are taken as typed by hand. */
export const parseInsuranceNumber = (typed: string): InsuranceNumber | undefined => {
  const value = typed.replace(/[\s.-]+/g, '').toUpperCase()
  if (/^\d{10}$/.test(value)) return { value, kind: 'social-insurance' }
  if (/^\d{12}$/.test(value)) return { value, kind: 'citizen' }
  const card = CARD.exec(value)
  if (card === null) return undefined
  const [, group = '', level = '', issuer = ''] = card
  const groupName = GROUPS[group]
  const benefit = BENEFITS[Number(level)]
  return {
    value, kind: 'card', group, level: Number(level), issuer, armedForces: ARMED.has(group),
    ...(groupName === undefined ? {} : { groupName }),
    ...(benefit === undefined ? {} : { benefit }),
  }
}
