/** Searches by number wait for the rows of numbers, which the migration 0028 threw away: an answer without what was not renewed yet would look whole. */
import { outcome } from '../../model/outcome.ts'
import type { Filter, Query } from '../../search/ast.ts'
import { someFilter } from '../../search/some-filter.ts'
import { run, type Queryable } from '../connection/rows.ts'
import { POSTING_VERSION } from '../write/posting-set.ts'

const asksNumbers = (part: Filter): boolean => part.kind === 'match' && part.values.some(({ kind }) => kind === 'number' || kind === 'near')

interface Asked { readonly filters: readonly Filter[]; readonly sorts?: Query['sorts'] }

/** Whether it asks for numbers, or their order, while rows of earlier rules are left (index resource_old_rules). */
export const isRenewing = async (on: Queryable, tenant: number, { filters, sorts = [] }: Asked): Promise<boolean> =>
  (filters.some((filter) => someFilter(filter, asksNumbers)) || sorts.some(({ by }) => by === 'number')) && await hasOldRows(on, tenant)

/** Whether a search row of any resource was made by earlier rules. */
export const hasOldRows = async (on: Queryable, tenant: number): Promise<boolean> =>
  (await run(on, `select from resource where tenant = $1 and pver < ${POSTING_VERSION} limit 1`, [tenant], 'search-renewing')).length > 0

/** Throws numbers-renewing (503) where isRenewing is true. */
export const requireNumbers = async (on: Queryable, tenant: number, asked: Asked): Promise<void> => {
  if (await isRenewing(on, tenant, asked)) throw outcome('numbers-renewing')
}
