/**
 * What a route is: one row of a table. app.ts registers the rows of its site, authenticates the caller, and refuses to boot when a row has no access.
 *
 *   export const departmentRoutes = (deps: { store: ResourceStore }): Route[] => [
 *     { method: 'GET', url: '/api/admin/departments', site: 'hospital', access: { roles: ['administrator'] },
 *       handler: async (request) => json(200, await list(deps.store, request.caller)) },
 *     { method: 'PUT', url: '/api/admin/departments/:id', site: 'hospital', access: { roles: ['administrator'] },
 *       handler: async (request) => {
 *         const wanted = parseInput(DepartmentSchema, request.plain())        // zod; a wrong field is a 400 with its place
 *         return json(200, await change(deps.store, request.caller, requireParam(request, 'id'), wanted))
 *       } },
 *   ]
 *
 * A handler answers {status, headers?, body?}; it never sees Fastify. `json()` builds one from a value; text and bytes need their content-type.
 * Refusals are thrown: `throw outcome('not-found')`. FHIR parts of a body are taken from `request.json()` (digits kept), the rest from `request.plain()`.
 * Several cookies: `headers: { 'set-cookie': [a, b] }`.
 */
import type { Readable } from 'node:stream'
import type { Role } from '../model/actor.ts'
import type { JsonValue } from '../model/json.ts'
import type { Caller } from '../model/ports.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * Who may call; checked before the handler runs.
 * - `open`: anyone; there is no caller. Nothing of a patient may be answered.
 * - `peer`: another site; the handler itself verifies the signature on the message. There is no caller.
 * - `session`: any signed-in person.
 * - `{roles}`: a person who holds one of them in any department (which department is the handler's question).
 * - `system`: a system client with a Bearer token.
 * - `any`: a person or a system client; used by FHIR routes, whose interactions ask the policy with type and patient.
 */
export type Access = 'open' | 'peer' | 'session' | 'system' | 'any' | { readonly roles: readonly Role[] }

export type Site = 'hospital' | 'center'

export interface Log {
  info(what: Record<string, unknown>, message: string): void
  warn(what: Record<string, unknown>, message: string): void
  error(what: Record<string, unknown>, message: string): void
}

/** What is known of a request before anything of it is trusted. */
export interface RequestFacts {
  /** Request id: in the log and in X-Request-Id. */
  readonly id: string
  readonly method: Method | 'HEAD'
  /** Path without the query, still percent-encoded. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly cookies: Readonly<Record<string, string | undefined>>
  readonly address: string
}

export interface RouteRequest extends RequestFacts {
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>
  /** Decoded query pairs in the order given. */
  readonly query: readonly (readonly [string, string])[]
  /** The body as it came; empty when there is none. */
  readonly bytes: Uint8Array
  /** The body as UTF-8 text; throws bad-request when it is not. */
  text(): string
  /** The body through the lossless reader (api/model/json.ts), or that of XML (api/fhir/xml/read.ts). */
  json(): JsonValue
  /** The body as plain values for zod; numbers lose their digits. */
  plain(): unknown
  /** The body as it comes, of a route that `streams`; `bytes` is empty then. */
  readonly stream?: Readable
  /** Aborted when whoever asked goes away before the answer is sent. Made when it is called for. */
  readonly gone?: () => AbortSignal
  readonly log: Log
}

export interface GuardedRequest extends RouteRequest { readonly caller: Caller }

export interface Reply {
  readonly status: number
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string | Uint8Array | Readable
}

interface RouteBase {
  readonly method: Method
  /** Fastify pattern, e.g. "/api/visits/:encounter/sign". */
  readonly url: string
  readonly site: Site | 'both'
  /** Media types of the body. Default: application/json, application/fhir+json. Anything else is 415. */
  readonly takes?: readonly string[]
  /** Type whose address (`:type`) also takes a body of any media type, as the content that it is: Binary. */
  readonly contentOf?: string
  /** False: not counted against the bounded queue (health, metrics). */
  readonly queued?: boolean
  /** The body is handed on while it comes, and may be of any length: the handler bounds it. */
  readonly streams?: boolean
  /** FHIR interaction or operation, for the CapabilityStatement. */
  readonly interaction?: string
  /** A FHIR operation, for the CapabilityStatement. */
  readonly operation?: OperationClaim
}

export interface OperationClaim {
  /** The type that it is claimed of; undefined: every type; '': none. */
  readonly type?: string
  /** Without the dollar sign. */
  readonly name: string
  /** Canonical of its OperationDefinition. */
  readonly definition: string
  /** What somebody must be able to do with a type for it to be claimed there. */
  readonly right: 'read' | 'search-type' | 'update'
  /** Where it is claimed of the server as a whole. */
  readonly whole?: readonly Site[]
}

export interface OpenRoute extends RouteBase {
  readonly access: 'open' | 'peer'
  readonly handler: (request: RouteRequest) => Promise<Reply>
}
export interface GuardedRoute extends RouteBase {
  readonly access: Exclude<Access, 'open' | 'peer'>
  readonly handler: (request: GuardedRequest) => Promise<Reply>
}
export type Route = OpenRoute | GuardedRoute

/**
 * Port of api/security: who is calling? undefined: no credential was shown. Throws session-expired, token-invalid, cross-site-request.
 * It reads the session cookie (and X-EMR-CSRF for all but GET and HEAD), or the Bearer token.
 */
export type Authenticate = (facts: RequestFacts) => Promise<Caller | undefined>

export const JSON_TYPES = ['application/json', 'application/fhir+json'] as const
/** For routes that say so in `takes`: `json()` answers the same tree for XML. */
export const XML_TYPES = ['application/xml', 'application/fhir+xml', 'text/xml'] as const
/** As the parameter fhirVersion of a media type names R4. */
export const FHIR_VERSIONS: readonly string[] = ['4.0', '4.0.1']

/** A JSON answer from plain values. Stored FHIR bodies are never sent through here: their digits would change. */
export const json = (status: number, value: unknown, headers: Reply['headers'] = {}): Reply =>
  ({ status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(value) })

/** 204. */
export const empty = (headers: Reply['headers'] = {}): Reply => ({ status: 204, headers })

/** Bytes of a known kind, e.g. a PDF. */
export const bytes = (body: Uint8Array, type: string, headers: Reply['headers'] = {}): Reply =>
  ({ status: 200, headers: { 'content-type': type, ...headers }, body })
