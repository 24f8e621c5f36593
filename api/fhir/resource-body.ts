/** A resource from a request body: one JSON object of a known type, with the identity that the server gives it (http://hl7.org/fhir/R4/resource.html). */
import { JsonObject, type JsonValue } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { ID_PATTERN, type ResourceKey } from '../model/resource.ts'
import { typeNumber } from '../search/resource-types.ts'

/** Throws unknown-type (404) for what FHIR R4 does not have. */
export const requireType = (type: string | undefined): string => {
  if (type === undefined || typeNumber(type) === undefined) throw outcome('unknown-type', { diagnostics: 'Not a resource type of FHIR R4 (4.0.1).', expression: 'http.type' })
  return type
}

/** As requireType, for the address in an entry of a Bundle: the Bundle is wrong (400), not the address that it was sent to. */
export const requireEntryType = (type: string | undefined, place: string): string => {
  if (type === undefined || typeNumber(type) === undefined) throw outcome('bad-request', { diagnostics: 'Not a resource type of FHIR R4 (4.0.1).', expression: place })
  return type
}

export const requireId = (id: string | undefined, place = 'http.id'): string => {
  if (id === undefined || !ID_PATTERN.test(id)) throw outcome('bad-id', { expression: place, diagnostics: 'An id has 1 to 64 of A-Z a-z 0-9 - .' })
  return id
}

/** The body as a resource. `type`: what the address says; `path`: where it stands in the input. */
export const readResource = (value: JsonValue | undefined, options: { readonly type?: string; readonly path?: string } = {}): { readonly type: string; readonly resource: JsonObject } => {
  const path = options.path ?? options.type ?? 'Resource'
  if (!(value instanceof JsonObject)) throw outcome('bad-request', { expression: path, diagnostics: 'A resource is a JSON object.' })
  const type = value.get('resourceType')
  if (typeof type !== 'string') throw outcome('bad-request', { expression: `${path}.resourceType`, diagnostics: 'resourceType is missing or not a text.' })
  if (typeNumber(type) === undefined) throw outcome('bad-request', { expression: `${path}.resourceType`, diagnostics: 'Not a resource type of FHIR R4 (4.0.1).' })
  if (options.type !== undefined && type !== options.type) throw outcome('type-mismatch', { expression: `${path}.resourceType`, diagnostics: `Expected ${options.type}.` })
  const meta = value.get('meta')
  if (meta !== undefined && !(meta instanceof JsonObject)) throw outcome('invalid-resource', { expression: `${path}.meta`, diagnostics: 'meta is an object.' })
  return { type, resource: value }
}

/** The id in the body of an update must be the one in the address. */
export const requireSameId = (resource: JsonObject, id: string, path: string): void => {
  const found = resource.get('id')
  if (found === undefined) throw outcome('id-mismatch', { expression: `${path}.id`, diagnostics: 'The body of an update carries its id.' })
  if (found !== id) throw outcome('id-mismatch', { expression: `${path}.id` })
}

/** resourceType first, id second, then everything as it came. */
export const withIdentity = (resource: JsonObject, key: ResourceKey): JsonObject => {
  const names = ['resourceType', 'id']
  const values: JsonValue[] = [key.type, key.id]
  for (let at = 0; at < resource.names.length; at += 1) {
    const name = resource.names[at] ?? ''
    if (name === 'resourceType' || name === 'id') continue
    names.push(name)
    values.push(resource.values[at] ?? null)
  }
  return new JsonObject(names, values)
}
