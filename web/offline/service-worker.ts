/**
 * Keeps the screens, and only those: script, styles, fonts and the page itself, so that they open with the cable cut (https://www.w3.org/TR/service-workers/). Answers of the server never pass through
 * here. The page is always asked of the server first, so a new release is taken up with the next loading; files have their digest in their name and are never stale. Those of the release before stay,
 * for tabs that still run it. The build puts VERSION and FILES in front (.config/precache.ts).
 */
declare const VERSION: string
declare const FILES: readonly string[]

interface Waiting extends Event { waitUntil(work: Promise<unknown>): void }
interface Fetching extends Waiting { readonly request: Request; respondWith(answer: Promise<Response>): void }
interface Worker { skipWaiting(): Promise<void>; readonly clients: { claim(): Promise<void> }; addEventListener(name: 'install' | 'activate', listener: (event: Waiting) => void): void; addEventListener(name: 'fetch', listener: (event: Fetching) => void): void }

declare const self: Worker
const worker = self
const SHELL = 'emr-shell-'
/** Milliseconds that the server has to give the page. */
const PATIENCE = 4_000
const NOT_OURS = /^\/(api|fhir|oauth2|exchange|\.well-known|healthz|readyz|metrics)(\/|$)/

worker.addEventListener('install', (event) => {
  event.waitUntil(caches.open(SHELL + VERSION).then((shell) => shell.addAll(FILES.map((file) => (file === '/' ? new Request(file, { cache: 'reload' }) : file)))).then(() => worker.skipWaiting()))
})

async function tidy(): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith(SHELL) && name !== SHELL + VERSION)
  await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)))
  await worker.clients.claim()
}
worker.addEventListener('activate', (event) => event.waitUntil(tidy()))

async function page(request: Request): Promise<Response> {
  const kept = async (): Promise<Response | undefined> => (await caches.open(SHELL + VERSION)).match('/')
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) })
    // a proxy that speaks for a server that is away
    return answer.status >= 502 && answer.status <= 504 ? await kept() ?? answer : answer
  } catch (error) {
    const shell = await kept()
    if (shell) return shell
    throw error
  }
}

async function file(request: Request): Promise<Response> {
  // of two releases the one that is served: a name without a digest may stand in both
  const kept = await (await caches.open(SHELL + VERSION)).match(request, { ignoreVary: true }) ?? await caches.match(request, { ignoreVary: true })
  return kept ?? fetch(request)
}

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin || NOT_OURS.test(pathname)) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (pathname.startsWith('/assets/') || pathname === '/mark.svg' || pathname === '/theme.js') event.respondWith(file(request))
})

export {}
