/** General parameters of every interaction (http://hl7.org/fhir/R4/http.html#parameters): what is not understood is refused, never ignored in silence. */
import type { RouteRequest } from '../http/route.ts'
import { outcome } from '../model/outcome.ts'
import { requireFormat } from './format.ts'
import { VIEW_PARAMETERS } from './view.ts'

const GENERAL: ReadonlySet<string> = new Set(['_format', '_pretty'])

/** Judges format and parameters of an interaction without a search; `known`: its own parameters. */
export const requireParameters = (request: Pick<RouteRequest, 'query' | 'headers'>, known: readonly string[] = []): void => {
  requireFormat(request)
  requireKnown(request, known)
}

/** As requireParameters, of an answer that may be in another form. */
export const requireKnown = (request: Pick<RouteRequest, 'query'>, known: readonly string[]): void => {
  for (const [name] of request.query) {
    if (!GENERAL.has(name) && !known.includes(name)) throw outcome('unknown-parameter', { expression: `http.${name.slice(0, 64)}`, diagnostics: 'The parameter is not supported here.' })
  }
}

/** The pairs that are not about the format. */
export const withoutGeneral = (pairs: RouteRequest['query']): (readonly [string, string])[] => pairs.filter(([name]) => !GENERAL.has(name))

/** The pairs that say what is meant, and not how it is to be shown. */
export const withoutShape = (pairs: RouteRequest['query']): (readonly [string, string])[] => withoutGeneral(pairs).filter(([name]) => !VIEW_PARAMETERS.includes(name))

/** A whole number parameter, cut to `most`. */
export const countOf = (request: Pick<RouteRequest, 'query'>, name: string, standard: number, most: number): number => {
  const text = request.query.find(([key]) => key === name)?.[1]
  if (text === undefined) return standard
  if (!/^\d{1,9}$/.test(text)) throw outcome('bad-parameter', { expression: `http.${name}`, diagnostics: 'Expected a whole number.' })
  return Math.min(Number(text), most)
}
