/** What keeps the papers of a visit from being signed, with its place. Pure. */
import { arrayAt, stringAt, valueAt } from '../model/json.ts'
import { nameText } from '../model/narrative.ts'
import type { Issue } from '../model/outcome.ts'
import { judgePapers, type PaperProblem } from '../model/paper-rules.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import type { VisitChart } from './chart.ts'
import { followUpOf, referralOf, sickLeaveOf } from './encounter-facts.ts'
import type { PlannedDocument } from './planned-document.ts'

/** What stands in brackets names the rule, so that a screen can say it in its own language. */
const MESSAGES: Readonly<Record<PaperProblem, { readonly message: string; readonly expression: string }>> = {
  'follow-up-early': { message: 'Ngày hẹn khám lại phải sau ngày khám. (paper-follow-up-early)', expression: 'Encounter.extension' },
  'leave-start': { message: 'Ngày bắt đầu nghỉ việc phải là ngày khám. (paper-leave-start)', expression: 'Encounter.extension' },
  'leave-span': { message: 'Số ngày nghỉ việc phải từ 1 đến 30. (paper-leave-span)', expression: 'Encounter.extension' },
  'referral-to': { message: 'Chuyển cơ sở: hãy ghi cơ sở khám bệnh, chữa bệnh chuyển đến. (paper-referral-to)', expression: 'Encounter.hospitalization' },
  'referral-reason': { message: 'Chuyển cơ sở: hãy chọn lý do chuyển. (paper-referral-reason)', expression: 'Encounter.hospitalization' },
  'leave-parent': { message: 'Trẻ dưới 7 tuổi: giấy nghỉ việc phải ghi họ tên cha hoặc mẹ. Hãy bổ sung tại quầy tiếp đón. (paper-leave-parent)', expression: 'Patient.contact' },
}

const PARENTS: ReadonlySet<string | undefined> = new Set(['FTH', 'MTH'])

/** Names of father and mother. */
const parentsOf = ({ patient }: VisitChart): string[] =>
  arrayAt(patient, 'contact').filter((contact) => arrayAt(contact, 'relationship').some((relationship) =>
    arrayAt(relationship, 'coding').some((coding) => stringAt(coding, 'system') === CODE_SYSTEM.role && PARENTS.has(stringAt(coding, 'code'))))).map((contact) => nameText(valueAt(contact, 'name')) ?? '')

/** Asked only where a paper is made: what is signed already is not judged again. `day`: of the visit. */
export const findPaperGaps = (chart: VisitChart, documents: readonly Pick<PlannedDocument, 'form'>[], day: string): Issue[] => {
  const made = (form: PlannedDocument['form']): boolean => documents.some((document) => document.form === form)
  return judgePapers({
    day, followUp: made('appointment-slip') ? followUpOf(chart.encounter) : undefined, leave: made('sick-leave') ? sickLeaveOf(chart.encounter) : undefined, referral: made('referral') ? referralOf(chart.encounter) : undefined,
    birthDate: stringAt(chart.patient, 'birthDate') ?? '', parents: parentsOf(chart),
  }).map((problem) => ({ severity: 'error', ...MESSAGES[problem] }))
}
