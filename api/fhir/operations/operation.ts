/** What an operation is, for the route table and the CapabilityStatement; who may call those of terminology, and their audit row. http://hl7.org/fhir/R4/operations.html */
import type { GuardedRequest, OperationClaim } from '../../http/route.ts'
import { writeJson, type JsonObject } from '../../model/json.ts'
import type { Named, TerminologyService } from '../../model/ports.ts'
import { toTyped, type Resource } from '../../model/resource.ts'
import type { Checks } from '../checks.ts'
import type { Gate } from '../gate.ts'
import type { FhirHandler, FindOperation } from '../interactions/batch.ts'
import { requireId } from '../resource-body.ts'
import type { OperationInput } from './parameters-body.ts'

/** Where an operation is called: at the base, at a type, at a resource, at a version of one. */
export type Level = 'system' | 'type' | 'instance' | 'version'

export interface Operation extends OperationClaim {
  readonly levels: readonly Level[]
  /** One that changes something has no GET. */
  readonly methods: readonly ('GET' | 'POST')[]
  /** Media types of a body beside those of resources. */
  readonly takes?: readonly string[]
  /** Its answer is no resource, which an entry of a Bundle would have to be. */
  readonly alone?: boolean
  readonly handler: FhirHandler
}

/** Addresses of an operation as route patterns, below the base. */
export const pathsOf = ({ type = ':type', name, levels }: Pick<Operation, 'type' | 'name' | 'levels'>): string[] => {
  const paths: Readonly<Record<Level, string>> = { system: `/$${name}`, type: `/${type}/$${name}`, instance: `/${type}/:id/$${name}`, version: `/${type}/:id/_history/:version/$${name}` }
  return levels.map((level) => paths[level])
}

/** The operation at an address below the base, as the route table would find it: one of a type before one of every type. */
export const operationFinder = (operations: readonly Operation[]): FindOperation => {
  const rows = operations.toSorted((one, other) => Number(one.type === undefined) - Number(other.type === undefined))
    .flatMap((operation) => pathsOf(operation).map((path) => ({ operation, steps: path.slice(1).split('/') })))
  return (method, path) => {
    const given = path.split('/')
    if (given.at(-1)?.startsWith('$') !== true) return undefined
    const wanted = method === 'HEAD' ? 'GET' : method
    const found = rows.find(({ operation, steps }) => operation.methods.some((each) => each === wanted) && steps.length === given.length && steps.every((step, at) => step.startsWith(':') || step === given[at]))
    if (found === undefined) return undefined
    const params = found.steps.flatMap((step, at): [string, string][] => (step.startsWith(':') ? [[step.slice(1), given[at] ?? '']] : []))
    return { handler: found.operation.handler, params: Object.fromEntries(params), writes: found.operation.right === 'update' }
  }
}

export interface TerminologyOperationDeps {
  readonly terminology: TerminologyService
  readonly gate: Gate
  readonly checks: Checks
}

/** Terminology is nobody's record: whoever may read the type may ask; that they did is on record before the answer leaves. */
export const answering = async <T>({ gate }: Pick<TerminologyOperationDeps, 'gate'>, request: GuardedRequest, type: string, name: string, work: (id: string | undefined) => Promise<T>): Promise<T> => {
  const id = request.params.id === undefined ? undefined : requireId(request.params.id)
  const question = { interaction: 'read' as const, type, ...(id !== undefined && { id }) }
  await gate.require(request.caller, [question])
  const answer = await work(id)
  await gate.record(request.caller, question, undefined, `$${name}`)
  return answer
}

/** A resource that was sent along is held against R4 first: what it is used for trusts its form. */
export const readSent = async <R extends Resource>({ checks }: Pick<TerminologyOperationDeps, 'checks'>, input: OperationInput, name: string): Promise<R | undefined> => {
  const sent = input.resource(name)
  if (!sent) return undefined
  await checks.require([{ resource: sent.resource, path: sent.place }])
  return toTyped<R>({ body: writeJson(withoutNarrative(sent.resource)) })
}

const withoutNarrative = (resource: JsonObject): JsonObject => resource.delete('text')

/** Of what is named by id, by canonical or sent along: the nearest. */
export const toNamed = <R>(id: string | undefined, url: string | undefined, version: string | undefined, resource: R | undefined): Named<R> =>
  ({ ...(id === undefined ? { url, version } : { id }), ...(resource !== undefined && { resource }) })
