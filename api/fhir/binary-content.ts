/**
 * Binary in its own form (http://hl7.org/fhir/R4/binary.html#rest): its content is the body of a create or update, and the answer of a read whose Accept names its
 * media type. Whoever names no type, or one of FHIR, deals with the resource, as for every other type. Pure.
 */
import type { GuardedRequest, Reply, RouteRequest } from '../http/route.ts'
import { JSON_TYPES, XML_TYPES } from '../http/route.ts'
import { objectFromPlain, parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { StoredVersion } from '../model/resource.ts'
import { isFormat, rangesOf } from './format.ts'
import { versionHeaders } from './headers.ts'
import { readResource } from './resource-body.ts'

const BINARY = 'Binary'
const SECURITY_CONTEXT = 'x-security-context'
const FHIR_MEDIA: ReadonlySet<string> = new Set([...JSON_TYPES, ...XML_TYPES])
/** In base64 it has to fit the limit of a body. */
const MOST_BYTES = 12 * 1024 * 1024 - 4096
/** What may stand in a header as it is; everything else goes out as bytes without a name. */
const SAFE_MEDIA = /^[\w.+-]+\/[\w.+-]+(?:\s*;\s*[\w.+-]+=(?:[\w.+-]+|"[\w .+:/-]*"))*$/
/** A stored page or picture must not act in the name of this server: it is saved, not shown, and runs nothing. */
const HARMLESS = { 'content-security-policy': 'sandbox; default-src \'none\'', 'content-disposition': 'attachment', vary: 'Accept' }

const mediaOf = (text: string | undefined): string => (text ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

/** The resource in the body, or the Binary whose content the body is. */
export const readWritten = (request: GuardedRequest, type: string, id?: string): JsonObject => {
  const contentType = request.headers['content-type']
  if (type !== BINARY || contentType === undefined || request.bytes.length === 0 || FHIR_MEDIA.has(mediaOf(contentType))) return readResource(request.json(), { type }).resource
  if (request.bytes.length > MOST_BYTES) throw outcome('body-too-large', { diagnostics: `The content of a Binary has at most ${MOST_BYTES} bytes.` })
  const context = request.headers[SECURITY_CONTEXT]
  return objectFromPlain({
    resourceType: BINARY, ...(id !== undefined && { id }), contentType: contentType.trim(), ...(context !== undefined && { securityContext: { reference: context.trim() } }),
    data: Buffer.from(request.bytes).toString('base64'),
  })
}

export type ContentReply = (stored: StoredVersion) => Reply | undefined

/** How a read of the type is answered with the content, when Accept has a type that is none of FHIR; undefined for all others. */
export const contentReply = (request: Pick<RouteRequest, 'query' | 'headers'>, type: string): ContentReply | undefined => {
  if (type !== BINARY || request.query.some(([name]) => name === '_format')) return undefined
  const ranges = rangesOf(request.headers.accept).filter(({ media, weight }) => weight > 0 && media !== '*/*')
  const own = ranges.filter(({ media }) => !isFormat(media))
  if (own.length === 0) return undefined
  const heaviest = Math.max(0, ...ranges.filter(({ media }) => isFormat(media)).map(({ weight }) => weight))
  return (stored) => {
    const resource = parseJsonObject(stored.body)
    const contentType = stringAt(resource, 'contentType') ?? ''
    const media = mediaOf(contentType)
    const fits = (range: string): boolean => range === media || (range.endsWith('/*') && media.startsWith(range.slice(0, -1)))
    if (FHIR_MEDIA.has(media) || !own.some((range) => fits(range.media) && range.weight >= heaviest)) return undefined
    const context = stringAt(resource, 'securityContext', 'reference')
    return {
      status: 200, body: Buffer.from(stringAt(resource, 'data') ?? '', 'base64'),
      headers: {
        ...versionHeaders(stored), ...HARMLESS, 'content-type': SAFE_MEDIA.test(contentType) ? contentType : 'application/octet-stream',
        ...(context !== undefined && /^[!-~]+$/.test(context) && { 'x-security-context': context }),
      },
    }
  }
}
