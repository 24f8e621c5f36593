/**
 * The only place that fetches. Adds the CSRF header, If-Match from a version, turns every failure into a RequestError, tells the shell when the
 * server is out of reach, and, when the session has expired, waits for the user to sign in again and then repeats the request once.
 */
import { JsonObject, parseJsonObject, writeJson } from '#api/model/json.ts'
import { keptAddress } from '#web/device/kept-addresses.ts'
import { RequestError, toRequestError } from './request-error.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>
  /** Sent as JSON; a JsonObject with its digits kept; a Blob as it is, with its own type. */
  readonly body?: unknown
  /** Version that must still be current: becomes If-Match. */
  readonly ifMatch?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** False: an expired session is an error like any other (the sign-in page, background saves that must not open a dialog). */
  readonly relogin?: boolean
  /** The page asks by itself: does not count as the user being there (X-EMR-Background). */
  readonly background?: boolean
  /** Goes out though the person is known by this PC alone: that is how the server comes to know them. */
  readonly evenOffline?: boolean
}

/** What the shell hands in, so that this file knows neither the session store nor the screen. */
export interface ClientHooks {
  csrf(): string | undefined
  /** Resolves true when the same person has signed in again. */
  onSessionExpired(): Promise<boolean>
  onReachable(reachable: boolean): void
  /** The person is known by this PC alone: nothing may go out, since the browser's cookie may be somebody else's. */
  offline?(): boolean
  readonly copies?: Copies
}

/** Answers that this PC keeps for when the server is out of reach. */
export interface Copies {
  keep(url: string, answer: Response): void
  find(url: string): Promise<Response | undefined>
  drop(url: string): void
}

let hooks: ClientHooks = { csrf: () => undefined, onSessionExpired: () => Promise.resolve(false), onReachable: () => undefined }
export const connectClient = (given: ClientHooks): void => { hooks = given }

/** "/api/queue" + {day: '2026-11-22'} -> "/api/queue?day=2026-11-22"; values that are undefined or empty are left out. */
export const buildUrl = (path: string, query: RequestOptions['query'] = {}): string => {
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`]))
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

const toBody = (body: unknown): Blob | string => (body instanceof Blob ? body : body instanceof JsonObject ? writeJson(body) : JSON.stringify(body))

const buildInit = (method: HttpMethod, path: string, options: RequestOptions): RequestInit => {
  const csrf = method === 'GET' ? undefined : hooks.csrf()
  const isBlob = options.body instanceof Blob
  const json = path.startsWith('/fhir/') ? 'application/fhir+json' : 'application/json'
  return {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    headers: {
      accept: `${json}, application/pdf;q=0.9`,
      ...(options.body === undefined || isBlob ? {} : { 'content-type': json }),
      ...(csrf === undefined ? {} : { 'x-emr-csrf': csrf }),
      ...(options.ifMatch === undefined ? {} : { 'if-match': `W/"${options.ifMatch}"` }),
      ...(options.background === true ? { 'x-emr-background': '1' } : {}),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: toBody(options.body) }),
    ...(options.signal ? { signal: options.signal } : {}),
  }
}

const failureOf = async (response: Response): Promise<RequestError> => {
  const body: unknown = await response.json().catch(() => undefined)
  return toRequestError(response.status, body)
}

/** The answer as it came, for 2xx; everything else throws a RequestError. An aborted request throws the browser's AbortError. */
export const send = async (method: HttpMethod, path: string, options: RequestOptions = {}, again = true): Promise<Response> => {
  let response: Response
  const url = buildUrl(path, options.query)
  const kept = method === 'GET' && keptAddress(url) !== undefined
  try {
    if (hooks.offline?.() === true && options.evenOffline !== true) throw new RequestError('network', 0)
    response = await fetch(url, buildInit(method, path, options))
  } catch (error) {
    if (options.signal?.aborted) throw error
    hooks.onReachable(false)
    const copy = kept ? await hooks.copies?.find(url) : undefined
    if (copy) return copy
    throw new RequestError('network', 0)
  }
  hooks.onReachable(true)
  if (response.ok) {
    if (kept) hooks.copies?.keep(url, response.clone())
    return response
  }
  const failure = await failureOf(response)
  if (kept && [403, 404, 410].includes(response.status)) hooks.copies?.drop(url)
  const expired = response.status === 401 && (failure.code === 'session-expired' || failure.code === 'sign-in-needed')
  if (expired && again && options.relogin !== false && await hooks.onSessionExpired()) return send(method, path, options, false)
  throw failure
}

/** JSON of the answer; undefined for 204. The caller names the type that api/model/site.ts gives this address. */
export const request = async <T>(method: HttpMethod, path: string, options: RequestOptions = {}): Promise<T> => {
  const response = await send(method, path, options)
  if (response.status === 204) return undefined as T
  try {
    return await response.json() as T
  } catch {
    throw new RequestError('bad-answer', response.status)
  }
}

export const get = <T>(path: string, options?: RequestOptions): Promise<T> => request<T>('GET', path, options)
export const post = <T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> => request<T>('POST', path, { ...options, body })
export const put = <T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> => request<T>('PUT', path, { ...options, body })
export const remove = (path: string, options?: RequestOptions): Promise<void> => request<void>('DELETE', path, options)

/** The answer with the digits of its numbers, for what people read and send back. */
export const getLossless = async (path: string, options?: RequestOptions): Promise<JsonObject> => {
  const response = await send('GET', path, options)
  try {
    return parseJsonObject(await response.text())
  } catch {
    throw new RequestError('bad-answer', response.status)
  }
}

/** Bytes of a PDF or a picture. */
export const getBlob = async (method: 'GET' | 'POST', path: string, options?: RequestOptions): Promise<Blob> => (await send(method, path, options)).blob()
