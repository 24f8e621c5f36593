/** What a person has typed and not yet filed: a draft outlives the tab, the session and the device; only its author sees it, and of two writers the second is told. */
import { z } from 'zod'
import { outcome } from '../model/outcome.ts'
import type { Drafts } from '../model/people.ts'
import type { AuditLog, Caller } from '../model/ports.ts'
import { deviceLabel } from './device-label.ts'
import { parseInput, queryValue, requireParam } from './input.ts'
import { empty, json, type Route } from './route.ts'
import { text } from './text.ts'

export interface DraftDeps { readonly drafts: Drafts; readonly audit: AuditLog }

const DraftInput = z.object({ body: text(16_777_216), base: z.number().int().min(0).max(2_147_483_647).default(0) })
const Key = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$/)
const Base = z.coerce.number().int().min(0).max(2_147_483_647).optional()

export const accountOf = (caller: Caller): string => {
  if (caller.actor.kind !== 'person') throw outcome('forbidden')
  return caller.actor.account
}

/** GET /api/drafts ; GET, PUT, DELETE /api/drafts/:key (DELETE takes ?base=). */
export const draftRoutes = ({ drafts, audit }: DraftDeps): Route[] => [
  { method: 'GET', url: '/api/drafts', site: 'both', access: 'session', handler: async (request) => json(200, await drafts.list(accountOf(request.caller))) },
  {
    method: 'GET', url: '/api/drafts/:key', site: 'both', access: 'session',
    handler: async (request) => {
      const key = parseInput(Key, requireParam(request, 'key'))
      const draft = await drafts.find(accountOf(request.caller), key)
      if (draft === undefined) throw outcome('not-found')
      // What is in it may be about a patient, and reads of that are on record before they are answered.
      await audit.record(request.caller, { action: 'R', interaction: 'draft-read', detail: key, outcome: 'success' })
      return json(200, draft)
    },
  },
  {
    method: 'PUT', url: '/api/drafts/:key', site: 'both', access: 'session',
    handler: async (request) => {
      const key = parseInput(Key, requireParam(request, 'key'))
      const wanted = parseInput(DraftInput, request.plain())
      return json(200, await drafts.put(accountOf(request.caller), { key, ...wanted, device: deviceLabel(request.headers['user-agent']) }))
    },
  },
  {
    method: 'DELETE', url: '/api/drafts/:key', site: 'both', access: 'session',
    handler: async (request) => {
      await drafts.drop(accountOf(request.caller), parseInput(Key, requireParam(request, 'key')), parseInput(Base, queryValue(request, 'base')))
      return empty()
    },
  },
]
