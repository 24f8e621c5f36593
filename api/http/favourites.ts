/** What the doctor usually orders and diagnoses, for the visit sheet: of one's own habits and, without doses, of the department's. Nothing of patients is in it. */
import { z } from 'zod'
import { dayIn, isDay } from '../model/day.ts'
import { categoryOf, type FavouriteKind, type Favourites, type RankedCode } from '../model/favourites.ts'
import { outcome } from '../model/outcome.ts'
import type { Clock, Terminology } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import type { Favourite, FavouriteLists } from '../model/visit-aids.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import { mayAct, rolesFor } from '../security/policy.ts'
import { rankFavourites } from '../visit/rank-favourites.ts'
import { parseInput, queryObject } from './input.ts'
import { json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { requirePerson } from './visit-access.ts'

export interface FavouriteDeps { readonly favourites: Favourites; readonly terminology: Terminology; readonly clock: Clock; readonly timeZone: string }

const Query = z.object({
  department: z.string().regex(ID_PATTERN),
  /** Of the main diagnosis; '' before there is one. */
  diagnosis: z.string().max(20).default(''),
  on: z.string().refine(isDay, 'a day, YYYY-MM-DD').optional(),
})

/** As many as have a digit. */
const SHOWN = 9
const SYSTEMS: Readonly<Record<FavouriteKind, string>> = { drug: CODE_SYSTEM.medicines, order: CODE_SYSTEM.orders, diagnosis: CODE_SYSTEM.icd10 }

/** Those that the list of the day still holds. */
const inForce = async (terminology: Terminology, ranked: readonly RankedCode[], day: string): Promise<Favourite[]> => {
  const found: Favourite[] = []
  for (const { kind, code, from, dosage } of ranked) {
    if (found.length === SHOWN) break
    const concept = await terminology.lookup(SYSTEMS[kind], code, day)
    if (concept !== undefined) found.push({ kind, concept, from, ...(dosage && { dosage }) })
  }
  return found
}

/** GET /api/favourites?department=khoa-kham-benh&diagnosis=J03.9&on=2026-11-28 */
export const favouriteRoutes = ({ favourites, terminology, clock, timeZone }: FavouriteDeps): Route[] => [{
  method: 'GET', url: '/api/favourites', site: 'hospital', access: { roles: rolesFor('visit.write') },
  handler: async (request: GuardedRequest): Promise<Reply> => {
    const { department, diagnosis, on } = parseInput(Query, queryObject(request))
    const { account } = requirePerson(request.caller)
    if (!mayAct(request.caller.actor, 'visit.write', department)) throw outcome('forbidden')
    const at = clock.now()
    const day = on ?? dayIn(at, timeZone)
    const rows = await favourites.find(account, department)
    const [orders, diagnoses] = await Promise.all([
      inForce(terminology, rankFavourites(rows, ['drug', 'order'], categoryOf(diagnosis), at), day), inForce(terminology, rankFavourites(rows, ['diagnosis'], '', at), day),
    ])
    return json(200, { orders, diagnoses } satisfies FavouriteLists)
  },
}]
