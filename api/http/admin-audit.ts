/** Who did what: rows of the audit log, newest first, and whether their chain is whole. Looking at them is on record too. */
import { z } from 'zod'
import { isDay, startOfDay, toInstantUtc } from '../model/day.ts'
import type { AuditLog, AuditQuery, Clock } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import type { AuditAnswer } from '../model/site.ts'
import { rolesFor } from '../security/policy.ts'
import { parseInput, queryObject } from './input.ts'
import { json, type GuardedRequest, type Route } from './route.ts'

export interface AdminAuditDeps { readonly audit: AuditLog; readonly clock: Clock; readonly timeZone: string }

const Instant = z.string().max(60).transform((text) => (isDay(text) ? text : toInstantUtc(text) ?? '')).refine((text) => text !== '', 'a date or an instant with zone')
const Query = z.object({
  from: Instant.optional(), to: Instant.optional(), account: z.string().max(100).optional(), patient: z.string().regex(ID_PATTERN).optional(),
  interaction: z.string().max(60).optional(), before: z.string().regex(/^\d{1,18}$/).optional(), count: z.coerce.number().int().min(1).max(500).default(100),
})

/** The whole chain is recomputed at most so often; a log of a million rows takes seconds. */
const CHAIN_MS = 30_000

/** GET /api/admin/audit?from=&to=&account=&patient=&interaction=&before=&count= -> AuditAnswer */
export const adminAuditRoutes = ({ audit, clock, timeZone }: AdminAuditDeps): Route[] => {
  let known: { readonly at: number; readonly chain: Promise<AuditAnswer['chain']> } | undefined
  const chain = (): Promise<AuditAnswer['chain']> => {
    const now = clock.now().getTime()
    if (known === undefined || now - known.at > CHAIN_MS) {
      known = { at: now, chain: audit.verifyChain() }
      known.chain.catch(() => { known = undefined })
    }
    return known.chain
  }
  return [{
    method: 'GET', url: '/api/admin/audit', site: 'both', access: { roles: rolesFor('admin.audit') },
    handler: async (request: GuardedRequest) => {
      const given = Object.entries(queryObject(request)).filter(([, value]) => value !== '')
      const wanted = parseInput(Query, Object.fromEntries(given))
      const { count } = wanted
      const asked = given.map(([name]) => name).filter((name) => name in Query.shape && name !== 'count').join('&')
      await audit.record(request.caller, { action: 'R', interaction: 'audit-read', outcome: 'success', ...(asked === '' ? {} : { detail: asked }) })
      const [rows, state] = await Promise.all([audit.find(toAuditQuery(wanted, timeZone)), chain()])
      const last = rows.at(-1)
      const answer: AuditAnswer = {
        rows: rows.map(({ seq, address: _address, account: _account, version: _version, ...row }) => ({ ...row, sealed: seq !== undefined })),
        ...(rows.length < count || last === undefined ? {} : { next: last.id }),
        chain: state,
      }
      return json(200, answer)
    },
  }]
}

/** Optional members are left out rather than undefined. A day begins when it does at the site. */
const toAuditQuery = ({ count, from, to, before, account, patient, interaction }: z.infer<typeof Query>, timeZone: string): AuditQuery => {
  const instant = (value: string): string => (isDay(value) ? startOfDay(value, timeZone) : value)
  return {
    count, ...(from !== undefined && { from: instant(from) }), ...(to !== undefined && { to: instant(to) }), ...(before !== undefined && { before }),
    ...(account !== undefined && { account }), ...(patient !== undefined && { patient }), ...(interaction !== undefined && { interaction }),
  }
}
