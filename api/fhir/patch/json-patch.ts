/**
 * JSON Patch (https://www.rfc-editor.org/rfc/rfc6902) over lossless JSON: what the patch does not touch keeps every digit. All operations
 * apply, or none. FHIR has no empty elements: what the patch leaves empty is gone (http://hl7.org/fhir/R4/http.html#patch). Pure.
 */
import { JsonNumber, JsonObject, MAX_DEPTH, parseJsonObject, writeJson, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import { bad, Budget, isList, MAX_OPERATIONS, misfit, sizeOf, withoutEmpty, type At } from './work.ts'

type Path = readonly string[]
const tooDeep = (place: string): Error => outcome('json-too-deep', { expression: place, diagnostics: `At most ${MAX_DEPTH} levels.` })

/** https://www.rfc-editor.org/rfc/rfc6901 */
const parsePointer = (value: JsonValue | undefined, place: string): Path => {
  if (typeof value !== 'string') throw bad(place, 'Expected a JSON Pointer.')
  if (value === '') return []
  if (!value.startsWith('/') || /~(?![01])/.test(value)) throw bad(place, 'A JSON Pointer begins with / and has ~ only as ~0 or ~1.')
  const steps = value.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (steps.length > MAX_DEPTH) throw tooDeep(place)
  return steps
}

/** Place of a list by its number; `end`: how many places there are. */
const placeIn = (step: string, end: number, place: string): number => {
  if (!/^(?:0|[1-9]\d{0,9})$/.test(step) || Number(step) >= end) throw misfit(place, 'The list has no such place.')
  return Number(step)
}

const memberOf = (value: JsonValue, step: string, { place, budget }: At): JsonValue => {
  if (isList(value)) return value[placeIn(step, value.length, place)] ?? null
  budget.spend(sizeOf(value), place)
  const member = value instanceof JsonObject ? value.get(step) : undefined
  if (member === undefined) throw misfit(place, 'Nothing is at this path.')
  return member
}

const valueAtPath = (value: JsonValue, path: Path, at: At): JsonValue => path.reduce((now, step) => memberOf(now, step, at), value)

/** The value with its member at `path` made anew by `edit`, which gets the holder and the last step. */
const editAt = (value: JsonValue, path: Path, at: At, edit: (holder: JsonValue, step: string) => JsonValue): JsonValue => {
  const [step, ...rest] = path
  if (step === undefined) throw misfit(at.place, 'The resource as a whole cannot be taken away.')
  at.budget.spend(sizeOf(value), at.place)
  if (rest.length === 0) return edit(value, step)
  const changed = editAt(memberOf(value, step, at), rest, at, edit)
  if (isList(value)) return value.with(placeIn(step, value.length, at.place), changed)
  return value instanceof JsonObject ? value.set(step, changed) : changed
}

const depthOf = (value: JsonValue): number => {
  if (isList(value)) return 1 + value.reduce<number>((most, member) => Math.max(most, depthOf(member)), 0)
  return value instanceof JsonObject ? 1 + value.values.reduce<number>((most, member) => Math.max(most, depthOf(member)), 0) : 0
}

/** Deeper than any body may be it never gets, not even between two operations. */
const requireDepth = (path: Path, value: JsonValue, place: string): void => { if (path.length + depthOf(value) > MAX_DEPTH) throw tooDeep(place) }

const add = (target: JsonValue, path: Path, added: JsonValue, at: At): JsonValue => {
  requireDepth(path, added, at.place)
  return path.length === 0 ? added : editAt(target, path, at, (holder, step) => {
    if (isList(holder)) return holder.toSpliced(step === '-' ? holder.length : placeIn(step, holder.length + 1, at.place), 0, added)
    if (holder instanceof JsonObject) return holder.set(step, added)
    throw misfit(at.place, 'Only objects and lists have members.')
  })
}

const remove = (target: JsonValue, path: Path, at: At): JsonValue => editAt(target, path, at, (holder, step) => {
  memberOf(holder, step, at)
  return isList(holder) ? holder.toSpliced(Number(step), 1) : holder instanceof JsonObject ? holder.delete(step) : holder
})

const replace = (target: JsonValue, path: Path, by: JsonValue, at: At): JsonValue => {
  requireDepth(path, by, at.place)
  return path.length === 0 ? by : editAt(target, path, at, (holder, step) => {
    memberOf(holder, step, at)
    return isList(holder) ? holder.with(Number(step), by) : holder instanceof JsonObject ? holder.set(step, by) : holder
  })
}

/** Without the zeros at its end; a pattern would try each of a million zeros before a one. */
const trimZeros = (digits: string): string => {
  let end = digits.length
  while (end > 0 && digits[end - 1] === '0') end -= 1
  return digits.slice(0, end)
}

/** The number as digits without zeros at the ends, and the power of ten of the last one: 1.10 and 11e-1 are equal. */
const numberKey = (source: string): string => {
  const [, sign = '', whole = '', fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const kept = trimZeros(digits)
  return kept === '' ? '0' : `${sign}${kept}e${String(BigInt(power) - BigInt(fraction.length) + BigInt(digits.length - kept.length))}`
}

/** RFC 6902 §4.6: numbers by value, lists in order, objects in any. */
export const isSame = (one: JsonValue, other: JsonValue): boolean => {
  if (one instanceof JsonNumber) return other instanceof JsonNumber && numberKey(one.source) === numberKey(other.source)
  if (one instanceof JsonObject) {
    if (!(other instanceof JsonObject) || one.size !== other.size) return false
    const members = new Map(other.entries())
    return [...one.entries()].every(([name, value]) => {
      const found = members.get(name)
      return found !== undefined && isSame(value, found)
    })
  }
  if (isList(one)) return isList(other) && one.length === other.length && one.every((value, at) => isSame(value, other[at] ?? null))
  return one === other
}

const OPERATIONS: ReadonlySet<string> = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test'])

const transfer = (target: JsonValue, op: 'move' | 'copy', source: Path, path: Path, { place, budget }: At): JsonValue => {
  const from: At = { place: `${place}.from`, budget }
  const value = valueAtPath(target, source, from)
  // what goes no deeper than it was needs no second look
  if (op === 'copy' || path.length > source.length) budget.spend(writeJson(value).length, place)
  if (op === 'move' && source.length < path.length && source.every((step, depth) => path[depth] === step)) throw bad(from.place, 'A value cannot be moved into itself.')
  return add(op === 'move' ? remove(target, source, from) : target, path, value, { place: `${place}.path`, budget })
}

/** The resource after the patch. Throws bad-request for what is no JSON Patch and patch-failed for what does not fit, each with the place in the patch. */
export const applyJsonPatch = (resource: JsonObject, patch: JsonValue): JsonObject => {
  if (!isList(patch)) throw bad('patch', 'A JSON Patch is a list of operations.')
  if (patch.length > MAX_OPERATIONS) throw bad('patch', `At most ${MAX_OPERATIONS} operations.`)
  const budget = new Budget()
  let now: JsonValue = resource
  for (const [index, operation] of patch.entries()) {
    const place = `patch[${index}]`
    const at: At = { place: `${place}.path`, budget }
    const op = operation instanceof JsonObject ? operation.get('op') : undefined
    if (!(operation instanceof JsonObject) || typeof op !== 'string' || !OPERATIONS.has(op)) throw bad(`${place}.op`, 'Expected add, remove, replace, move, copy or test.')
    const path = parsePointer(operation.get('path'), at.place)
    if (op === 'remove') now = remove(now, path, at)
    else if (op === 'move' || op === 'copy') now = transfer(now, op, parsePointer(operation.get('from'), `${place}.from`), path, { place, budget })
    else {
      const value = operation.get('value')
      if (value === undefined) throw bad(`${place}.value`, 'The value is missing.')
      if (op === 'add') now = add(now, path, value, at)
      else if (op === 'replace') now = replace(now, path, value, at)
      else if (!isSame(valueAtPath(now, path, at), value)) throw misfit(`${place}.value`, 'The test found another value.')
    }
  }
  // read again: what was put together is held to the same limits as what comes in
  return parseJsonObject(writeJson(withoutEmpty(now)))
}
