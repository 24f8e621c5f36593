/** Whether a filter or any part of it passes a test, however deep it stands: through and, or, not, chains and _has. Pure. */
import type { Filter } from './ast.ts'

export const someFilter = (filter: Filter, test: (part: Filter) => boolean): boolean => {
  if (test(filter)) return true
  switch (filter.kind) {
    case 'and': case 'or': return filter.filters.some((each) => someFilter(each, test))
    case 'not': case 'has': return someFilter(filter.filter, test)
    case 'chain': return filter.steps.some((step) => someFilter(step.filter, test))
    default: return false
  }
}
