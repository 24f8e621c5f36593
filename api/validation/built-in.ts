/** Constraints that stand on every extension, reference and resource, in code because they are asked so often: ext-1, ref-1, dom-2 to dom-5 (https://hl7.org/fhir/R4/domainresource.html). Pure. */
import { asArray, asObject, asString, isObject, keyed } from './untyped.ts'

/** Where a value stands: %resource and %rootResource of FHIRPath. */
export interface Place { readonly resource: unknown; readonly root: unknown }

/** ext-1: either extensions or a value. */
export const extensionProblem = (extension: Readonly<Record<string, unknown>>): string | undefined => {
  const hasValue = Object.keys(extension).some((name) => /^_?value[A-Z]/.test(name))
  return hasValue === (keyed(extension, 'extension') !== undefined) ? 'Must have either extensions or value[x], not both (ext-1)' : undefined
}

const SAYS_WHAT = ['reference', 'identifier', 'display'].flatMap((name) => [name, `_${name}`]).concat('extension')

/** No invariant says it, but the text: at least one of the three, unless an extension is there (http://hl7.org/fhir/R4/references.html#Reference). */
export const emptyReferenceProblem = (reference: Readonly<Record<string, unknown>>): string | undefined =>
  (SAYS_WHAT.some((name) => keyed(reference, name) !== undefined) ? undefined : 'Must have a reference, an identifier or a display')

/** ref-1: "#x" names a resource contained in this one. */
export const localReferenceProblem = (reference: unknown, place: Place): string | undefined => {
  const address = asString(keyed(reference, 'reference'))
  if (!address.startsWith('#') || address === '#') return undefined
  const id = address.slice(1)
  return containedIds(place.root).has(id) || containedIds(place.resource).has(id) ? undefined : `There is no contained resource "${address}" (ref-1)`
}

/** Asked by each local reference, so gathered once for each resource. */
const idsByHolder = new WeakMap<object, ReadonlySet<unknown>>()

const containedIds = (holder: unknown): ReadonlySet<unknown> => {
  if (!isObject(holder)) return NO_IDS
  const known = idsByHolder.get(holder)
  if (known) return known
  const ids = new Set(asArray(keyed(holder, 'contained')).map((resource) => keyed(resource, 'id')))
  idsByHolder.set(holder, ids)
  return ids
}
const NO_IDS: ReadonlySet<unknown> = new Set()

/** dom-2 to dom-5: what contained resources may not have, and that something refers to them. */
export const containedProblems = (resource: unknown): { expression: string; message: string }[] => {
  const contained = asArray(keyed(resource, 'contained'))
  if (contained.length === 0) return []
  const addresses = new Set<string>()
  collectAddresses(resource, addresses, 0)
  return contained.flatMap((inner, index) => {
    const meta = asObject(keyed(inner, 'meta'))
    const own = new Set<string>()
    collectAddresses(inner, own, 0)
    return [
      keyed(inner, 'contained') !== undefined ? 'A contained resource must not contain resources (dom-2)' : '',
      addresses.has(`#${asString(keyed(inner, 'id'))}`) || own.has('#') ? '' : 'Nothing refers to this contained resource (dom-3)',
      meta['versionId'] !== undefined || meta['lastUpdated'] !== undefined ? 'A contained resource has no version of its own (dom-4)' : '',
      meta['security'] !== undefined ? 'A contained resource has no security label (dom-5)' : '',
    ].filter(Boolean).map((message) => ({ expression: `.contained[${index}]`, message }))
  })
}

/** Every string that begins with "#": references, canonicals and uris may point inside. */
const collectAddresses = (value: unknown, found: Set<string>, depth: number): void => {
  if (depth > 100) return
  if (typeof value === 'string') {
    if (value.startsWith('#')) found.add(value)
  } else if (Array.isArray(value)) for (const item of value) collectAddresses(item, found, depth + 1)
  else if (isObject(value)) for (const item of Object.values(value)) collectAddresses(item, found, depth + 1)
}
