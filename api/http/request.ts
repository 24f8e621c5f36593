/** From Fastify's request to what handlers see (RouteRequest), and from their Reply back; media type and body are judged here. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { readPairs } from '../model/form.ts'
import { parseJson, toPlain, type JsonValue } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { bytesOfLong } from './long-text.ts'
import { FHIR_VERSIONS, JSON_TYPES, XML_TYPES, type Method, type Reply, type RequestFacts, type Route, type RouteRequest } from './route.ts'

const METHODS: ReadonlySet<string> = new Set<Method | 'HEAD'>(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])
const isMethod = (method: string): method is Method | 'HEAD' => METHODS.has(method)

const XML_MEDIA: ReadonlySet<string> = new Set(XML_TYPES)
const NOTHING = new Uint8Array()
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The path without the query, percent-encoded. */
export const pathOf = (url: string): string => {
  const end = url.search(/[?#]/)
  return end < 0 ? url : url.slice(0, end)
}

const queryOf = (url: string): string => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')

/** Decoded pairs of the query in the order given; what is no text is guessed: for answers to what was refused. */
export const guessPairs = (url: string): [string, string][] => [...new URLSearchParams(queryOf(url))]

/** By lower-case name; what was sent several times is joined. */
export const headersOf = (request: FastifyRequest): Record<string, string | undefined> => {
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : value
  return headers
}

/** Throws bad-request on what no handler should ever meet: an unknown method, U+0000 in the address (PostgreSQL text cannot hold it). */
export const toFacts = (request: FastifyRequest): RequestFacts => {
  if (!isMethod(request.method)) throw outcome('method-not-allowed')
  if (/%00/.test(request.url)) throw outcome('bad-request', { diagnostics: 'The address has a NUL character.' })
  return { id: request.id, method: request.method, path: pathOf(request.url), headers: headersOf(request), cookies: request.cookies, address: request.ip }
}

const stringParams = (params: unknown): Record<string, string> => {
  const found: Record<string, string> = {}
  if (typeof params === 'object' && params !== null) for (const [name, value] of Object.entries(params)) if (typeof value === 'string') found[name] = value
  return found
}

/** The parameters that a body's media type may have here: UTF-8 (http://hl7.org/fhir/R4/http.html#mime-type), and R4 (#version-parameter). */
const requireParameters = (parameters: readonly string[]): void => {
  const parameter = (name: string): string | undefined => parameters.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1).replaceAll('"', '')
  const charset = parameter('charset')
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') throw outcome('media-type', { diagnostics: 'The charset must be UTF-8.' })
  const version = parameter('fhirversion')
  if (version !== undefined && !FHIR_VERSIONS.includes(version)) throw outcome('media-type', { diagnostics: 'The version of FHIR is 4.0.' })
}

/** Bodies come as they are: what is compressed would be read as noise, and what says so wrongly would be kept under a false name (https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16). */
const requireIdentity = (encoding: string | undefined): void => {
  if (encoding !== undefined && !['', 'identity'].includes(encoding.trim().toLowerCase())) throw outcome('media-type', { expression: 'http.Content-Encoding', diagnostics: 'A body is taken without Content-Encoding.' })
}

/** The media type of a body, without parameters. */
const requireMedia = (route: Route, type: string | undefined, address: string | undefined): string => {
  const accepted: readonly string[] = route.takes ?? JSON_TYPES
  const [media = '', ...parameters] = (type ?? '').split(';').map((part) => part.trim().toLowerCase())
  if (route.contentOf !== undefined && route.contentOf === address && /^[\w.+-]+\/[\w.+-]+$/.test(media) && !accepted.includes(media)) return media
  if (!accepted.includes(media)) throw outcome('media-type', { diagnostics: `Accepted here: ${accepted.join(', ')}` })
  requireParameters(parameters)
  return media
}

/** What the handler gets. Throws media-type when there is a body of a type that the route does not take. `readXml`: for routes that take XML. */
export const toRouteRequest = async (route: Route, facts: RequestFacts, request: FastifyRequest, readXml: (text: string) => Promise<JsonValue>): Promise<RouteRequest> => {
  const body = request.body instanceof Uint8Array ? request.body : NOTHING
  const stream = route.streams === true && request.body instanceof Readable ? request.body : undefined
  if (body.length > 0 || stream !== undefined) requireIdentity(facts.headers['content-encoding'])
  const media = body.length > 0 || stream !== undefined ? requireMedia(route, facts.headers['content-type'], stringParams(request.params).type) : undefined
  const isXml = media !== undefined && XML_MEDIA.has(media)
  let text: string | undefined
  let value: JsonValue | undefined
  const readText = (): string => {
    if (text !== undefined) return text
    try {
      return (text = utf8.decode(body))
    } catch {
      throw outcome(isXml ? 'xml-syntax' : 'json-syntax', { diagnostics: 'The body is not UTF-8 text.' })
    }
  }
  if (isXml) value = await readXml(readText())
  const readJson = (): JsonValue => (value === undefined ? (value = parseJson(readText())) : value)
  return {
    ...facts,
    params: stringParams(request.params),
    query: readPairs(queryOf(request.url)),
    bytes: body,
    text: readText,
    json: readJson,
    plain: () => toPlain(readJson()),
    ...(stream !== undefined && { stream }),
    log: {
      info: (what, message) => request.log.info(what, message),
      warn: (what, message) => request.log.warn(what, message),
      error: (what, message) => request.log.error(what, message),
    },
  }
}

/** Aborted when the connection of an answer ends before the answer did. */
export const goneSignal = (reply: FastifyReply): AbortSignal => {
  const controller = new AbortController()
  const judge = (): void => { if (!reply.raw.writableFinished) controller.abort() }
  if (reply.raw.destroyed) judge()
  else reply.raw.once('close', judge)
  return controller.signal
}

/** Bytes of an answer that a slow reader keeps in memory: it has its time, as a stream has. */
const LARGE = 1024 * 1024

/**
 * Sends a Reply; what the program answers is never kept by caches unless the handler says so. When nothing of a streamed or large answer is taken for
 * `stallMs` milliseconds, its connection ends, so that what it holds of the server is free; 0: never.
 */
export const sendReply = (reply: FastifyReply, answer: Reply, stallMs = 0): FastifyReply => {
  reply.code(answer.status)
  if (answer.headers?.['cache-control'] === undefined) reply.header('cache-control', 'no-store')
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value)
  if (answer.body instanceof Readable || (answer.body instanceof Uint8Array && answer.body.length > LARGE)) reply.raw.setTimeout(stallMs, () => reply.raw.destroy())
  if (answer.body instanceof Uint8Array && !Buffer.isBuffer(answer.body)) return reply.send(Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength))
  return reply.send(typeof answer.body === 'string' ? bytesOfLong(answer.body) : answer.body)
}
