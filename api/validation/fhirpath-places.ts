/**
 * Where in a resource the elements stand that a FHIRPath expression finds. @medplum/core notes the way to each element as it goes; what it answers without one was
 * computed and is no element. It knows no types here but those of choices and resources, so an expression that asks for types is refused rather than answered wrongly.
 */
import { evalFhirPathTyped, type TypedValue } from '@medplum/core'
import { toPlain, type JsonObject } from '../model/json.ts'
import { outcome, type Outcome } from '../model/outcome.ts'
import { findFormFault } from './fhirpath-form.ts'
import { isObject } from './untyped.ts'

/** A string, or what is looked for outside of strings: types, what leaves the resource, and the short form of a filter of extensions, which names no place. */
const STRING = String.raw`'(?:[^'\\]|\\.)*'`
const OF_TYPES = new RegExp(String.raw`${STRING}|\b(ofType|type|is|as|resolve|getReferenceKey|getResourceKey)\s*\(|\s(is|as)\s`, 'g')
const EXTENSION = new RegExp(String.raw`${STRING}|\bextension\s*\(\s*(${STRING})\s*\)`, 'g')
/** Asked of primitives too: with them as members a primitive is no plain value any more, and the library's functions of texts refuse it. */
const OF_PRIMITIVES = /\b(?:extension|id)\b/

const refuse = (diagnostics: string): Outcome => outcome('bad-parameter', { expression: 'fhirpath', diagnostics })

/** Throws bad-parameter. May take for ever: run it in a bound. */
export const placesOf = (expression: string, type: string, resource: JsonObject): readonly string[] => {
  for (const [, call, operator] of expression.matchAll(OF_TYPES)) {
    const name = call === undefined ? operator : `${call}()`
    if (name !== undefined) throw refuse(`${name} is not understood here beside what is: only a path of names, filters of equality and places may have it.`)
  }
  const fault = findFormFault(expression)
  if (fault !== undefined) throw refuse(fault)
  const written = expression.replaceAll(EXTENSION, (whole, url: string | undefined) => (url === undefined ? whole : `extension.where(url = ${url})`))
  const context: TypedValue = { type, value: OF_PRIMITIVES.test(expression) ? withSaid(toPlain(resource)) : toPlain(resource) }
  return evaluate(written, context).map((found) => placeOf(found, type))
}

const evaluate = (expression: string, context: TypedValue): TypedValue[] => {
  try {
    return evalFhirPathTyped(expression, [context], { '%context': context, '%resource': context, '%rootResource': context })
  } catch {
    throw refuse('The expression is not FHIRPath that is understood here.')
  }
}

const placeOf = (found: TypedValue, type: string): string => {
  const path = 'path' in found && typeof found.path === 'string' ? found.path : undefined
  if (path === undefined) throw refuse('The expression finds what is no element of the resource.')
  return path === type ? '' : path.replace(new RegExp(`^${type}\\.`), '')
}

/** Id and extensions of primitives become members of them, as the library wants it; of a boolean they do not, since it would take it for true. */
const withSaid = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withSaid)
  if (!isObject(value)) return value
  const members = Object.entries(value).filter(([name]) => !name.startsWith('_')).map(([name, member]): [string, unknown] => [name, said(withSaid(member), value[`_${name}`])])
  const only = Object.entries(value).filter(([name]) => name.startsWith('_') && !(name.slice(1) in value)).map(([name, member]): [string, unknown] => [name.slice(1), member])
  return Object.fromEntries([...members, ...only])
}

const said = (value: unknown, more: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item: unknown, at) => said(item, Array.isArray(more) ? more[at] : undefined))
  if (!isObject(more)) return value
  if (value === null || value === undefined) return more
  return typeof value === 'string' || typeof value === 'number' ? Object.assign(Object(value), more) : value
}
