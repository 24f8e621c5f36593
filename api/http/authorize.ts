/**
 * The authorization endpoint (https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#obtain-authorization-code): reads what an app asks, and hands it to the page on
 * which the person is asked. It looks at no cookie: a browser that comes from another site brings none (SameSite=Strict).
 */
import { Outcome, OUTCOMES } from '../model/outcome.ts'
import { PARAMETERS, readAuthorizeRequest, type AuthorizeReadDeps } from '../security/authorize-request.ts'
import type { Reply, Route, RouteRequest } from './route.ts'

/** The page of web/features/apps. */
export const CONSENT_PAGE = '/ung-dung/cho-phep'

const goTo = (address: string): Reply => ({ status: 303, headers: { location: address, 'cache-control': 'no-store' } })

/** Nobody is sent on: neither the app nor where it wants to go is known. */
const stop = (failure: Outcome): Reply => {
  const { vi, en } = OUTCOMES[failure.code]
  return {
    status: 400, headers: { 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY' },
    body: `<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Không thể tiếp tục</title></head><body><h1>Không thể tiếp tục</h1><p>${vi}</p><p lang="en">${en}</p></body></html>`,
  }
}

const authorize = async (deps: AuthorizeReadDeps, form: URLSearchParams): Promise<Reply> => {
  try {
    const parsed = await readAuthorizeRequest(deps, form)
    if (parsed.kind === 'return') return goTo(parsed.to)
    const known = PARAMETERS.flatMap((name) => { const value = form.get(name); return value === null ? [] : [[name, value]] })
    return goTo(`${CONSENT_PAGE}?${new URLSearchParams(known).toString()}`)
  } catch (failure) {
    if (failure instanceof Outcome && (failure.code === 'app-unknown' || failure.code === 'app-address')) return stop(failure)
    throw failure
  }
}

/** GET, POST /oauth2/authorize */
export const authorizeRoutes = (deps: AuthorizeReadDeps): Route[] => [
  { method: 'GET', url: '/oauth2/authorize', site: 'hospital', access: 'open', handler: (request: RouteRequest) => authorize(deps, new URLSearchParams(request.query.map(([name, value]) => [name, value]))) },
  { method: 'POST', url: '/oauth2/authorize', site: 'hospital', access: 'open', takes: ['application/x-www-form-urlencoded'], handler: (request: RouteRequest) => authorize(deps, new URLSearchParams(request.text())) },
]
