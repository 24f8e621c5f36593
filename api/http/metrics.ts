/** GET /metrics in Prometheus text (https://prometheus.io/docs/instrumenting/exposition_formats/): route patterns and counts, never an address with values in it, no patient data. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Admission } from './admission.ts'
import type { Route } from './route.ts'

/** Sums over all subscriptions of the site: nobody's name, nothing of a patient. */
export type SubscriptionCount = () => Promise<{ readonly statuses: Readonly<Record<string, number>>; readonly waiting: number; readonly failing: number }>

export interface Metrics {
  /** One answered request; `route` is the pattern, e.g. "/fhir/R4/:type/:id". */
  observe(method: string, route: string, status: number, seconds: number): void
  text(): Promise<string>
  readonly contentType: string
  close(): void
}

/** One question to the database for all of them; while it is away they say nothing. */
const watchSubscriptions = (registry: Registry, count: SubscriptionCount): void => {
  const waiting = new Gauge({ name: 'emr_subscription_events_waiting', help: 'Events that no receiver has taken yet', registers: [registry] })
  const failing = new Gauge({ name: 'emr_subscriptions_failing', help: 'Subscriptions whose last attempt failed', registers: [registry] })
  registry.registerMetric(new Gauge({
    name: 'emr_subscriptions', help: 'Subscriptions by status', labelNames: ['status'], registers: [],
    async collect() {
      try {
        const found = await count()
        for (const [status, number] of Object.entries(found.statuses)) this.set({ status }, number)
        waiting.set(found.waiting)
        failing.set(found.failing)
      } catch {
        this.reset()
      }
    },
  }))
}

export const createMetrics = (admission: Admission, { countSubscriptions, countSockets, countSheets }: { readonly countSubscriptions?: SubscriptionCount | undefined; readonly countSockets?: (() => number) | undefined; readonly countSheets?: (() => number) | undefined } = {}): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Counter({ name: 'emr_http_requests_total', help: 'Requests answered', labelNames, registers: [registry] })
  const seconds = new Histogram({
    name: 'emr_http_request_seconds', help: 'Time to answer', labelNames: ['method', 'route'], registers: [registry], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  })
  registry.registerMetric(new Gauge({ name: 'emr_http_running', help: 'Requests being worked on', registers: [], collect() { this.set(admission.running) } }))
  registry.registerMetric(new Gauge({ name: 'emr_http_waiting', help: 'Requests waiting for a place', registers: [], collect() { this.set(admission.waiting) } }))
  if (countSheets !== undefined) registry.registerMetric(new Gauge({ name: 'emr_open_sheets', help: 'Visit sheets that are open', registers: [], collect() { this.set(countSheets()) } }))
  if (countSockets !== undefined) registry.registerMetric(new Gauge({ name: 'emr_subscription_sockets', help: 'Websockets of subscriptions that are open', registers: [], collect() { this.set(countSockets()) } }))
  if (countSubscriptions !== undefined) watchSubscriptions(registry, countSubscriptions)
  return {
    observe(method, route, status, elapsed) {
      requests.inc({ method, route, status: String(status) })
      seconds.observe({ method, route }, elapsed)
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    close: () => registry.clear(),
  }
}

export const metricsRoutes = (deps: { readonly metrics: Metrics }): Route[] => [
  {
    method: 'GET', url: '/metrics', site: 'both', access: 'open', queued: false,
    handler: async () => ({ status: 200, headers: { 'content-type': deps.metrics.contentType }, body: await deps.metrics.text() }),
  },
]
