/** So many at a time in this process; who comes when all places are taken is told to come back (503, Retry-After). */
import { outcome } from '../../model/outcome.ts'

export interface Places {
  /** Takes a place and answers the function that gives it back, once however often it is called. Throws overloaded. */
  readonly take: () => () => void
}

/** `what`: of which things there are `most` already. `retryAfter`: seconds. */
export const createPlaces = ({ most, what, retryAfter }: { readonly most: number; readonly what: string; readonly retryAfter: number }): Places => {
  let taken = 0
  return {
    take() {
      if (taken >= most) throw outcome('overloaded', { diagnostics: `${most} ${what} already.`, retryAfter })
      taken += 1
      let given = false
      return () => {
        if (!given) taken -= 1
        given = true
      }
    },
  }
}
