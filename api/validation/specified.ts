/** What an element says of its value itself: fixed[x], pattern[x], maxLength, minValue[x], maxValue[x] (http://hl7.org/fhir/R4/elementdefinition.html). Pure. */
import type { Element } from './element.ts'
import { asString, equals, includes, isObject, keyed } from './untyped.ts'

export const specifiedProblem = (value: unknown, { fixed, pattern, maxLength, minValue, maxValue }: Element): string | undefined => {
  if (fixed !== undefined && !equals(value, fixed)) return `The value must be ${shortly(fixed)}`
  if (pattern !== undefined && !includes(value, pattern)) return `The value must match ${shortly(pattern)}`
  if (maxLength !== undefined && typeof value === 'string' && [...value].length > maxLength) return `The value must not be longer than ${maxLength} characters`
  if (minValue !== undefined && compare(value, minValue) < 0) return `The value must not be below ${shortly(minValue)}`
  return maxValue !== undefined && compare(value, maxValue) > 0 ? `The value must not be above ${shortly(maxValue)}` : undefined
}

const shortly = (value: unknown): string => JSON.stringify(value).slice(0, 200)

/** 0 where the two cannot be compared: numbers, dates and times of the same form, quantities of the same unit. */
const compare = (value: unknown, limit: unknown): number => {
  if (typeof value === 'number' && typeof limit === 'number') return value - limit
  if (typeof value === 'string' && typeof limit === 'string') return compareTimes(value, limit)
  if (!isObject(value) || !isObject(limit)) return 0
  const same = (name: string): boolean => asString(keyed(value, name)) === asString(keyed(limit, name))
  return same('system') && same('code') ? compare(keyed(value, 'value'), keyed(limit, 'value')) : 0
}

const ZONED = /T.*(?:Z|[+-]\d{2}:\d{2})$/

const compareTimes = (value: string, limit: string): number => {
  if (ZONED.test(value) && ZONED.test(limit)) return Date.parse(value) - Date.parse(limit)
  const length = Math.min(value.length, limit.length)
  const [one, other] = [value.slice(0, length), limit.slice(0, length)]
  return one < other ? -1 : one > other ? 1 : 0
}
