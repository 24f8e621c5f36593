/** Search, by GET or by POST to _search, in one type, in all, or in a compartment. http://hl7.org/fhir/R4/http.html#search, http://hl7.org/fhir/R4/http.html#vsearch */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { readPairs } from '../../model/form.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller, ResourceStore, SearchPage } from '../../model/ports.ts'
import { contentOf, type ResourceKey } from '../../model/resource.ts'
import { compartmentTypes, isCompartment } from '../../search/compartment.ts'
import { RESOURCE_TYPES } from '../../search/resource-types.ts'
import { narrow, reachOf } from '../../security/policy.ts'
import { writeBundle, type BundleEntryText } from '../bundle-text.ts'
import { requireFormat } from '../format.ts'
import type { Gate } from '../gate.ts'
import { baseOf, fhirReply, parsePrefer } from '../headers.ts'
import { sightsOf } from '../operations/sight.ts'
import { ownBases } from '../own-address.ts'
import { linksOf } from '../page-links.ts'
import { withoutGeneral } from '../parameters.ts'
import { requireId, requireType } from '../resource-body.ts'
import { applyView, parseSearchView } from '../view.ts'

export interface SearchDeps {
  readonly store: ResourceStore
  readonly gate: Gate
  readonly publicUrl: string
}

/** 200 with a searchset of stored bodies; rows that the caller may not see are left out in SQL, before counting and paging. */
export const searchInteraction = (deps: SearchDeps) => async (sent: GuardedRequest): Promise<Reply> => {
  const request: GuardedRequest = { ...sent, query: [...sent.query, ...formOf(sent)] }
  requireFormat(request)
  const { type, compartment, path } = placeOf(request)
  const parameters = withoutGeneral(request.query)
  const view = parseSearchView(parameters, type)
  const caller = await narrowed(deps.gate, request.caller, type, compartment, parameters)
  const { strict, handling } = parsePrefer(request.headers.prefer)
  const inside = type !== undefined && parameters.some(([name]) => name === '_contained')
  const page = await deps.store.search(caller, { bases: ownBases(request, deps.publicUrl), ...(inside && { containers: sightsOf(request.caller) }), ...(type === undefined ? {} : { type }), ...(compartment === undefined ? {} : { compartment }), parameters, strict })
  await record(deps.gate, request.caller, { type, compartment }, parameters, page)
  const base = baseOf(request, deps.publicUrl)
  const entries: BundleEntryText[] = [
    ...page.matches.map((stored) => ({ fullUrl: `${base}/${stored.type}/${stored.id}`, resource: applyView(contentOf(stored), view.matches), search: 'match' as const })),
    ...page.included.map((stored) => ({ fullUrl: `${base}/${stored.type}/${stored.id}`, resource: applyView(contentOf(stored), view.included), search: 'include' as const })),
  ]
  return fhirReply(request, 200, writeBundle({ type: 'searchset', total: page.total, links: linksOf(`${base}${path}`, page), entries }), handling === undefined ? {} : { 'preference-applied': `handling=${handling}` })
}

interface Place {
  readonly type: string | undefined
  readonly compartment: ResourceKey | undefined
}

/** "/Observation", "/Patient/1/Observation", "/Patient/1/*" or the base; `path` as the links say it. */
const placeOf = ({ params }: GuardedRequest): Place & { readonly path: string } => {
  if (params.member === undefined) {
    const type = params.type === undefined ? undefined : requireType(params.type)
    return { type, compartment: undefined, path: type === undefined ? '' : `/${type}` }
  }
  const compartment = { type: requireType(params.type), id: requireId(params.id) }
  if (!isCompartment(compartment.type)) throw outcome('unknown-route', { expression: 'http.type', diagnostics: `${compartment.type} is no compartment.` })
  const type = params.member === '*' ? undefined : requireType(params.member)
  return { type, compartment, path: `/${compartment.type}/${compartment.id}/${type ?? '*'}` }
}

/** The pairs of a form body (POST _search); they count as those of the address do, also those that say how the answer is to look. */
const formOf = (request: GuardedRequest): [string, string][] => {
  if (request.bytes.length === 0) return []
  return readPairs(request.text())
}

/** What the caller sees in this search: what their grants or scopes for the type show (api/security/policy.ts), whatever a chain, _has or include reaches. */
const narrowed = async (gate: Gate, caller: Caller, type: string | undefined, compartment: ResourceKey | undefined, parameters: readonly (readonly [string, string])[]): Promise<Caller> => {
  if (type !== undefined) {
    await gate.require(caller, [{ interaction: 'search-type', type }])
    return narrow(caller, 'search-type', type)
  }
  const named = parameters.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(','))
  const types = named.length > 0 ? named : compartment === undefined ? RESOURCE_TYPES : compartmentTypes(compartment.type)
  if (types.some((each) => reachOf(caller.actor, 'search-type', each) !== 'site')) {
    await gate.note(caller, { interaction: 'search-type', type: '*' }, 'forbidden')
    throw outcome('forbidden', { diagnostics: 'A search of several types needs the right to search each of them for every patient.' })
  }
  return caller
}

/** One audit row: names of parameters, never values; the patient whose compartment it was, or of whom all is that was shown. */
const record = async (gate: Gate, caller: Caller, { type, compartment }: Place, parameters: readonly (readonly [string, string])[], page: SearchPage): Promise<void> => {
  const patients = new Set([...page.matches, ...page.included].map((stored) => stored.patient).filter((patient) => patient !== undefined && patient !== ''))
  const [only] = patients
  const patient = compartment?.type === 'Patient' ? compartment.id : patients.size === 1 ? only : undefined
  const names = [...new Set(parameters.map(([name]) => name.slice(0, 64)))].join(' ').slice(0, 200)
  await gate.record(caller, { interaction: 'search-type', type: type ?? '*', ...(patient === undefined ? {} : { patient }) }, undefined, `${names} (${page.matches.length}+${page.included.length})`)
}
