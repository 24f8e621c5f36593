/** Why a patient is sent to another facility (phụ lục VI, TT 01/2025/TT-BYT, line 17), as a Coding in CODE_SYSTEM.referralReason. */
export const REFERRAL_REASONS = {
  '1a': { vi: 'Đủ điều kiện chuyển: phù hợp với quy định chuyển cấp chuyên môn kỹ thuật', en: 'Fit for transfer: by the rules of technical levels' },
  '1b': { vi: 'Đủ điều kiện chuyển: không phù hợp với khả năng đáp ứng của cơ sở', en: 'Fit for transfer: beyond what this facility can do' },
  2: { vi: 'Theo yêu cầu của người bệnh hoặc người đại diện', en: 'At the wish of the patient or representative' },
} as const

export type ReferralReason = '1a' | '1b' | '2'
export const REFERRAL_REASON_CODES: readonly ReferralReason[] = ['1a', '1b', '2']

/** Code of the disposition (list dispositions) that asks for a referral. */
export const TRANSFER = 'transfer'
