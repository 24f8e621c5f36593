/**
 * How much one search may ask for. Each parameter and each of its values is bounded where it is read (parse-filter.ts), but they multiply: many parameters, and in a
 * search of all types every value for each of them.
 */
import { outcome } from '../model/outcome.ts'
import type { Filter } from './ast.ts'

/** Digests are sent as lists, each of which may be looked for beside every row; comparisons of dates, numbers and strings are words of the statement, which PostgreSQL has to plan. */
const MOST_DIGESTS = 5000, MOST_COMPARISONS = 3000
/** References that are followed: each is a subquery of the statement, to be planned and to be tried beside every row. */
const MOST_LINKS = 200

interface Size { readonly digests: number; readonly comparisons: number; readonly links: number }

const NOTHING: Size = { digests: 0, comparisons: 0, links: 0 }

const sizeOf = (filter: Filter): Size => {
  switch (filter.kind) {
    case 'match': {
      const hashes = filter.values.filter(({ kind }) => kind === 'hash').length, strings = filter.values.filter(({ kind }) => kind === 'string').length
      return { digests: hashes * filter.holders.length, comparisons: strings + (filter.values.length - hashes - strings) * filter.holders.length, links: 0 }
    }
    case 'chain': return following(filter.steps.length, sumOf(filter.steps.map((step) => step.filter)))
    case 'has': return following(1, sizeOf(filter.filter))
    case 'not': return sizeOf(filter.filter)
    case 'body': return { ...NOTHING, comparisons: filter.codes.length + 2 * filter.coordinates.length }
    case 'and': case 'or': return sumOf(filter.filters)
    default: return NOTHING
  }
}

const following = (links: number, size: Size): Size => ({ ...size, links: size.links + links })

const sumOf = (filters: readonly Filter[]): Size => filters.map(sizeOf).reduce((sum, { digests, comparisons, links }) => ({ digests: sum.digests + digests, comparisons: sum.comparisons + comparisons, links: sum.links + links }), NOTHING)

/** Throws too-costly. */
export const requireBounded = (filters: readonly Filter[]): void => {
  const { digests, comparisons, links } = sumOf(filters)
  if (links > MOST_LINKS) throw outcome('too-costly', { diagnostics: `The search follows more than ${MOST_LINKS} references: name the type that each leads to, as in subject:Patient.name.` })
  if (digests > MOST_DIGESTS || comparisons > MOST_COMPARISONS) throw outcome('too-costly', { diagnostics: 'The search asks for too many values.' })
}
