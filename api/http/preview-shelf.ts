/**
 * Where a reviewed visit waits for its PIN: in memory, at most a quarter of an hour, for the account that asked, and bounded. A restart forgets it, and
 * the doctor reviews again; what is signed is exactly what was shown.
 */
import type { Clock } from '../model/ports.ts'

export interface Shelf<T> {
  put(account: string, id: string, item: T, bytes: number): void
  /** undefined: never there, of another account, expired or pushed out. */
  find(account: string, id: string): T | undefined
  remove(id: string): void
}

export interface ShelfLimits {
  readonly milliseconds: number
  readonly perAccount: number
  readonly bytes: number
}

/** As many of an account as are signed by one PIN, and two that are open beside them. */
export const PREVIEW_LIMITS: ShelfLimits = { milliseconds: 15 * 60_000, perAccount: 12, bytes: 128 * 1024 * 1024 }

export const createShelf = <T>(clock: Clock, limits: ShelfLimits = PREVIEW_LIMITS): Shelf<T> => {
  // A Map keeps the order of insertion: the first is the oldest.
  const places = new Map<string, { readonly account: string; readonly item: T; readonly bytes: number; readonly until: number }>()
  const tidy = (): void => {
    const now = clock.now().getTime()
    for (const [id, { until }] of places) if (until <= now) places.delete(id)
  }
  const firstOf = (account: string | undefined): string | undefined => [...places].find(([, place]) => account === undefined || place.account === account)?.[0]
  const total = (): number => [...places.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  const countOf = (account: string): number => [...places.values()].filter((place) => place.account === account).length
  const dropOldest = (account?: string): void => {
    const id = firstOf(account)
    if (id !== undefined) places.delete(id)
  }
  return {
    put(account, id, item, bytes) {
      tidy()
      while (countOf(account) >= limits.perAccount) dropOldest(account)
      while (places.size > 0 && total() + bytes > limits.bytes) dropOldest()
      places.set(id, { account, item, bytes, until: clock.now().getTime() + limits.milliseconds })
    },
    find(account, id) {
      tidy()
      const place = places.get(id)
      return place?.account === account ? place.item : undefined
    },
    remove: (id) => { places.delete(id) },
  }
}
