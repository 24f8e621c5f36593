/** What the demo's doctors usually order, as if they had signed such visits before: codes of the starter lists. */
import type { CountedCode, OrderCount } from '#api/model/favourites.ts'
import { CLINIC } from './demo-hospital.ts'

interface Habit extends Pick<OrderCount, 'category' | 'codes'> { readonly login: string; readonly department: string; readonly times: number }

const drug = (code: string, frequency: number, days: number, note = ''): CountedCode => ({ kind: 'drug', code, dosage: { dose: '1', frequency, days, note, route: 'PO' } })
const orders = (...codes: string[]): CountedCode[] => codes.map((code) => ({ kind: 'order', code }))
const diagnoses = (...codes: string[]): CountedCode[] => codes.map((code) => ({ kind: 'diagnosis', code }))
const habit = (login: string, times: number, category: string, codes: readonly CountedCode[]): Habit => ({ login, department: CLINIC, times, category, codes })

export const HABITS: readonly Habit[] = [
  habit('bacsi', 6, 'J02', [...diagnoses('J02'), drug('AMOX500C', 3, 7, 'sau ăn'), drug('PARA500', 3, 3, 'khi sốt trên 38,5 °C'), drug('ALPHACHY', 3, 5), ...orders('XN-CTM')]),
  habit('bacsi', 4, 'J03', [...diagnoses('J03'), drug('AMOXCLAV625', 2, 7, 'ngay đầu bữa ăn'), drug('PARA500', 3, 3, 'khi sốt trên 38,5 °C'), ...orders('XN-CTM', 'XN-CRP')]),
  habit('bacsi', 5, 'I10', [...diagnoses('I10'), drug('AMLO5', 1, 30, 'buổi sáng'), ...orders('XN-CRE', 'XN-DGD', 'SA-TIM')]),
  habit('bacsi', 3, 'E11', [...diagnoses('E11'), drug('METF850', 2, 30, 'sau ăn'), ...orders('XN-GLU', 'XN-HBA1C')]),
  habit('bacsi', 2, 'K29', [...diagnoses('K29'), drug('OMEP20', 1, 14, 'trước ăn sáng 30 phút'), ...orders('XN-HP')]),
  habit('truongkhoa', 5, 'M54', [...diagnoses('M54'), drug('MELOX75', 1, 7, 'sau ăn'), drug('EPERI50', 3, 7), ...orders('XQ-COTSONGTL')]),
  habit('truongkhoa', 3, 'J20', [...diagnoses('J20'), drug('ACETYL200', 3, 5), ...orders('XN-CTM', 'XQ-NGUC')]),
]
