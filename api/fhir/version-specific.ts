/**
 * References of a transaction that shall name the version that it makes: http://hl7.org/fhir/R4/extension-resolve-as-version-specific.html, http://hl7.org/fhir/R4/http.html#trules.
 * Which version a write makes is known for sure only when it is made: what was foretold wrongly is written anew.
 */
import { JsonNumber, JsonObject, arrayAt, stringAt, type JsonValue } from '../model/json.ts'
import type { Written } from '../model/ports.ts'
import type { Planned } from './planned.ts'
import { parseRelative } from './references.ts'
import { same, type Resolution } from './resolve.ts'

const PIN = 'http://hl7.org/fhir/StructureDefinition/resolve-as-version-specific'

/** By "Type/id". */
export type Versions = ReadonlyMap<string, number>

/** Ends the transaction; it is run again with these. */
export class Mistold extends Error {
  readonly versions: Versions
  constructor(versions: Versions) {
    super('A version is another than was foretold.')
    this.versions = versions
  }
}

const isPinned = (value: JsonObject): boolean => arrayAt(value, 'extension').some((extension) => stringAt(extension, 'url') === PIN && extension instanceof JsonObject && extension.get('valueBoolean') !== false)

/** A copy in which references that ask for it name a version; what has one keeps it. `versionOf` undefined: not of this server. */
export const pinVersions = (value: JsonValue, versionOf: (key: string) => number | undefined): JsonValue => {
  if (value instanceof JsonNumber || value === null || typeof value !== 'object') return value
  if (!(value instanceof JsonObject)) {
    const items = value.map((item) => pinVersions(item, versionOf))
    return items.every((item, at) => item === value[at]) ? value : items
  }
  const values = value.values.map((member) => pinVersions(member, versionOf))
  const next = values.every((member, at) => member === value.values[at]) ? value : new JsonObject(value.names, values)
  const reference = stringAt(next, 'reference')
  if (reference === undefined || reference.includes('#') || reference.includes('/_history/') || !isPinned(next)) return next
  const key = parseRelative(reference), version = key === undefined ? undefined : versionOf(same(key))
  return version === undefined ? next : next.set('reference', `${reference}/_history/${version}`)
}

export interface Pinned { readonly resolution: Resolution; /** Versions that were taken for those that will be made. */ readonly foretold: ReadonlyMap<string, number> }

/** Only what stands in a Bundle. `known`: versions that an earlier run has made. */
export const pinAll = (writing: readonly Planned[], resolution: Resolution, known: Versions): Pinned => {
  const heads = new Map(resolution.heads.map((head) => [same(head), head.version]))
  const made = new Set(writing.map(({ key }) => same(key)))
  const foretold = new Map<string, number>()
  const versionOf = (key: string): number | undefined => {
    if (!made.has(key)) return heads.get(key)
    const version = known.get(key) ?? (heads.get(key) ?? 0) + 1
    foretold.set(key, version)
    return version
  }
  const paths = new Map(writing.map(({ key, path }) => [same(key), path]))
  const bodies = new Map([...resolution.bodies].map(([key, body]) => {
    const pinned = paths.get(key)?.startsWith('Bundle.entry') === true ? pinVersions(body, versionOf) : body
    return [key, pinned instanceof JsonObject ? pinned : body]
  }))
  return { resolution: { ...resolution, bodies }, foretold }
}

/** Throws Mistold. */
export const requireForetold = (foretold: Versions, written: readonly Pick<Written, 'type' | 'id' | 'version'>[]): void => {
  const wrong = written.filter((each) => (foretold.get(same(each)) ?? each.version) !== each.version)
  if (wrong.length > 0) throw new Mistold(new Map([...foretold, ...wrong.map((each) => [same(each), each.version] as const)]))
}
