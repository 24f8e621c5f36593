/** Choices that depend on nothing but where they are made, so that leaving one element out changes no other. */
import { createRandom } from '#test/support/random.ts'

/** Another seed makes another corpus; plan.json is fitted to this one. */
const SEED = 20_261_127

/** FNV-1a. */
const hash = (text: string): number => {
  let value = 0x811c9dc5 ^ SEED
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}

/** One of the list, by the place's name. */
export const chosen = <T>(list: readonly T[], place: string): T => createRandom(hash(place)).pick(list)

/** Whether, in one case of so many. */
export const oneIn = (cases: number, place: string): boolean => hash(place) % cases === 0
