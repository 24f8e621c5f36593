/**
 * The lossless JSON reader and writer (RFC 8259, https://www.rfc-editor.org/rfc/rfc8259): the only door for bodies, patches and bundles.
 * Numbers keep their source text (1.10 stays 1.10), members keep their order, "__proto__" is a name like any other. Refused, with the
 * place: duplicate names, nesting deeper than 64, unpaired surrogates, raw control characters. One leading byte order mark is ignored.
 */
import { outcome } from './outcome.ts'
import { readJson } from './json-reader.ts'
import { JsonNumber, JsonObject, type JsonArray, type JsonValue } from './json-value.ts'

export { JsonNumber, JsonObject, MAX_DEPTH, type JsonArray, type JsonValue } from './json-value.ts'

/** Throws json-syntax, json-duplicate-key or json-too-deep with the place in `expression` and `diagnostics`. */
export const parseJson = (text: string): JsonValue => readJson(text)

/** As parseJson, but the outermost value must be an object, as every FHIR body is. */
export const parseJsonObject = (text: string): JsonObject => {
  const value = readJson(text)
  if (!(value instanceof JsonObject)) throw outcome('json-syntax', { diagnostics: 'The body must be a JSON object' })
  return value
}

/** Without insignificant space; numbers as they were read. */
export const writeJson = (value: JsonValue): string => {
  const text = piecesOf(value)
  // a text that grew piece by piece is a tree of its pieces, four times as large, until somebody asks for a letter of it
  text.charCodeAt(0)
  return text
}

const piecesOf = (value: JsonValue): string => {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof JsonNumber) return value.source
  if (value === null || typeof value === 'boolean') return String(value)
  let text = ''
  if (value instanceof JsonObject) {
    for (let at = 0; at < value.names.length; at++) text += `${at ? ',' : ''}${JSON.stringify(value.names[at])}:${piecesOf(value.values[at] ?? null)}`
    return `{${text}}`
  }
  for (let at = 0; at < value.length; at++) text += (at ? ',' : '') + piecesOf(value[at] ?? null)
  return `[${text}]`
}

/** The usual JavaScript view, as JSON.parse makes it. Digits of numbers are lost here: never write such a view back. */
export const toPlain = (value: JsonValue): unknown => {
  if (value instanceof JsonNumber) return Number(value.source)
  if (value instanceof JsonObject) {
    const plain: Record<string, unknown> = {}
    const { names, values } = value
    for (let at = 0; at < names.length; at += 1) {
      const [name = '', member = null] = [names[at], values[at]]
      if (name === '__proto__') Object.defineProperty(plain, name, { value: toPlain(member), enumerable: true, configurable: true, writable: true })
      else plain[name] = toPlain(member)
    }
    return plain
  }
  return Array.isArray(value) ? value.map(toPlain) : value
}

/** From JavaScript values of our own making; members that are undefined are left out. A JsonNumber or JsonObject inside stays as it is. */
export const fromPlain = (plain: unknown): JsonValue => {
  if (plain === null || typeof plain === 'boolean' || typeof plain === 'string') return plain
  if (typeof plain === 'number' || typeof plain === 'bigint') return new JsonNumber(Object.is(plain, -0) ? '-0' : String(plain))
  if (plain instanceof JsonNumber || plain instanceof JsonObject) return plain
  if (Array.isArray(plain)) return plain.map((item: unknown) => fromPlain(item ?? null))
  if (typeof plain !== 'object') throw outcome('json-syntax', { diagnostics: `A ${typeof plain} has no JSON form` })
  const members = Object.entries(plain).filter(([, value]) => value !== undefined)
  return new JsonObject(members.map(([name]) => name), members.map(([, value]) => fromPlain(value)))
}

/** As fromPlain, for a value that is an object. */
export const objectFromPlain = (plain: object): JsonObject => {
  const value = fromPlain(plain)
  if (!(value instanceof JsonObject)) throw outcome('json-syntax', { diagnostics: 'Not an object' })
  return value
}

/** The value at a path of names and indexes, e.g. `pathOf(bundle, 'entry', 3, 'resource')`; undefined when a step is missing. */
export const valueAt = (value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined => {
  let at = value
  for (const step of path) {
    if (typeof step === 'number') at = Array.isArray(at) ? (at as JsonArray)[step] : undefined
    else at = at instanceof JsonObject ? at.get(step) : undefined
  }
  return at
}

/** The text at a path, or undefined when there is something else or nothing. */
export const stringAt = (value: JsonValue | undefined, ...path: readonly (string | number)[]): string | undefined => {
  const at = valueAt(value, ...path)
  return typeof at === 'string' ? at : undefined
}

/** The items at a path; none when there is no array. */
export const arrayAt = (value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonArray => {
  const at = valueAt(value, ...path)
  return Array.isArray(at) ? (at as JsonArray) : []
}
