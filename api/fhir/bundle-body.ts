/** A batch or transaction Bundle as it came (http://hl7.org/fhir/R4/bundle.html#transaction): entries with what each asks for, and where a wrong one stands. */
import { JsonObject, type JsonValue } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { toInstantUtc } from '../model/day.ts'
import { httpDate, parseIfMatch } from './headers.ts'

/** Entries in one batch or transaction. */
export const MAX_ENTRIES = 5000

export interface RequestEntry {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Relative to the base, without a slash before it. */
  readonly url: string
  readonly fullUrl?: string
  readonly resource?: JsonObject
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  /** An HTTP date. */
  readonly ifModifiedSince?: string
  readonly ifNoneExist?: string
  /** "Bundle.entry[3]" */
  readonly path: string
}

const METHODS: ReadonlySet<string> = new Set<RequestEntry['method']>(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
const isMethod = (method: string): method is RequestEntry['method'] => METHODS.has(method)

const requireText = (object: JsonObject, name: string, path: string): string | undefined => {
  const value = object.get(name)
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw outcome('bad-request', { expression: `${path}.${name}`, diagnostics: 'Expected a text.' })
  return value
}

/** The kind of Bundle and its entries. Throws with the place of the first entry that cannot be understood. `base`: absolute addresses of this server are accepted too. */
export const readBundle = (value: JsonValue, base: string): { readonly type: 'batch' | 'transaction'; readonly entries: RequestEntry[] } => {
  if (!(value instanceof JsonObject) || value.get('resourceType') !== 'Bundle') throw outcome('bad-request', { expression: 'Bundle.resourceType', diagnostics: 'Expected a Bundle.' })
  const type = value.get('type')
  if (type !== 'batch' && type !== 'transaction') throw outcome('bad-request', { expression: 'Bundle.type', diagnostics: 'Expected batch or transaction.' })
  const given = value.get('entry') ?? []
  if (!Array.isArray(given)) throw outcome('bad-request', { expression: 'Bundle.entry', diagnostics: 'Expected a list.' })
  const items: readonly JsonValue[] = given
  if (items.length > MAX_ENTRIES) throw outcome('bundle-too-large', { expression: 'Bundle.entry', diagnostics: `At most ${MAX_ENTRIES} entries.` })
  return { type, entries: items.map((item, at) => readEntry(item, `Bundle.entry[${at}]`, base)) }
}

const readEntry = (item: JsonValue, path: string, base: string): RequestEntry => {
  if (!(item instanceof JsonObject)) throw outcome('bad-request', { expression: path, diagnostics: 'Expected an object.' })
  const request = item.get('request')
  if (!(request instanceof JsonObject)) throw outcome('bad-request', { expression: `${path}.request`, diagnostics: 'Each entry carries its request.' })
  const method = requireText(request, 'method', `${path}.request`)
  if (method === undefined || !isMethod(method)) throw outcome('bad-request', { expression: `${path}.request.method`, diagnostics: 'Expected GET, HEAD, POST, PUT, PATCH or DELETE.' })
  const url = requireText(request, 'url', `${path}.request`)
  if (url === undefined || url === '') throw outcome('bad-request', { expression: `${path}.request.url`, diagnostics: 'The address is missing.' })
  const resource = item.get('resource')
  if (resource !== undefined && !(resource instanceof JsonObject)) throw outcome('bad-request', { expression: `${path}.resource`, diagnostics: 'Expected an object.' })
  if ((method === 'POST' || method === 'PUT' || method === 'PATCH') && resource === undefined && !url.includes('_search')) throw outcome('bad-request', { expression: `${path}.resource`, diagnostics: 'The resource is missing.' })
  const fullUrl = requireText(item, 'fullUrl', path)
  const ifMatch = requireText(request, 'ifMatch', `${path}.request`)
  const ifNoneMatch = requireText(request, 'ifNoneMatch', `${path}.request`)
  const ifNoneExist = requireText(request, 'ifNoneExist', `${path}.request`)
  const since = requireText(request, 'ifModifiedSince', `${path}.request`)
  const instant = since === undefined ? undefined : toInstantUtc(since)
  if (since !== undefined && instant === undefined) throw outcome('bad-request', { expression: `${path}.request.ifModifiedSince`, diagnostics: 'Expected an instant.' })
  if (ifMatch !== undefined) parseIfMatch(ifMatch, `${path}.request.ifMatch`)
  return {
    method, url: url.startsWith(`${base}/`) ? url.slice(base.length + 1) : url.replace(/^\//, ''), path,
    ...(fullUrl === undefined ? {} : { fullUrl }),
    ...(resource === undefined ? {} : { resource }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    ...(ifNoneExist === undefined ? {} : { ifNoneExist }),
    ...(instant === undefined ? {} : { ifModifiedSince: httpDate(instant) }),
  }
}

/** The conditions of an entry as the headers that they stand for. */
export const conditionsOf = (entry: RequestEntry): Record<string, string | undefined> =>
  ({ 'if-match': entry.ifMatch, 'if-none-match': entry.ifNoneMatch, 'if-none-exist': entry.ifNoneExist, 'if-modified-since': entry.ifModifiedSince })
