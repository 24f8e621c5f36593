/** The coding rules of ICD-10 held against the diagnoses of a visit that is about to be signed. Pure; rules by code are handed in. */
import { judgeDiagnosis, MOST_ACCOMPANYING, STOPS_SIGNING, type DiagnosisProblem, type DiagnosisRule } from '../model/diagnosis-rules.ts'
import { arrayAt, stringAt, type JsonObject } from '../model/json.ts'
import type { Issue } from '../model/outcome.ts'
import { CODE_SYSTEM, EXTENSION } from '../model/systems.ts'
import type { VisitChart } from './chart.ts'
import { keyOf } from './settle-changes.ts'

/** Kết quả điều trị 5: tử vong. */
const DIED = '5'

/** What stands in brackets names the rule, so that a screen can say it in its own language. */
const MESSAGES: Readonly<Record<DiagnosisProblem, string>> = {
  forbidden: 'Mã này không được dùng theo quy tắc mã hóa. Hãy chọn mã khác. (icd-forbidden)',
  'not-main': 'Mã này không được làm bệnh chính. Hãy chọn bệnh chính khác. (icd-not-main)',
  'death-only': 'Mã này chỉ dùng để ghi nguyên nhân tử vong. (icd-death-only)',
  discouraged: 'Mã này không được khuyến khích dùng. Hãy chọn mã cụ thể hơn nếu có. (icd-discouraged)',
  sex: 'Mã này không dùng cho giới tính của người bệnh. (icd-sex)',
}

export const icdCode = (condition: JsonObject): string | undefined =>
  arrayAt(condition, 'code', 'coding').map((coding) => (stringAt(coding, 'system') === CODE_SYSTEM.icd10 ? stringAt(coding, 'code') : undefined)).find((code) => code !== undefined)

const isDeath = (encounter: JsonObject): boolean =>
  arrayAt(encounter, 'extension').some((extension) => stringAt(extension, 'url') === EXTENSION.treatmentResult && stringAt(extension, 'valueCoding', 'code') === DIED)

export interface DiagnosisJudgement { readonly refused: readonly Issue[]; readonly warned: readonly Issue[] }

/** `only`: of an addendum, the diagnoses that it brings; what is signed is not judged again. */
export const judgeDiagnoses = ({ conditions, encounter, patient }: VisitChart, ruleOf: (condition: JsonObject) => DiagnosisRule | undefined, only?: ReadonlySet<JsonObject>): DiagnosisJudgement => {
  const use = { died: isDeath(encounter), gender: stringAt(patient, 'gender') }
  const found = conditions.flatMap((condition, place) => {
    const rule = only === undefined || only.has(condition) ? ruleOf(condition) : undefined
    return rule === undefined ? [] : judgeDiagnosis(rule, { ...use, main: place === 0 }).map((problem) => ({ problem, condition }))
  })
  const issue = ({ problem, condition }: (typeof found)[number]): Issue =>
    ({ severity: STOPS_SIGNING[problem] ? 'error' : 'warning', message: MESSAGES[problem], expression: `Condition/${keyOf(condition).id}.code` })
  const many: Issue[] = conditions.length - 1 > MOST_ACCOMPANYING ? [{ severity: 'error', message: `Một lượt khám có tối đa ${MOST_ACCOMPANYING} bệnh kèm theo. (icd-too-many)`, expression: 'Encounter.diagnosis' }] : []
  return { refused: [...found.filter(({ problem }) => STOPS_SIGNING[problem]).map(issue), ...many], warned: found.filter(({ problem }) => !STOPS_SIGNING[problem]).map(issue) }
}
