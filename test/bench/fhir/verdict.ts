/** What a bench says of what it measured: pure. What could not be measured never holds, whatever the arithmetic makes of it (0/0, 5/0, nothing at all). */

/** undefined: it was not measured. */
type Figure = number | undefined

export interface Judged {
  readonly name: string
  readonly holds: boolean
  /** How the line of it ends. */
  readonly text: string
}

/** undefined: the two cannot be compared. */
export const ratioOf = (value: Figure, limit: Figure): Figure =>
  (value !== undefined && limit !== undefined && Number.isFinite(value) && Number.isFinite(limit) && value >= 0 && limit > 0 ? value / limit : undefined)

/** undefined of nothing, and when one of them is not a number. */
export const median = (figures: readonly number[]): Figure => {
  const middle = figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)]
  return figures.every((figure) => Number.isFinite(figure)) ? middle : undefined
}

const word = (measured: boolean, holds: boolean): string => (!measured ? 'NOT MEASURED, FALLS SHORT' : holds ? 'ok' : 'FALLS SHORT')
const shown = (figure: Figure, digits = 3): string => (figure === undefined ? '-' : figure.toFixed(digits))

export interface Rate {
  readonly name: string
  /** A second, of what the limit counts. */
  readonly rate: number
  /** What its limit is called, and how much it is a second. */
  readonly against: string
  readonly limit: Figure
  /** The least share of the limit. */
  readonly gate: number
  /** Answers, and those that were not as wanted. */
  readonly count: number
  readonly failed: number
}

/** A share at the gate holds; one failed answer is enough that it does not. */
export const judgeRate = ({ name, rate, against, limit, gate, count, failed }: Rate): Judged & { readonly share: Figure } => {
  const share = count > 0 ? ratioOf(rate, limit) : undefined
  const holds = share !== undefined && share >= gate && failed === 0
  return { name, share, holds, text: `${shown(share)} of ${against} ${shown(limit, 0)}/s (wanted ${gate}) ${word(share !== undefined, holds)}` }
}

/** Another server has no limits here: all that is asked is that it answered, and as wanted. */
export const judgeAnswers = (name: string, count: number, failed: number): Judged =>
  ({ name, holds: count > 0 && failed === 0, text: count === 0 ? word(false, false) : failed === 0 ? 'answered' : 'FALLS SHORT' })

/** Bytes, milliseconds, times: the most that is allowed holds. */
export const judgeMost = (name: string, value: Figure, most: number): Judged => {
  const measured = value !== undefined && Number.isFinite(value) && value >= 0
  const holds = measured && value <= most
  return { name, holds, text: `(wanted at most ${most}) ${word(measured, holds)}` }
}

export interface Sum { readonly text: string; readonly exitCode: 0 | 1 }

/** Nothing judged is no success. */
export const sumUp = (judged: readonly Judged[]): Sum => {
  const short = judged.filter(({ holds }) => !holds)
  return {
    text: judged.length === 0 ? 'nothing was measured' : `${judged.length - short.length} hold, ${short.length} fall short${short.length === 0 ? '' : `: ${short.map(({ name }) => name).join('; ')}`}`,
    exitCode: judged.length > 0 && short.length === 0 ? 0 : 1,
  }
}

/** The smallest share of a gate; 0 when one of them could not be measured, undefined when there is none. */
export const worstShare = (shares: readonly { readonly share: Figure; readonly gate: number }[]): Figure =>
  (shares.length === 0 ? undefined : Math.min(...shares.map(({ share, gate }) => (share ?? 0) / gate)))

export interface Seen { readonly seen: boolean; readonly text: string }

/** A slower build is seen when its median differs from that of the sound one by so much: upwards (`from` above 1) or downwards (below 1). */
export const judgeSeen = (sound: readonly number[], planted: readonly number[], from: number): Seen => {
  const times = ratioOf(median(planted), median(sound))
  const seen = times !== undefined && (from > 1 ? times >= from : times <= from)
  return { seen, text: `${shown(median(sound))} -> ${shown(median(planted))}, ${shown(times, 2)} times (seen ${from > 1 ? 'from' : 'below'} ${from}) ${times === undefined ? 'NOT MEASURED' : seen ? 'seen' : 'NOT SEEN'}` }
}
