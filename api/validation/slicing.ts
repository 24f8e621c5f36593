/** Which slice a value belongs to (https://hl7.org/fhir/R4/profiling.html#slicing): discriminators by value, pattern or type. Pure. */
import type { Definitions } from './definitions.ts'
import type { Discriminator, Element, Slice } from './structure.ts'
import { asArray, equals, includes, keyed } from './untyped.ts'

export const findSlice = (value: unknown, element: Element, definitions: Definitions): Slice | undefined => {
  const discriminators = element.slicing?.discriminators ?? []
  return element.slices.find((slice) => discriminators.length > 0 && discriminators.every((discriminator) => matches(value, slice.element, discriminator, definitions)))
}

const matches = (value: unknown, slice: Element, { path }: Discriminator, definitions: Definitions): boolean => {
  const steps = path === '$this' ? [] : path.split('.')
  const wanted = wantedAt(slice, steps, definitions)
  if (!wanted) return false
  return valuesAt(value, steps).some((found) => (wanted.fixed !== undefined ? equals(found, wanted.fixed) : includes(found, wanted.pattern)))
}

/** The element of the slice that says what the discriminating value must be; an extension's is in its own definition. */
const wantedAt = (slice: Element, steps: readonly string[], definitions: Definitions): Element | undefined => {
  let at: Element | undefined = slice
  for (const step of steps) {
    const holder: Element | undefined = at && at.properties.size > 0 ? at : at?.types[0]?.profiles.map((url) => definitions.profile(url)?.root).find(Boolean)
    at = holder?.properties.get(step)?.element
  }
  return at && (at.fixed !== undefined || at.pattern !== undefined) ? at : undefined
}

const valuesAt = (value: unknown, steps: readonly string[]): readonly unknown[] =>
  steps.reduce<readonly unknown[]>((values, step) => values.flatMap((item) => {
    const next = keyed(item, step)
    return next === undefined ? [] : Array.isArray(next) ? asArray(next) : [next]
  }), [value])
