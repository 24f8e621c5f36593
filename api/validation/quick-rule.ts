/**
 * The plain part of FHIRPath, in which most invariants are written, as closures over JSON: members, exists, empty, count, where, equality with a text, and, or,
 * implies, not. @medplum/core looks every member up in its schema, which makes a rule of four words the dearest part of a write. What is not plain, and every value
 * for which the two might differ (a primitive with extensions beside it, a singleton that is no boolean), is left to it: `undefined`.
 */
import { parseFhirPath } from '@medplum/core'
import { isObject } from './untyped.ts'

type Items = readonly unknown[]
/** undefined: cannot say. */
type Step = (input: Items) => Items | undefined

/** Whether the value keeps the rule; undefined: ask FHIRPath. */
export type QuickRule = (value: unknown) => boolean | undefined

/** undefined: the expression is not of the plain kind. */
export const compileQuickRule = (expression: string): QuickRule | undefined => {
  const step = compile(parseFhirPath(expression).child)
  if (step === undefined) return undefined
  return (value) => {
    const answer = step([value])
    return answer === undefined ? undefined : answer.length === 1 && answer[0] === true
  }
}

const compile = (atom: unknown): Step | undefined => {
  if (!isObject(atom)) return undefined
  const { name, args, operator, left, right, value } = atom
  if (typeof operator === 'string' && left !== undefined && right !== undefined) return compileInfix(operator, left, right)
  if (typeof name === 'string') return Array.isArray(args) ? compileFunction(name, args) : compileMember(name)
  return isObject(value) && ['string', 'integer', 'boolean'].includes(String(value.type)) ? constant(value.value) : undefined
}

const constant = (value: unknown): Step => {
  const items = [value]
  return () => items
}

const compileInfix = (operator: string, left: unknown, right: unknown): Step | undefined => {
  const [one, other] = [compile(left), compile(right)]
  if (one === undefined || other === undefined) return undefined
  if (operator === '.') return (input) => { const items = one(input); return items === undefined ? undefined : other(items) }
  const logic = LOGIC[operator]
  if (logic) return (input) => join(truthOf(one(input)), () => truthOf(other(input)), logic)
  // a code equals a text; dates, quantities and whole elements have rules of their own
  if (operator === '=' || operator === '!=') return holdsText(left) || holdsText(right) ? (input) => compare(one(input), other(input), (a, b) => (a === b) === (operator === '=')) : undefined
  const order = ORDER[operator]
  return order && (isCount(left) || isCount(right)) ? (input) => compare(one(input), other(input), (a, b) => (typeof a === 'number' && typeof b === 'number' ? order(a, b) : undefined)) : undefined
}

const holdsText = (atom: unknown): boolean => isObject(atom) && isObject(atom.value) && atom.value.type === 'string'
const isCount = (atom: unknown): boolean => isObject(atom) && (atom.name === 'count' || isCount(atom.right))

const ORDER: Readonly<Record<string, (a: number, b: number) => boolean>> = { '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b }

const compare = (one: Items | undefined, other: Items | undefined, how: (a: unknown, b: unknown) => boolean | undefined): Items | undefined => {
  if (one === undefined || other === undefined) return undefined
  if (one.length === 0 || other.length === 0) return []
  const [a] = one, [b] = other
  if (one.length > 1 || other.length > 1 || typeof a !== typeof b || typeof a === 'object') return undefined
  const answer = how(a, b)
  return answer === undefined ? undefined : [answer]
}

// ---------------------------------------------------------------- three truths: true, false, and null for nothing

type Truth = boolean | null

/** undefined from the right side is never looked at where the left side decides. */
const LOGIC: Readonly<Record<string, (a: Truth, b: () => Truth | undefined) => Truth | undefined>> = {
  and: (a, b) => (a === false ? false : meet(b(), (other) => (other === false ? false : a === null || other === null ? null : true))),
  or: (a, b) => (a === true ? true : meet(b(), (other) => (other === true ? true : a === null || other === null ? null : false))),
  implies: (a, b) => (a === false ? true : meet(b(), (other) => (other === true ? true : a === null || other === null ? null : other))),
}

const meet = (value: Truth | undefined, how: (value: Truth) => Truth): Truth | undefined => (value === undefined ? undefined : how(value))

const join = (a: Truth | undefined, b: () => Truth | undefined, logic: (a: Truth, b: () => Truth | undefined) => Truth | undefined): Items | undefined => {
  const answer = a === undefined ? undefined : logic(a, b)
  return answer === undefined ? undefined : answer === null ? [] : [answer]
}

const truthOf = (items: Items | undefined): Truth | undefined => {
  if (items === undefined || items.length > 1) return undefined
  return items.length === 0 ? null : typeof items[0] === 'boolean' ? items[0] : undefined
}

// ---------------------------------------------------------------- members and functions

/** Types of value[x] (https://hl7.org/fhir/R4/datatypes.html); the walk has seen that only one of a choice is there. */
const CHOICE = /^(?:Address|Age|Annotation|Attachment|Base64Binary|Boolean|Canonical|Code|CodeableConcept|Coding|ContactDetail|ContactPoint|Contributor|Count|DataRequirement|Date|DateTime|Decimal|Distance|Dosage|Duration|Expression|HumanName|Id|Identifier|Instant|Integer|Markdown|Meta|Money|Oid|ParameterDefinition|Period|PositiveInt|Quantity|Range|Ratio|Reference|RelatedArtifact|SampledData|Signature|String|Time|Timing|TriggerDefinition|UnsignedInt|Uri|Url|UsageContext|Uuid)$/

const compileMember = (name: string): Step | undefined => (/^[a-z][A-Za-z]*$/.test(name) ? (input) => {
  const found: unknown[] = []
  for (const item of input) {
    if (!isObject(item)) continue
    if (`_${name}` in item) return undefined
    const value = Object.hasOwn(item, name) ? item[name] : choiceOf(item, name)
    if (value === BESIDE) return undefined
    if (Array.isArray(value)) found.push(...(value as unknown[]))
    else if (value !== undefined) found.push(value)
  }
  return found
} : undefined)

/** A primitive with something beside its value. */
const BESIDE = Symbol('beside')

const choiceOf = (item: Readonly<Record<string, unknown>>, name: string): unknown => {
  for (const key in item) {
    if (key.startsWith(name) && CHOICE.test(key.slice(name.length))) return `_${key}` in item ? BESIDE : item[key]
    if (key.startsWith(`_${name}`) && CHOICE.test(key.slice(name.length + 1))) return BESIDE
  }
  return undefined
}

const compileFunction = (name: string, args: readonly unknown[]): Step | undefined => {
  const [first, more] = args
  if (more !== undefined) return undefined
  if (first === undefined) return FUNCTIONS[name]
  const criterion = name === 'where' || name === 'exists' ? compile(first) : undefined
  if (criterion === undefined) return undefined
  const where: Step = (input) => {
    const kept: unknown[] = []
    for (const item of input) {
      const truth = truthOf(criterion([item]))
      if (truth === undefined) return undefined
      if (truth === true) kept.push(item)
    }
    return kept
  }
  return name === 'where' ? where : (input) => { const kept = where(input); return kept === undefined ? undefined : [kept.length > 0] }
}

const FUNCTIONS: Readonly<Record<string, Step>> = {
  exists: (input) => [input.length > 0],
  empty: (input) => [input.length === 0],
  count: (input) => [input.length],
  hasValue: (input) => (input.length > 1 || isObject(input[0]) ? undefined : [input.length === 1]),
  not: (input) => { const truth = truthOf(input); return truth === undefined ? undefined : truth === null ? [] : [!truth] },
}
