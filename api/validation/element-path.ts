/** Where the path of a discriminator (http://hl7.org/fhir/R4/profiling.html#discriminator) leads to, in definitions and in values. Pure. */
import type { Definitions } from './definitions.ts'
import type { Element } from './element.ts'
import type { Step } from './step.ts'
import { asArray, asString, isObject, keyed } from './untyped.ts'

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The element that holds the members of this one: itself, its profile, the definition of its type. */
const holderOf = (element: Element, definitions: Definitions): Element | undefined => {
  if (element.properties.size > 0) return element
  const [type, more] = element.types
  if (!type || more) return undefined
  return type.profiles.map((url) => definitions.profile(url)?.root).find(Boolean) ?? definitions.type(type.code)?.root
}

const stepInto = (element: Element, step: Step, definitions: Definitions): Element | undefined => {
  if (step.kind === 'resolve' || step.kind === 'ofType') return element
  const holder = holderOf(element, definitions)
  if (step.kind === 'extension') {
    const slices = holder?.properties.get('extension')?.element.slices ?? []
    return slices.find(({ element: slice }) => slice.types.some(({ profiles }) => profiles.includes(step.url)) || slice.properties.get('url')?.element.fixed === step.url)?.element ?? holder?.properties.get('extension')?.element
  }
  const plain = holder?.properties.get(step.name)?.element
  if (plain) return plain
  const several = holder?.children.find(({ path }) => path.endsWith(`.${step.name}[x]`))
  // what is said of one type of a choice stands in its slice
  return several?.slices.length === 1 ? several.slices[0]?.element : several
}

/** The element at the end of the path; undefined when the definition has none. */
export const elementAtPath = (element: Element, steps: readonly Step[], definitions: Definitions): Element | undefined =>
  steps.reduce<Element | undefined>((at, step) => at && stepInto(at, step, definitions), element)

/** How a reference is followed from where the value stands. */
export type Resolve = (reference: unknown) => unknown

/** A value, and its type where its member's name says it: valueQuantity. */
export interface Reached { readonly value: unknown; readonly type?: string }

/** What the path leads to in a value. */
export const valuesAtPath = (value: Reached, steps: readonly Step[], resolve: Resolve): readonly Reached[] =>
  steps.reduce<readonly Reached[]>((values, step) => values.flatMap((one) => stepOn(one, step, resolve)), [value])

const spread = (value: unknown, type?: string): Reached[] => (value === undefined ? [] : Array.isArray(value) ? asArray(value) : [value]).map((each) => ({ value: each, ...(type !== undefined && { type }) }))

const stepOn = ({ value, type }: Reached, step: Step, resolve: Resolve): readonly Reached[] => {
  switch (step.kind) {
    case 'resolve': return spread(resolve(value))
    case 'ofType': return type === undefined || type === capital(step.type) || keyed(value, 'resourceType') === step.type ? [{ value, type: capital(step.type) }] : []
    case 'extension': return spread(asArray(keyed(value, 'extension')).filter((extension) => asString(keyed(extension, 'url')) === step.url))
    default: {
      const plain = keyed(value, step.name)
      if (plain !== undefined || !isObject(value)) return spread(plain)
      const name = Object.keys(value).find((each) => each.startsWith(step.name) && /^[A-Z]/.test(each.slice(step.name.length)))
      return name === undefined ? [] : spread(keyed(value, name), name.slice(step.name.length))
    }
  }
}
