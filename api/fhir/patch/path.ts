/**
 * The paths of FHIRPath Patch (http://hl7.org/fhir/R4/fhirpatch.html), of FHIRPath (http://hl7.org/fhirpath/N1/) what names an element: names, [n], first(),
 * last(), single(), ofType(), as(), extension(), and where() with comparisons and exists() joined by "and". All else is refused by its name, and left to
 * whoever understands more of FHIRPath (target.ts). Pure.
 */
import { JsonNumber, type JsonValue } from '../../model/json.ts'
import { Outcome } from '../../model/outcome.ts'
import { bad } from './work.ts'

export type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'first' } | { readonly kind: 'last' } | { readonly kind: 'single' }
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'extension'; readonly url: string }
  | { readonly kind: 'where'; readonly terms: readonly Term[] }

/** What a where() asks of an item; `literal` undefined: that something is at the path. */
export interface Term { readonly path: readonly Step[]; readonly literal?: JsonValue; readonly not: boolean }

const LONGEST = 1000

/** Steps from the resource; its own name at the head is left out. Throws bad-request. */
export const parsePatchPath = (text: string, type: string, place: string): readonly Step[] => {
  const steps = findPatchPath(text, type, place)
  if (steps instanceof Outcome) throw steps
  return steps
}

/** As parsePatchPath; answers why a path is not of this form, and throws bad-request for what no path may be. */
export const findPatchPath = (text: string, type: string, place: string): readonly Step[] | Outcome => {
  if (text.length > LONGEST) throw bad(place, `At most ${LONGEST} characters.`)
  const steps = readSteps(text, place)
  if (steps instanceof Outcome) return steps
  const [head, ...rest] = steps
  if (head?.kind !== 'name' || !/^[A-Z]/.test(head.name)) return steps
  requireHead(head.name, type, place)
  return rest
}

/** Throws bad-request for a path that begins with another type. */
export const requireHead = (head: string, type: string, place: string): void => {
  if (head !== type && head !== 'Resource' && head !== 'DomainResource') throw bad(place, `The path begins with another type than ${type}.`)
}

const readSteps = (text: string, place: string): readonly Step[] | Outcome => {
  try {
    const reader = new PathReader(text, place)
    const steps = reader.path(true)
    reader.end()
    return steps
  } catch (error) {
    if (error instanceof Outcome) return error
    throw error
  }
}

const NAME = /(?:[A-Za-z_][A-Za-z0-9_]*|`[A-Za-z_][A-Za-z0-9_]*`)/y
const TEXT = /'(?:[^'\\]|\\(?:['"`\\/fnrt]|u[0-9a-fA-F]{4}))*'/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?/y
const DATE = /@[0-9TZ:.+-]+/y
const SPACE = /\s*/y
const ESCAPES: Readonly<Record<string, string>> = { f: '\f', n: '\n', r: '\r', t: '\t' }

class PathReader {
  readonly #text: string
  readonly #place: string
  #at = 0

  constructor(text: string, place: string) {
    this.#text = text
    this.#place = place
  }

  /** `whole`: from the resource, which %resource means too. */
  path(whole = false): Step[] {
    const steps: Step[] = []
    const itself = this.#take('$this') || (whole && this.#take('%resource'))
    if (!itself) steps.push(this.#member())
    for (;;) {
      if (this.#take('[')) {
        steps.push({ kind: 'index', at: this.#whole() })
        this.#need(']')
      } else if (this.#take('.')) {
        // exists() ends the path of a term, which takes it
        if (/^exists\s*\(/.test(this.#text.slice(this.#at, this.#at + 32))) {
          this.#at -= 1
          return steps
        }
        steps.push(this.#member())
      } else return steps
    }
  }

  end(): void {
    this.#space()
    if (this.#at < this.#text.length) throw this.#refuse('Not understood here')
  }

  #member(): Step {
    const name = this.#match(NAME)?.replaceAll('`', '')
    if (name === undefined) throw this.#refuse('A name is expected')
    if (!this.#take('(')) return { kind: 'name', name }
    const step = this.#call(name)
    this.#need(')')
    return step
  }

  #call(name: string): Step {
    switch (name) {
      case 'first': case 'last': case 'single': return { kind: name }
      case 'ofType': case 'as': {
        const parts = [this.#match(NAME) ?? '']
        if (this.#take('.')) parts.push(this.#match(NAME) ?? '')
        return { kind: 'type', type: parts.at(-1) ?? '' }
      }
      case 'extension': return { kind: 'extension', url: this.#string() ?? this.#never('A url in quotes is expected') }
      case 'where': {
        const terms = [this.#term()]
        while (this.#word('and')) terms.push(this.#term())
        return { kind: 'where', terms }
      }
      default: throw this.#refuse(`${name}() is not understood in a patch: names, [n], first(), last(), single(), ofType(), as(), extension() and where() are`)
    }
  }

  #term(): Term {
    const path = this.path()
    if (this.#take('.')) {
      if (this.#match(NAME) !== 'exists') throw this.#refuse('exists() is expected')
      this.#need('(')
      this.#need(')')
      return { path, not: false }
    }
    const not = this.#take('!=')
    if (!not && !this.#take('=')) throw this.#refuse('=, != or exists() is expected')
    return { path, literal: this.#literal(), not }
  }

  #literal(): JsonValue {
    const text = this.#string() ?? this.#match(DATE)?.slice(1).replace(/^T/, '')
    if (text !== undefined) return text
    if (this.#word('true')) return true
    if (this.#word('false')) return false
    const number = this.#match(NUMBER)
    return number === undefined ? this.#never('A value is expected') : new JsonNumber(number)
  }

  #string(): string | undefined {
    const quoted = this.#match(TEXT)
    return quoted?.slice(1, -1).replaceAll(/\\(u[0-9a-fA-F]{4}|.)/g, (_, code: string) => (code.length === 5 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : ESCAPES[code] ?? code))
  }

  #whole(): number {
    const number = this.#match(NUMBER)
    return number !== undefined && /^\d{1,9}$/.test(number) ? Number(number) : this.#never('A whole number is expected')
  }

  #space(): void {
    SPACE.lastIndex = this.#at
    this.#at += SPACE.exec(this.#text)?.[0].length ?? 0
  }

  #match(pattern: RegExp): string | undefined {
    this.#space()
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  #take(sign: string): boolean {
    this.#space()
    if (!this.#text.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    return true
  }

  #word(word: string): boolean {
    this.#space()
    const found = new RegExp(`^${word}\\b`).test(this.#text.slice(this.#at, this.#at + word.length + 1))
    if (found) this.#at += word.length
    return found
  }

  #need(sign: string): void { if (!this.#take(sign)) throw this.#refuse(`${sign} is expected`) }
  #never(what: string): never { throw this.#refuse(what) }
  #refuse(what: string): Error { return bad(this.#place, `${what}, at character ${this.#at + 1} of the path.`) }
}
