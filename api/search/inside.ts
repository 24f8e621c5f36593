/**
 * Chains into what is contained (http://hl7.org/fhir/R4/search.html#contained: a chained condition is evaluated inside of contained resources too). "#x" has no row to be joined: the resources of
 * the chain's type that contain such are walked (inside-walk.ts) and judged here, by the search rows that what they contain would have. What refers on from there to a stored resource, or is read
 * from the resource, is a question to the database. Visible is what the resource around it is. Nothing that stands elsewhere refers to what is contained, so _has finds none. Pure.
 */
import { fold } from '../model/fold.ts'
import { JsonObject, stringAt, type JsonValue } from '../model/json.ts'
import type { BodyFilter, ChainStep, Filter } from './ast.ts'
import { holds, type OwnRows } from './holds.ts'
import { valuesAt } from './path.ts'
import { parameterOf } from './registry.ts'
import { toTarget } from './values.ts'

export type Chain = Extract<Filter, { kind: 'chain' }>

/** Of a step, whether a stored resource passes: by its id, or its canonical where the step goes along those. Of what is read from a resource, whether this one (as JSON) passes. */
export type Question = ChainStep | BodyFilter

export interface Judge {
  readonly bases: readonly string[]
  readonly rowsOf: (resource: JsonObject, type: string) => Omit<OwnRows, 'id'>
  /** false where the answer is not known yet. */
  readonly ask: (question: Question, about: JsonObject | string) => boolean
}

/** Where a condition is judged: at one of what `root` contains. */
interface Place { readonly root: JsonObject; readonly resource: JsonObject; readonly type: string }

/** Whether a stored resource leads to something inside of it that passes. */
export const leadsInside = (chain: Chain, root: JsonObject, judge: Judge): boolean =>
  chain.steps.some((step) => valuesOf(chain.type, step, root).some((value) => isInside(value) && passesInside(step, value, root, judge)))

const referenceOf = (value: JsonValue): string => (typeof value === 'string' ? value : stringAt(value, 'reference') ?? '')
const isInside = (value: JsonValue): boolean => /^#./.test(referenceOf(value))

const valuesOf = (type: string, { link, target }: ChainStep, resource: JsonObject): readonly JsonValue[] =>
  (parameterOf(type, link)?.paths ?? []).filter((path) => (path.target ?? target) === target).flatMap((path) => valuesAt(resource, path))

const passesInside = ({ target, filter }: ChainStep, value: JsonValue, root: JsonObject, judge: Judge): boolean => {
  const id = referenceOf(value).slice(1)
  const list = root.get('contained')
  return (Array.isArray(list) ? list : []).some((each: JsonValue) =>
    each instanceof JsonObject && stringAt(each, 'id') === id && stringAt(each, 'resourceType') === target && passes(filter, { root, resource: each, type: target }, judge))
}

const passes = (filter: Filter, place: Place, judge: Judge): boolean => {
  switch (filter.kind) {
    case 'and': return filter.filters.every((each) => passes(each, place, judge))
    case 'or': return filter.filters.some((each) => passes(each, place, judge))
    case 'not': return !passes(filter.filter, place, judge)
    case 'of-type': return filter.type === place.type
    case 'chain': return filter.type === place.type && filter.steps.some((step) => valuesOf(filter.type, step, place.resource).some((value) => leads(step, value, place, judge)))
    case 'words': return filter.any.some((words) => hasWords(filter.where === 'narrative' ? narrativeOf(place.resource) : textsIn(place.resource), words))
    case 'body': return filter.type === place.type && judge.ask(filter, place.resource)
    // it was never changed by itself, and nothing refers to it from elsewhere
    case 'updated': case 'has': return false
    default: return holds(filter, { id: stringAt(place.resource, 'id') ?? '', ...judge.rowsOf(place.resource, place.type) })
  }
}

/** From what is contained: to another beside it, to what is around it, or to what is stored. */
const leads = (step: ChainStep, value: JsonValue, { root }: Place, judge: Judge): boolean => {
  const reference = referenceOf(value)
  if (step.canonical) return typeof value === 'string' && !reference.startsWith('#') && judge.ask(step, value)
  if (reference === '#') return stringAt(root, 'resourceType') === step.target && judge.ask(step, stringAt(root, 'id') ?? '')
  if (isInside(value)) return passesInside(step, value, root, judge)
  return toTarget(reference, judge.bases).some(({ type, id }) => type === step.target && id !== undefined && judge.ask(step, id))
}

// ---------------------------------------------------------------- words, as comparisons.ts finds them

const narrativeOf = (resource: JsonObject): string[] => [(stringAt(resource, 'text', 'div') ?? '').replace(/<[^>]*>/g, ' ')]

const textsIn = (value: JsonValue): string[] => {
  if (typeof value === 'string') return [value]
  const items: readonly JsonValue[] = Array.isArray(value) ? value : value instanceof JsonObject ? value.values : []
  return items.flatMap(textsIn)
}

const hasWords = (texts: readonly string[], words: readonly string[]): boolean => {
  const there = texts.flatMap((text) => fold(text).split(/[^\p{L}\p{N}_]+/u))
  return words.every((word) => there.some((each) => each.startsWith(word)))
}
