/** What a Reference may point at (https://hl7.org/fhir/R4/references.html): the type that its address names, and what is at hand: contained, or in the same Bundle. Pure. */
import type { Place } from './built-in.ts'
import type { Definitions } from './definitions.ts'
import type { ElementType } from './element.ts'
import { asArray, asString, isObject, keyed } from './untyped.ts'

const TYPED = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const CONDITIONAL = /^([A-Z][A-Za-z]+)\?/

export const referenceProblem = (reference: unknown, { targets, targetProfiles }: Pick<ElementType, 'targets' | 'targetProfiles'>, definitions: Definitions): string | undefined => {
  if (targets.length === 0) return undefined
  // a profile stands for its type; one that is not known for any
  const types = [...targets.filter((type) => type !== ''), ...targetProfiles.map((url) => definitions.profile(url)?.type ?? 'Resource')]
  if (types.includes('Resource')) return undefined
  const address = asString(keyed(reference, 'reference'))
  const named = address.startsWith('#') || address.startsWith('urn:') ? asString(keyed(reference, 'type')) : targetType(reference)
  return named && !types.includes(named) ? `The reference points at ${named}; allowed: ${types.join(', ')}` : undefined
}

/** The resource that a reference leads to without leaving what was sent. */
export const followReference = (reference: unknown, place: Place, bundle: unknown): unknown => {
  const address = typeof reference === 'string' ? reference : asString(keyed(reference, 'reference'))
  if (address.startsWith('#')) {
    const id = address.slice(1)
    if (id === '') return place.root
    return asArray(keyed(place.root, 'contained')).find((resource) => keyed(resource, 'id') === id)
  }
  return isObject(bundle) ? entriesByAddress(bundle).get(address) : undefined
}

/** What its address or the reference itself says; '' when neither does. */
export const targetType = (reference: unknown): string => {
  const address = typeof reference === 'string' ? reference : asString(keyed(reference, 'reference'))
  return (CONDITIONAL.exec(address) ?? TYPED.exec(address))?.[1] ?? asString(keyed(reference, 'type'))
}

/** Asked by many references, so gathered once for each Bundle. */
const addresses = new WeakMap<object, ReadonlyMap<string, unknown>>()

const entriesByAddress = (bundle: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> => {
  const known = addresses.get(bundle)
  if (known) return known
  const found = new Map<string, unknown>()
  for (const entry of asArray(keyed(bundle, 'entry'))) {
    const resource = keyed(entry, 'resource')
    if (!isObject(resource)) continue
    found.set(`${asString(keyed(resource, 'resourceType'))}/${asString(keyed(resource, 'id'))}`, resource)
    const fullUrl = asString(keyed(entry, 'fullUrl'))
    if (fullUrl !== '') found.set(fullUrl, resource)
  }
  addresses.set(bundle, found)
  return found
}
