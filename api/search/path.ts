/**
 * Plain paths into a resource, compiled from the FHIRPath of search parameters (api/search/generate): `a.b|c.d`, where `b|c` are alternatives of a choice,
 * `a[system=x]` keeps items whose member is x, `a[0]` takes one item, a final `@Type` wants references to that type, `#uri` is the system that
 * codes there have without saying so, and `?` asks only whether something is there that is not false.
 */
import { JsonObject, type JsonValue } from '../model/json.ts'

interface Step {
  readonly names: readonly string[]
  readonly filter?: { readonly name: string; readonly value: string }
  readonly index?: number
}

export interface Path {
  /** As it was written. */
  readonly text: string
  readonly steps: readonly Step[]
  readonly target?: string
  readonly system?: string
  readonly presence: boolean
}

export const parsePath = (text: string): Path => {
  const [, steps = '', target, system] = /^([^@#]*)(?:@([A-Za-z]+))?(?:#(.+))?$/.exec(text) ?? []
  return {
    text,
    steps: steps === '' ? [] : steps.replace(/\?$/, '').split('.').map(parseStep),
    presence: steps.endsWith('?'),
    ...(target !== undefined && { target }),
    ...(system !== undefined && { system }),
  }
}

const parseStep = (text: string): Step => {
  const [, names = '', bracket] = /^([^[]+)(?:\[(.+)\])?$/.exec(text) ?? []
  const [name = '', value] = bracket?.split('=') ?? []
  return {
    names: names.split('|'),
    ...(value !== undefined && { filter: { name, value } }),
    ...(bracket !== undefined && value === undefined && { index: Number(bracket) }),
  }
}

/** The values at the path, arrays flattened; `@` and `#` are for the caller. */
export const valuesAt = (root: JsonValue, path: Path): readonly JsonValue[] => {
  let values: JsonValue[] = [root]
  for (const step of path.steps) {
    if (values.length === 0) return values
    const next: JsonValue[] = []
    for (const value of values) if (value instanceof JsonObject) takeStep(value, step, next)
    values = next
  }
  return path.presence ? [values.some((value) => value !== false && value !== null)] : values
}

const takeStep = (object: JsonObject, { names, filter, index }: Step, into: JsonValue[]): void => {
  for (const name of names) {
    const value = object.get(name)
    if (value === undefined || value === null) continue
    const items: readonly JsonValue[] = Array.isArray(value) ? value : [value]
    for (const [at, item] of items.entries()) {
      if (item === null || (index !== undefined && at !== index)) continue
      if (filter === undefined || (item instanceof JsonObject && item.get(filter.name) === filter.value)) into.push(item)
    }
  }
}
