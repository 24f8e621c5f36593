/** How far a hospital's journal has come at the data center; for its administrators. */
import type { ExchangeStatus } from '../model/ports.ts'
import type { HospitalExchange } from '../model/site.ts'
import { rolesFor } from '../security/policy.ts'
import { json, type Route } from './route.ts'

export interface ExchangeStatusDeps {
  readonly status: () => Promise<ExchangeStatus>
  /** Address of the center; '' when this hospital has none. */
  readonly center: () => Promise<string>
}

/** GET /api/exchange/status */
export const exchangeStatusRoutes = ({ status, center }: ExchangeStatusDeps): Route[] => [
  {
    method: 'GET', url: '/api/exchange/status', site: 'hospital', access: { roles: rolesFor('exchange.status') },
    handler: async () => json(200, { ...(await status()), center: await center() } satisfies HospitalExchange),
  },
]
