/** How often an address may ask, by the generic cell rate algorithm (ITU-T I.371) in memory; forgets the idle. */
import type { Clock } from '../model/ports.ts'

const MOST_ADDRESSES = 10_000

/** `every`: milliseconds for each question after the first `burst`. The answer is 0, or the seconds to wait. */
export const createRateLimit = (clock: Clock, { burst, every }: { readonly burst: number; readonly every: number }): ((address: string) => number) => {
  const arrivals = new Map<string, number>()
  return (address) => {
    const now = clock.now().getTime()
    if (arrivals.size >= MOST_ADDRESSES) for (const [known, at] of arrivals) if (at <= now) arrivals.delete(known)
    // Too many at once from everywhere: better to forget them than to grow.
    if (arrivals.size >= MOST_ADDRESSES) arrivals.clear()
    const at = Math.max(arrivals.get(address) ?? now, now)
    const wait = at - now - (burst - 1) * every
    if (wait > 0) return Math.ceil(wait / 1000)
    arrivals.set(address, at + every)
    return 0
  }
}
