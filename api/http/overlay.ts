/** A form's view of a resource laid over what is stored: what the form does not know stays as it was, digits included. Pure. */
import { arrayAt, objectFromPlain, parseJsonObject, stringAt, type JsonObject, type JsonValue } from '../model/json.ts'

/** What the form decides: where it says nothing, nothing stands afterwards. */
export interface Owned {
  readonly members?: readonly string[]
  /** By URL. */
  readonly extensions?: readonly string[]
  /** By system. */
  readonly identifiers?: readonly string[]
}

const merged = (stored: JsonObject, built: JsonObject, name: 'extension' | 'identifier', key: 'url' | 'system', owned: readonly string[]): JsonValue[] => {
  const fresh = arrayAt(built, name)
  const mine = new Set([...owned, ...fresh.map((item) => stringAt(item, key))])
  return [...arrayAt(stored, name).filter((item) => !mine.has(stringAt(item, key))), ...fresh]
}

/** `stored`: the body of the current version; undefined: there is none, and the form's view is all. */
export const overlay = (stored: string | undefined, built: object, owned: Owned = {}): JsonObject => {
  const form = objectFromPlain(built)
  if (stored === undefined) return form
  const before = parseJsonObject(stored)
  let resource = before
  for (const name of owned.members ?? []) if (!form.has(name)) resource = resource.delete(name)
  for (const [name, value] of form.entries()) if (name !== 'meta') resource = resource.set(name, value)
  for (const [name, key, keys] of [['extension', 'url', owned.extensions], ['identifier', 'system', owned.identifiers]] as const) {
    const items = merged(before, form, name, key, keys ?? [])
    resource = items.length === 0 ? resource.delete(name) : resource.set(name, items)
  }
  return resource
}
