/**
 * Which pages of other origins a browser lets read answers (https://fetch.spec.whatwg.org/#http-cors-protocol): none, but for apps that run in a browser, as
 * https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#considerations-for-cross-origin-resource-sharing-cors-support asks. Anybody may read what says where things are;
 * the origins of apps that are on may also use the token endpoint and the FHIR interface. No answer is ever read with the cookies of a person.
 */
import type { Apps } from '../model/app-ports.ts'

/** Origins to which apps that are on may be sent back. */
export type FindOrigins = () => Promise<ReadonlySet<string>>

export const createFindOrigins = (apps: Pick<Apps, 'active'>): FindOrigins => async () =>
  new Set((await apps.active()).flatMap(({ redirectUris }) => redirectUris.flatMap((uri) => URL.parse(uri)?.origin ?? [])))

const PUBLIC = /^\/(fhir\/R4\/)?\.well-known\/(smart|openid)-configuration$|^\/fhir\/R4\/metadata$|^\/oauth2\/jwks$/
const OF_APPS = /^\/oauth2\/(token|revoke|introspect)$|^\/fhir\/R4(\/|$)/
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const REQUEST_HEADERS = 'Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, Prefer, X-Provenance, X-Request-Id, X-Security-Context'
const ANSWER_HEADERS = 'Content-Location, ETag, Last-Modified, Location, Retry-After, X-Request-Id'
const PREFLIGHT_SECONDS = '600'

export interface CrossOrigin { readonly headers: Readonly<Record<string, string>>; /** Only asked whether it may ask. */ readonly preflight: boolean }

interface Asked { readonly method: string; readonly path: string; readonly origin: string | undefined; readonly wants: string | undefined }

/** undefined: the page may not read the answer. */
export const judgeOrigin = async ({ method, path, origin, wants }: Asked, findOrigins: FindOrigins): Promise<CrossOrigin | undefined> => {
  if (origin === undefined || origin === 'null') return undefined
  const open = PUBLIC.test(path)
  if (!open && !(OF_APPS.test(path) && (await findOrigins()).has(origin))) return undefined
  const preflight = method === 'OPTIONS' && wants !== undefined
  return {
    preflight,
    headers: {
      'access-control-allow-origin': open ? '*' : origin, 'access-control-expose-headers': ANSWER_HEADERS, ...(!open && { vary: 'Origin' }),
      ...(preflight && { 'access-control-allow-methods': METHODS, 'access-control-allow-headers': REQUEST_HEADERS, 'access-control-max-age': PREFLIGHT_SECONDS }),
    },
  }
}
