/** Runs $lastn: which observations a search finds, with their codes alone; then the bodies of those that were chosen. */
import { MOST_OBSERVED } from '../../model/limits.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller, SearchPage, SearchRequest } from '../../model/ports.ts'
import { answerCodes } from '../../search/codes.ts'
import { chooseLast, compileCandidates, compileChosen, type Candidate } from '../../search/last-observations.ts'
import { LARGEST_PAGE, parseSearch } from '../../search/parse.ts'
import type { RecordOptions } from '../record-options.ts'
import { run, toVersion, type VersionRow } from '../connection/rows.ts'
import { resolveInside } from './inside.ts'
import { requireNumbers } from './renewing.ts'
import { withinTime } from './search-time.ts'

const tooCostly = (diagnostics: string): Error => outcome('too-costly', { expression: 'Observation', diagnostics })

export const readLast = async (options: RecordOptions, caller: Caller, request: Pick<SearchRequest, 'parameters' | 'strict'>, max: number): Promise<Pick<SearchPage, 'matches' | 'understood'>> => {
  const { database, timeZone, bases, codes } = options
  const now = options.clock.now()
  const asked = await answerCodes(parseSearch({ ...request, type: 'Observation' }, { timeZone, bases, now }), codes)
  await requireNumbers(database.pool, database.tenant, asked)
  const compile = { tenant: database.tenant, visibility: caller.visibility, now }
  const query = { ...asked, filters: await withinTime(database.pool, true, (on) => resolveInside(on, options, compile, asked.filters)) }
  const found = compileCandidates(query, compile, MOST_OBSERVED + 1)
  // every body that is found is read for its code
  const candidates = await withinTime(database.pool, true, (on) => run<Candidate>(on, found.text, found.values))
  if (candidates.length > MOST_OBSERVED) throw tooCostly(`More than ${MOST_OBSERVED} observations to look through: narrow it by date or code.`)
  const rids = chooseLast(candidates, max)
  if (rids.length > LARGEST_PAGE) throw tooCostly(`More than ${LARGEST_PAGE} observations to answer: narrow it by code, or ask for fewer of each.`)
  const { understood } = query
  if (rids.length === 0) return { matches: [], understood }
  const chosen = compileChosen(rids, compile)
  return { matches: (await run<VersionRow>(database.pool, chosen.text, chosen.values)).map(toVersion), understood }
}
