/** Search parameters given to an operation: in its address, in a form, or as simple parameters of a Parameters resource. http://hl7.org/fhir/R4/operations.html#executing */
import type { RouteRequest } from '../../http/route.ts'
import { JsonNumber, JsonObject, arrayAt, stringAt, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import { requireFormat } from '../format.ts'
import { withoutGeneral } from '../parameters.ts'

/** Decoded pairs in order; what is not simple is refused with its place. */
export const searchPairs = (request: RouteRequest): (readonly [string, string])[] => {
  requireFormat(request)
  return [...withoutGeneral(request.query), ...(request.method === 'POST' && request.bytes.length > 0 ? fromBody(request.json()) : [])]
}

const fromBody = (body: JsonValue): (readonly [string, string])[] => {
  if (stringAt(body, 'resourceType') !== 'Parameters') throw outcome('bad-request', { expression: 'Parameters', diagnostics: 'The body of an operation is a Parameters resource.' })
  return arrayAt(body, 'parameter').map((parameter, at) => [stringAt(parameter, 'name') ?? '', textOf(parameter, `Parameters.parameter[${at}]`)] as const)
}

const textOf = (parameter: JsonValue, place: string): string => {
  const values = parameter instanceof JsonObject ? [...parameter.entries()].filter(([name]) => name === 'resource' || name === 'part' || /^value[A-Z]/.test(name)).map(([, value]) => value) : []
  const [value, more] = values
  if (more === undefined && typeof value === 'string') return value
  if (more === undefined && value instanceof JsonNumber) return value.source
  if (more === undefined && typeof value === 'boolean') return String(value)
  throw outcome('bad-parameter', { expression: place, diagnostics: 'Expected one simple value.' })
}
