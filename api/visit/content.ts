/** What a resource says, apart from who said it when: two versions with the same content are the same statement, and the first one's author and time stay. Pure. */
import { JsonNumber, JsonObject, type JsonValue } from '../model/json.ts'

/** Set anew by every screen that sends a resource back. groupIdentifier is ours: the code of the signed prescription. */
const CIRCUMSTANCE: ReadonlySet<string> = new Set(['effectiveDateTime', 'performer', 'recordedDate', 'recorder', 'authoredOn', 'requester', 'groupIdentifier'])

const text = (value: JsonValue, top: boolean): string => {
  if (value instanceof JsonNumber) return String(Number(value.source))
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => text(item, false)).join(',')}]`
  if (!(value instanceof JsonObject)) return JSON.stringify(value)
  const members = [...value.entries()].filter(([name]) => !top || (name !== 'meta' && !CIRCUMSTANCE.has(name)))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${text(member, false)}`).sort().join(',')}}`
}

/** The same text for the same content: order of members, digits (37 and 37.0), meta, author and time of writing do not count. */
export const contentOf = (resource: JsonObject): string => text(resource, true)

export const sameContent = (a: JsonObject, b: JsonObject): boolean => contentOf(a) === contentOf(b)
