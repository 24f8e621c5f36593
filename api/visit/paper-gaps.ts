/** What keeps the papers of a visit from being signed, with its place. Pure. */
import type { Issue } from '../model/outcome.ts'
import { judgePapers, type PaperProblem } from '../model/paper-rules.ts'
import type { VisitChart } from './chart.ts'
import { followUpOf } from './encounter-facts.ts'
import type { PlannedDocument } from './planned-document.ts'

/** What stands in brackets names the rule, so that a screen can say it in its own language. */
const MESSAGES: Readonly<Record<PaperProblem, { readonly message: string; readonly expression: string }>> = {
  'follow-up-early': { message: 'Ngày hẹn khám lại phải sau ngày khám. (paper-follow-up-early)', expression: 'Encounter.extension' },
}

/** Asked only where a paper is made: what is signed already is not judged again. `day`: of the visit. */
export const findPaperGaps = ({ encounter }: VisitChart, documents: readonly Pick<PlannedDocument, 'form'>[], day: string): Issue[] => {
  const made = (form: PlannedDocument['form']): boolean => documents.some((document) => document.form === form)
  return judgePapers({ day, followUp: made('appointment-slip') ? followUpOf(encounter) : undefined }).map((problem) => ({ severity: 'error', ...MESSAGES[problem] }))
}
