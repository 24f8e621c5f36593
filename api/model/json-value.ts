/** What JSON holds, without loss: numbers as written, members in order (RFC 8259, https://www.rfc-editor.org/rfc/rfc8259). Import from json.ts. */
import { outcome } from './outcome.ts'

export type JsonValue = null | boolean | string | JsonNumber | JsonArray | JsonObject
export type JsonArray = readonly JsonValue[]

/** Containers inside containers that are accepted; the outermost counts as 1. */
export const MAX_DEPTH = 64

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** A number as it was written. Compare and compute on `source`, or on `toPlain` where digits do not matter. */
export class JsonNumber {
  readonly source: string
  constructor(source: string) {
    if (!NUMBER.test(source)) throw outcome('json-syntax', { diagnostics: 'Not a JSON number' })
    this.source = source
  }
}

/** An object that never changes: `set` and `delete` answer a new one. Members keep their order, whatever their names. */
export class JsonObject {
  readonly names: readonly string[]
  readonly values: readonly JsonValue[]
  /** The names must be distinct: from elsewhere use `JsonObject.from`. */
  constructor(names: readonly string[], values: readonly JsonValue[]) {
    this.names = names
    this.values = values
  }
  /** Of entries in order (a Map, pairs) or of a record; the last value of a repeated name wins, undefined is left out. */
  static from(entries: Iterable<readonly [string, JsonValue | undefined]> | Readonly<Record<string, JsonValue | undefined>>): JsonObject {
    const members = new Map<string, JsonValue>()
    for (const [name, value] of Symbol.iterator in entries ? entries : Object.entries(entries)) if (value !== undefined) members.set(name, value)
    return new JsonObject([...members.keys()], [...members.values()])
  }
  get size(): number {
    return this.names.length
  }
  has(name: string): boolean {
    return this.names.includes(name)
  }
  get(name: string): JsonValue | undefined {
    const at = this.names.indexOf(name)
    return at < 0 ? undefined : this.values[at]
  }
  /** In place when the member exists, else last. */
  set(name: string, value: JsonValue): JsonObject {
    const at = this.names.indexOf(name)
    return at < 0 ? new JsonObject([...this.names, name], [...this.values, value]) : new JsonObject(this.names, this.values.with(at, value))
  }
  delete(name: string): JsonObject {
    const at = this.names.indexOf(name)
    return at < 0 ? this : new JsonObject(this.names.toSpliced(at, 1), this.values.toSpliced(at, 1))
  }
  *entries(): IterableIterator<[string, JsonValue]> {
    for (const [at, value] of this.values.entries()) yield [this.names[at] ?? '', value]
  }
}
