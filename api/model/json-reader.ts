/** Recursive descent reader behind json.ts, one pass over the text (grammar: https://www.rfc-editor.org/rfc/rfc8259). */
import { JsonNumber, JsonObject, MAX_DEPTH, type JsonValue } from './json-value.ts'
import { outcome, type Outcome, type OutcomeCode } from './outcome.ts'

const QUOTE = 0x22, BACKSLASH = 0x5c, COMMA = 0x2c, COLON = 0x3a, OPEN_OBJECT = 0x7b, CLOSE_OBJECT = 0x7d, OPEN_ARRAY = 0x5b, CLOSE_ARRAY = 0x5d, MINUS = 0x2d

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const NUMBER_AT = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** From here on a Set finds duplicates; below, comparing the few names is quicker. */
const MANY_NAMES = 12
const NOTHING: readonly never[] = []

const takeFrom = <T>(list: T[], first: number): T[] => {
  const taken = list.slice(first)
  list.length = first
  return taken
}

export const readJson = (text: string): JsonValue => new Reader(text).document()

class Reader {
  readonly #text: string
  readonly #path: (string | number)[] = []
  /** Members and items of containers that are still open: each takes its own from the end when it closes, so that what is kept is no longer than it has to be. */
  readonly #names: string[] = []
  readonly #values: JsonValue[] = []
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonValue {
    if (this.#text.charCodeAt(0) === 0xfeff) this.#at = 1
    const value = this.#value()
    if (!Number.isNaN(this.#next())) throw this.#refuse('json-syntax', 'text after the end')
    return value
  }

  /** Code of the next character that is not space; NaN at the end. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
      this.#at++
    }
  }

  #value(): JsonValue {
    const code = this.#next()
    if (code === QUOTE) return this.#string()
    if (code === OPEN_OBJECT) return this.#object()
    if (code === OPEN_ARRAY) return this.#array()
    if (code === MINUS || (code >= 0x30 && code <= 0x39)) return this.#number()
    if (this.#text.startsWith('true', this.#at)) return this.#literal(4, true)
    if (this.#text.startsWith('false', this.#at)) return this.#literal(5, false)
    if (this.#text.startsWith('null', this.#at)) return this.#literal(4, null)
    throw this.#refuse('json-syntax', Number.isNaN(code) ? 'unexpected end' : 'a value is expected')
  }

  #literal<T extends JsonValue>(length: number, value: T): T {
    this.#at += length
    return value
  }

  #number(): JsonNumber {
    NUMBER_AT.lastIndex = this.#at
    const found = NUMBER_AT.exec(this.#text)
    if (!found) throw this.#refuse('json-syntax', 'malformed number')
    this.#at += found[0].length
    const after = this.#text.charCodeAt(this.#at)
    if (after === 0x2e || after === 0x65 || after === 0x45 || (after >= 0x30 && after <= 0x39)) throw this.#refuse('json-syntax', 'malformed number')
    return new JsonNumber(found[0])
  }

  #string(): string {
    const text = this.#text
    const start = ++this.#at
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return text.slice(start, at)
      }
      // escapes, control characters, surrogates and the end of the text take the careful way
      if (code === BACKSLASH || code < 0x20 || code !== code || (code & 0xf800) === 0xd800) return this.#carefulString(start, at)
    }
  }

  #carefulString(start: number, from: number): string {
    const text = this.#text
    let value = ''
    let copied = start
    for (let at = from; ; at++) {
      const code = text.charCodeAt(at)
      this.#at = at
      if (code === QUOTE) {
        value += text.slice(copied, at)
        this.#at = at + 1
        if (!value.isWellFormed()) throw this.#refuse('json-syntax', 'unpaired surrogate in a string')
        return value
      }
      if (Number.isNaN(code)) throw this.#refuse('json-syntax', 'unexpected end in a string')
      if (code < 0x20) throw this.#refuse('json-syntax', 'raw control character in a string')
      if (code !== BACKSLASH) continue
      value += text.slice(copied, at) + this.#escape(at + 1)
      at += text[at + 1] === 'u' ? 5 : 1
      copied = at + 1
    }
  }

  #escape(at: number): string {
    const letter = this.#text[at] ?? ''
    if (letter === 'u') {
      const digits = this.#text.slice(at + 1, at + 5)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#refuse('json-syntax', 'malformed \\u escape')
      return String.fromCharCode(parseInt(digits, 16))
    }
    const plain = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
    if (plain === undefined) throw this.#refuse('json-syntax', 'unknown escape')
    return plain
  }

  #open(): void {
    this.#at++
    if (++this.#depth > MAX_DEPTH) throw this.#refuse('json-too-deep', `nested deeper than ${MAX_DEPTH}`)
  }

  #close<T>(value: T): T {
    this.#at++
    this.#path.length = --this.#depth
    return value
  }

  #object(): JsonObject {
    this.#open()
    if (this.#next() === CLOSE_OBJECT) return this.#close(new JsonObject(NOTHING, NOTHING))
    const [names, values] = [this.#names, this.#values]
    const [firstName, firstValue] = [names.length, values.length]
    let seen: Set<string> | undefined
    for (;;) {
      if (this.#next() !== QUOTE) throw this.#refuse('json-syntax', 'a member name is expected')
      this.#path[this.#depth - 1] = ''
      const name = this.#string()
      this.#path[this.#depth - 1] = name
      if (names.length - firstName === MANY_NAMES) seen = new Set(names.slice(firstName))
      if (seen ? seen.has(name) : names.includes(name, firstName)) throw this.#refuse('json-duplicate-key', 'duplicate member name')
      seen?.add(name)
      if (this.#next() !== COLON) throw this.#refuse('json-syntax', "':' is expected")
      this.#at++
      names.push(name)
      values.push(this.#value())
      const code = this.#next()
      if (code === CLOSE_OBJECT) return this.#close(new JsonObject(takeFrom(names, firstName), takeFrom(values, firstValue)))
      if (code !== COMMA) throw this.#refuse('json-syntax', "',' or '}' is expected")
      this.#at++
    }
  }

  #array(): readonly JsonValue[] {
    this.#open()
    if (this.#next() === CLOSE_ARRAY) return this.#close(NOTHING)
    const values = this.#values
    const first = values.length
    for (;;) {
      this.#path[this.#depth - 1] = values.length - first
      values.push(this.#value())
      const code = this.#next()
      if (code === CLOSE_ARRAY) return this.#close(takeFrom(values, first))
      if (code !== COMMA) throw this.#refuse('json-syntax', "',' or ']' is expected")
      this.#at++
    }
  }

  #refuse(code: OutcomeCode, what: string): Outcome {
    const before = this.#text.slice(0, this.#at)
    const line = before.split('\n').length
    const expression = this.#path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at ? `.${step}` : step)).join('')
    return outcome(code, { ...(expression && { expression }), diagnostics: `${what} at line ${line}, column ${this.#at - before.lastIndexOf('\n')}` })
  }
}
