/** GET /healthz: the process is up. GET /readyz: it can work (database reachable, migrations done, queue within bounds). No secrets, no patient data. */
import { json, type Route } from './route.ts'

export interface Readiness {
  readonly database: boolean
  readonly migrations: boolean
  readonly queue: boolean
  /** What stands in the way, for the log alone. */
  readonly why?: string
}

export const healthRoutes = (deps: { readonly readiness: () => Promise<Readiness> }): Route[] => {
  // said once for each reason, however often somebody asks
  let said: string | undefined
  return [
    { method: 'GET', url: '/healthz', site: 'both', access: 'open', queued: false, handler: async () => json(200, { status: 'up' }) },
    {
      method: 'GET', url: '/readyz', site: 'both', access: 'open', queued: false,
      handler: async (request) => {
        const { why, ...found } = await deps.readiness()
        if (why !== undefined && why !== said) request.log.error({ why }, 'not ready')
        said = why
        const ready = found.database && found.migrations && found.queue
        return json(ready ? 200 : 503, { status: ready ? 'ready' : 'not-ready', ...found }, ready ? {} : { 'retry-after': '2' })
      },
    },
  ]
}
