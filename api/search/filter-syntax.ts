/**
 * The text of a _filter as a tree (grammar of http://hl7.org/fhir/R4/search_filter.html): `name co "an" and (birthdate ge 1990 or not (gender eq male))`. "and" and "or" are
 * taken from left to right, none binds closer. `subject[gender eq male].name sw "an"`: what the reference leads to fits both. A bracket opens a condition only where
 * a path is written; in a word without spaces it belongs to the word, as in a unit.
 */
import { badParameter } from './parse-value.ts'

export const FILTER = '_filter'

export interface PathStep {
  /** A parameter; a type may follow it behind a colon. */
  readonly name: string
  /** What the step leads to fits this too. */
  readonly where?: Expression
}
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly of: readonly [Expression, Expression] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'compare'; readonly path: readonly PathStep[]; readonly operator: string; readonly value: string }

type Token = { readonly kind: 'word' | 'text' | '(' | ')' | '[' | ']'; readonly text: string }

const MOST_TOKENS = 300, DEEPEST = 20

/** Throws bad-parameter. */
export const parseExpression = (text: string): Expression => {
  const reader = new Reader(tokenize(text))
  const expression = reader.logical(0)
  reader.requireEnd()
  return expression
}

const tokenize = (text: string): Token[] => {
  const tokens: Token[] = []
  const pattern = /\s*(?:(?<sign>[()])|"(?<text>(?:[^"\\]|\\.)*)"|(?<word>(?:[^\s()"[\]]|\[[^\s()"[\]]*\])+)|(?<bracket>[[\]]))/gy
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const found = pattern.exec(text)?.groups
    if (!found) throw badParameter(FILTER, 'A quotation mark is not closed.')
    const sign = found.sign ?? found.bracket
    if (sign === '(' || sign === ')' || sign === '[' || sign === ']') tokens.push({ kind: sign, text: sign })
    else if (found.text !== undefined) tokens.push({ kind: 'text', text: found.text.replace(/\\(.)/g, '$1') })
    else tokens.push({ kind: 'word', text: found.word ?? '' })
    if (tokens.length > MOST_TOKENS) throw badParameter(FILTER, `More than ${MOST_TOKENS} words.`)
  }
  return tokens
}

class Reader {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  requireEnd(): void {
    if (this.#at < this.#tokens.length) throw badParameter(FILTER, 'Expected "and", "or" or the end.')
  }

  logical(depth: number): Expression {
    if (depth > DEEPEST) throw badParameter(FILTER, `More than ${DEEPEST} parentheses inside each other.`)
    let expression = this.#single(depth)
    for (;;) {
      const operator = this.#peek()
      if (operator?.kind !== 'word' || (operator.text !== 'and' && operator.text !== 'or')) return expression
      this.#at++
      expression = { kind: operator.text, of: [expression, this.#single(depth)] }
    }
  }

  #single(depth: number): Expression {
    const token = this.#next('Expected a parameter, "not" or a parenthesis.')
    if (token.kind === '(') return this.#closed(depth, ')')
    if (token.kind === 'word' && token.text === 'not' && this.#peek()?.kind === '(') {
      this.#at++
      return { kind: 'not', of: this.#closed(depth, ')') }
    }
    if (token.kind !== 'word') throw badParameter(FILTER, 'Expected a parameter.')
    const path = this.#path(token.text, depth)
    const operator = this.#next('Expected an operator.')
    const value = this.#next('Expected a value.')
    if (operator.kind !== 'word' || (value.kind !== 'word' && value.kind !== 'text')) throw badParameter(FILTER, 'Expected: parameter operator value.')
    return { kind: 'compare', path, operator: operator.text, value: value.text }
  }

  /** After a condition a dot and the rest follow: a condition that leads nowhere says nothing. */
  #path(text: string, depth: number): PathStep[] {
    const steps: PathStep[] = text.split('.').map((name) => ({ name }))
    const last = steps.at(-1)
    if (this.#peek()?.kind !== '[' || last === undefined) return steps
    this.#at++
    const where = this.#closed(depth, ']')
    const rest = this.#next('Expected .parameter behind the bracket.')
    if (rest.kind !== 'word' || !/^\../.test(rest.text)) throw badParameter(FILTER, 'Expected .parameter behind the bracket.')
    return [...steps.slice(0, -1), { ...last, where }, ...this.#path(rest.text.slice(1), depth)]
  }

  #closed(depth: number, sign: ')' | ']'): Expression {
    const expression = this.logical(depth + 1)
    const refusal = sign === ')' ? 'A parenthesis is not closed.' : 'A bracket is not closed.'
    if (this.#next(refusal).kind !== sign) throw badParameter(FILTER, refusal)
    return expression
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at]
  }

  #next(expected: string): Token {
    const token = this.#tokens[this.#at++]
    if (!token) throw badParameter(FILTER, expected)
    return token
  }
}
