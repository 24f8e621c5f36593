/** Review before signing: what was sent is validated against what is stored, the documents are built and printed, and the exact pages wait for the PIN. Nothing is stored. */
import { createHash, randomInt } from 'node:crypto'
import { stringAt, valueAt, type JsonObject, type JsonValue } from '../model/json.ts'
import { dayIn } from '../model/day.ts'
import { readDiagnosisRule, type DiagnosisRule } from '../model/diagnosis-rules.ts'
import type { OrderCount } from '../model/favourites.ts'
import { outcome, type Issue } from '../model/outcome.ts'
import type { Caller, Clock, DocumentStore, Finding, FormCode, IdSource, Letterhead, Printed, Printer, ResourceStore, Terminology, Validator, Write } from '../model/ports.ts'
import { parseJsonObject } from '../model/json.ts'
import type { ResourceKey, StoredVersion } from '../model/resource.ts'
import type { Override } from '../model/safety.ts'
import type { SigningPreview } from '../model/site.ts'
import { CODE_SYSTEM, HOSPITAL_ID, PROFILE } from '../model/systems.ts'
import type { Checks } from '../fhir/checks.ts'
import { toPlain } from '../model/json.ts'
import { sectionTexts } from '../model/narrative.ts'
import { countOrders } from '../visit/count-orders.ts'
import { icdCode, judgeDiagnoses } from '../visit/diagnosis-rules.ts'
import { findPaperGaps } from '../visit/paper-gaps.ts'
import { prepareSigning, type Prepared, type PreparedDocument } from '../visit/prepare-signing.ts'
import type { PrescriptionKind } from '../visit/prescription-code.ts'
import { readVisitBundle } from '../visit/read-visit-bundle.ts'
import { findGaps, findPrescriptionGaps, requireVisit } from '../visit/require-visit.ts'
import { keyOf, type StoredResource, type VisitMode } from '../visit/settle-changes.ts'
import { toCheck } from '../visit/visit-profiles.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { requireOrdersFree, touchedOrders } from './orders-under-way.ts'
import type { Shelf } from './preview-shelf.ts'
import { requireAnswers, type Answered, type GateDeps } from './safety-gate.ts'
import { ownCaller, type OpenVisit } from './visit-access.ts'
import { readVisitResources } from './visit-sheet.ts'

export interface PreviewDeps extends GateDeps {
  readonly store: ResourceStore
  readonly documents: DocumentStore
  readonly checks: Checks
  readonly validator: Validator
  readonly terminology: Terminology
  readonly printer: Printer
  readonly hospital: HospitalInfo
  readonly shelf: Shelf<Reviewed>
  readonly ids: IdSource
  readonly clock: Clock
  readonly timeZone: string
  readonly publicUrl: string
}

export interface ReviewedDocument extends PreparedDocument {
  readonly bundleSha256: string
  readonly printed: Printed
}

/** What waits for its PIN. `signing`: the one signature that is under way or done; asking again gets the same answer. */
export interface Reviewed {
  readonly encounter: string
  readonly patient: string
  readonly department: string
  readonly mode: VisitMode
  readonly reason: string
  readonly draftKey?: string
  /** Of a visit that is signed for the first time: a correction is no habit. */
  readonly count?: Pick<OrderCount, 'category' | 'codes'>
  readonly writes: readonly Write[]
  /** Ids of stored orders that the writes change or take off: only while nobody has taken them in. */
  readonly orders: readonly string[]
  /** What the safety checks were answered with. */
  readonly safety: Answered
  readonly documents: readonly ReviewedDocument[]
  readonly place: string
  /** What stood in the visit when it was shown: "Type/id/version". */
  readonly seen: readonly string[]
  signing?: Promise<readonly string[]>
}

export interface PreviewInput {
  readonly bundle: JsonValue
  readonly correction?: { readonly kind: 'replaces' | 'appends'; readonly reason: string }
  readonly draftKey?: string
  readonly overrides?: readonly Override[]
}

/** The doctor who signs: FHIR id of the Practitioner, name and role as the certificate says them. */
export interface Signatory { readonly account: string; readonly practitioner: string; readonly name: string; readonly title: string }

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
/** 26 letters of 32: 130 bits of chance; none of i, l, o, u, which people misread. */
const newCode = (): string => Array.from({ length: 26 }, () => ALPHABET[randomInt(32)]).join('')

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const toStored = (stored: StoredVersion): StoredResource => ({ key: { type: stored.type, id: stored.id }, version: stored.version, resource: parseJsonObject(stored.body) })

const requireStored = async (deps: PreviewDeps, caller: Caller, key: ResourceKey): Promise<JsonObject> => {
  const stored = key.id === '' ? undefined : await deps.store.read(ownCaller(caller), key)
  if (stored === undefined || stored.deleted) throw outcome('dangling-reference', { expression: `${key.type}/${key.id}` })
  return parseJsonObject(stored.body)
}

const requireMode = (status: string, correction: PreviewInput['correction']): VisitMode => {
  if (status === 'finished' && correction === undefined) throw outcome('visit-closed')
  if (status !== 'finished' && correction !== undefined) throw outcome('bad-request', { expression: 'correction', diagnostics: 'The visit is not signed yet.' })
  if (status !== 'finished' && !['planned', 'arrived', 'triaged', 'in-progress', 'onleave'].includes(status)) throw outcome('visit-closed', { diagnostics: `The visit is ${status}.` })
  return correction?.kind ?? 'open'
}

/** Narcotics and psychotropics go on a prescription of their own; the list says which they are. */
const kindsOf = async (deps: PreviewDeps, medications: readonly JsonObject[], day: string): Promise<(medication: JsonObject) => PrescriptionKind> => {
  const codes = new Set(medications.map(drugCode).filter((code) => code !== undefined))
  const kinds = new Map(await Promise.all([...codes].map(async (code): Promise<[string, PrescriptionKind]> => {
    const control = (await deps.terminology.lookup(CODE_SYSTEM.medicines, code, day))?.properties.control
    return [code, control === 'N' || control === 'H' ? control : 'C']
  })))
  return (medication) => kinds.get(drugCode(medication) ?? '') ?? 'C'
}
const drugCode = (medication: JsonObject): string | undefined => {
  const coding = valueAt(medication, 'medicationCodeableConcept', 'coding', 0)
  return stringAt(coding, 'system') === CODE_SYSTEM.medicines ? stringAt(coding, 'code') : undefined
}

/** Throws diagnosis-not-allowed; answers what the rules of the list only advise against. */
const requireAllowed = async (deps: PreviewDeps, { chart, touched }: Pick<Prepared, 'chart' | 'touched'>, mode: VisitMode, day: string): Promise<readonly Issue[]> => {
  const codes = new Set(chart.conditions.map(icdCode).filter((code) => code !== undefined))
  const rules = new Map(await Promise.all([...codes].map(async (code): Promise<[string, DiagnosisRule]> =>
    [code, readDiagnosisRule((await deps.terminology.lookup(CODE_SYSTEM.icd10, code, day))?.properties ?? {})])))
  const { refused, warned } = judgeDiagnoses(chart, (condition) => rules.get(icdCode(condition) ?? ''), mode === 'appends' ? new Set(touched) : undefined)
  if (refused.length > 0) throw outcome('diagnosis-not-allowed', { diagnostics: `${refused.length} by the rules of ${day}` }, refused)
  return warned
}

/** Throws invalid-resource or code-invalid with every error; answers the warnings. */
const check = async (deps: PreviewDeps, resources: readonly JsonObject[], documents: readonly PreparedDocument[]): Promise<Finding[]> => {
  const placed = resources.map(toCheck)
  await deps.checks.require(placed)
  const ofDocuments = documents.flatMap(({ composition, form }) => deps.validator.validate(toPlain(composition), { profiles: [PROFILE.composition], path: `Composition(${form})` }))
  const wrong = ofDocuments.filter(({ severity }) => severity === 'error')
  if (wrong.length > 0) throw outcome('invalid-resource', { diagnostics: 'The document does not conform.' }, wrong)
  return [...await deps.checks.find(placed), ...ofDocuments].filter(({ severity }) => severity === 'warning')
}

const requireNoGaps = (gaps: readonly Issue[]): void => {
  if (gaps.length > 0) throw outcome('invalid-resource', { diagnostics: 'Something that a form needs is missing.' }, gaps)
}

/** Printing takes some seconds for so much, and nobody else is served meanwhile; a long visit has a tenth of it. */
const MOST_PRINTED = 150_000
/** As many letters as a line that ends early takes room for. */
const LINE = 40
/** About how much there is to print: long texts whole, of everything else what is left without its names and brackets. */
const sizeOf = (text: string): number => {
  const long = [...text.matchAll(/"(?:[^"\\]|\\.){200,}"/g)].reduce((sum, [found]) => sum + found.length, 0)
  return long + Math.ceil((text.length - long) / 8) + LINE * (text.split('\\n').length - 1)
}
const requirePrintable = (documents: readonly PreparedDocument[]): void => {
  const size = documents.reduce((sum, { text }) => sum + sizeOf(text), 0)
  if (size > MOST_PRINTED) throw outcome('document-too-long', { diagnostics: `${size} where ${MOST_PRINTED} are possible.` })
}

const print = (deps: PreviewDeps, letterhead: Letterhead, signatory: Signatory, at: Date) => async (document: PreparedDocument): Promise<ReviewedDocument> => {
  const bundleSha256 = sha256(document.text)
  const printed = await deps.printer.print({
    form: document.form, letterhead, bundle: document.bundle, bundleSha256, code: document.code, verifyUrl: `${deps.publicUrl}/xac-minh?ma=${document.code}`, at,
    signer: { name: signatory.name, title: signatory.title },
  })
  return { ...document, bundleSha256, printed }
}

const seenAs = ({ key, version }: StoredResource): string => `${key.type}/${key.id}/${version}`

/** Whoever signs has seen all of the visit: what came, changed or was taken off since the pages were shown would stand otherwise in the signed visit than on its pages. Throws version-conflict. */
export const requireSeen = async (deps: Pick<PreviewDeps, 'store'>, caller: Caller, visit: OpenVisit, { seen }: Reviewed): Promise<void> => {
  const now = [visit.stored, ...await readVisitResources(deps, caller, visit)].map(({ type, id, version }) => `${type}/${id}/${version}`)
  const unseen = now.find((each) => !seen.includes(each)) ?? seen.find((each) => !now.includes(each))
  if (unseen !== undefined) throw outcome('version-conflict', { expression: unseen.slice(0, unseen.lastIndexOf('/')) })
}

/** POST /api/visits/:encounter/preview. */
export const previewVisit = async (deps: PreviewDeps, caller: Caller, visit: OpenVisit, signatory: Signatory, input: PreviewInput): Promise<SigningPreview> => {
  const mode = requireMode(stringAt(visit.encounter, 'status') ?? '', input.correction)
  const place = { patient: visit.patient, encounter: visit.stored.id }
  const changes = requireVisit(readVisitBundle(input.bundle, () => deps.ids.uuid()), visit.encounter, place)
  const [patient, department, hospital, practitioner, resources, documents, letterhead] = await Promise.all([
    requireStored(deps, caller, { type: 'Patient', id: visit.patient }), requireStored(deps, caller, { type: 'Organization', id: visit.department }),
    requireStored(deps, caller, { type: 'Organization', id: HOSPITAL_ID }), requireStored(deps, caller, { type: 'Practitioner', id: signatory.practitioner }),
    readVisitResources(deps, caller, visit), deps.documents.find({ encounter: visit.stored.id }), deps.hospital.letterhead(),
  ])
  const stored = [visit.stored, ...resources].map(toStored)
  const at = deps.clock.now()
  const day = dayIn(new Date(stringAt(visit.encounter, 'period', 'start') ?? at), deps.timeZone)
  const medications = [...stored.map(({ resource }) => resource), ...changes.map(({ resource }) => resource)].filter((resource) => resource !== undefined && keyOf(resource).type === 'MedicationRequest')
  const prepared = prepareSigning({
    changes, stored, mode, reason: input.correction?.reason ?? '', facts: { patient, department, hospital, practitioner }, documents, at, day, timeZone: deps.timeZone,
    base: `${deps.publicUrl}/fhir/R4`, facility: letterhead.facilityCode, kindOf: await kindsOf(deps, medications.filter((resource) => resource !== undefined), day),
    newId: () => deps.ids.uuid(), newCode, random: (below) => randomInt(below),
  })
  const orders = touchedOrders(prepared.writes, stored)
  await requireOrdersFree(deps, caller, orders)
  const prescribes = prepared.documents.some(({ form }) => form === 'prescription')
  requireNoGaps([...(mode === 'appends' ? [] : findGaps(prepared.chart)), ...(prescribes ? findPrescriptionGaps(prepared.chart, day) : []), ...findPaperGaps(prepared.chart, prepared.documents, day)])
  requirePrintable(prepared.documents)
  const { answered, report } = await requireAnswers(deps, caller, visit, { chart: prepared.chart, mode, touched: prepared.touched }, input.overrides ?? [], signatory)
  const warnings = [...await requireAllowed(deps, prepared, mode, day), ...await check(deps, [...prepared.closed, ...answered.issues], prepared.documents)]
  const printed = await Promise.all(prepared.documents.map(print(deps, letterhead, signatory, at)))
  const id = deps.ids.uuid()
  deps.shelf.put(signatory.account, id, {
    ...place, department: visit.department, mode, reason: input.correction?.reason ?? '', ...(input.draftKey !== undefined && { draftKey: input.draftKey }),
    ...(mode === 'open' && { count: countOrders(prepared.chart) }),
    writes: prepared.writes, orders, safety: answered, documents: printed, place: letterhead.place, seen: stored.map(seenAs),
  }, printed.reduce((sum, document) => sum + document.printed.pdf.length + 4 * document.text.length, 0))
  return {
    preview: id, checks: report, warnings: warnings.map(({ message, expression }) => ({ message, ...(expression !== undefined && { expression }) })),
    documents: printed.map(({ form, title, composition, printed: { pages } }, index): SigningPreview['documents'][number] =>
      ({ form: form satisfies FormCode, title, pages, pdf: `/api/visits/${visit.stored.id}/previews/${id}/${index}`, sections: sectionTexts(composition) })),
  }
}
