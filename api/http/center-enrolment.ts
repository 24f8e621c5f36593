/** Registering hospitals at the data center: who the center is, for anyone; a hospital's request read, compared and admitted, for its operators. */
import { z } from 'zod'
import type { CenterEnrolment } from '../model/enrolment.ts'
import { WIRE } from '../model/exchange.ts'
import { rolesFor } from '../security/policy.ts'
import { parseInput } from './input.ts'
import { json, type GuardedRequest, type Route } from './route.ts'
import { line } from './text.ts'

const Check = z.object({ request: line(20_000) })
const Registration = Check.extend({ fingerprint: line(40) })

/** GET /exchange/v1/identity ; GET /api/center/identity ; POST /api/center/enrolments/check ; POST /api/center/enrolments */
export const centerEnrolmentRoutes = ({ enrolment }: { readonly enrolment: CenterEnrolment }): Route[] => {
  const access = { roles: rolesFor('center.enrol') }
  return [
    { method: 'GET', url: WIRE.identity, site: 'center', access: 'open', handler: async () => json(200, await enrolment.identity()) },
    { method: 'GET', url: '/api/center/identity', site: 'center', access, handler: async () => json(200, { fingerprint: await enrolment.fingerprint() }) },
    {
      method: 'POST', url: '/api/center/enrolments/check', site: 'center', access,
      handler: async (request: GuardedRequest) => json(200, await enrolment.read(parseInput(Check, request.plain()).request)),
    },
    {
      method: 'POST', url: '/api/center/enrolments', site: 'center', access,
      handler: async (request: GuardedRequest) => {
        const { request: text, fingerprint } = parseInput(Registration, request.plain())
        return json(201, await enrolment.register(request.caller, text, fingerprint))
      },
    },
  ]
}
