/**
 * Search parameters of R4 that are read from the resource itself, since rows for them would be as many as a code system has codes (http://hl7.org/fhir/R4/searchparameter-registry.html: CodeSystem
 * and ValueSet code, StructureDefinition path and base-path), and the coordinates of MolecularSequence, three components each. So they are complete whatever the size, cost no
 * write anything, and have the time of searches that no index answers. A concept below another is a code of its system; the system of a code is the CodeSystem's url, or the one of the include.
 */
import type { BodyFilter, Coded, Coordinates, NumberValue, SearchContext } from './ast.ts'
import type { SqlParameters } from './parameters.ts'
import { badParameter, parseValue, splitAt, unescape } from './parse-value.ts'
import { parameterOf } from './registry.ts'

/** A list of SQL/JSON paths: to what has a system, the member that is it, and from there to the codes. */
interface Codes { readonly kind: 'token'; readonly places: readonly { readonly at: string; readonly system?: string; readonly to: string }[] }
/** Parts with two numbers, beside codes that are the same for all of them. */
interface Spans { readonly kind: 'composite'; readonly token: string; readonly at: string; readonly start: string; readonly end: string; readonly numbers: string }

const element = (to: string): Codes => ({ kind: 'token', places: ['$.snapshot.element[*]', '$.differential.element[*]'].map((at) => ({ at, to })) })
const spans = (token: string, kind: 'variant' | 'window'): Spans => ({
  kind: 'composite', token: `$.referenceSeq.${token}.coding[*]`, numbers: kind,
  ...(kind === 'variant' ? { at: '$.variant[*]', start: 'start', end: 'end' } : { at: '$.referenceSeq', start: 'windowStart', end: 'windowEnd' }),
})

const PARAMETERS: Readonly<Record<string, Readonly<Record<string, Codes | Spans>>>> = {
  CodeSystem: { code: { kind: 'token', places: [{ at: '$', system: 'url', to: '.concept[*].code' }, { at: '$', system: 'url', to: '.concept.**.concept[*].code' }] } },
  ValueSet: { code: { kind: 'token', places: [
    { at: '$.compose.include[*]', system: 'system', to: '.concept[*].code' }, { at: '$.expansion.contains[*]', system: 'system', to: '.code' }, { at: '$.expansion.contains.**.contains[*]', system: 'system', to: '.code' },
  ] } },
  StructureDefinition: { path: element('.path'), 'base-path': element('.base.path') },
  MolecularSequence: {
    'chromosome-variant-coordinate': spans('chromosome', 'variant'), 'chromosome-window-coordinate': spans('chromosome', 'window'),
    'referenceseqid-variant-coordinate': spans('referenceSeqId', 'variant'), 'referenceseqid-window-coordinate': spans('referenceSeqId', 'window'),
  },
}

const found = (type: string, code: string): Codes | Spans | undefined => (Object.hasOwn(PARAMETERS, type) && Object.hasOwn(PARAMETERS[type] ?? {}, code) ? PARAMETERS[type]?.[code] : undefined)

/** For the CapabilityStatement. */
export const bodyParametersOf = (type: string): { readonly name: string; readonly type: string }[] => Object.entries(PARAMETERS[type] ?? {}).map(([name, { kind }]) => ({ name, type: kind }))
export const isBodyParameter = (type: string, code: string): boolean => found(type, code) !== undefined

const codedOf = (text: string, name: string): Coded => {
  const [first = '', second, ...more] = splitAt(text, '|').map(unescape)
  if (more.length > 0 || (second ?? first) + first === '') throw badParameter(name, 'Expected code, system|code, |code or system|.')
  return second === undefined ? { code: first } : { system: first, ...(second !== '' && { code: second }) }
}

const coordinatesOf = (kind: string, text: string, name: string, context: SearchContext): Coordinates => {
  const [token = '', start = '', end = '', ...more] = splitAt(text, '$')
  const number = (which: string, value: string): NumberValue => {
    const parameter = parameterOf('MolecularSequence', `${kind}-${which}`)
    const [parsed] = parameter === undefined ? [] : parseValue(parameter, value, { ...context, name, modifier: undefined })
    if (parsed?.kind !== 'number') throw badParameter(name, 'Expected two numbers.')
    return parsed
  }
  if (token === '' || more.length > 0) throw badParameter(name, 'Expected code$start$end.')
  return { token: codedOf(token, name), start: number('start', start), end: number('end', end) }
}

/** `values`: parted by commas already. :not and :missing are the caller's. */
export const parseBody = (type: string, code: string, values: readonly string[], name: string, context: SearchContext): BodyFilter => {
  const parameter = found(type, code)
  const spanned = parameter?.kind === 'composite' ? values.map((value) => coordinatesOf(parameter.numbers, value, name, context)) : []
  return { kind: 'body', type, code, codes: parameter?.kind === 'token' ? values.map((value) => codedOf(value, name)) : [], coordinates: spanned }
}

const anyOf = (conditions: readonly string[]): string => `(${conditions.join(' or ') || 'false'})`

/** The words of a path are ours; what the client sent stands in its variables. */
const exists = (json: string, at: string, member: string | undefined, to: string, { system, code }: Coded, sql: SqlParameters): string => {
  if (member === undefined && system !== undefined && system !== '') return 'false'
  const where = member === undefined || system === undefined ? '' : system === '' ? ` ? (!exists(@.${member}))` : ` ? (@.${member} == $system)`
  const path = `${at}${where}${to}${code === undefined ? '' : ' ? (@ == $code)'}`
  return `jsonb_path_exists(${json}, '${path}', jsonb_build_object('system', ${sql.add(system ?? '')}::text, 'code', ${sql.add(code ?? '')}::text))`
}

const OPERATOR: Readonly<Partial<Record<NumberValue['prefix'], string>>> = { gt: '>', sa: '>', lt: '<', eb: '<', ge: '>=', le: '<=' }

const compare = (number: string, { prefix, at, lo, hi }: NumberValue, sql: SqlParameters): string => {
  const operator = OPERATOR[prefix]
  if (operator !== undefined) return `${number} ${operator} ${sql.add(at)}::float8`
  const inside = `${number} >= ${sql.add(lo)}::float8 and ${number} ${prefix === 'ap' ? '<=' : '<'} ${sql.add(hi)}::float8`
  return prefix === 'ne' ? `not (${inside})` : `(${inside})`
}

/** Positions are counted from one: a resource that counts from zero begins one later (http://hl7.org/fhir/R4/molecularsequence.html#search). */
const compileSpan = (json: string, { token, at, start, end }: Spans, wanted: Coordinates, sql: SqlParameters): string => {
  const number = (member: string): string => `case when jsonb_typeof(part -> '${member}') = 'number' then (part ->> '${member}')::float8 end`
  const begin = `(${number(start)} + case when ${json} ->> 'coordinateSystem' = '0' then 1 else 0 end)`
  return `(${exists(json, token, 'system', '.code', wanted.token, sql)} and exists (select from jsonb_path_query(${json}, '${at}') part where ${compare(begin, wanted.start, sql)} and ${compare(`(${number(end)})`, wanted.end, sql)}))`
}

/** A condition on one aliased row of `resource`. */
export const compileBody = ({ type, code, codes, coordinates }: BodyFilter, row: string, sql: SqlParameters): string => {
  const parameter = found(type, code)
  const json = `emr_json(${row}.body)::jsonb`
  if (parameter === undefined) return 'false'
  if (parameter.kind === 'token') return anyOf(parameter.places.flatMap(({ at, system, to }) => (codes.length === 0 ? [{}] : codes).map((each) => exists(json, at, system, to, each, sql))))
  return coordinates.length === 0 ? `(jsonb_path_exists(${json}, '${parameter.token}') and jsonb_path_exists(${json}, '${parameter.at}.${parameter.start}'))` : anyOf(coordinates.map((each) => compileSpan(json, parameter, each, sql)))
}
