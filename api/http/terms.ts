/** Look-up in the code lists for the screens: by code or by words without accents, in the version of the event's day. */
import { z } from 'zod'
import type { Clock, Terminology } from '../model/ports.ts'
import { dayIn, isDay } from '../model/day.ts'
import { parseInput, queryObject } from './input.ts'
import { json, type Route } from './route.ts'

export interface TermsDeps { readonly terminology: Terminology; readonly clock: Clock; readonly timeZone: string }

const Query = z.object({
  list: z.string().min(1).max(64),
  q: z.string().max(200).default(''),
  on: z.string().refine(isDay, 'a day, YYYY-MM-DD').optional(),
  count: z.coerce.number().int().min(1).max(5000).default(20),
})

/** GET /api/terms?list=icd10&q=viem%20hong&on=2026-11-22&count=20 -> Concept[] ; GET /api/code-lists -> CodeListInfo[] */
export const termsRoutes = ({ terminology, clock, timeZone }: TermsDeps): Route[] => [
  {
    method: 'GET', url: '/api/terms', site: 'both', access: 'session',
    handler: async (request) => {
      const query = parseInput(Query, queryObject(request))
      return json(200, await terminology.find(query.list, query.q, query.on ?? dayIn(clock.now(), timeZone), query.count), { 'cache-control': 'private, max-age=60' })
    },
  },
  { method: 'GET', url: '/api/code-lists', site: 'both', access: 'session', handler: async () => json(200, await terminology.lists()) },
]
