/** Named queries (http://hl7.org/fhir/R4/search.html#query): `[type]?_query=name` is answered by the operation that the name stands for, with the other parameters of the search. */
import type { GuardedRequest } from '../../http/route.ts'
import { readPairs } from '../../model/form.ts'
import { outcome } from '../../model/outcome.ts'
import { OPERATION } from '../../model/systems.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import type { Operation } from './operation.ts'

export interface NamedQuery {
  readonly type: string
  readonly name: string
  /** Its OperationDefinition, of the kind query. */
  readonly definition: string
  /** Name of the operation of the type that answers it. */
  readonly operation: string
}

export const QUERIES: readonly NamedQuery[] = [
  { type: 'Observation', name: 'latest', definition: OPERATION.latestQuery, operation: 'lastn' },
  { type: 'DocumentReference', name: 'documents', definition: OPERATION.documentsQuery, operation: 'docref' },
]

const PARAMETER = '_query'

/** The search interaction, which refuses every name that is none of these, also when it is asked to be lenient. */
export const withQueries = (search: FhirHandler, operations: readonly Operation[]): FhirHandler => (request) => {
  const form = request.method === 'POST' && request.bytes.length > 0 ? readPairs(request.text()) : []
  const given = [...request.query, ...form]
  const [name, more] = given.flatMap(([parameter, value]) => (parameter === PARAMETER ? [value] : []))
  if (name === undefined) return search(request)
  if (more !== undefined) throw outcome('bad-parameter', { expression: `http.${PARAMETER}`, diagnostics: 'One query at a time.' })
  const query = request.params.member === undefined ? QUERIES.find((each) => each.type === request.params.type && each.name === name) : undefined
  const operation = query && operations.find((each) => each.type === query.type && each.name === query.operation)
  if (operation === undefined) return search(request)
  return operation.handler(asRead(request, given.filter(([parameter]) => parameter !== PARAMETER)))
}

/** As if all of it stood in the address. */
const asRead = (request: GuardedRequest, query: GuardedRequest['query']): GuardedRequest => ({ ...request, method: 'GET', query, bytes: new Uint8Array() })
