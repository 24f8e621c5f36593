/** Answers that are shown from this PC because the server is out of reach: address -> when the server gave them, in ms. The pages say so. */
import { computed, shallowReactive, type ComputedRef } from 'vue'

export const copiedAt = shallowReactive(new Map<string, number>())

/** Of the oldest of these answers that is a copy; undefined: all are the server's, of now. */
export const useCopyTime = (urls: () => readonly string[]): ComputedRef<Date | undefined> => computed(() => {
  const times = urls().flatMap((url) => copiedAt.get(url) ?? [])
  return times.length === 0 ? undefined : new Date(Math.min(...times))
})
