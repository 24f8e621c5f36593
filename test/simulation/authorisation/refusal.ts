/** How the model says no. */
import type { Verdict } from './rules.ts'

/** `codes`: names of the refusal, any of which will do where several reasons hold at once. */
export interface Refusal { readonly kind: 'refused'; readonly status: number; readonly codes: readonly string[] }

export const refused = (status: number, ...codes: string[]): Refusal => ({ kind: 'refused', status, codes })
export const FORBIDDEN = refused(403, 'forbidden')

/** Undefined when all say yes. */
export const firstNo = (verdicts: readonly Verdict[]): Refusal | undefined => {
  const no = verdicts.filter((verdict) => verdict !== 'allow')
  return no.length === 0 ? undefined : refused(403, ...no)
}
