/** A request that shows a difference, made smaller while it still shows one. */
import type { Request } from './requests.ts'
import type { Search } from './search.ts'

const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, index) => index !== at)

/** Each with one thing less. */
const lesserSearches = (search: Search): Search[] => {
  const { count, ...uncounted } = search
  return [
    ...search.clauses.map((_, at) => ({ ...search, clauses: without(search.clauses, at) })), ...search.includes.map((_, at) => ({ ...search, includes: without(search.includes, at) })),
    ...search.clauses.flatMap((clause, at) => (clause.kind === 'match' && clause.values.length > 1 ? clause.values.map((value) => ({ ...search, clauses: search.clauses.map((each, index) => (index === at ? { ...clause, values: [value] } : each)) })) : [])),
    ...search.sorts.map((_, at) => ({ ...search, sorts: without(search.sorts, at) })), ...(search.total ? [{ ...search, total: false }] : []), ...(search.post ? [{ ...search, post: false }] : []), ...(count === undefined ? [] : [uncounted]),
  ]
}

const lesser = (request: Request): Request[] => {
  if (request.kind === 'search') return lesserSearches(request.search).map((search) => ({ kind: 'search', search }))
  if (request.kind === 'batch') return request.entries.length > 1 ? request.entries.map((entry) => ({ kind: 'batch', entries: [entry] })) : request.entries.slice(0, 1)
  if (request.kind === 'transaction-reads') return request.entries.length > 1 ? request.entries.map((entry) => ({ kind: 'transaction-reads', entries: [entry] })) : []
  if (request.kind === 'lastn') return request.codes.length > 1 ? request.codes.map((code) => ({ ...request, codes: [code] })) : []
  return []
}

const MOST_STEPS = 40

/** `ask` answers the differences that a request shows. */
export const smaller = async (request: Request, found: readonly string[], ask: (request: Request) => Promise<readonly string[]>): Promise<{ readonly request: Request; readonly found: readonly string[] }> => {
  let best = { request, found }
  for (let step = 0; step < MOST_STEPS; step += 1) {
    let better: typeof best | undefined
    for (const less of lesser(best.request)) {
      const shown = await ask(less)
      if (shown.length === 0) continue
      better = { request: less, found: shown }
      break
    }
    if (better === undefined) return best
    best = better
  }
  return best
}
