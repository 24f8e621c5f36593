/** The International Patient Summary of a patient, made when it is asked for: http://hl7.org/fhir/uv/ips/STU1.1/OperationDefinition-summary.html. Nothing of it is stored. */
import type { AllergyIntolerance } from '@medplum/fhirtypes'
import type { GuardedRequest } from '../../http/route.ts'
import { allergyKind, currentAllergies } from '../../model/allergy.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller, Clock, IdSource, ResourceStore } from '../../model/ports.ts'
import type { Records } from '../../model/record-ports.ts'
import { toTyped, type StoredVersion } from '../../model/resource.ts'
import { HOSPITAL_ID } from '../../model/systems.ts'
import { narrow, reachOf } from '../../security/policy.ts'
import type { Gate } from '../gate.ts'
import { baseOf, fhirReply } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { requireLoaded, withFullSight } from '../load.ts'
import { requireId } from '../resource-body.ts'
import { readOperation, type ParameterSpecs } from './parameters-body.ts'
import { sightsOf } from './sight.ts'
import { buildSummary, type FilledSection, type Language } from './summary-document.ts'
import { SUMMARY_SECTIONS, type SectionSearch, type SummarySection } from './summary-sections.ts'

export interface SummaryDeps {
  readonly store: ResourceStore
  readonly records: Records
  readonly gate: Gate
  readonly clock: Clock
  readonly ids: IdSource
  readonly publicUrl: string
  /** Name of this site. */
  readonly source: () => Promise<string>
}

const NAME = '$summary'
/** Of each search; older ones are left out, and the section says so. */
export const MOST_IN_SECTION = 100
const TAKES: ParameterSpecs = { profile: { kind: 'text' } }
/** http://hl7.org/fhir/uv/ips/STU1.1/artifacts.html */
const PROFILES: ReadonlySet<string> = new Set(['Bundle-uv-ips', 'Composition-uv-ips'].map((name) => `http://hl7.org/fhir/uv/ips/StructureDefinition/${name}`))
/** What entries refer to and a reader needs to understand them. */
const FURTHER: ReadonlySet<string> = new Set(['Medication', 'Practitioner', 'PractitionerRole', 'Organization', 'Device', 'Observation'])

/** 200 with a Bundle of type document; 404, 410, 403 as a read of the Patient. */
export const summaryOperation = (deps: SummaryDeps): FhirHandler => async (request) => {
  const { caller } = request
  const input = readOperation(request, { ...TAKES, ...(request.params.id === undefined && { identifier: { kind: 'token' } }) })
  const profile = input.text('profile')
  if (profile !== undefined && !PROFILES.has(profile.replace(/\|.*$/, ''))) throw outcome('bad-parameter', { expression: 'profile', diagnostics: 'The summary is that of the International Patient Summary.' })
  const id = request.params.id === undefined ? await findPatient(deps, caller, input.token('identifier')) : requireId(request.params.id)
  // a person who may see a patient's name has no part in the record yet
  if (caller.actor.kind === 'person') await deps.gate.require(caller, [{ interaction: 'search-type', type: 'Encounter', patient: id }])
  const patient = await requireLoaded(deps.gate, caller, { interaction: 'read', type: 'Patient', id }, (seeing) => deps.store.read(seeing, { type: 'Patient', id }), NAME)
  const sections = await Promise.all(SUMMARY_SECTIONS.map((section) => fill(deps, caller, section, id)))
  const entries = sections.flatMap(({ found }) => found)
  const further = (await deps.records.referredInSight(entries, sightsOf(caller), id)).filter(({ type }) => FURTHER.has(type))
  await recordOthers(deps, caller, id, [...entries, ...further])
  const language = languageOf(request)
  const body = buildSummary({ base: baseOf(request, deps.publicUrl), at: deps.clock.now().toISOString(), language, patient, sections, ...await authorOf(deps, caller, request, further), uuid: () => deps.ids.uuid() })
  return fhirReply(request, 200, body, { 'content-language': language, vary: 'Accept, Accept-Language' })
}

const findPatient = async ({ store, gate }: SummaryDeps, caller: Caller, identifier: string | undefined): Promise<string> => {
  if (identifier === undefined) throw outcome('bad-parameter', { expression: 'identifier', diagnostics: 'Name the patient by an identifier, or call the operation on the patient.' })
  await gate.require(caller, [{ interaction: 'search-type', type: 'Patient' }])
  const { matches: [only, more] } = await store.search(narrow(caller, 'search-type', 'Patient'), { type: 'Patient', parameters: [['identifier', identifier], ['_count', '2']], strict: true })
  if (only === undefined) throw outcome('not-found', { expression: 'identifier' })
  if (more !== undefined) throw outcome('multiple-matches', { expression: 'identifier' })
  return only.id
}

/** Of each type what a search of the caller would show. */
const fill = async (deps: SummaryDeps, caller: Caller, section: SummarySection, id: string): Promise<FilledSection> => {
  const open = section.searches.filter(({ type }) => reachOf(caller.actor, 'search-type', type) !== 'none')
  const pages = await Promise.all(open.map((search) => find(deps, caller, search, id)))
  const matches = pages.flatMap((page) => page.matches.slice(0, MOST_IN_SECTION))
  // "none known" beside something known would contradict it
  const found = matches.every(({ type }) => type === 'AllergyIntolerance') ? currentAllergies(matches, (stored) => allergyKind(toTyped<AllergyIntolerance>(stored))) : matches
  return { section, found, withheld: open.length < section.searches.length, cut: pages.some((page) => page.next !== undefined || page.matches.length > MOST_IN_SECTION) }
}

const find = async ({ store, records }: SummaryDeps, caller: Caller, { type, parameters, last }: SectionSearch, id: string): Promise<{ readonly matches: readonly StoredVersion[]; readonly next?: string }> => {
  const seeing = narrow(caller, 'search-type', type)
  const wanted = [['patient', id] as const, ...parameters]
  return last === true ? records.lastn(seeing, { parameters: wanted, strict: true }, 1) : store.search(seeing, { type, parameters: [...wanted, ['_count', String(MOST_IN_SECTION)]], strict: true })
}

/** What stands in the record of another patient is on record there too. */
const recordOthers = async ({ gate }: SummaryDeps, caller: Caller, id: string, shown: readonly StoredVersion[]): Promise<void> => {
  const others = new Map(shown.flatMap((stored): [string, StoredVersion][] => (stored.patient === undefined || stored.patient === '' || stored.patient === id ? [] : [[stored.patient, stored]])))
  await Promise.all([...others].map(([patient, stored]) => gate.record(caller, { interaction: 'read', type: stored.type, id: stored.id, patient }, stored, NAME)))
}

interface Authored { readonly author: { readonly reference?: string; readonly display: string }; readonly further: readonly StoredVersion[] }

/** The hospital; it is nobody's record, and everybody may know it. */
const authorOf = async ({ store, source, publicUrl }: SummaryDeps, caller: Caller, request: GuardedRequest, further: readonly StoredVersion[]): Promise<Authored> => {
  const display = await source()
  const hospital = await store.read(withFullSight(caller), { type: 'Organization', id: HOSPITAL_ID })
  if (hospital === undefined || hospital.deleted) return { author: { display }, further }
  return { author: { reference: `${baseOf(request, publicUrl)}/Organization/${HOSPITAL_ID}`, display }, further: [...further, hospital] }
}

/** Vietnamese, unless the client likes English better. */
const languageOf = ({ headers }: GuardedRequest): Language => {
  const weighed = (headers['accept-language'] ?? '').split(',').map((part) => {
    const [tag = '', quality] = part.trim().toLowerCase().split(/;\s*q=/)
    return { language: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) || 0 }
  })
  const of = (wanted: Language): number => Math.max(0, ...weighed.flatMap(({ language, quality }) => (language === wanted ? [quality] : [])))
  return of('en') > of('vi') ? 'en' : 'vi'
}
