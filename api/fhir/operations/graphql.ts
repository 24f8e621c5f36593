/**
 * GraphQL on the whole server, and on one resource: http://hl7.org/fhir/R4/resource-operation-graphql.html. It reads and never writes. The query comes in the address, as a body of its own, in
 * the JSON that GraphQL over HTTP has (https://graphql.org/learn/serving-over-http/), or as Parameters. The answer is JSON of no FHIR type.
 */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { JsonObject, parseJson, stringAt, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { Engine, EngineDeps, ToFailed } from '../graphql/engine.ts'
import type { GraphqlRequest } from '../graphql/document.ts'
import { requireFormat } from '../format.ts'
import { indent } from '../headers.ts'
import { ownBases } from '../own-address.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { toOutcome } from '../outcome-handler.ts'
import { withoutGeneral } from '../parameters.ts'
import { requireId, requireType } from '../resource-body.ts'
import { readOperation } from './parameters-body.ts'

export interface GraphqlDeps extends EngineDeps {
  readonly publicUrl: string
}

export const GRAPHQL_TYPE = 'application/graphql'
/** What GraphQL clients say that they take (https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types). */
const RESPONSE = 'application/graphql-response+json'

interface Opened { readonly engine: Engine; readonly toFailed: ToFailed }

/** 200 with data, or a 4xx with errors, each with an OperationOutcome. */
export const graphqlOperation = (deps: GraphqlDeps): FhirHandler => {
  let opening: Promise<Opened> | undefined
  return async (request) => {
    if (request.headers.accept?.includes(RESPONSE) !== true) requireFormat(request)
    const at = request.params.id === undefined ? undefined : { type: requireType(request.params.type), id: requireId(request.params.id) }
    const { engine, toFailed } = await (opening ??= open(deps))
    try {
      const bases = ownBases(request, deps.publicUrl)
      return answer(request, 200, await engine({ caller: request.caller, request: readQuery(request), at, bases }))
    } catch (error) {
      const failed = toFailed(error, toOutcome)
      if (failed === undefined) throw error
      return answer(request, failed.status, failed.body)
    }
  }
}

/** The library and the schema cost time and memory: only where GraphQL is asked for. */
const open = async (deps: GraphqlDeps): Promise<Opened> => {
  const { createEngine, toFailed } = await import('../graphql/engine.ts')
  return { engine: createEngine(deps), toFailed }
}

const answer = (request: GuardedRequest, status: number, body: string): Reply => ({
  status, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', vary: 'Accept' },
  body: request.query.some(([name, value]) => name === '_pretty' && value === 'true') ? indent(body) : body,
})

const refuse = (expression: string, diagnostics: string): Error => outcome('bad-parameter', { expression, diagnostics })

const readQuery = (request: GuardedRequest): GraphqlRequest => {
  const media = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  const inAddress = fromAddress(request)
  if (request.method !== 'POST' || request.bytes.length === 0) return inAddress
  if (media === GRAPHQL_TYPE) return { ...inAddress, query: request.text() }
  const body = request.json()
  if (stringAt(body, 'resourceType') === 'Parameters') return { query: readOperation({ ...request, query: [] }, { query: { kind: 'text' } }).text('query') ?? '', variables: undefined, operationName: undefined }
  if (!(body instanceof JsonObject)) throw outcome('bad-request', { expression: 'query', diagnostics: 'Expected an object with query, variables and operationName, or Parameters.' })
  return { query: textAt(body, 'query') ?? '', variables: objectOf(body.get('variables')), operationName: textAt(body, 'operationName') }
}

const textAt = (body: JsonObject, name: string): string | undefined => {
  const value = body.get(name)
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw refuse(name, 'Expected a text.')
  return value
}

const objectOf = (value: JsonValue | undefined): JsonObject | undefined => {
  if (value === undefined || value === null) return undefined
  if (!(value instanceof JsonObject)) throw refuse('variables', 'Expected an object.')
  return value
}

const fromAddress = (request: GuardedRequest): GraphqlRequest => {
  const known = new Map<string, string>()
  for (const [name, value] of withoutGeneral(request.query)) {
    if (known.has(name)) throw refuse(`http.${name.slice(0, 64)}`, 'This parameter occurs once.')
    if (name !== 'query' && name !== 'variables' && name !== 'operationName') throw outcome('unknown-parameter', { expression: `http.${name.slice(0, 64)}`, diagnostics: 'The operation takes: query, variables, operationName.' })
    known.set(name, value)
  }
  const variables = known.get('variables') ?? ''
  return { query: known.get('query') ?? '', variables: variables === '' ? undefined : objectOf(parseJson(variables)), operationName: known.get('operationName') }
}
