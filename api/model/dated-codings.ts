/** Finds the Codings of dated lists in a resource: those that must carry system and version and be in force on the day of the event. Pure. */
import { JsonObject, writeJson, type JsonValue } from './json.ts'
import { LISTS } from './systems.ts'

export interface DatedCoding {
  readonly system: string
  readonly version?: string
  readonly code?: string
  /** Where it stands, e.g. "Patient.extension[0].valueCoding". */
  readonly expression: string
  /** As written, for comparing with another. */
  readonly source: string
}

const DATED: ReadonlySet<string> = new Set(Object.values(LISTS))

const text = (object: JsonObject, name: 'version' | 'code'): Partial<Record<'version' | 'code', string>> => {
  const value = object.get(name)
  return typeof value === 'string' ? { [name]: value } : {}
}

/** Identifiers and quantities have a system too, but also a value. */
export const datedCodings = (value: JsonValue, path: string): DatedCoding[] => {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue, at) => datedCodings(item, `${path}[${at}]`))
  if (!(value instanceof JsonObject)) return []
  const system = value.get('system')
  const own = typeof system === 'string' && DATED.has(system) && !value.has('value')
    ? [{ system, expression: path, source: writeJson(value), ...text(value, 'version'), ...text(value, 'code') }]
    : []
  return [...own, ...[...value.entries()].flatMap(([name, member]) => datedCodings(member, `${path}.${name}`))]
}
