/**
 * The parameters of a scope -> tests of search rows. A scope is judged in SQL for every row of a statement, and of a resource that is still to be written by the rows
 * it would have: so it takes parameters of which each value is one digest (codes, references, addresses, :exact, :not), and no chains, ranges or words.
 */
import { Outcome } from '../model/outcome.ts'
import type { DigestTest, LimitTest } from '../model/scope-limit.ts'
import type { SearchContext } from './ast.ts'
import { digestsOf } from './filters.ts'
import { parseSearch } from './parse.ts'

/** A scope is no place for long lists. */
const MOST_TESTS = 10, MOST_DIGESTS = 100

/** undefined: not what a scope can be limited by. */
export const parseLimitTests = (type: string, parameters: readonly (readonly [string, string])[], context: SearchContext): readonly LimitTest[] | undefined => {
  // the audit log is rendered when it is read, and has no search rows
  if (parameters.length === 0 || parameters.length > MOST_TESTS || type === 'AuditEvent') return undefined
  try {
    const { filters } = parseSearch({ type, parameters, strict: true }, context)
    // what shapes an answer makes no filter
    if (filters.length !== parameters.length) return undefined
    const tests = filters.flatMap((filter): DigestTest[] => {
      const digests = filter.kind === 'match' ? digestsOf(filter) : undefined
      return filter.kind === 'match' && digests !== undefined && digests.length > 0 && digests.length <= MOST_DIGESTS ? [{ digests: digests.map(String), not: filter.not }] : []
    })
    return tests.length === filters.length ? tests : undefined
  } catch (error) {
    if (error instanceof Outcome) return undefined
    throw error
  }
}
