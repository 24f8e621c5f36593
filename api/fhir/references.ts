/**
 * References in resources (http://hl7.org/fhir/R4/references.html): found and rewritten in the lossless tree, contained resources and extensions included.
 * Rule of this server: a literal relative reference must point to a current resource of the same tenant, or to one written by the same Bundle.
 */
import { JsonNumber, JsonObject, type JsonValue } from '../model/json.ts'
import type { ResourceKey } from '../model/resource.ts'

export interface FoundReference {
  readonly reference: string
  /** FHIRPath of the place, e.g. "Bundle.entry[3].resource.subject". */
  readonly path: string
}

const RELATIVE = /^([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/

/** The key of a literal relative reference, a version in it aside; undefined for absolute, urn, contained and conditional ones. */
export const parseRelative = (reference: string): ResourceKey | undefined => {
  const parts = RELATIVE.exec(reference.split('#')[0] ?? '')
  const [, type, id] = parts ?? []
  return type === undefined || id === undefined ? undefined : { type, id }
}

/** `Type?search`: a conditional reference in a transaction. */
export const isConditional = (reference: string): boolean => /^[A-Z][A-Za-z]{1,63}\?./.test(reference)

/** Absolute addresses, urns, fragments: what the rule of relative references says nothing about. */
export const isElsewhere = (reference: string): boolean => reference.startsWith('#') || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(reference)

/** The members of a Reference (http://hl7.org/fhir/R4/references.html#Reference). Elsewhere `reference` is the address of something that is no resource, e.g. in an Expression. */
const REFERENCE_MEMBERS: ReadonlySet<string> = new Set(['id', 'extension', 'reference', 'type', 'identifier', 'display', '_reference', '_type', '_display'])

const isReference = ({ names }: JsonObject): boolean => names.every((each) => REFERENCE_MEMBERS.has(each))

const walk = (value: JsonValue, path: string, visit: (reference: string, path: string) => void): void => {
  if (value instanceof JsonObject) {
    for (let at = 0; at < value.names.length; at += 1) {
      const name = value.names[at] ?? ''
      const member = value.values[at] ?? null
      if (name === 'reference' && typeof member === 'string' && isReference(value)) visit(member, path)
      else if (typeof member === 'object' && member !== null) walk(member, `${path}.${name}`, visit)
    }
  } else if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value
    for (let at = 0; at < items.length; at += 1) walk(items[at] ?? null, `${path}[${at}]`, visit)
  }
}

/** All Reference.reference values of a resource with their places. */
export const referencesIn = (resource: JsonValue, path: string): FoundReference[] => {
  const found: FoundReference[] = []
  walk(resource, path, (reference, place) => found.push({ reference, path: place }))
  return found
}

/** Members that hold an address of a resource besides Reference.reference (http://hl7.org/fhir/R4/http.html#trules). Identifier.value is none of them. */
const ADDRESS_MEMBERS: ReadonlySet<string> = new Set(['reference', 'uri', 'url', 'valueUri', 'valueUrl', 'valueUuid', 'valueOid', 'valueCanonical'])

type Change = (address: string) => string | undefined
type ChangeText = (name: string, text: string, within: JsonObject) => string

/** A copy in which every address that `change` knows is replaced; parts without any are shared. Narrative links (href, src) follow. */
export const rewriteReferences = (value: JsonValue, change: Change): JsonValue => changeTexts(value, (name, text) => {
  if (ADDRESS_MEMBERS.has(name)) return change(text) ?? text
  return name !== 'div' ? text : text.replaceAll(/(\s(?:href|src)\s*=\s*)(["'])([^"']+)\2/g, (whole: string, start: string, quote: string, address: string) => {
    const to = change(address)
    return to === undefined ? whole : `${start}${quote}${to}${quote}`
  })
})

/** As rewriteReferences, of Reference.reference alone: no other address changes. */
export const changeReferences = (value: JsonValue, change: Change): JsonValue => changeTexts(value, (name, text, within) => (name === 'reference' && isReference(within) ? change(text) ?? text : text))

const changeTexts = (value: JsonValue, change: ChangeText): JsonValue => {
  if (value instanceof JsonNumber || value === null || typeof value !== 'object') return value
  if (value instanceof JsonObject) {
    let values: JsonValue[] | undefined
    for (let at = 0; at < value.names.length; at += 1) {
      const member = value.values[at] ?? null
      const next = typeof member === 'string' ? change(value.names[at] ?? '', member, value) : changeTexts(member, change)
      if (next !== member) (values ??= [...value.values])[at] = next
    }
    return values === undefined ? value : new JsonObject(value.names, values)
  }
  let items: JsonValue[] | undefined
  for (let at = 0; at < value.length; at += 1) {
    const item = value[at] ?? null
    const next = changeTexts(item, change)
    if (next !== item) (items ??= [...value])[at] = next
  }
  return items ?? value
}
