/**
 * What doctors usually order (port Favourites): counted in the transaction that signs the visit, ranked when it is asked for. A row's weight is one for each use
 * and halves with time; each account keeps its newest rows. Statements sort their rows, so that two signatures never wait for each other in a circle.
 */
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { HALF_LIFE_DAYS, MOST_FAVOURITES, type CountedCode, type Dosage, type FavouriteRow, type Favourites, type OrderCount } from '../model/favourites.ts'
import type { Tenant } from '../model/resource.ts'
import type { Database } from './connection/database.ts'

const HALF_LIFE = HALF_LIFE_DAYS * 86_400
/** Codes that a department's habits are told by. */
const MOST_OF_DEPARTMENT = 60

const decayed = (until: string): string => `favourite.weight * power(0.5, greatest(0, extract(epoch from (${until} - favourite.last_used))) / ${HALF_LIFE})`

const COUNT = `
  insert into favourite (tenant, account, department, category, kind, code, dosage, weight, last_used)
  select $1, $2, $3, case when kind = 'diagnosis' then '' else $4 end, kind, code, dosage, 1, $8
  from unnest($5::text[], $6::text[], $7::text[]) as counted (kind, code, dosage)
  order by kind, code
  on conflict on constraint favourite_pkey do update set weight = ${decayed('excluded.last_used')} + 1, dosage = excluded.dosage, last_used = greatest(favourite.last_used, excluded.last_used)`

const KEEP = `
  delete from favourite using (
    select department, category, kind, code from favourite where tenant = $1 and account = $2 order by last_used desc, weight desc, department, category, kind, code offset ${MOST_FAVOURITES}
  ) as old
  where favourite.tenant = $1 and favourite.account = $2 and (favourite.department, favourite.category, favourite.kind, favourite.code) = (old.department, old.category, old.kind, old.code)`

const dosageText = (dosage: Dosage | undefined): string => (dosage === undefined ? '' : JSON.stringify(dosage))

/** In the transaction of the signature. A code that stands twice on the sheet counts once. */
export const countOrders = async (client: PoolClient, tenant: Tenant, count: OrderCount, at: Date): Promise<void> => {
  const codes = [...new Map(count.codes.map((one): [string, CountedCode] => [`${one.kind}/${one.code}`, one])).values()]
  if (codes.length === 0) return
  await client.query(COUNT, [tenant, count.account, count.department, count.category, codes.map(({ kind }) => kind), codes.map(({ code }) => code), codes.map(({ dosage }) => dosageText(dosage)), at])
  await client.query(KEEP, [tenant, count.account])
}

const OWN = 'select category, kind, code, dosage, weight, extract(epoch from last_used)::float8 as seconds from favourite where tenant = $1 and account = $2'
const OF_DEPARTMENT = `
  select '' as category, kind, code, '' as dosage, sum(${decayed('now()')})::float8 as weight, extract(epoch from now())::float8 as seconds from favourite where tenant = $1 and department = $2
  group by kind, code order by 5 desc, kind, code limit ${MOST_OF_DEPARTMENT}`

const Kept = z.object({ dose: z.string(), frequency: z.number(), days: z.number(), note: z.string(), route: z.string().optional() })

interface Row { readonly category: string; readonly kind: FavouriteRow['kind']; readonly code: string; readonly dosage: string; readonly weight: number; readonly seconds: number }

const toDosage = (text: string): Dosage | undefined => {
  if (text === '') return undefined
  const { route, ...dosage } = Kept.parse(JSON.parse(text))
  return { ...dosage, ...(route !== undefined && { route }) }
}

const toRow = ({ category, kind, code, dosage, weight, seconds }: Row): FavouriteRow => {
  const kept = toDosage(dosage)
  return { category, kind, code, weight, lastUsed: new Date(seconds * 1000), ...(kept && { dosage: kept }) }
}

export const createFavourites = ({ database: { pool, tenant } }: { readonly database: Database }): Favourites => ({
  async find(account, department) {
    const [own, shared] = await Promise.all([pool.query<Row>(OWN, [tenant, account]), pool.query<Row>(OF_DEPARTMENT, [tenant, department])])
    return { own: own.rows.map(toRow), department: shared.rows.map(toRow) }
  },
})
