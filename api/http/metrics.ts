/** GET /metrics in Prometheus text (https://prometheus.io/docs/instrumenting/exposition_formats/): route patterns and counts, never an address with values in it, no patient data. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Admission } from './admission.ts'
import type { Route } from './route.ts'

export interface Metrics {
  /** One answered request; `route` is the pattern, e.g. "/fhir/R4/:type/:id". */
  observe(method: string, route: string, status: number, seconds: number): void
  text(): Promise<string>
  readonly contentType: string
  close(): void
}

export const createMetrics = (admission: Admission): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Counter({ name: 'emr_http_requests_total', help: 'Requests answered', labelNames, registers: [registry] })
  const seconds = new Histogram({
    name: 'emr_http_request_seconds', help: 'Time to answer', labelNames: ['method', 'route'], registers: [registry], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  })
  registry.registerMetric(new Gauge({ name: 'emr_http_running', help: 'Requests being worked on', registers: [], collect() { this.set(admission.running) } }))
  registry.registerMetric(new Gauge({ name: 'emr_http_waiting', help: 'Requests waiting for a place', registers: [], collect() { this.set(admission.waiting) } }))
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
