/** Kidney function from creatinine, in ml/min/1,73 m². Pure. */

export interface KidneyFacts { readonly years: number; readonly female: boolean; readonly creatinine: number; readonly height: number | undefined }

/** µmol/l of creatinine in one mg/dl. */
const PER_MG_DL = 88.4

/** What no laboratory reports of a living person, in µmol/l: a slip of the pen or of the unit. */
const CREATININES = { from: 10, to: 3000 } as const
export const isCreatinine = (value: number): boolean => value >= CREATININES.from && value <= CREATININES.to

/** CKD-EPI 2021 without race (Inker et al., N Engl J Med 2021;385:1737, doi:10.1056/NEJMoa2102953). `creatinine` in µmol/l. */
const adult = ({ years, female, creatinine }: KidneyFacts): number => {
  const ratio = creatinine / PER_MG_DL / (female ? 0.7 : 0.9)
  return 142 * Math.min(ratio, 1) ** (female ? -0.241 : -0.302) * Math.max(ratio, 1) ** -1.2 * 0.9938 ** years * (female ? 1.012 : 1)
}

/** Bedside Schwartz (Schwartz et al., J Am Soc Nephrol 2009;20:629, doi:10.1681/ASN.2008030287): 0.413 x height in cm / creatinine in mg/dl. */
export const glomerularFiltration = (facts: KidneyFacts): number | undefined => {
  if (!isCreatinine(facts.creatinine)) return undefined
  if (facts.years >= 18) return adult(facts)
  return facts.height === undefined ? undefined : (0.413 * facts.height) / (facts.creatinine / PER_MG_DL)
}
