/**
 * The record of a patient, or all of one encounter: what stands in the compartment, and what that refers to outside of any.
 * http://hl7.org/fhir/R4/patient-operation-everything.html, http://hl7.org/fhir/R4/encounter-operation-everything.html
 */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import type { ResourceStore } from '../../model/ports.ts'
import type { EverythingPage, EverythingRequest, Records } from '../../model/record-ports.ts'
import { contentOf, type StoredVersion } from '../../model/resource.ts'
import { writeBundle, type BundleEntryText } from '../bundle-text.ts'
import type { Gate } from '../gate.ts'
import { baseOf, fhirReply } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { requireLoaded } from '../load.ts'
import { CURSOR, linksOf } from '../page-links.ts'
import { requireId } from '../resource-body.ts'
import { readOperation, type OperationInput, type ParameterSpecs } from './parameters-body.ts'
import { seesAll, sightsOf } from './sight.ts'

export interface EverythingDeps {
  readonly store: ResourceStore
  readonly records: Records
  readonly gate: Gate
  readonly publicUrl: string
}

const TEXT = { kind: 'text' } as const
const OF_ENCOUNTER: ParameterSpecs = { _since: TEXT, _type: { kind: 'text', repeats: true }, _count: { kind: 'integer' }, [CURSOR]: TEXT }
const OF_PATIENT: ParameterSpecs = { start: TEXT, end: TEXT, ...OF_ENCOUNTER }
const NAME = '$everything'

/** 200 with a searchset; 404, 410, 403 as a read of the Patient or Encounter. */
export const everythingOperation = (deps: EverythingDeps, type: 'Patient' | 'Encounter'): FhirHandler => async (request) => {
  const parameters = pairsOf(readOperation(request, type === 'Patient' ? OF_PATIENT : OF_ENCOUNTER))
  if (request.params.id === undefined) return everybody(deps, request, parameters)
  const key = { type, id: requireId(request.params.id) }
  const { caller } = request
  // a person who may see a patient's name has no part in the record yet
  if (type === 'Patient' && caller.actor.kind === 'person') await deps.gate.require(caller, [{ interaction: 'search-type', type: 'Encounter', patient: key.id }])
  const head = await requireLoaded(deps.gate, caller, { interaction: 'read', ...key }, (seeing) => deps.store.read(seeing, key), NAME)
  const page = await deps.records.everything(sightsOf(caller), { of: key, head, parameters })
  await recordOthers(deps, request, head, page)
  return answer(deps, request, `/${type}/${key.id}/${NAME}`, page)
}

/** What stands in the record of another patient is on record there too. */
const recordOthers = async ({ gate }: EverythingDeps, { caller }: GuardedRequest, head: StoredVersion, { matches }: EverythingPage): Promise<void> => {
  const others = new Map(matches.flatMap((stored): [string, StoredVersion][] => (stored.patient === undefined || stored.patient === '' || stored.patient === head.patient ? [] : [[stored.patient, stored]])))
  await Promise.all([...others].map(([patient, stored]) => gate.record(caller, { interaction: 'read', type: stored.type, id: stored.id, patient }, stored, NAME)))
}

/** Every patient's record, for those who may see all of it. */
const everybody = async (deps: EverythingDeps, request: GuardedRequest, parameters: EverythingRequest['parameters']): Promise<Reply> => {
  const question = { interaction: 'search-type' as const, type: 'Patient' }
  if (!seesAll(request.caller)) {
    await deps.gate.note(request.caller, question, 'forbidden')
    throw outcome('forbidden', { diagnostics: 'The records of all patients need the right to search each type for every patient.' })
  }
  const page = await deps.records.everything(sightsOf(request.caller), { parameters })
  await deps.gate.record(request.caller, question, undefined, `${NAME} (${page.matches.length}+${page.referred.length})`)
  return answer(deps, request, `/Patient/${NAME}`, page)
}

/** As they stand in the links, however they came. */
const pairsOf = (input: OperationInput): (readonly [string, string])[] => {
  const count = input.whole('_count')
  const texts = ['start', 'end', '_since', CURSOR].flatMap((name) => input.texts(name).map((value) => [name, value] as const))
  return [...texts, ...input.texts('_type').map((value) => ['_type', value] as const), ...(count === undefined ? [] : [['_count', String(count)] as const])]
}

const answer = ({ publicUrl }: EverythingDeps, request: GuardedRequest, path: string, page: EverythingPage): Reply => {
  const base = baseOf(request, publicUrl)
  const entries = [...page.matches.map((stored) => [stored, 'match'] as const), ...page.referred.map((stored) => [stored, 'include'] as const)]
    .map(([stored, search]): BundleEntryText => ({ fullUrl: `${base}/${stored.type}/${stored.id}`, resource: contentOf(stored), search }))
  return fhirReply(request, 200, writeBundle({ type: 'searchset', total: page.whole ? page.matches.length : undefined, links: linksOf(`${base}${path}`, page), entries }))
}
