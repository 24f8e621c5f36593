/**
 * The FHIRPath Patch (http://hl7.org/fhir/R4/fhirpatch.html) that makes one resource of another: applied to the first it gives the second, digits included, members
 * in any order. Lists are compared from both ends; what stands between is changed place by place, then shortened or lengthened. Pure.
 */
import { JsonNumber, JsonObject, type JsonValue } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { createAlike, itemsOf, membersOf, partFor, typeOf, type Alike } from './diff-value.ts'
import { elementAt, shapeOf, type Element, type Shape } from './elements.ts'
import type { Pair } from './patch/edit.ts'
import { MAX_OPERATIONS } from './patch/work.ts'

type Part = readonly [name: string, value: JsonObject]

/**
 * What is compared: an object on both sides, the path to it, what it is, and how many operations it may become. They are written out when it is known that they are
 * needed: those of an object that is replaced as a whole never are.
 */
interface Level { readonly path: string; readonly shape: Shape; readonly operations: (() => JsonObject)[]; readonly most: number; readonly alike: Alike }

const isFull = ({ operations, most }: Level): boolean => operations.length > most

const text = (name: string, member: string, value: JsonValue): Part => [name, JsonObject.from([['name', name], [member, value]])]

const push = ({ operations }: Level, type: string, path: string, parts: () => readonly Part[]): void => {
  operations.push(() => {
    const all: readonly Part[] = [text('type', 'valueCode', type), text('path', 'valueString', path), ...parts()]
    return JsonObject.from([['name', 'operation'], ['part', all.map(([, part]) => part)]])
  })
}

const sameAs = (one: Pair, other: Pair, { alike }: Level): boolean => alike(one.value, other.value) && alike(one.said, other.said)

/** Both of one type. The operations as a Parameters resource. Throws too-costly when one patch cannot hold them. */
export const buildDiff = (from: JsonObject, to: JsonObject, type: string): JsonObject => {
  const whole: Level = { path: type, shape: { type, path: '' }, operations: [], most: MAX_OPERATIONS, alike: createAlike() }
  diffObject(from, to, whole)
  if (isFull(whole)) throw outcome('too-costly', { expression: type, diagnostics: `The two differ in more than ${MAX_OPERATIONS} places.` })
  const operations = whole.operations.map((write) => write())
  return JsonObject.from([['resourceType', 'Parameters'], ...(operations.length === 0 ? [] : [['parameter', operations] as const])])
}

/** An element and the members that hold it on each side: a choice may have another type on either. */
interface Both { readonly element: Element; before?: string; after?: string }

const diffObject = (from: JsonObject, to: JsonObject, level: Level): void => {
  const elements = new Map<string, Both>()
  const note = (object: JsonObject, side: 'before' | 'after'): void => {
    for (const member of membersOf(object, level.shape)) {
      const found = elementAt(level.shape, member)
      if (found === undefined) throw outcome('invalid-resource', { expression: level.path, diagnostics: 'What is stored has an element that its definition does not know.' })
      const both = elements.get(found.element.name) ?? { element: found.element }
      both[side] = member
      elements.set(found.element.name, both)
    }
  }
  note(from, 'before')
  note(to, 'after')
  for (const both of elements.values()) {
    if (isFull(level)) return
    ;(both.element.list ? diffList : diffOne)(from, to, both, level)
  }
}

const typeAt = ({ shape }: Level, member: string | undefined): string => elementAt(shape, member ?? '')?.type ?? ''

const diffOne = (from: JsonObject, to: JsonObject, { element, before, after }: Both, level: Level): void => {
  const [old] = before === undefined ? [] : itemsOf(from, before)
  const [now] = after === undefined ? [] : itemsOf(to, after)
  const path = `${level.path}.${element.name}`
  const value = (pair: Pair): Part => ['value', partFor('value', pair, level.shape, element, typeAt(level, after))]
  if (now === undefined) {
    if (old !== undefined) push(level, 'delete', path, () => [])
  } else if (old === undefined) push(level, 'add', level.path, () => [text('name', 'valueString', element.name), value(now)])
  else if (before === after && goesInside(old, now)) inside(old, now, element, typeAt(level, after), path, level)
  else if (before !== after || !sameAs(old, now, level)) push(level, 'replace', path, () => [value(now)])
}

/** Objects on both sides, and resources of one type. */
const goesInside = (old: Pair, now: Pair): boolean => old.value instanceof JsonObject && now.value instanceof JsonObject && typeOf(old.value) === typeOf(now.value)

/** An object that differs in more places than these is replaced as a whole: the patch stays within what one may hold. */
const MOST_INSIDE = 20

const inside = (old: Pair, now: Pair, element: Element, type: string, path: string, level: Level): void => {
  const own: Level = { ...level, path, shape: shapeOf(level.shape, element, type, typeOf(now.value)), operations: [], most: MOST_INSIDE }
  if (old.value instanceof JsonObject && now.value instanceof JsonObject) diffObject(old.value, now.value, own)
  if (isFull(own)) push(level, 'replace', path, () => [['value', partFor('value', now, level.shape, element, type)]])
  else level.operations.push(...own.operations)
}

const diffList = (from: JsonObject, to: JsonObject, { element, before, after }: Both, level: Level): void => {
  const [old, now] = [before === undefined ? [] : itemsOf(from, before), after === undefined ? [] : itemsOf(to, after)]
  const path = `${level.path}.${element.name}`
  const type = typeAt(level, after ?? before)
  const shorter = Math.min(old.length, now.length)
  const pairAt = (list: readonly Pair[], at: number): Pair => list[at] ?? { value: null, said: null }
  let start = 0
  while (start < shorter && sameAs(pairAt(old, start), pairAt(now, start), level)) start += 1
  let tail = 0
  while (tail < shorter - start && sameAs(pairAt(old, old.length - 1 - tail), pairAt(now, now.length - 1 - tail), level)) tail += 1
  const both = shorter - tail
  for (let at = start; at < both && !isFull(level); at += 1) {
    const [one, other] = [pairAt(old, at), pairAt(now, at)]
    if (goesInside(one, other)) inside(one, other, element, type, `${path}[${at}]`, level)
    else if (!sameAs(one, other, level)) push(level, 'replace', `${path}[${at}]`, () => [['value', partFor('value', other, level.shape, element, type)]])
  }
  for (let at = old.length - tail - 1; at >= both && !isFull(level); at -= 1) push(level, 'delete', `${path}[${at}]`, () => [])
  for (let at = both; at < now.length - tail && !isFull(level); at += 1) {
    const value = (): Part => ['value', partFor('value', pairAt(now, at), level.shape, element, type)]
    if (tail === 0) push(level, 'add', level.path, () => [text('name', 'valueString', element.name), value()])
    else push(level, 'insert', path, () => [['index', JsonObject.from([['name', 'index'], ['valueInteger', new JsonNumber(String(at))]])], value()])
  }
}
