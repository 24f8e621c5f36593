/** The last observations of each code that a search finds, newest first. http://hl7.org/fhir/R4/observation-operation-lastn.html */
import { outcome } from '../../model/outcome.ts'
import type { SearchRequest } from '../../model/ports.ts'
import type { Records } from '../../model/record-ports.ts'
import { narrow } from '../../security/policy.ts'
import { writeBundle } from '../bundle-text.ts'
import type { Gate } from '../gate.ts'
import { baseOf, fhirReply, parsePrefer } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { linksOf } from '../page-links.ts'
import { searchPairs } from './search-pairs.ts'

export interface LastnDeps {
  readonly records: Records
  readonly gate: Gate
  readonly publicUrl: string
}

const MOST = 1000
/** The operation has an order and an end of its own. */
const SHAPING = /^_(sort|count|include|revinclude|total|cursor|summary|elements)(:|$)/
const SUBJECT = /^(patient|subject)([:.]|$)/
/** Parameters with a code in their expression. */
const CODED = /^((combo-|component-)?code(-value-[a-z]+)?|category)([:.]|$)/

type Pairs = SearchRequest['parameters']

/** 200 with a searchset, empty when nothing is found or nothing may be seen. */
export const lastnOperation = ({ records, gate, publicUrl }: LastnDeps): FhirHandler => async (request) => {
  const { caller } = request
  const pairs = searchPairs(request)
  const max = maxOf(pairs)
  const parameters = pairs.filter(([name]) => name !== 'max')
  requireSubjectAndCode(parameters)
  const question = { interaction: 'search-type' as const, type: 'Observation' }
  await gate.require(caller, [question])
  const { matches: found, understood } = await records.lastn(narrow(caller, 'search-type', 'Observation'), { parameters, strict: parsePrefer(request.headers.prefer).strict }, max)
  const patients = new Set(found.map(({ patient }) => patient))
  const [patient] = patients.size === 1 ? patients : []
  await gate.record(caller, { ...question, patient }, undefined, `$lastn (${found.length})`)
  const base = baseOf(request, publicUrl)
  const entries = found.map(({ id, body }) => ({ fullUrl: `${base}/Observation/${id}`, resource: body, search: 'match' as const }))
  return fhirReply(request, 200, writeBundle({ type: 'searchset', total: entries.length, links: linksOf(`${base}/Observation/$lastn`, { understood: [...understood, ...pairs.filter(([name]) => name === 'max')] }), entries }))
}

const maxOf = (pairs: Pairs): number => {
  const [text = '1', more] = pairs.flatMap(([name, value]) => (name === 'max' ? [value] : []))
  if (more !== undefined || !/^[1-9]\d{0,8}$/.test(text)) throw outcome('bad-parameter', { expression: 'http.max', diagnostics: 'Expected one whole number from 1.' })
  return Math.min(Number(text), MOST)
}

const requireSubjectAndCode = (pairs: Pairs): void => {
  const refuse = (name: string, diagnostics: string): never => { throw outcome('bad-parameter', { expression: `http.${name.slice(0, 64)}`, diagnostics }) }
  for (const [name] of pairs) if (SHAPING.test(name)) refuse(name, 'The answer has an order and an end of its own.')
  if (!pairs.some(([name]) => SUBJECT.test(name))) refuse('patient', 'Name the patient or the subject.')
  if (!pairs.some(([name]) => CODED.test(name))) refuse('code', 'Name a category, a code, or both.')
}
