/**
 * How a code of ICD-10 may be used on a visit, as the version of the list that is in force on the day of the visit says it: the columns of coding rules of
 * TT 06/2026/TT-BYT (24-29: not as main diagnosis, discouraged, not to be used, only as cause of death, women only, men only). A list without these columns has no rules. Pure.
 */
export interface DiagnosisRule {
  readonly notMain: boolean
  readonly discouraged: boolean
  readonly forbidden: boolean
  readonly deathOnly: boolean
  readonly sex?: 'female' | 'male'
}

const NO: ReadonlySet<string> = new Set(['', '0', 'no', 'n', 'false', 'không', 'khong', '-'])
/** Files mark with an x, a 1, a word; whatever does not say no is a mark: a rule that is misread as absent would let a code through. */
const isMarked = (text: string | undefined): boolean => text !== undefined && !NO.has(text.trim().toLowerCase())

const sexOf = (own: Readonly<Record<string, string>>): DiagnosisRule['sex'] => {
  if (own.sex === 'female' || own.sex === 'male') return own.sex
  const [female, male] = [isMarked(own.femaleOnly), isMarked(own.maleOnly)]
  return female === male ? undefined : female ? 'female' : 'male'
}

export const readDiagnosisRule = (properties: Readonly<Record<string, string>>): DiagnosisRule => {
  const sex = sexOf(properties)
  return {
    notMain: isMarked(properties.notMain), discouraged: isMarked(properties.discouraged), forbidden: isMarked(properties.forbidden), deathOnly: isMarked(properties.deathOnly),
    ...(sex && { sex }),
  }
}

/** Accompanying diagnoses of a visit (MA_BENH_KT of the insurance data tables). */
export const MOST_ACCOMPANYING = 12

export type DiagnosisProblem = 'forbidden' | 'not-main' | 'death-only' | 'discouraged' | 'sex'

/** What keeps a visit from being signed; the others are said, and signed over. */
export const STOPS_SIGNING: Readonly<Record<DiagnosisProblem, boolean>> = { forbidden: true, 'not-main': true, 'death-only': true, discouraged: false, sex: false }

export interface DiagnosisUse { readonly main: boolean; readonly died: boolean; /** FHIR administrative gender. */ readonly gender: string | undefined }

/** What speaks against using the code so. A sex that is unknown or neither is held against nothing. */
export const judgeDiagnosis = (rule: DiagnosisRule, { main, died, gender }: DiagnosisUse): DiagnosisProblem[] => {
  const wrong: readonly (readonly [DiagnosisProblem, boolean])[] = [
    ['forbidden', rule.forbidden], ['not-main', main && rule.notMain], ['death-only', rule.deathOnly && !died], ['discouraged', rule.discouraged],
    ['sex', rule.sex !== undefined && (gender === 'female' || gender === 'male') && gender !== rule.sex],
  ]
  return wrong.filter(([, found]) => found).map(([problem]) => problem)
}
