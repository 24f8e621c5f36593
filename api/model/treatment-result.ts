/** Kết quả điều trị, tình trạng ra viện (KET_QUA_DTRI of the insurance data tables), as a Coding in CODE_SYSTEM.treatmentResult; an outpatient visit may leave it open. */
export const TREATMENT_RESULTS = {
  1: { vi: 'Khỏi', en: 'Recovered' },
  2: { vi: 'Đỡ', en: 'Better' },
  3: { vi: 'Không thay đổi', en: 'Unchanged' },
  4: { vi: 'Nặng hơn', en: 'Worse' },
  5: { vi: 'Tử vong', en: 'Died' },
  6: { vi: 'Tiên lượng nặng xin về', en: 'Sent home at own wish, poor prognosis' },
  7: { vi: 'Chưa xác định', en: 'Not determined' },
} as const

export type ResultCode = `${keyof typeof TREATMENT_RESULTS}`
export const RESULT_CODES: readonly ResultCode[] = ['1', '2', '3', '4', '5', '6', '7']
