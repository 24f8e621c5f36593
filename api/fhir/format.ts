/**
 * JSON or XML (http://hl7.org/fhir/R4/http.html#mime-type, RFC 9110 section 12.5.1): `_format` wins over Accept; of what Accept weighs the same, the first; a browser's
 * text/html gets JSON. The parameter fhirVersion may say 4.0 (http://hl7.org/fhir/R4/http.html#version-parameter).
 */
import { FHIR_VERSIONS, type RouteRequest } from '../http/route.ts'
import { outcome } from '../model/outcome.ts'

export type FormatKind = 'json' | 'xml'

/** What an answer is written in. */
export interface Format {
  readonly kind: FormatKind
  /** The Content-Type. */
  readonly type: string
}

type Asking = Pick<RouteRequest, 'query' | 'headers'>

const JSON_FORMAT: Format = { kind: 'json', type: 'application/fhir+json; charset=utf-8' }
const OWN_TYPE: Readonly<Record<FormatKind, string>> = { json: 'application/fhir+json', xml: 'application/fhir+xml' }

/** Media types and the short names of `_format`. Generic types are answered as they were asked for. */
const KINDS: ReadonlyMap<string, FormatKind> = new Map([
  ['json', 'json'], ['application/json', 'json'], ['text/json', 'json'], ['application/fhir+json', 'json'],
  ['xml', 'xml'], ['application/xml', 'xml'], ['text/xml', 'xml'], ['application/fhir+xml', 'xml'],
])
/** Ranges, and what a browser asks for: JSON unless it is ruled out. */
const ANY: ReadonlySet<string> = new Set(['*/*', 'application/*', 'text/html'])

interface Range { readonly media: string; readonly weight: number; readonly version: string | undefined }

const readRange = (text: string): Range => {
  const [media = '', ...parameters] = text.split(';').map((part) => part.trim())
  const parameter = (name: string): string | undefined =>
    parameters.find((each) => each.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1).trim().replaceAll('"', '')
  const weight = parameter('q')
  return { media: media.toLowerCase(), weight: weight === undefined ? 1 : /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0, version: parameter('fhirversion') }
}

const typeOf = (media: string, kind: FormatKind, version: string | undefined): string =>
  `${media.includes('/') && KINDS.has(media) ? media : OWN_TYPE[kind]}${version === undefined ? '' : `; fhirVersion=${version}`}; charset=utf-8`

const fromRanges = (ranges: readonly Range[]): Format | undefined => {
  const refused = new Set(ranges.filter(({ weight }) => weight === 0).map(({ media }) => KINDS.get(media)))
  const wanted = ranges.filter(({ weight, version }) => weight > 0 && (version === undefined || FHIR_VERSIONS.includes(version))).sort((a, b) => b.weight - a.weight)
  for (const { media, version } of wanted) {
    const kind = KINDS.get(media) ?? (ANY.has(media) ? (['json', 'xml'] as const).find((each) => !refused.has(each)) : undefined)
    if (kind !== undefined) return { kind, type: typeOf(media, kind, version) }
  }
  return undefined
}

/** Ranges of an Accept header with their weights, in its order. */
export const rangesOf = (accept: string | undefined): readonly Pick<Range, 'media' | 'weight'>[] => (accept ?? '').split(',').filter((text) => text.trim() !== '').map(readRange)

/** Whether a range is answered with a resource: a type of FHIR, or one that stands for it. */
export const isFormat = (media: string): boolean => KINDS.has(media) || media === 'application/*'

/** undefined: nothing fits. */
export const findFormat = ({ query, headers }: Asking): Format | undefined => {
  const asked = query.find(([name]) => name === '_format')?.[1]
  // A '+' in a query is a space when it is decoded, and many clients do not encode it.
  if (asked !== undefined) return fromRanges([readRange(asked.replace(/fhir (json|xml)/i, 'fhir+$1'))].filter(({ media }) => KINDS.has(media)))
  const accept = headers.accept?.trim() ?? ''
  return accept === '' ? JSON_FORMAT : fromRanges(accept.split(',').map(readRange))
}

/** What to write an answer in that has to be written anyway, e.g. a refusal. */
export const formatOf = (request: Asking): Format => findFormat(request) ?? JSON_FORMAT

/** Throws not-acceptable (406) when the client wants neither JSON nor XML of R4. */
export const requireFormat = (request: Asking): void => {
  if (findFormat(request) !== undefined) return
  throw outcome('not-acceptable', {
    diagnostics: `The formats are ${OWN_TYPE.json} and ${OWN_TYPE.xml}, of FHIR 4.0.`, expression: request.query.some(([name]) => name === '_format') ? 'http._format' : 'http.Accept',
  })
}
