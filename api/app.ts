/**
 * The HTTP application of one site: the only file that registers plugins, in the order a request meets them:
 * headers, is there room, who is calling, may they, the body, a place in the queue, the handler, the one error handler.
 */
import cookie from '@fastify/cookie'
import fastifyStatic from '@fastify/static'
import fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Writable } from 'node:stream'
import type { Config } from './config.ts'
import { answerFailure, statusOf, toOutcome } from './fhir/outcome-handler.ts'
import { readXmlInTurns } from './fhir/xml/read.ts'
import { requireAccess } from './http/access.ts'
import { createAdmission, type Admission } from './http/admission.ts'
import { healthRoutes, type Readiness } from './http/health.ts'
import { judgeOrigin, type FindOrigins } from './http/cross-origin.ts'
import { describeFailure } from './http/log.ts'
import { createMetrics, metricsRoutes, type SubscriptionCount } from './http/metrics.ts'
import { goneSignal, guessPairs, headersOf, pathOf, sendReply, toFacts, toRouteRequest } from './http/request.ts'
import type { NoteRefusal } from './http/refusals.ts'
import { createMethodFinder, requireRoutes } from './http/route-table.ts'
import type { Authenticate, RequestFacts, Route, Site } from './http/route.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { PresenceSockets } from './http/presence-sockets.ts'
import type { Sockets } from './http/subscription-sockets.ts'
import { attachUpgrades } from './http/upgrades.ts'
import { createWebFiles } from './http/static-web.ts'
import { outcome } from './model/outcome.ts'
import type { Caller, IdSource } from './model/ports.ts'

/** Largest body accepted, in bytes; also stated in the CapabilityStatement. */
export const BODY_LIMIT = 16 * 1024 * 1024
const PATIENCE_MS = 5000
const REQUEST_MS = 120_000

export interface AppDeps {
  readonly site: Site
  readonly config: Pick<Config, 'publicUrl' | 'logLevel' | 'concurrency' | 'queue' | 'proxies'>
  /** Of all parts; app picks those of its site and adds health and metrics. */
  readonly routes: readonly Route[]
  readonly authenticate: Authenticate
  /** Puts a refusal by kind or role on record. */
  readonly noteRefusal?: NoteRefusal
  readonly ids: IdSource
  readonly readiness: () => Promise<Omit<Readiness, 'queue'>>
  /** Milliseconds in which a request must have arrived, default two minutes; of one whose body is handed on while it comes, the next piece. So long an answer that is made while it leaves waits for its next piece to be taken. */
  readonly arrivalMs?: number
  /** Websockets of subscriptions. */
  readonly sockets?: Sockets
  /** Websockets of open visit sheets. */
  readonly presence?: PresenceSockets
  /** Of subscriptions, for the metrics. */
  readonly countSubscriptions?: SubscriptionCount
  /** Origins of apps that run in browsers; undefined: of nobody. */
  readonly findOrigins?: FindOrigins
  /** Folder of the built web app. */
  readonly webRoot?: string
  readonly logStream?: Writable
}

const isApi = (path: string): boolean => /^\/(api|fhir|oauth2|exchange|\.well-known|healthz|readyz|metrics)(\/|$)/.test(path)
const isFhir = (path: string): boolean => /^\/fhir(\/|$)/.test(path)

/** Registers everything and is ready for inject() or listen(). Throws on a route without access or declared twice. */
export const buildApp = async (deps: AppDeps): Promise<FastifyInstance> => {
  const admission = createAdmission({ concurrency: deps.config.concurrency, queue: deps.config.queue, patience: PATIENCE_MS })
  const metrics = createMetrics(admission, { countSubscriptions: deps.countSubscriptions, countSockets: deps.sockets && (() => deps.sockets?.count() ?? 0), countSheets: deps.presence && (() => deps.presence?.count() ?? 0) })
  const readiness = async (): Promise<Readiness> => ({ ...(await deps.readiness()), queue: admission.open })
  const routes = requireRoutes([...healthRoutes({ readiness }), ...metricsRoutes({ metrics }), ...deps.routes], deps.site)
  const methodsOf = createMethodFinder(routes)
  const web = createWebFiles(deps.webRoot ?? '')

  const fail = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const failure = toOutcome(thrown)
    if (statusOf(failure) >= 500 && failure.code !== 'overloaded') request.log.error(describeFailure(failure, thrown), 'request failed')
    return sendReply(reply, answerFailure(failure, { fhir: isFhir(pathOf(request.url)) ? { query: guessPairs(request.url), headers: headersOf(request) } : undefined, requestId: request.id }))
  }

  const app = fastify({
    bodyLimit: BODY_LIMIT,
    genReqId: () => deps.ids.uuid(),
    requestIdHeader: false,
    // limits of attempts and audit rows are about who calls, not about the proxy in between
    trustProxy: deps.config.proxies.length > 0 && [...deps.config.proxies],
    forceCloseConnections: 'idle',
    // Node's own limit knows no routes: it would end an import that takes its time. limitArrival stands in for it; headers have Node's.
    requestTimeout: 0,
    logger: { level: deps.config.logLevel, serializers: { req: () => ({}), res: () => ({ }) }, ...(deps.logStream === undefined ? {} : { stream: deps.logStream }) },
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: false },
    frameworkErrors: (error, request, reply) => {
      fail(error, request, reply)
    },
  })
  app.setErrorHandler(fail)

  const headers = await securityHeaders(deps.config.publicUrl.startsWith('https://'))
  await app.register(cookie)
  if (deps.webRoot !== undefined) await app.register(fastifyStatic, { root: deps.webRoot, serve: false })

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    // the client's own name of the request goes back to it, and nowhere else: http://hl7.org/fhir/R4/http.html#custom-headers
    const own = request.headers['x-request-id']
    if (typeof own === 'string' && /^[\w.:-]{1,128}$/.test(own)) reply.header('x-correlation-id', own)
    reply.headers(headers)
    if (deps.findOrigins === undefined) return
    const { origin, 'access-control-request-method': wants } = request.headers
    const other = await judgeOrigin({ method: request.method, path: pathOf(request.url), origin, wants }, deps.findOrigins)
    if (other !== undefined) reply.headers(other.headers)
    if (other?.preflight === true) await reply.code(204).send()
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? '(none)'
    metrics.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1000)
    request.log.info({ method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered')
  })
  app.addHook('onClose', async () => metrics.close())
  // before the server waits for its connections to end
  app.addHook('preClose', async () => { await Promise.all([deps.sockets?.close(), deps.presence?.close()]) })

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  for (const route of routes.filter(({ streams }) => streams !== true)) mount(app, route, deps, route.queued === false ? undefined : admission)
  // their bodies are nobody's to gather
  await app.register(async (inner) => {
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser('*', (_request, body, done) => done(null, body))
    for (const route of routes.filter(({ streams }) => streams === true)) mount(inner, route, deps, undefined)
  })

  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url)
    if (!isApi(path) && (request.method === 'GET' || request.method === 'HEAD')) {
      const found = web.find(path, (request.headers.accept ?? '*/*').includes('text/html') || request.headers['sec-fetch-mode'] === 'navigate')
      if (found !== undefined) {
        return found.immutable
          ? reply.sendFile(found.file, { maxAge: '365d', immutable: true })
          : reply.header('cache-control', 'no-cache').sendFile(found.file, { cacheControl: false })
      }
    }
    const allow = methodsOf(path)
    throw allow.length > 0 ? outcome('method-not-allowed', { allow: allow.join(', ') }) : outcome('unknown-route')
  })

  await app.ready()
  attachUpgrades(app.server, [deps.sockets, deps.presence].filter((hub) => hub !== undefined))
  deps.presence?.start()
  deps.sockets?.start((failure) => app.log.warn({ error: failure instanceof Error ? failure.name : typeof failure }, 'websockets could not be told; it is tried again'))
  return app
}

/** Ends the connection of a sender who does not come to an end, or of a stream to the next piece. */
const limitArrival = ({ raw }: FastifyRequest, streams: boolean, limit: number): void => {
  if (raw.complete || (raw.headers['content-length'] === undefined && raw.headers['transfer-encoding'] === undefined)) return
  let seen = -1
  const timer = setInterval(() => {
    if (!streams || raw.socket.bytesRead === seen) raw.destroy()
    seen = raw.socket.bytesRead
  }, limit).unref()
  const stop = (): void => clearInterval(timer)
  raw.once('end', stop).once('close', stop)
}

/**
 * One row of the table. Who is calling is asked before the body is read; a full queue refuses at once, but a place in it is only taken
 * when the body is there, so that a slow sender keeps nobody out.
 */
const mount = (app: FastifyInstance, route: Route, { authenticate, noteRefusal, arrivalMs = REQUEST_MS }: Pick<AppDeps, 'authenticate' | 'noteRefusal' | 'arrivalMs'>, admission: Admission | undefined): void => {
  const known = new WeakMap<FastifyRequest, { facts: RequestFacts; caller?: Caller }>()
  app.route({
    method: route.method,
    url: route.url,
    onRequest: async (request) => {
      limitArrival(request, route.streams === true, arrivalMs)
      admission?.requireOpen()
      const facts = toFacts(request)
      if (route.access === 'open' || route.access === 'peer') {
        known.set(request, { facts })
        return
      }
      const caller = await authenticate(facts)
      try {
        known.set(request, { facts, caller: requireAccess(route.access, caller) })
      } catch (refusal) {
        if (caller !== undefined) await noteRefusal?.(caller, route)
        throw refusal
      }
    },
    preHandler: async (request, reply) => {
      if (admission === undefined) return
      const leave = await admission.enter()
      reply.raw.once('close', leave)
      if (request.raw.destroyed || reply.raw.destroyed) leave()
    },
    handler: async (request, reply) => {
      const found = known.get(request)
      if (found === undefined) throw outcome('internal', { diagnostics: 'The request was not authenticated.' })
      const given = await toRouteRequest(route, found.facts, request, readXmlInTurns)
      if (route.access === 'open' || route.access === 'peer') return sendReply(reply, await route.handler(given), arrivalMs)
      if (found.caller === undefined) throw outcome('sign-in-needed')
      return sendReply(reply, await route.handler({ ...given, caller: found.caller, gone: () => goneSignal(reply) }), arrivalMs)
    },
  })
}
