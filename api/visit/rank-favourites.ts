/** The order in which favourites are offered: what this doctor orders with this diagnosis, then what this doctor orders at all, then what the department does. Pure. */
import { HALF_LIFE_DAYS, type FavouriteKind, type FavouriteRow, type FavouriteSource, type RankedCode } from '../model/favourites.ts'

const DAY = 86_400_000

const weightAt = ({ weight, lastUsed }: FavouriteRow, at: Date): number => weight * 0.5 ** (Math.max(0, at.getTime() - lastUsed.getTime()) / (HALF_LIFE_DAYS * DAY))

interface Gathered { weight: number; latest: FavouriteRow }

/** Each code once: weights added up, the dose as it was used last. */
const gather = (rows: readonly FavouriteRow[], at: Date): Gathered[] => {
  const found = new Map<string, Gathered>()
  for (const row of rows) {
    const key = `${row.kind}/${row.code}`
    const known = found.get(key)
    if (known === undefined) found.set(key, { weight: weightAt(row, at), latest: row })
    else {
      known.weight += weightAt(row, at)
      if (row.lastUsed > known.latest.lastUsed) known.latest = row
    }
  }
  return [...found.values()].toSorted((a, b) => b.weight - a.weight || (a.latest.code < b.latest.code ? -1 : 1))
}

/** `category`: of the main diagnosis at hand, '' for none. */
export const rankFavourites = (
  rows: { readonly own: readonly FavouriteRow[]; readonly department: readonly FavouriteRow[] }, kinds: readonly FavouriteKind[], category: string, at: Date,
): RankedCode[] => {
  const wanted = (row: FavouriteRow): boolean => kinds.includes(row.kind)
  const own = rows.own.filter(wanted)
  const tiers: readonly (readonly [FavouriteSource, readonly FavouriteRow[]])[] = [
    ['diagnosis', category === '' ? [] : own.filter((row) => row.category === category)], ['own', own], ['department', rows.department.filter(wanted)],
  ]
  const ranked = new Map<string, RankedCode>()
  for (const [from, tier] of tiers) {
    for (const { latest: { kind, code, dosage } } of gather(tier, at)) {
      const key = `${kind}/${code}`
      if (!ranked.has(key)) ranked.set(key, { kind, code, from, ...(dosage && { dosage }) })
    }
  }
  return [...ranked.values()]
}
