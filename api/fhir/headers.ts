/** The HTTP headers of FHIR's REST interface (http://hl7.org/fhir/R4/http.html#versions, #prefer, #mime-type): ETag, If-Match, Prefer, and the addresses in answers. */
import type { Reply, RouteRequest } from '../http/route.ts'
import { parseJsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Content } from '../model/bytes.ts'
import type { StoredVersion } from '../model/resource.ts'
import { formatOf } from './format.ts'
import { writeXml } from './xml/write.ts'

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

/** The version that must be current, or one of several; '*': any, but there must be one. */
export type IfMatch = number | '*' | readonly number[]

const MOST_TAGS = 100

/** `W/"3"`, `"3"`, `*`, or a list of tags (RFC 9110, 13.1.1). A version that no resource can have comes out as -1, which matches nothing. */
export const parseIfMatch = (header: string | undefined, place = 'http.If-Match'): IfMatch | undefined => {
  if (header === undefined) return undefined
  if (header.trim() === '*') return '*'
  const versions = header.split(',').map((part) => {
    const tag = /^(?:W\/)?"([^"]*)"$/.exec(part.trim())?.[1]
    if (tag === undefined) throw outcome('bad-request', { expression: place, diagnostics: 'Expected entity tags such as W/"3", or *.' })
    return parseVersion(tag) ?? -1
  })
  if (versions.length > MOST_TAGS) throw outcome('bad-request', { expression: place, diagnostics: `More than ${MOST_TAGS} entity tags.` })
  const [only, more] = versions
  return more === undefined ? only : versions
}

/** Whether the header lets a change of this version pass. */
export const isExpected = (expected: IfMatch | undefined, version: number): boolean =>
  expected === undefined || expected === '*' || (typeof expected === 'number' ? expected === version : expected.includes(version))

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

/** Base of absolute addresses in an answer: the address by which the client reached this server. */
export const baseOf = (request: Pick<RouteRequest, 'headers'>, publicUrl: string): string => {
  const host = request.headers.host ?? ''
  const scheme = publicUrl.startsWith('https://') ? 'https' : 'http'
  return `${/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/.test(host) ? `${scheme}://${host}` : publicUrl}/fhir/R4`
}

/** A FHIR body, given as JSON, in the format that the client asked for; indented for `_pretty=true`. JSON goes out as it is, never read again. */
export const fhirReply = (request: Pick<RouteRequest, 'query' | 'headers'>, status: number, body: Content, headers: Record<string, string> = {}): Reply => {
  const { kind, type } = formatOf(request)
  const pretty = request.query.some(([name, value]) => name === '_pretty' && value === 'true')
  return { status, headers: { 'content-type': type, vary: 'Accept', ...headers }, body: kind === 'xml' ? writeXml(parseJsonObject(String(body)), { pretty }) : pretty ? indent(String(body)) : typeof body === 'string' ? body : body.toBuffer() }
}

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
