/** Order sets and phrases of the demo: codes of the starter lists, texts as they are written in outpatient records. Invented; they advise nobody. */
import type { PhraseSection, SetLine } from '#api/model/visit-aids.ts'
import { CLINIC } from './demo-hospital.ts'

/** `of`: a login, a department or the whole hospital. */
export type DemoOwner = { readonly login: string } | { readonly department: string } | 'hospital'
export interface DemoSet { readonly of: DemoOwner; readonly name: string; readonly drugs: readonly (readonly [code: string, frequency: number, days: number, note?: string])[]; readonly orders: readonly string[] }
export interface DemoPhrase { readonly of: DemoOwner; readonly name: string; readonly text: string; readonly section?: PhraseSection }

const department = { department: CLINIC } as const, own = { login: 'bacsi' } as const

export const SETS: readonly DemoSet[] = [
  { of: own, name: 'Viêm họng cấp người lớn', drugs: [['AMOX500C', 3, 7, 'sau ăn'], ['PARA500', 3, 3, 'khi sốt trên 38,5 °C'], ['ALPHACHY', 3, 5]], orders: ['XN-CTM'] },
  { of: department, name: 'Tăng huyết áp, khám lần đầu', drugs: [['AMLO5', 1, 30, 'buổi sáng']], orders: ['XN-GLU', 'XN-CRE', 'XN-DGD', 'XN-CHOL', 'XN-LDL', 'XN-TPTNT', 'SA-TIM'] },
  { of: department, name: 'Đái tháo đường, tái khám', drugs: [['METF850', 2, 30, 'sau ăn']], orders: ['XN-GLU', 'XN-HBA1C', 'XN-CRE', 'XN-TPTNT'] },
  { of: department, name: 'Sốt chưa rõ nguyên nhân', drugs: [['PARA500', 3, 3, 'khi sốt trên 38,5 °C']], orders: ['XN-CTM', 'XN-CRP', 'XN-NS1', 'XN-CUM', 'XQ-NGUC'] },
  { of: 'hospital', name: 'Xét nghiệm máu cơ bản', drugs: [], orders: ['XN-CTM', 'XN-GLU', 'XN-URE', 'XN-CRE', 'XN-AST', 'XN-ALT'] },
]

export const PHRASES: readonly DemoPhrase[] = [
  { of: own, name: 'hong', section: 'examination', text: 'Họng đỏ, amidan sưng độ {I–IV}, {không có giả mạc}. Hạch góc hàm {không sờ thấy}. Phổi thông khí đều hai bên, không ran.' },
  { of: own, name: 'sothong', section: 'history', text: 'Bệnh diễn biến {số} ngày nay: sốt {nhiệt độ} °C, đau họng, nuốt vướng, ho {khan/có đờm}. Không khó thở, không nôn. {Chưa dùng thuốc gì.}' },
  { of: department, name: 'bt', section: 'examination', text: 'Bệnh nhân tỉnh, tiếp xúc tốt. Da, niêm mạc hồng; không phù, không xuất huyết dưới da. Tim đều, T1, T2 rõ, không có tiếng thổi bệnh lý. Phổi thông khí đều hai bên, không ran. Bụng mềm, không chướng, gan lách không sờ thấy.' },
  { of: department, name: 'timphoi', section: 'examination', text: 'Tim đều, tần số {số} lần/phút, T1, T2 rõ. Phổi {thông khí đều hai bên, không ran}.' },
  { of: department, name: 'tscks', section: 'pastHistory', text: 'Tiền sử bản thân khỏe mạnh, chưa ghi nhận bệnh mạn tính. Chưa ghi nhận dị ứng thuốc, thức ăn. Gia đình không ai mắc bệnh liên quan.' },
  { of: department, name: 'taikham', section: 'plan', text: 'Uống thuốc đúng đơn, nghỉ ngơi, uống đủ nước. Tái khám sau {số} ngày hoặc khám lại ngay khi {sốt cao liên tục, khó thở, nôn nhiều}.' },
  { of: department, name: 'tha', section: 'plan', text: 'Ăn giảm muối (dưới 5 g/ngày), hạn chế rượu bia, không hút thuốc lá, tập thể dục đều. Đo huyết áp hằng ngày và ghi lại; khám lại ngay khi huyết áp từ 180/120 mmHg, đau ngực, yếu liệt hoặc nói khó.' },
  { of: 'hospital', name: 'khongran', text: 'Phổi thông khí đều hai bên, không ran.' },
]

export const lineOf = (code: string, display: string, dosage?: SetLine['dosage']): SetLine => (dosage ? { kind: 'drug', code, display, dosage } : { kind: 'order', code, display })
