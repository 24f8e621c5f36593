/**
 * JSON Patch (https://www.rfc-editor.org/rfc/rfc6902) over lossless JSON: what the patch does not touch keeps every digit. All operations
 * apply, or none. FHIR has no empty elements: what the patch leaves empty is gone (http://hl7.org/fhir/R4/http.html#patch). Pure.
 */
import { JsonNumber, JsonObject, parseJsonObject, writeJson, type JsonValue } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'

export const MAX_OPERATIONS = 1000
/** Letters that `copy` may write in all: copies of copies grow without end. */
const MAX_COPIED = 16 * 1024 * 1024

type Path = readonly string[]
type Members = readonly JsonValue[]
const isList = (value: JsonValue): value is Members => Array.isArray(value)

const bad = (place: string, diagnostics: string): Error => outcome('bad-request', { expression: place, diagnostics })
/** RFC 5789 §2.2: the patch is understood, and does not fit the resource as it is. */
const misfit = (place: string, diagnostics: string): Error => outcome('patch-failed', { expression: place, diagnostics })

/** https://www.rfc-editor.org/rfc/rfc6901 */
const parsePointer = (value: JsonValue | undefined, place: string): Path => {
  if (typeof value !== 'string') throw bad(place, 'Expected a JSON Pointer.')
  if (value === '') return []
  if (!value.startsWith('/') || /~(?![01])/.test(value)) throw bad(place, 'A JSON Pointer begins with / and has ~ only as ~0 or ~1.')
  return value.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Place of a list by its number; `end`: how many places there are. */
const placeIn = (step: string, end: number, place: string): number => {
  if (!/^(?:0|[1-9]\d{0,9})$/.test(step) || Number(step) >= end) throw misfit(place, 'The list has no such place.')
  return Number(step)
}

const memberOf = (value: JsonValue, step: string, place: string): JsonValue => {
  if (isList(value)) return value[placeIn(step, value.length, place)] ?? null
  const member = value instanceof JsonObject ? value.get(step) : undefined
  if (member === undefined) throw misfit(place, 'Nothing is at this path.')
  return member
}

const valueAtPath = (value: JsonValue, path: Path, place: string): JsonValue => path.reduce((now, step) => memberOf(now, step, place), value)

/** The value with its member at `path` made anew by `edit`, which gets the holder and the last step. */
const editAt = (value: JsonValue, path: Path, place: string, edit: (holder: JsonValue, step: string) => JsonValue): JsonValue => {
  const [step, ...rest] = path
  if (step === undefined) throw misfit(place, 'The resource as a whole cannot be taken away.')
  if (rest.length === 0) return edit(value, step)
  const changed = editAt(memberOf(value, step, place), rest, place, edit)
  if (isList(value)) return value.with(placeIn(step, value.length, place), changed)
  return value instanceof JsonObject ? value.set(step, changed) : changed
}

const add = (target: JsonValue, path: Path, added: JsonValue, place: string): JsonValue => path.length === 0 ? added : editAt(target, path, place, (holder, step) => {
  if (isList(holder)) return holder.toSpliced(step === '-' ? holder.length : placeIn(step, holder.length + 1, place), 0, added)
  if (holder instanceof JsonObject) return holder.set(step, added)
  throw misfit(place, 'Only objects and lists have members.')
})

const remove = (target: JsonValue, path: Path, place: string): JsonValue => editAt(target, path, place, (holder, step) => {
  memberOf(holder, step, place)
  return isList(holder) ? holder.toSpliced(Number(step), 1) : holder instanceof JsonObject ? holder.delete(step) : holder
})

const replace = (target: JsonValue, path: Path, by: JsonValue, place: string): JsonValue => path.length === 0 ? by : editAt(target, path, place, (holder, step) => {
  memberOf(holder, step, place)
  return isList(holder) ? holder.with(Number(step), by) : holder instanceof JsonObject ? holder.set(step, by) : holder
})

/** The number as digits without zeros at the ends, and the power of ten of the last one: 1.10 and 11e-1 are equal. */
const numberKey = (source: string): string => {
  const [, sign = '', whole = '', fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const kept = digits.replace(/0+$/, '')
  return kept === '' ? '0' : `${sign}${kept}e${String(BigInt(power) - BigInt(fraction.length) + BigInt(digits.length - kept.length))}`
}

/** RFC 6902 §4.6: numbers by value, lists in order, objects in any. */
export const isSame = (one: JsonValue, other: JsonValue): boolean => {
  if (one instanceof JsonNumber) return other instanceof JsonNumber && numberKey(one.source) === numberKey(other.source)
  if (one instanceof JsonObject) return other instanceof JsonObject && one.size === other.size && [...one.entries()].every(([name, value]) => { const found = other.get(name); return found !== undefined && isSame(value, found) })
  if (isList(one)) return isList(other) && one.length === other.length && one.every((value, at) => isSame(value, other[at] ?? null))
  return one === other
}

const isEmpty = (value: JsonValue): boolean => (isList(value) ? value.length === 0 : value instanceof JsonObject && value.size === 0)

/** Without the objects and lists that hold nothing, or only such. A null stays: it keeps the place of a list of primitives. */
const withoutEmpty = (value: JsonValue): JsonValue => {
  if (isList(value)) return value.map(withoutEmpty).filter((member) => !isEmpty(member))
  if (!(value instanceof JsonObject)) return value
  const kept = [...value.entries()].map(([name, member]) => [name, withoutEmpty(member)] as const).filter(([, member]) => !isEmpty(member))
  return new JsonObject(kept.map(([name]) => name), kept.map(([, member]) => member))
}

const OPERATIONS: ReadonlySet<string> = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test'])

/** The resource after the patch. Throws bad-request for what is no JSON Patch and patch-failed for what does not fit, each with the place in the patch. */
export const applyJsonPatch = (resource: JsonObject, patch: JsonValue): JsonObject => {
  if (!isList(patch)) throw bad('patch', 'A JSON Patch is a list of operations.')
  if (patch.length > MAX_OPERATIONS) throw bad('patch', `At most ${MAX_OPERATIONS} operations.`)
  let copied = 0
  let now: JsonValue = resource
  for (const [at, operation] of patch.entries()) {
    const place = `patch[${at}]`
    const op = operation instanceof JsonObject ? operation.get('op') : undefined
    if (!(operation instanceof JsonObject) || typeof op !== 'string' || !OPERATIONS.has(op)) throw bad(`${place}.op`, 'Expected add, remove, replace, move, copy or test.')
    const path = parsePointer(operation.get('path'), `${place}.path`)
    const valueOf = (): JsonValue => {
      const value = operation.get('value')
      if (value === undefined) throw bad(`${place}.value`, 'The value is missing.')
      return value
    }
    const from = (): Path => parsePointer(operation.get('from'), `${place}.from`)
    if (op === 'add') now = add(now, path, valueOf(), `${place}.path`)
    else if (op === 'remove') now = remove(now, path, `${place}.path`)
    else if (op === 'replace') now = replace(now, path, valueOf(), `${place}.path`)
    else if (op === 'test') {
      if (!isSame(valueAtPath(now, path, `${place}.path`), valueOf())) throw misfit(`${place}.value`, 'The test found another value.')
    } else {
      const source = from()
      const moved = valueAtPath(now, source, `${place}.from`)
      if (op === 'copy' && (copied += writeJson(moved).length) > MAX_COPIED) throw outcome('body-too-large', { expression: place, diagnostics: 'The copies of this patch are too large.' })
      if (op === 'move' && source.length < path.length && source.every((step, depth) => path[depth] === step)) throw bad(`${place}.from`, 'A value cannot be moved into itself.')
      now = add(op === 'move' ? remove(now, source, `${place}.from`) : now, path, moved, `${place}.path`)
    }
  }
  // read again: what was put together is held to the same limits as what comes in
  return parseJsonObject(writeJson(withoutEmpty(now)))
}
