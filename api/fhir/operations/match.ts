/**
 * Who of the hospital's patients a described person may be: http://hl7.org/fhir/R4/patient-operation-match.html. Those who come into question are found by the rows that searches use, seen as a
 * search would show them, and weighed by api/model/person-match.ts.
 */
import type { Patient } from '@medplum/fhirtypes'
import { outcome } from '../../model/outcome.ts'
import type { Caller, ResourceStore } from '../../model/ports.ts'
import { toFacts } from '../../model/person-facts.ts'
import { compareFacts, type Likeness } from '../../model/person-match.ts'
import { toTyped, type StoredVersion } from '../../model/resource.ts'
import { narrow } from '../../security/policy.ts'
import { writeBundle, type BundleEntryText } from '../bundle-text.ts'
import type { Checks } from '../checks.ts'
import type { Gate } from '../gate.ts'
import { baseOf, fhirReply } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { candidateSearches, MOST_CANDIDATES } from './match-candidates.ts'
import { readSent } from './operation.ts'
import { readOperation, type ParameterSpecs } from './parameters-body.ts'

export interface MatchDeps {
  readonly store: ResourceStore
  readonly gate: Gate
  readonly checks: Checks
  readonly publicUrl: string
}

const TAKES: ParameterSpecs = { resource: { kind: 'resource', type: 'Patient' }, onlyCertainMatches: { kind: 'boolean' }, count: { kind: 'integer' } }
const USUAL = 20
const MOST = 100

interface Match { readonly stored: StoredVersion; readonly likeness: Likeness }

/** 200 with a searchset, the likeliest first. With onlyCertainMatches the one who is certain, or nobody: where two are, none is. */
export const matchOperation = (deps: MatchDeps): FhirHandler => async (request) => {
  const { caller } = request
  const input = readOperation(request, TAKES)
  const question = { interaction: 'search-type' as const, type: 'Patient' }
  await deps.gate.require(caller, [question])
  const patient = await readSent<Patient>(deps, input, 'resource')
  if (patient === undefined) throw outcome('bad-parameter', { expression: 'resource', diagnostics: 'Send the Patient to find.' })
  const { matches, cut } = await findMatches(deps.store, narrow(caller, 'search-type', 'Patient'), patient)
  const certain = matches.filter(({ likeness }) => likeness.grade === 'certain')
  const count = Math.min(input.whole('count') ?? USUAL, MOST)
  const answered = (input.flag('onlyCertainMatches') === true ? (certain.length === 1 ? certain : []) : matches).slice(0, count)
  await deps.gate.record(caller, question, undefined, `$match (${answered.length})`)
  const base = baseOf(request, deps.publicUrl)
  const entries = answered.map(({ stored, likeness: { score, grade } }): BundleEntryText => ({ fullUrl: `${base}/Patient/${stored.id}`, resource: stored.body, search: 'match', likeness: { score, grade } }))
  return fhirReply(request, 200, writeBundle({ type: 'searchset', total: answered.length, entries: cut && certain.length === 0 ? [...entries, CUT] : entries }))
}

/** Said rather than kept back: somebody may be missing. */
const CUT: BundleEntryText = {
  search: 'outcome',
  resource: JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'warning', code: 'too-costly', diagnostics: `More than ${MOST_CANDIDATES} patients fit a part of what was sent, and not all were looked at: add a number or the whole birth date.` }] }),
}

const findMatches = async (store: ResourceStore, caller: Caller, patient: Patient): Promise<{ readonly matches: readonly Match[]; readonly cut: boolean }> => {
  const facts = toFacts(patient)
  const searches = candidateSearches(patient, facts)
  if (searches.length === 0) throw outcome('bad-parameter', { expression: 'resource', diagnostics: 'Send a number, a phone number or a name of at least two letters.' })
  const pages = await Promise.all(searches.map((parameters) => store.search(caller, { type: 'Patient', parameters: [...parameters, ['_count', String(MOST_CANDIDATES)]], strict: true })))
  const candidates = new Map(pages.flatMap(({ matches }) => matches).map((stored) => [stored.id, stored]))
  const matches = [...candidates.values()].flatMap((stored): Match[] => {
    const candidate = toTyped<Patient>(stored)
    // whoever was merged into another is found under that one
    if (candidate.link?.some(({ type }) => type === 'replaced-by') === true) return []
    const likeness = compareFacts(facts, toFacts(candidate))
    return likeness.grade === 'certainly-not' ? [] : [{ stored, likeness }]
  })
  return { matches: matches.toSorted((a, b) => b.likeness.score - a.likeness.score || b.likeness.weight - a.likeness.weight || (a.stored.id < b.stored.id ? -1 : 1)), cut: pages.some(({ next }) => next !== undefined) }
}
