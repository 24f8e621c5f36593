/** Changes in the lossless tree for FHIRPath Patch: members and lists, a primitive always together with what is said of it ("given" and "_given"). Pure. */
import { JsonObject, type JsonValue } from '../../model/json.ts'
import type { TreePath } from './find.ts'
import type { Placed } from './value.ts'
import { isList, PER_ITEM, sizeOf, type At } from './work.ts'

/** The value at `path` made anew, and all that holds it; what is missing on the way is made. */
export const editAt = (value: JsonValue | undefined, path: TreePath, at: At, edit: (object: JsonObject) => JsonObject): JsonValue => {
  const [step, ...rest] = path
  at.budget.spend(1 + sizeOf(value), at.place)
  if (typeof step === 'number') {
    const list = isList(value) ? value : []
    const padded = [...list, ...Array.from({ length: Math.max(0, step + 1 - list.length) }, () => null)]
    return padded.with(step, editAt(padded[step] ?? undefined, rest, at, edit))
  }
  const object = value instanceof JsonObject ? value : new JsonObject([], [])
  return step === undefined ? edit(object) : object.set(step, editAt(object.get(step), rest, at, edit))
}

export interface Pair { readonly value: JsonValue; readonly said: JsonValue }

/** A list member of an object as pairs. */
export const pairsOf = (object: JsonObject | undefined, member: string, { place, budget }: At): Pair[] => {
  const [values, sayings] = [object?.get(member), object?.get(`_${member}`)].map((list) => (isList(list) ? list : []))
  const length = Math.max(values?.length ?? 0, sayings?.length ?? 0)
  budget.spend(length * PER_ITEM, place)
  return Array.from({ length }, (_, at) => ({ value: values?.[at] ?? null, said: sayings?.[at] ?? null }))
}

const setOrDelete = (object: JsonObject, name: string, value: JsonValue, there: boolean): JsonObject => (there ? object.set(name, value) : object.delete(name))

/** With the pairs as its list; without the member when there are none. */
export const withPairs = (object: JsonObject, member: string, pairs: readonly Pair[]): JsonObject => {
  const [values, sayings] = [pairs.map(({ value }) => value), pairs.map(({ said }) => said)]
  return setOrDelete(setOrDelete(object, member, values, values.some((value) => value !== null)), `_${member}`, sayings, sayings.some((said) => said !== null))
}

/** With one value as its member. */
export const withOne = (object: JsonObject, { member, value, said }: Placed): JsonObject => setOrDelete(setOrDelete(object, member, value, value !== null), `_${member}`, said, said !== null)

/** With the member under another name, in its place (a choice of another type). */
export const renamed = (object: JsonObject, from: string, to: string): JsonObject =>
  (object.has(from) ? new JsonObject(object.names.with(object.names.indexOf(from), to), object.values) : object).delete(`_${from}`)
