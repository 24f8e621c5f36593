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
  const values: JsonValue[] = []
  eachValueAt(root, path, (value) => values.push(value))
  return values
}

/** As valuesAt, one after the other. */
export const eachValueAt = (root: JsonValue, { steps, presence }: Path, take: (value: JsonValue) => unknown): void => {
  if (!presence) return walk(root, steps, 0, take)
  let there = false
  walk(root, steps, 0, (value) => { there ||= value !== false })
  take(there)
}

const walk = (value: JsonValue, steps: readonly Step[], at: number, take: (value: JsonValue) => unknown): void => {
  const step = steps[at]
  if (step === undefined) {
    take(value)
    return
  }
  if (!(value instanceof JsonObject)) return
  const { names, filter, index } = step
  for (const name of names) {
    const member = value.get(name)
    if (member === undefined || member === null) continue
    if (!Array.isArray(member)) {
      if (index === undefined || index === 0) walkItem(member, filter, steps, at, take)
      continue
    }
    const items = member as readonly JsonValue[]
    for (let number = 0; number < items.length; number += 1) {
      const item = items[number] ?? null
      if (item !== null && (index === undefined || number === index)) walkItem(item, filter, steps, at, take)
    }
  }
}

const walkItem = (item: JsonValue, filter: Step['filter'], steps: readonly Step[], at: number, take: (value: JsonValue) => unknown): void => {
  if (filter === undefined || (item instanceof JsonObject && item.get(filter.name) === filter.value)) walk(item, steps, at + 1, take)
}
