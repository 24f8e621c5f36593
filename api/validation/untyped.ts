/** Steps into JSON that nobody has typed. Pure. */

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

export const asObject = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {})
export const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const asString = (value: unknown): string => (typeof value === 'string' ? value : '')

/** An own member, whatever its name. */
export const keyed = (value: unknown, name: string): unknown => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined)

/** fixed[x]: the same value, members in any order. */
export const equals = (value: unknown, wanted: unknown): boolean => {
  if (Array.isArray(wanted)) return Array.isArray(value) && value.length === wanted.length && wanted.every((item, index) => equals(value[index], item))
  if (!isObject(wanted)) return value === wanted
  return isObject(value) && Object.keys(value).length === Object.keys(wanted).length && Object.entries(wanted).every(([name, member]) => equals(keyed(value, name), member))
}

/** pattern[x]: everything of the pattern is there, more may be. */
export const includes = (value: unknown, pattern: unknown): boolean => {
  if (Array.isArray(pattern)) return Array.isArray(value) && pattern.every((wanted) => value.some((item) => includes(item, wanted)))
  if (!isObject(pattern)) return value === pattern
  return isObject(value) && Object.entries(pattern).every(([name, member]) => includes(keyed(value, name), member))
}
