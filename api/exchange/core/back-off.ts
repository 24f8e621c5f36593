/** How long to wait after a failure: doubles from 1 s with jitter, and never gives up (a retry cap is a silent loss). */
export const FIRST_DELAY = 1_000
export const LONGEST_DELAY = 15_000
/** While the center cannot be reached at all: asking is one small connection, and the hospital should notice soon that it is back. */
export const LONGEST_UNREACHABLE = 5_000

/** Milliseconds before try number `attempts` + 1, `longest` at most; `random` in [0, 1) is handed in. Between half and all of the doubled delay. */
export const backOff = (attempts: number, random: number, longest: number = LONGEST_DELAY): number => {
  const full = Math.min(longest, FIRST_DELAY * 2 ** Math.min(Math.max(attempts - 1, 0), 30))
  return Math.round(full / 2 + (full / 2) * random)
}
