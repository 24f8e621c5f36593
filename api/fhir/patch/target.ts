/**
 * What the path of an operation means in a resource (http://hl7.org/fhir/R4/fhirpatch.html): a path of names, filters and places is walked here (path.ts, find.ts), which
 * knows FHIR's types; any other expression is judged by an evaluator of FHIRPath, which answers where the elements stand that it finds. Pure.
 */
import type { FhirPath } from '../../model/fhirpath-port.ts'
import type { JsonObject } from '../../model/json.ts'
import { Outcome, outcome } from '../../model/outcome.ts'
import { find, rootOf, type Spot } from './find.ts'
import { findPatchPath, parsePatchPath, requireHead, type Step } from './path.ts'
import { bad, type At } from './work.ts'

export interface Target {
  /** The elements that the path finds. */
  readonly spots: () => Spot[]
  /** The list that the path names: what holds it, and its name. Throws bad-request for a path that ends in anything else. */
  readonly list: () => { readonly parents: Spot[]; readonly name: string }
}

interface Where { readonly type: string; readonly at: At; readonly fhirPath?: FhirPath }

/** Throws bad-request for what is no path. */
export const targetOf = (resource: JsonObject, text: string, where: Where): Target => {
  const steps = findPatchPath(text, where.type, where.at.place)
  if (!(steps instanceof Outcome)) return plainTarget(resource, steps, where)
  if (where.fhirPath === undefined) throw steps
  return wideTarget(resource, text, { ...where, fhirPath: where.fhirPath })
}

const noList = ({ at }: Where): Outcome => bad(at.place, 'The path of a list ends in its name.')

const plainTarget = (resource: JsonObject, steps: readonly Step[], where: Where): Target => ({
  spots: () => find(rootOf(resource), steps, where.at),
  list: () => {
    const last = steps.at(-1)
    if (last?.kind !== 'name') throw noList(where)
    return { parents: find(rootOf(resource), steps.slice(0, -1), where.at), name: last.name }
  },
})

/** A name at the end of an expression, which has an operator nowhere but in what stands in brackets: of "a | b.c" the name belongs to "b" alone. */
const LAST_NAME = /^(.+)\.\s*([a-z][A-Za-z0-9]*)\s*$/s
const IN_BRACKETS = /'(?:[^'\\]|\\.)*'|\([^()[\]]*\)|\[[^()[\]]*\]/g

const isOnePath = (text: string): boolean => {
  let rest = text
  for (let before = ''; before !== rest;) [before, rest] = [rest, rest.replaceAll(IN_BRACKETS, '')]
  return /^[\w\s.`%$]*$/.test(rest)
}

const wideTarget = (resource: JsonObject, text: string, where: Where & Required<Pick<Where, 'fhirPath'>>): Target => {
  const spotsOf = (expression: string): Spot[] => findPlaces(expression, resource, where).flatMap((path) => find(rootOf(resource), path === '' ? [] : parsePatchPath(path, where.type, where.at.place), where.at))
  return {
    spots: () => spotsOf(text),
    list: () => {
      const [, before, name] = isOnePath(text) ? LAST_NAME.exec(text) ?? [] : []
      if (before === undefined || name === undefined) throw noList(where)
      return { parents: spotsOf(before), name }
    },
  }
}

/** Each place once. The refusals of the evaluator become those of a patch. */
const findPlaces = (expression: string, resource: JsonObject, { type, at, fhirPath }: Where & Required<Pick<Where, 'fhirPath'>>): readonly string[] => {
  const head = /^[\s(]*([A-Z]\w*)\s*\./.exec(expression)?.[1]
  if (head !== undefined) requireHead(head, type, at.place)
  try {
    return [...new Set(fhirPath.places(expression, type, resource))]
  } catch (error) {
    if (!(error instanceof Outcome)) throw error
    throw error.code === 'too-costly' ? outcome('too-costly', { ...error.detail, expression: at.place }) : bad(at.place, `${error.detail.diagnostics ?? ''} (the path of an operation)`)
  }
}
