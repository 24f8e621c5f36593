/** FHIRPath that a client has written (api/model/fhirpath-port.ts), judged by @medplum/core within the time that is left of the request's own. */
import { evalFhirPathTyped, type TypedValue } from '@medplum/core'
import type { FhirPath, OpenFhirPath } from '../model/fhirpath-port.ts'
import { toPlain, type JsonValue } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { createBound } from './bound.ts'
import { placesOf } from './fhirpath-places.ts'

const LONGEST = 1_000
/** What the library reads without a word and answers with nothing. */
const NOT_ANSWERED = /\b(?:children|descendants|repeat|split|trim|encode|decode|escape|unescape|conformsTo)\s*\(|\$index\b/

/** Answers a function that opens one for each request. */
export const createFhirPath = (): OpenFhirPath => {
  const bound = createBound()
  return (milliseconds) => {
    let left = milliseconds
    const inTime = (work: () => void): void => {
      const from = performance.now()
      const finished = left >= 1 && bound(Math.ceil(left), work)
      left -= performance.now() - from
      if (!finished) throw outcome('too-costly', { expression: 'fhirpath', diagnostics: `FHIRPath of one request has ${milliseconds} ms.` })
    }
    const evaluate = (expression: string, type: string, items: readonly JsonValue[]): TypedValue[][] => {
      requireKnown(expression)
      const found: TypedValue[][] = []
      inTime(() => { for (const item of items) found.push(evaluateOne(expression, type, item)) })
      return found
    }
    const which: FhirPath['which'] = (expression, type, items) => {
      const found = evaluate(expression, type, items)
      return items.filter((_item, at) => (found[at]?.length ?? 0) > 0 && found[at]?.[0]?.value !== false)
    }
    const texts: FhirPath['texts'] = (expression, type, items) => evaluate(expression, type, items).map(([first]) => {
      const value: unknown = first?.value
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
    })
    const places: FhirPath['places'] = (expression, type, resource) => {
      requireKnown(expression)
      const found: string[] = []
      inTime(() => { found.push(...placesOf(expression, type, resource)) })
      return found
    }
    return { which, texts, places }
  }
}

const requireKnown = (expression: string): void => {
  const [unknown] = NOT_ANSWERED.exec(expression) ?? []
  if (expression.length > LONGEST || unknown !== undefined) {
    throw outcome('bad-parameter', { expression: 'fhirpath', diagnostics: unknown === undefined ? `An expression has at most ${LONGEST} characters.` : `${unknown.replace(/\s*\($/, '')} is not understood here.` })
  }
}

const evaluateOne = (expression: string, type: string, item: JsonValue): TypedValue[] => {
  try {
    const context: TypedValue = { type, value: toPlain(item) }
    return evalFhirPathTyped(expression, [context], { '%context': context })
  } catch {
    throw outcome('bad-parameter', { expression: 'fhirpath', diagnostics: 'The expression is not FHIRPath that is understood here.' })
  }
}
