/**
 * _filter (http://hl7.org/fhir/R4/search_filter.html): `name co "an" and (birthdate ge 1990 or not (gender eq male))`. "and" and "or" are taken from
 * left to right, none binds closer. Conditions in brackets inside a path are not supported.
 */
import type { CodesQuestion, Filter, Holder, SearchContext, StringValue, Value } from './ast.ts'
import { matchOf } from './implied.ts'
import { DEEPEST_CHAIN, parseFilter, parseQuestion } from './parse-filter.ts'
import { badParameter, parseValue } from './parse-value.ts'
import { holdersOf, parameterOf, type Parameter } from './registry.ts'
import { RESOURCE_TYPES, typeNumber } from './resource-types.ts'
import { toNorm } from './values.ts'

type Token = { readonly kind: 'word' | 'text' | '(' | ')'; readonly text: string }

const MOST_TOKENS = 300, DEEPEST = 20
const NAME = '_filter'

/** The filter that the expression stands for, for rows of the type. Throws bad-parameter. */
export const parseFilterExpression = (type: string, text: string, context: SearchContext): Filter => {
  const reader = new Reader(tokenize(text), type, context)
  const filter = reader.logical(0)
  reader.requireEnd()
  return filter
}

const tokenize = (text: string): Token[] => {
  const tokens: Token[] = []
  const pattern = /\s*(?:(?<paren>[()])|"(?<text>(?:[^"\\]|\\.)*)"|(?<word>[^\s()"]+))/gy
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const found = pattern.exec(text)?.groups
    if (!found) throw badParameter(NAME, 'A quotation mark is not closed.')
    if (found.paren === '(' || found.paren === ')') tokens.push({ kind: found.paren, text: found.paren })
    else if (found.text !== undefined) tokens.push({ kind: 'text', text: found.text.replace(/\\(.)/g, '$1') })
    else tokens.push({ kind: 'word', text: found.word ?? '' })
    if (tokens.length > MOST_TOKENS) throw badParameter(NAME, `More than ${MOST_TOKENS} words.`)
  }
  return tokens
}

class Reader {
  readonly #tokens: readonly Token[]
  readonly #type: string
  readonly #context: SearchContext
  #at = 0

  constructor(tokens: readonly Token[], type: string, context: SearchContext) {
    this.#tokens = tokens
    this.#type = type
    this.#context = context
  }

  requireEnd(): void {
    if (this.#at < this.#tokens.length) throw badParameter(NAME, 'Expected "and", "or" or the end.')
  }

  logical(depth: number): Filter {
    if (depth > DEEPEST) throw badParameter(NAME, `More than ${DEEPEST} parentheses inside each other.`)
    let filter = this.#single(depth)
    for (;;) {
      const operator = this.#peek()
      if (operator?.kind !== 'word' || (operator.text !== 'and' && operator.text !== 'or')) return filter
      this.#at++
      filter = { kind: operator.text, filters: [filter, this.#single(depth)] }
    }
  }

  #single(depth: number): Filter {
    const token = this.#next('Expected a parameter, "not" or a parenthesis.')
    if (token.kind === '(') return this.#closed(depth)
    if (token.kind === 'word' && token.text === 'not' && this.#peek()?.kind === '(') {
      this.#at++
      return { kind: 'not', filter: this.#closed(depth) }
    }
    if (token.kind !== 'word') throw badParameter(NAME, 'Expected a parameter.')
    const operator = this.#next('Expected an operator.')
    const value = this.#next('Expected a value.')
    if (operator.kind !== 'word' || (value.kind !== 'word' && value.kind !== 'text')) throw badParameter(NAME, 'Expected: parameter operator value.')
    return compare(this.#type, token.text.split('.'), operator.text, value, this.#context)
  }

  #closed(depth: number): Filter {
    const filter = this.logical(depth + 1)
    if (this.#next('A parenthesis is not closed.').kind !== ')') throw badParameter(NAME, 'A parenthesis is not closed.')
    return filter
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at]
  }

  #next(expected: string): Token {
    const token = this.#tokens[this.#at++]
    if (!token) throw badParameter(NAME, expected)
    return token
  }
}

/** subject.name co "an": the last name is compared, those before it are followed. */
const compare = (type: string, path: readonly string[], operator: string, value: Token, context: SearchContext): Filter => {
  if (path.length > DEEPEST_CHAIN + 1) throw badParameter(NAME, `More than ${DEEPEST_CHAIN} steps.`)
  const [name = '', ...rest] = path
  const [code = '', target] = name.split(':')
  if (rest.length === 0 && (code === '_id' || code === '_lastUpdated')) return general(type, code, operator, value, context)
  const parameter = parameterOf(type, code)
  if (!parameter || name.includes('[')) throw badParameter(NAME, 'A name in it is no parameter of the type.')
  if (rest.length === 0) return compareParameter(type, parameter, operator, value, context)
  if (parameter.kind !== 'reference') throw badParameter(NAME, 'Only a reference can be followed.')
  const possible = parameter.alias?.target !== undefined ? [parameter.alias.target] : parameter.targets.length > 0 ? parameter.targets : RESOURCE_TYPES
  const targets = possible.filter((each) => (target === undefined || each === target) && typeNumber(each) !== undefined && (rest[0] === '_id' || parameterOf(each, rest[0]?.split(':')[0] ?? '') !== undefined))
  if (targets.length === 0) throw badParameter(NAME, 'A name in it is no parameter of the type.')
  return { kind: 'chain', type, steps: holdersOf(type, parameter).flatMap((holder) => targets.map((each) => ({ link: holder.code, target: each, filter: compare(each, rest, operator, value, context) }))) }
}

const general = (type: string, code: string, operator: string, value: Token, context: SearchContext): Filter => {
  const equality = operator === 'eq' || operator === 'ne'
  if (!(code === '_id' ? equality : PREFIXES.has(operator))) throw unsupported()
  const [filter] = parseFilter(type, code, escape(equality ? value.text : `${operator}${value.text}`), context, 0) ?? []
  if (!filter) throw unsupported()
  return operator === 'ne' ? { kind: 'not', filter } : filter
}

/** Operators that are prefixes of numbers and dates too. */
const PREFIXES: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'ap', 'sa', 'eb'])
const STRING_MATCH: ReadonlyMap<string, StringValue['match']> = new Map([['eq', 'whole'], ['ne', 'whole'], ['co', 'contains'], ['sw', 'prefix'], ['ew', 'suffix']])
const CODES_MODE: ReadonlyMap<string, CodesQuestion['mode']> = new Map([['in', 'in'], ['ss', 'above'], ['sb', 'below']])

const unsupported = (): Error => badParameter(NAME, 'This operator does not go with this parameter.')
const escape = (text: string): string => text.replace(/[\\,$]/g, '\\$&')

const compareParameter = (type: string, parameter: Parameter, operator: string, token: Token, context: SearchContext): Filter => {
  const held = holdersOf(type, parameter)
  const holders = held.map(({ code }): Holder => ({ type, code }))
  if (operator === 'pr') {
    if (token.text !== 'true' && token.text !== 'false') throw badParameter(NAME, 'Expected true or false after pr.')
    return { kind: 'missing', numbers: held.map(({ number }) => number), missing: token.text === 'false' }
  }
  // "ne" asks for a value, and one that is another
  const matching = (values: readonly Value[]): Filter => (operator === 'ne'
    ? { kind: 'and', filters: [{ kind: 'missing', numbers: held.map(({ number }) => number), missing: false }, matchOf(type, held, values, true)] }
    : matchOf(type, held, values, false))
  const parsed = (text: string, modifier?: string): Value[] => parseValue(parameter, text, { ...context, name: NAME, modifier })
  switch (parameter.kind) {
    case 'string': {
      const match = STRING_MATCH.get(operator)
      if (match === undefined) throw unsupported()
      return matching([{ kind: 'string', match, norm: toNorm(token.text), rows: 'words' }])
    }
    case 'token': {
      if (operator === 'eq' || operator === 'ne') return matching(parsed(escape(token.text)))
      const mode = CODES_MODE.get(operator)
      if (mode === undefined) throw unsupported()
      return { kind: 'codes', holders, questions: [parseQuestion(mode, escape(token.text), NAME)], not: false }
    }
    case 'reference': case 'uri':
      if (operator !== 'eq' && operator !== 'ne' && !(operator === 're' && parameter.kind === 'reference')) throw unsupported()
      return matching(parsed(escape(token.text)))
    case 'date':
      if (operator === 'po') return { kind: 'match', holders, values: parsed(token.text).map((value) => (value.kind === 'date' ? { ...value, prefix: 'po' } : value)), not: false }
      if (!PREFIXES.has(operator)) throw unsupported()
      return { kind: 'match', holders, values: parsed(`${operator}${token.text}`), not: false }
    case 'number': case 'quantity':
      if (!PREFIXES.has(operator)) throw unsupported()
      return { kind: 'match', holders, values: parsed(`${operator}${escape(token.text)}`), not: false }
    default: throw unsupported()
  }
}
