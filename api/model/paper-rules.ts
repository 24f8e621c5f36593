/** What the papers that a patient takes home need, asked by the sheet while it is typed and by the server before it signs. Pure. */
import { isDay } from './day.ts'

export type PaperProblem = 'follow-up-early'

export interface PaperFacts {
  /** YYYY-MM-DD of the visit. */
  readonly day: string
  readonly followUp: string | undefined
}

/** A next visit lies after this one. */
export const judgePapers = ({ day, followUp }: PaperFacts): PaperProblem[] => {
  const wrong: readonly (readonly [PaperProblem, boolean])[] = [['follow-up-early', followUp !== undefined && (!isDay(followUp) || followUp <= day)]]
  return wrong.filter(([, found]) => found).map(([problem]) => problem)
}
