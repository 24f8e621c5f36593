/**
 * References to a patient's documents (http://hl7.org/fhir/us/core/OperationDefinition-docref.html): those whose care falls between two dates, or else the newest. R4 itself
 * has no such operation. Nothing is made on demand here.
 */
import { outcome } from '../../model/outcome.ts'
import type { ResourceStore, SearchPage } from '../../model/ports.ts'
import { toInterval } from '../../search/dates.ts'
import { narrow } from '../../security/policy.ts'
import { writeBundle } from '../bundle-text.ts'
import type { Gate } from '../gate.ts'
import { baseOf, fhirReply } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { linksOf } from '../page-links.ts'
import { requireId } from '../resource-body.ts'
import { readOperation, type OperationInput, type ParameterSpecs } from './parameters-body.ts'

export interface DocrefDeps {
  readonly store: ResourceStore
  readonly gate: Gate
  readonly publicUrl: string
}

const TAKES: ParameterSpecs = { patient: { kind: 'text' }, start: { kind: 'dateTime' }, end: { kind: 'dateTime' }, type: { kind: 'token' }, 'on-demand': { kind: 'boolean' } }
const MOST = 1000

type Pairs = readonly (readonly [string, string])[]

/** 200 with a searchset of DocumentReferences, as a search would show them. */
export const docrefOperation = ({ store, gate, publicUrl }: DocrefDeps): FhirHandler => async (request) => {
  const { caller } = request
  const input = readOperation(request, TAKES)
  const named = input.text('patient')
  if (named === undefined) throw outcome('bad-parameter', { expression: 'patient', diagnostics: 'Name the patient.' })
  const patient = requireId(named.replace(/^Patient\//, ''), 'http.patient')
  const question = { interaction: 'search-type' as const, type: 'DocumentReference', patient }
  await gate.require(caller, [{ interaction: 'search-type', type: 'DocumentReference' }])
  const seeing = narrow(caller, 'search-type', 'DocumentReference')
  const parameters = searchOf(input, patient)
  const page: SearchPage = input.flag('on-demand') === true ? { matches: [], included: [], understood: [] } : await store.search(seeing, { type: 'DocumentReference', parameters, strict: true })
  if (page.next !== undefined && hasDates(input)) throw outcome('too-costly', { expression: 'DocumentReference', diagnostics: `More than ${MOST} documents: narrow it by dates or type.` })
  await gate.record(caller, question, undefined, `$docref (${page.matches.length})`)
  const base = baseOf(request, publicUrl)
  const entries = page.matches.map(({ id, body }) => ({ fullUrl: `${base}/DocumentReference/${id}`, resource: body, search: 'match' as const }))
  return fhirReply(request, 200, writeBundle({ type: 'searchset', total: entries.length, links: linksOf(`${base}/DocumentReference/$docref`, { understood: asGiven(input) }), entries }))
}

const hasDates = (input: OperationInput): boolean => input.text('start') !== undefined || input.text('end') !== undefined

/** The day of care is in context.period; where that is missing the date of the reference stands for it. */
const searchOf = (input: OperationInput, patient: string): Pairs => {
  const bounds = ([['start', 'ge'], ['end', 'le']] as const).flatMap(([name, prefix]) => {
    const text = input.text(name)
    if (text === undefined) return []
    // the zone is of no matter here: only whether there is such a date
    if (toInterval(text, 'UTC') === undefined) throw outcome('bad-parameter', { expression: name, diagnostics: 'There is no such date.' })
    return [['_filter', `(period ${prefix} ${text} or (period pr false and date ${prefix} ${text}))`] as const]
  })
  const type = input.token('type')
  return [
    ['patient', patient], ['status', 'current'], ['_sort', '-date'], ['_count', String(bounds.length === 0 ? 1 : MOST)], ...bounds,
    ...(type === undefined ? [] : [['type', type] as const]),
  ]
}

const asGiven = (input: OperationInput): Pairs => {
  const texts = ['patient', 'start', 'end'].flatMap((name) => input.texts(name).map((value) => [name, value] as const))
  const type = input.token('type'), made = input.flag('on-demand')
  return [...texts, ...(type === undefined ? [] : [['type', type] as const]), ...(made === undefined ? [] : [['on-demand', String(made)] as const])]
}
