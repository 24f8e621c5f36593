/** Connecting this hospital to the data center: what its administrator sends there, and whose key is believed here. */
import { z } from 'zod'
import { isLoopback } from '../model/loopback.ts'
import type { HospitalEnrolment } from '../model/enrolment.ts'
import type { AuditLog } from '../model/ports.ts'
import { rolesFor } from '../security/policy.ts'
import { parseInput } from './input.ts'
import { empty, json, type GuardedRequest, type Route } from './route.ts'
import { line } from './text.ts'

/** Records travel signed but not encrypted by themselves, so beyond this machine the way must be. */
const isSafe = (url: string): boolean => {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, username, search, hash } = new URL(url)
  return username === '' && search === '' && hash === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)))
}
const url = line(300).transform((text) => text.replace(/\/+$/, '')).refine(isSafe, 'an https:// address (http:// on this machine only)')
const Look = z.object({ url })
const Trust = z.object({ url, fingerprint: line(40) })

/** GET /api/exchange/enrolment ; POST /api/exchange/center/look ; PUT /api/exchange/center */
export const hospitalEnrolmentRoutes = ({ enrolment, audit }: { readonly enrolment: HospitalEnrolment; readonly audit: AuditLog }): Route[] => {
  const access = { roles: rolesFor('exchange.enrol') }
  return [
    { method: 'GET', url: '/api/exchange/enrolment', site: 'hospital', access, handler: async () => json(200, await enrolment.describe()) },
    {
      method: 'POST', url: '/api/exchange/center/look', site: 'hospital', access,
      handler: async (request: GuardedRequest) => json(200, await enrolment.look(parseInput(Look, request.plain()).url)),
    },
    {
      method: 'PUT', url: '/api/exchange/center', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const wanted = parseInput(Trust, request.plain())
        const row = { action: 'U', interaction: 'center-trust', detail: `${wanted.url} ${wanted.fingerprint}` } as const
        await audit.record(request.caller, { ...row, outcome: 'success' })
        try {
          await enrolment.trust(wanted.url, wanted.fingerprint)
        } catch (error) {
          await audit.record(request.caller, { ...row, outcome: 'failed' })
          throw error
        }
        return empty()
      },
    },
  ]
}
