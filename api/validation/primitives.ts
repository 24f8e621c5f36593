/** The JSON form of each primitive type (https://hl7.org/fhir/R4/datatypes.html#primitive). Pure. */

const YEAR = '(?:[1-9]\\d{3}|0\\d{2}[1-9]|0\\d[1-9]0|0[1-9]00)'
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d{1,9})?'
const ZONE = '(?:Z|[+-](?:0\\d|1[0-3]):[0-5]\\d|[+-]14:00)'
const DAY = `${YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])`

/** base64Binary may be of many megabytes: a repeated group would run out of stack; that its length is a multiple of 4 is asked apart. */
const FORMS: Readonly<Record<string, RegExp>> = {
  base64Binary: /^[A-Za-z0-9+/]*={0,2}$/,
  canonical: /^\S+$/,
  code: /^[^\s]+(?: [^\s]+)*$/,
  date: new RegExp(`^(?:${YEAR}(?:-(?:0[1-9]|1[0-2]))?|${DAY})$`),
  dateTime: new RegExp(`^(?:${YEAR}(?:-(?:0[1-9]|1[0-2]))?|${DAY}(?:T${TIME}${ZONE})?)$`),
  id: /^[A-Za-z0-9\-.]{1,64}$/,
  instant: new RegExp(`^${DAY}T${TIME}${ZONE}$`),
  oid: /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/,
  time: new RegExp(`^${TIME}$`),
  uri: /^\S+$/,
  url: /^\S+$/,
  uuid: /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
}

/** Smallest and largest value. */
const INTEGERS: Readonly<Record<string, readonly [number, number]>> = { integer: [-2147483648, 2147483647], positiveInt: [1, 2147483647], unsignedInt: [0, 2147483647] }

const STRINGS = new Set([...Object.keys(FORMS), 'string', 'markdown', 'xhtml'])
export const isPrimitive = (type: string): boolean => STRINGS.has(type) || type === 'boolean' || type === 'decimal' || Object.hasOwn(INTEGERS, type)

/** 1 MB, https://hl7.org/fhir/R4/datatypes.html#string */
const MAX_STRING = 1024 * 1024

/** Forbidden in a string: controls but tab, line feed and carriage return. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/

/** What is wrong with a value of a primitive type; undefined when nothing is. */
export const primitiveProblem = (value: unknown, type: string): string | undefined => {
  if (type === 'boolean') return typeof value === 'boolean' ? undefined : `Expected true or false, found ${kindOf(value)}`
  const limits = INTEGERS[type]
  if (limits || type === 'decimal') {
    if (typeof value !== 'number') return `Expected a number, found ${kindOf(value)}`
    if (!Number.isFinite(value)) return 'The number is too large'
    if (limits && (!Number.isInteger(value) || value < limits[0] || value > limits[1])) return `Not a valid ${type}`
    return undefined
  }
  if (typeof value !== 'string') return `Expected a string, found ${kindOf(value)}`
  if (value.trim() === '') return 'A string must not be empty'
  if (type !== 'base64Binary' && value.length > MAX_STRING) return 'A string must not be longer than 1 MB'
  if (CONTROL.test(value)) return 'A string must not hold control characters'
  const form = FORMS[type]
  if ((form && !form.test(value)) || (type === 'base64Binary' && value.length % 4 !== 0)) return `Not a valid ${type}`
  return (type === 'date' || type === 'dateTime' || type === 'instant') && !dayExists(value) ? `There is no such day` : undefined
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`)

/** 2026-02-29 has the right form and does not exist. */
const dayExists = (value: string): boolean => {
  if (value.length < 10) return true
  const [year, month, day] = value.slice(0, 10).split('-').map(Number)
  return (day ?? 0) <= new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate() || year === 0
}
