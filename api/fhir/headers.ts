/** The HTTP headers of FHIR's REST interface (http://hl7.org/fhir/R4/http.html#versions, #prefer, #mime-type): ETag, If-Match, Prefer, Accept, and the addresses in answers. */
import type { Reply, RouteRequest } from '../http/route.ts'
import { outcome } from '../model/outcome.ts'
import type { StoredVersion } from '../model/resource.ts'

export const FHIR_JSON = 'application/fhir+json; charset=utf-8'
const MAX_VERSION = 2_147_483_647

export const etagOf = (version: number): string => `W/"${version}"`

/** RFC 9110 date of an instant; whole seconds. */
export const httpDate = (instant: string): string => new Date(instant).toUTCString()

/** Headers that describe a stored version. */
export const versionHeaders = (stored: Pick<StoredVersion, 'version' | 'lastUpdated'>): Record<string, string> =>
  ({ etag: etagOf(stored.version), 'last-modified': httpDate(stored.lastUpdated) })

/** A version number as the store counts; undefined when no version can have it. */
export const parseVersion = (text: string): number | undefined =>
  /^[1-9]\d{0,9}$/.test(text) && Number(text) <= MAX_VERSION ? Number(text) : undefined

/** `W/"3"`, `"3"` or `*`. A version that no resource can have comes out as -1, which matches nothing. */
export const parseIfMatch = (header: string | undefined, place = 'http.If-Match'): number | '*' | undefined => {
  if (header === undefined) return undefined
  const text = header.trim()
  if (text === '*') return '*'
  const tag = /^(?:W\/)?"([^"]*)"$/.exec(text)?.[1]
  if (tag === undefined) throw outcome('bad-request', { expression: place, diagnostics: 'Expected one entity tag such as W/"3".' })
  return parseVersion(tag) ?? -1
}

/** Whether a representation that the client holds is still current (If-None-Match on read). */
export const isNotModified = (header: string | undefined, version: number): boolean =>
  header !== undefined && header.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '') === `"${version}"`)

export interface Preference {
  readonly answer: 'minimal' | 'representation' | 'OperationOutcome'
  /** The answer when the client asked for one. */
  readonly asked?: Preference['answer']
  readonly strict: boolean
  /** The handling when the client asked for one. */
  readonly handling?: 'strict' | 'lenient'
}

/** RFC 7240; of a preference that is said twice the first counts. Search is strict unless the client asks for lenient handling. */
export const parsePrefer = (header: string | undefined, standard: Preference['answer'] = 'representation'): Preference => {
  let asked: Preference['asked']
  let handling: Preference['handling']
  for (const part of (header ?? '').split(/[,;]/)) {
    const [name = '', value] = part.trim().split('=').map((piece) => piece.trim().replaceAll('"', ''))
    if (name.toLowerCase() === 'return' && (value === 'minimal' || value === 'representation' || value === 'OperationOutcome')) asked ??= value
    if (name.toLowerCase() === 'handling' && (value === 'strict' || value === 'lenient')) handling ??= value
  }
  return { answer: asked ?? standard, strict: handling !== 'lenient', ...(asked !== undefined && { asked }), ...(handling !== undefined && { handling }) }
}

const JSON_FORMATS: ReadonlySet<string> = new Set(['json', 'application/json', 'application/fhir+json', 'text/json'])
const ACCEPTABLE: ReadonlySet<string> = new Set([...JSON_FORMATS, '*/*', 'application/*', 'text/html'])

/** JSON is the only format: another `_format` or an Accept without JSON is 406. A browser's text/html gets JSON. */
export const requireJson = (request: Pick<RouteRequest, 'query' | 'headers'>): void => {
  const format = request.query.find(([name]) => name === '_format')?.[1]
  if (format !== undefined) {
    // A '+' in a query is a space when it is decoded, and many clients do not encode it.
    const media = (format.split(';')[0] ?? '').trim().toLowerCase().replace('fhir json', 'fhir+json')
    if (!JSON_FORMATS.has(media)) throw outcome('not-acceptable', { diagnostics: 'The only format is application/fhir+json.', expression: 'http._format' })
    return
  }
  const accept = request.headers.accept
  if (accept === undefined || accept.trim() === '') return
  const offered = accept.split(',').filter((part) => !/;\s*q=0(\.0+)?\s*(;|$)/.test(part)).map((part) => (part.split(';')[0] ?? '').trim().toLowerCase())
  if (!offered.some((media) => ACCEPTABLE.has(media))) throw outcome('not-acceptable', { diagnostics: 'The only format is application/fhir+json.', expression: 'http.Accept' })
}

/** Base of absolute addresses in an answer: the address by which the client reached this server. */
export const baseOf = (request: Pick<RouteRequest, 'headers'>, publicUrl: string): string => {
  const host = request.headers.host ?? ''
  const scheme = publicUrl.startsWith('https://') ? 'https' : 'http'
  return `${/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/.test(host) ? `${scheme}://${host}` : publicUrl}/fhir/R4`
}

/** A FHIR body, indented when the client asked `_pretty=true`. */
export const fhirReply = (request: Pick<RouteRequest, 'query'>, status: number, body: string, headers: Record<string, string> = {}): Reply =>
  ({ status, headers: { 'content-type': FHIR_JSON, ...headers }, body: request.query.some(([name, value]) => name === '_pretty' && value === 'true') ? indent(body) : body })

/** Indents JSON text without reading it, so that no digit changes. */
export const indent = (text: string): string => {
  let out = ''
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if (sign === '"') {
      let end = at + 1
      while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1
      out += text.slice(at, end + 1)
      at = end
    } else if (sign === '{' || sign === '[') {
      const next = text[at + 1]
      if (next === '}' || next === ']') {
        out += sign + next
        at += 1
      } else {
        depth += 1
        out += `${sign}\n${'  '.repeat(depth)}`
      }
    } else if (sign === '}' || sign === ']') {
      depth -= 1
      out += `\n${'  '.repeat(depth)}${sign}`
    } else if (sign === ',') out += `,\n${'  '.repeat(depth)}`
    else if (sign === ':') out += ': '
    else if (!/\s/.test(sign)) out += sign
  }
  return out
}
