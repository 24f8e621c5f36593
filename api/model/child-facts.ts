/** What a prescription for a child under 72 months must say and the visit does not have yet (TT 26/2025/TT-BYT, appendix I: weight, and who brought the child). Pure. */
import { CHILD_MONTHS, isUnder } from './age.ts'

export type ChildFact = 'weight' | 'companion'

export interface ChildVisit {
  readonly birthDate: string
  /** The visit's day, YYYY-MM-DD. */
  readonly day: string
  /** Weighed in this visit. */
  readonly hasWeight: boolean
  /** Names of father, mother, guardian or companion on the patient's record. */
  readonly companions: readonly string[]
}

export const missingForChild = ({ birthDate, day, hasWeight, companions }: ChildVisit): ChildFact[] => {
  if (!isUnder(CHILD_MONTHS, birthDate, day)) return []
  return [...(hasWeight ? [] : ['weight' as const]), ...(companions.some((name) => name.trim() !== '') ? [] : ['companion' as const])]
}
