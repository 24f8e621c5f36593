/** Searches by number wait for the rows of numbers, which the migration 0028 threw away: an answer without what was not renewed yet would look whole. */
import { outcome } from '../../model/outcome.ts'
import type { Filter, Query } from '../../search/ast.ts'
import { run, type Queryable } from '../connection/rows.ts'

const asksNumbers = (filter: Filter): boolean => {
  switch (filter.kind) {
    case 'match': return filter.values.some(({ kind }) => kind === 'number' || kind === 'near')
    case 'and': case 'or': return filter.filters.some(asksNumbers)
    case 'not': case 'has': return asksNumbers(filter.filter)
    case 'chain': return filter.steps.some((step) => asksNumbers(step.filter))
    default: return false
  }
}

/** Throws numbers-renewing (503) for a search by number, or in the order of one, while rows of earlier rules are left (index resource_old_rules). */
export const requireNumbers = async (on: Queryable, tenant: number, { filters, sorts = [] }: { readonly filters: readonly Filter[]; readonly sorts?: Query['sorts'] }): Promise<void> => {
  if (!filters.some(asksNumbers) && !sorts.some(({ by }) => by === 'number')) return
  const [left] = await run(on, 'select from resource where tenant = $1 and pver < 3 limit 1', [tenant], 'search-renewing')
  if (left !== undefined) throw outcome('numbers-renewing')
}
