/**
 * _filter (http://hl7.org/fhir/R4/search_filter.html): the tree of its text (filter-syntax.ts) as filters of search rows. `ni` is :not-in, so it holds where there is no code at all; `ne` asks for a
 * value, and one that is another. A condition in brackets is one more of what the reference leads to.
 */
import type { CodesQuestion, Filter, Holder, SearchContext, StringValue, Value } from './ast.ts'
import { FILTER as NAME, parseExpression, type Expression, type PathStep } from './filter-syntax.ts'
import { matchOf } from './implied.ts'
import { DEEPEST_CHAIN, parseFilter, parseQuestion, stepsOf } from './parse-filter.ts'
import { badParameter, parseValue } from './parse-value.ts'
import { holdersOf, parameterOf, type Parameter } from './registry.ts'
import { RESOURCE_TYPES, typeNumber } from './resource-types.ts'
import { toNorm } from './values.ts'

/** The filter that the expression stands for, for rows of the type. Throws bad-parameter. */
export const parseFilterExpression = (type: string, text: string, context: SearchContext): Filter => toFilter(type, parseExpression(text), context, 0)

/** `depth`: references followed on the way here. */
const toFilter = (type: string, expression: Expression, context: SearchContext, depth: number): Filter => {
  switch (expression.kind) {
    case 'and': case 'or': return { kind: expression.kind, filters: expression.of.map((each) => toFilter(type, each, context, depth)) }
    case 'not': return { kind: 'not', filter: toFilter(type, expression.of, context, depth) }
    case 'compare': return compare(type, expression.path, expression, context, depth)
  }
}

const isGeneral = (code: string): boolean => code === '_id' || code === '_lastUpdated'
const codeOf = (step: PathStep | undefined): string => step?.name.split(':')[0] ?? ''

/** Whether the first name of each path in it is a parameter of the type. */
const isKnown = (type: string, expression: Expression): boolean => {
  switch (expression.kind) {
    case 'and': case 'or': return expression.of.every((each) => isKnown(type, each))
    case 'not': return isKnown(type, expression.of)
    case 'compare': return isGeneral(codeOf(expression.path[0])) || parameterOf(type, codeOf(expression.path[0])) !== undefined
  }
}

type Comparison = Pick<Expression & { kind: 'compare' }, 'operator' | 'value'>

/** subject.name co "an": the last name is compared, those before it are followed. */
const compare = (type: string, path: readonly PathStep[], comparison: Comparison, context: SearchContext, depth: number): Filter => {
  if (depth + path.length > DEEPEST_CHAIN + 1) throw badParameter(NAME, `More than ${DEEPEST_CHAIN} steps.`)
  const [step, ...rest] = path
  const [code = '', target] = step?.name.split(':') ?? []
  if (rest.length === 0 && isGeneral(code)) return general(type, code, comparison, context)
  const parameter = parameterOf(type, code)
  if (!parameter) throw badParameter(NAME, 'A name in it is no parameter of the type.')
  if (rest.length === 0) return compareParameter(type, parameter, comparison, context)
  if (parameter.kind !== 'reference') throw badParameter(NAME, 'Only a reference can be followed.')
  const where = step?.where
  const inside: Expression = { ...comparison, kind: 'compare', path: rest }
  const wanted: Expression = where === undefined ? inside : { kind: 'and', of: [where, inside] }
  const possible = parameter.alias?.target !== undefined ? [parameter.alias.target] : parameter.targets.length > 0 ? parameter.targets : RESOURCE_TYPES
  const targets = possible.filter((each) => (target === undefined || each === target) && typeNumber(each) !== undefined && isKnown(each, wanted))
  if (targets.length === 0) throw badParameter(NAME, 'A name in it is no parameter of the type.')
  return { kind: 'chain', type, steps: holdersOf(type, parameter).flatMap((holder) => targets.flatMap((each) => stepsOf(holder, each, toFilter(each, wanted, context, depth + 1)))) }
}

const general = (type: string, code: string, { operator, value }: Comparison, context: SearchContext): Filter => {
  const equality = operator === 'eq' || operator === 'ne'
  if (!(code === '_id' ? equality : PREFIXES.has(operator))) throw unsupported()
  const [filter] = parseFilter(type, code, escape(equality ? value : `${operator}${value}`), context, 0) ?? []
  if (!filter) throw unsupported()
  return operator === 'ne' ? { kind: 'not', filter } : filter
}

/** Operators that are prefixes of numbers and dates too. */
const PREFIXES: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'ap', 'sa', 'eb'])
const STRING_MATCH: ReadonlyMap<string, StringValue['match']> = new Map([['eq', 'whole'], ['ne', 'whole'], ['co', 'contains'], ['sw', 'prefix'], ['ew', 'suffix']])
const CODES_MODE: ReadonlyMap<string, CodesQuestion['mode']> = new Map([['in', 'in'], ['ni', 'in'], ['ss', 'above'], ['sb', 'below']])

const unsupported = (): Error => badParameter(NAME, 'This operator does not go with this parameter.')
const escape = (text: string): string => text.replace(/[\\,$]/g, '\\$&')

const compareParameter = (type: string, parameter: Parameter, { operator, value }: Comparison, context: SearchContext): Filter => {
  const held = holdersOf(type, parameter)
  const holders = held.map(({ code }): Holder => ({ type, code }))
  if (operator === 'pr') {
    if (value !== 'true' && value !== 'false') throw badParameter(NAME, 'Expected true or false after pr.')
    return { kind: 'missing', numbers: held.map(({ number }) => number), missing: value === 'false' }
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
      return matching([{ kind: 'string', match, norm: toNorm(value), rows: 'words' }])
    }
    case 'token': {
      if (operator === 'eq' || operator === 'ne') return matching(parsed(escape(value)))
      const mode = CODES_MODE.get(operator)
      if (mode === undefined) throw unsupported()
      return { kind: 'codes', holders, questions: [parseQuestion(mode, escape(value), NAME)], not: operator === 'ni' }
    }
    case 'reference': case 'uri':
      if (operator !== 'eq' && operator !== 'ne' && !(operator === 're' && parameter.kind === 'reference')) throw unsupported()
      return matching(parsed(escape(value)))
    case 'date':
      if (operator === 'po') return { kind: 'match', holders, values: parsed(value).map((each) => (each.kind === 'date' ? { ...each, prefix: 'po' } : each)), not: false }
      if (!PREFIXES.has(operator)) throw unsupported()
      return { kind: 'match', holders, values: parsed(`${operator}${value}`), not: false }
    case 'number': case 'quantity':
      if (!PREFIXES.has(operator)) throw unsupported()
      return { kind: 'match', holders, values: parsed(`${operator}${escape(value)}`), not: false }
    default: throw unsupported()
  }
}
