/** Finds the Codings of dated lists in a resource: those that must carry system and version and be in force on the day of the event. Pure. */
import { JsonObject, type JsonValue } from './json.ts'
import { LISTS } from './systems.ts'

export interface DatedCoding {
  readonly system: string
  readonly version?: string
  readonly code?: string
  /** Where it stands, e.g. "Patient.extension[0].valueCoding". */
  readonly expression: string
}

const DATED: ReadonlySet<string> = new Set(Object.values(LISTS))

const text = (object: JsonObject, name: 'version' | 'code'): Partial<Record<'version' | 'code', string>> => {
  const value = object.get(name)
  return typeof value === 'string' ? { [name]: value } : {}
}

const collect = (value: JsonValue | undefined, path: string, found: DatedCoding[]): void => {
  if (value instanceof JsonObject) {
    const system = value.get('system')
    // identifiers and quantities have a system too, but also a value
    if (typeof system === 'string' && DATED.has(system) && !value.has('value')) found.push({ system, expression: path, ...text(value, 'version'), ...text(value, 'code') })
    for (let at = 0; at < value.names.length; at += 1) {
      const member = value.values[at]
      if (typeof member === 'object' && member !== null) collect(member, `${path}.${value.names[at] ?? ''}`, found)
    }
  } else if (Array.isArray(value)) {
    value.forEach((item: JsonValue, at) => {
      if (typeof item === 'object' && item !== null) collect(item, `${path}[${at}]`, found)
    })
  }
}

/** In the order in which they stand. `path`: where the value stands in the input. */
export const datedCodings = (value: JsonValue, path: string): DatedCoding[] => {
  const found: DatedCoding[] = []
  collect(value, path, found)
  return found
}

/** The same text for the same code of the same version, wherever it stands and however it is worded. */
export const codingKey = ({ system, version = '', code = '' }: DatedCoding): string => JSON.stringify([system, version, code])
