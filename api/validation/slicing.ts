/** Which slice a value belongs to (https://hl7.org/fhir/R4/profiling.html#slicing): discriminators by value, pattern, existence, type and profile; slices of slices. Pure. */
import type { Definitions } from './definitions.ts'
import type { Discriminator, Element, Slice } from './element.ts'
import { elementAtPath, valuesAtPath, type Reached, type Resolve } from './element-path.ts'
import { asArray, asString, equals, includes, isObject, keyed } from './untyped.ts'

/** What telling slices apart needs to know of where the value stands. */
export interface SliceScope {
  readonly definitions: Definitions
  readonly resolve: Resolve
  /** undefined: the profile is not known. */
  readonly conforms: (value: unknown, profile: string) => boolean | undefined
  /** Says how much is looked at; false when it has been enough. */
  readonly spend: (steps: number) => boolean
}

/** `type`: of the value, as its member's name says it. */
export const findSlice = (value: unknown, type: string, element: Element, scope: SliceScope): Slice | undefined => {
  const discriminators = element.slicing?.discriminators ?? []
  if (discriminators.length === 0) return undefined
  return element.slices.find((slice) => discriminators.every((discriminator) => matches({ value, type: capital(type) }, slice.element, discriminator, scope)))
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const matches = (reached: Reached, slice: Element, { type, steps }: Discriminator, scope: SliceScope): boolean => {
  const wanted = steps && elementAtPath(slice, steps, scope.definitions)
  if (!scope.spend(1) || !steps || !wanted) return false
  const found = valuesAtPath(reached, steps, scope.resolve)
  scope.spend(found.length)
  switch (type) {
    case 'exists': return wanted.max === 0 ? found.length === 0 : wanted.min > 0 ? found.length > 0 : false
    case 'type': return found.some((one) => hasType(one, wanted, steps.some(({ kind }) => kind === 'resolve')))
    case 'profile': return found.some(({ value }) => profilesOf(wanted, steps.some(({ kind }) => kind === 'resolve')).some((url) => scope.conforms(value, url) === true))
    default: {
      if (!isConstrained(wanted, scope.definitions, 0)) return false
      return found.some(({ value }) => fits(value, wanted, scope, 0))
    }
  }
}

const profilesOf = (element: Element, target: boolean): readonly string[] => element.types.flatMap(({ profiles, targetProfiles }) => (target ? targetProfiles : profiles))

const hasType = ({ value, type }: Reached, wanted: Element, target: boolean): boolean => {
  const own = asString(keyed(value, 'resourceType')) || type
  return wanted.types.some(({ code, targets }) => (target ? targets.includes(own ?? '') : capital(code) === own || (own === undefined && typeFits(value, code))))
}

/** Of a value whose member does not say its type there is only one. */
const typeFits = (value: unknown, code: string): boolean => isObject(value) === /^[A-Z]/.test(code)

const MAX_DEPTH = 6

/** Whether the definition says what the value must be, here or further inside. */
const isConstrained = (element: Element, definitions: Definitions, depth: number): boolean => {
  if (element.fixed !== undefined || element.pattern !== undefined || element.binding?.required !== undefined) return true
  if (depth >= MAX_DEPTH) return false
  const known = constrained.get(element) ?? membersOf(element, definitions).some((member) => isConstrained(member, definitions, depth + 1))
  constrained.set(element, known)
  return known
}
/** Asked for each value anew. */
const constrained = new WeakMap<Element, boolean>()

/** Only what the profile itself says; an extension's url is in its own definition. */
const membersOf = (element: Element, definitions: Definitions): readonly Element[] => {
  if (element.properties.size > 0) return element.children
  const profile = element.types.flatMap(({ profiles }) => profiles).map((url) => definitions.profile(url)?.root).find(Boolean)
  return profile?.children ?? []
}

const fits = (value: unknown, element: Element, scope: SliceScope, depth: number): boolean => {
  if (!scope.spend(1)) return false
  if (element.fixed !== undefined && !equals(value, element.fixed)) return false
  if (element.pattern !== undefined && !includes(value, element.pattern)) return false
  if (element.binding?.required !== undefined && !isInSet(value, element.binding.required, scope.definitions)) return false
  if (depth >= MAX_DEPTH) return true
  return membersOf(element, scope.definitions).every((member) => {
    if (!isConstrained(member, scope.definitions, depth + 1)) return true
    const name = member.path.slice(member.path.lastIndexOf('.') + 1).replace('[x]', '')
    const found = valuesAtPath({ value }, [{ kind: 'name', name }], scope.resolve)
    return found.length === 0 ? member.min === 0 : found.some((one) => fits(one.value, member, scope, depth + 1))
  })
}

/** Sets that are not listed here tell nothing apart. */
const isInSet = (value: unknown, valueSet: string, definitions: Definitions): boolean => {
  const coding = (item: unknown): boolean => definitions.contains(valueSet, asString(keyed(item, 'system')) || undefined, asString(keyed(item, 'code'))) === true
  if (typeof value === 'string') return definitions.contains(valueSet, undefined, value) === true
  return keyed(value, 'coding') === undefined ? coding(value) : asArray(keyed(value, 'coding')).some(coding)
}
