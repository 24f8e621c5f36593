/** Input of a route, parsed once at the door: a wrong field becomes `bad-request` with its place in the input. */
import type { ZodType } from 'zod'
import { outcome } from '../model/outcome.ts'
import type { RouteRequest } from './route.ts'

const place = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`), '')

/** The value in its type, or 400 with one issue for each wrong field. Values that were sent are not repeated. */
export const parseInput = <T>(schema: ZodType<T>, value: unknown): T => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => ({ severity: 'error' as const, message: issue.message, expression: place(issue.path) }))
  throw outcome('bad-request', { diagnostics: 'The input has wrong fields.' }, issues)
}

/** A path parameter; its absence is an error of the route table. */
export const requireParam = (request: Pick<RouteRequest, 'params'>, name: string): string => {
  const value = request.params[name]
  if (value === undefined) throw outcome('internal', { diagnostics: `The route has no parameter ${name}.` })
  return value
}

/** First value of a query parameter. */
export const queryValue = (request: Pick<RouteRequest, 'query'>, name: string): string | undefined =>
  request.query.find(([key]) => key === name)?.[1]

/** The query as an object of first values, for zod. */
export const queryObject = (request: Pick<RouteRequest, 'query'>): Record<string, string> => {
  const found: Record<string, string> = {}
  for (const [key, value] of request.query) found[key] ??= value
  return found
}
