/**
 * One finding of the server as a person reads it: a sentence in the user's language, with the place as the screen calls it. Systems get the server's
 * own English words in the OperationOutcome; invariants of our profiles and what the code lists say are Vietnamese already.
 */
import { i18n } from '#web/i18n/index.ts'
import type { RequestIssue } from './request-error.ts'

/** What the validator says (api/validation), as a key of i18n's `issue`. The first that fits. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^Missing element/, 'missing'], [/Expected \d+\.\.[\d*]+ values, found 0$/, 'missing'], [/Expected \d+\.\.[\d*]+ values, found/, 'many'],
  [/not allowed here$|^Only one of|^Not one of the kinds/, 'notAllowed'], [/is not in the value set|^No coding is in the value set/, 'notInList'], [/^The value must/, 'otherValue'],
  [/^The reference points/, 'wrongTarget'], [/must not be (?:empty|null)/, 'empty'], [/^There is no such day/, 'noDay'], [/^Expected a number/, 'notNumber'], [/too large|too long|longer than|^More than/, 'tooLong'],
  [/^Expected |^Not a valid |^Unknown /, 'wrongForm'],
  // rules of the ICD-10 list (api/visit/diagnosis-rules.ts), named in brackets
  [/\(icd-forbidden\)$/, 'icd.forbidden'], [/\(icd-not-main\)$/, 'icd.notMain'], [/\(icd-death-only\)$/, 'icd.deathOnly'], [/\(icd-discouraged\)$/, 'icd.discouraged'],
  [/\(paper-follow-up-early\)$/, 'paper.followUpEarly'], [/\(paper-leave-start\)$/, 'paper.leaveStart'], [/\(paper-leave-span\)$/, 'paper.leaveSpan'], [/\(paper-leave-parent\)$/, 'paper.leaveParent'],
  [/\(paper-referral-to\)$/, 'paper.referralTo'], [/\(paper-referral-reason\)$/, 'paper.referralReason'],
  [/\(icd-sex\)$/, 'icd.sex'], [/\(icd-too-many\)$/, 'icd.tooMany'],
]

/** "(vn-icd)" behind an invariant's sentence is for those who look it up. */
const withoutKey = (message: string): string => message.replace(/\s*\([a-z]+-[a-z0-9-]+\)$/, '')
const isVietnamese = (message: string): boolean => /[À-ỹĐđ]/.test(message)

const sentence = ({ message }: RequestIssue): string => {
  const kind = KINDS.find(([pattern]) => pattern.test(message))?.[1]
  if (kind !== undefined) return i18n.global.t(`issue.${kind}`)
  return isVietnamese(message) ? withoutKey(message) : i18n.global.t('issue.general')
}

/** The findings of a failure or a review, each once. `placeOf`: what the screen calls the place of an expression. */
export const issueTexts = (issues: readonly RequestIssue[], placeOf: (expression: string) => string | undefined = (expression) => expression): string[] =>
  [...new Set(issues.filter(({ message }) => message !== '').map((issue) => {
    const place = issue.expression === undefined ? undefined : placeOf(issue.expression)
    return place ? i18n.global.t('issue.at', { place, message: sentence(issue) }) : sentence(issue)
  }))]
