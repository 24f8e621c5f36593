/** A copy with another value at one place, for inputs that are nearly right: `picks` chooses a member on each level. */
export const disturbed = (resource: unknown, picks: readonly number[], value: unknown): unknown => {
  const copy: unknown = structuredClone(resource)
  let holder = copy
  for (const [step, pick] of picks.entries()) {
    if (typeof holder !== 'object' || holder === null) return copy
    const keys = Object.keys(holder)
    const key = keys[pick % Math.max(1, keys.length)]
    if (key === undefined) return copy
    const next: unknown = Reflect.get(holder, key)
    if (step === picks.length - 1 || typeof next !== 'object' || next === null) {
      Reflect.set(holder, key, value)
      return copy
    }
    holder = next
  }
  return copy
}
