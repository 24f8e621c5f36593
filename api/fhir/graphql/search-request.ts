/** Arguments of a list or connection -> the pairs of a search (http://hl7.org/fhir/R4/graphql.html#searching), and the cursor that says where a search goes on. */
import { outcome } from '../../model/outcome.ts'
import { referringParameters, searchArguments, toArgument } from './arguments.ts'

export type Pairs = readonly (readonly [string, string])[]
type Args = Readonly<Record<string, unknown>>

const refuse = (expression: string, diagnostics: string): Error => outcome('bad-parameter', { expression, diagnostics })

/** A comma would join values by or: those come as an array. What is escaped already stays so. */
const escapeCommas = (text: string): string => text.replaceAll(/\\[\s\S]|,/g, (found) => (found === ',' ? String.raw`\,` : found))

/** Without those that say how many and where from. */
export const toPairs = (type: string, args: Args): Pairs => {
  const codes = searchArguments(type)
  const searched = Object.entries(args).flatMap(([name, value]): (readonly [string, string])[] => {
    const code = codes.get(name)
    if (code === undefined || value === undefined || value === null) return []
    const values = (Array.isArray(value) ? value : [value]).filter((each: unknown) => each !== null).map(String)
    return values.length === 0 ? [] : [[code, values.map(escapeCommas).join(',')]]
  })
  const { _filter, _sort } = args
  return [...searched, ...(typeof _filter === 'string' ? [['_filter', _filter] as const] : []), ...(typeof _sort === 'string' ? [['_sort', _sort] as const] : [])]
}

/** `_count`, when it is given. Throws bad-parameter. */
export const countOf = ({ _count }: Args, most: number): number | undefined => {
  if (_count === undefined || _count === null) return undefined
  if (typeof _count !== 'number' || _count < 1 || _count > most) throw refuse('_count', `Expected a whole number from 1 to ${most}.`)
  return _count
}

/** Which parameter of `type` refers to a resource of type `target`. Throws bad-parameter. */
export const requireReferring = (type: string, target: string, { _reference }: Args): string => {
  const known = referringParameters(type, target)
  const found = known.find(({ code }) => typeof _reference === 'string' && toArgument(code) === toArgument(_reference))
  if (found === undefined) throw refuse('_reference', `Expected one of ${known.map(({ code }) => toArgument(code)).join(', ')}.`)
  return found.code
}

/** The search that a cursor stands for is part of it: a client sends nothing else with it. The place in it is sealed by the store. */
export const writeCursor = (pairs: Pairs): string => Buffer.from(new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString()).toString('base64url')

const SHAPING: ReadonlySet<string> = new Set(['_filter', '_sort', '_count', '_total', '_cursor'])

/** Throws bad-parameter. What arguments could not have asked for is in no cursor. */
export const readCursor = (text: string, type: string): Pairs => {
  const known = new Set(searchArguments(type).values())
  const pairs = /^[A-Za-z0-9_-]{1,20000}$/.test(text) ? [...new URLSearchParams(Buffer.from(text, 'base64url').toString('utf8'))] : []
  if (pairs.length === 0 || !pairs.every(([name]) => SHAPING.has(name) || known.has(name))) throw refuse('cursor', 'This is no cursor of this server.')
  return pairs
}
