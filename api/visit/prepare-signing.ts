/**
 * From what a doctor sent to what will be signed and stored: the visit as it will be, its documents as exact texts, and every write of the one
 * transaction. Nothing here signs or stores. Pure: ids and chance are handed in.
 */
import { objectFromPlain, type JsonObject } from '../model/json.ts'
import type { StoredDocument, Write } from '../model/ports.ts'
import { SID } from '../model/systems.ts'
import { finishEncounter, toChart, type VisitChart } from './chart.ts'
import { buildDocument, type BuiltDocument } from './document-bundle.ts'
import { planDocuments } from './plan-documents.ts'
import type { PlannedDocument } from './planned-document.ts'
import { makePrescriptionCode, type PrescriptionKind } from './prescription-code.ts'
import type { VisitChange } from './read-visit-bundle.ts'
import { isWithdrawn, keyOf, settleChanges, type Settled, type StoredResource, type VisitMode } from './settle-changes.ts'

export interface SigningRequest {
  readonly changes: readonly VisitChange[]
  /** What is stored of this visit, its Encounter and the patient's allergies included. */
  readonly stored: readonly StoredResource[]
  readonly mode: VisitMode
  readonly reason: string
  readonly facts: Pick<VisitChart, 'patient' | 'hospital' | 'department' | 'practitioner'>
  readonly documents: readonly StoredDocument[]
  readonly at: Date
  readonly timeZone: string
  /** YYYY-MM-DD of the visit, at the site. */
  readonly day: string
  /** Absolute address of the FHIR base. */
  readonly base: string
  /** 5 characters, for prescription codes. */
  readonly facility: string
  readonly kindOf: (medication: JsonObject) => PrescriptionKind
  readonly newId: () => string
  /** A code for a QR: without meaning, at least 100 bits of chance. */
  readonly newCode: () => string
  /** Integers in [0, below). */
  readonly random: (below: number) => number
}

export interface PreparedDocument extends BuiltDocument {
  readonly slot: string
  readonly title: string
  readonly code: string
  readonly relation?: PlannedDocument['relation']
}

export interface Prepared {
  /** Resources of the visit; documents and their Provenance come to them when they are signed. */
  readonly writes: readonly Write[]
  readonly documents: readonly PreparedDocument[]
  /** New and changed resources, as they will be stored. */
  readonly touched: readonly JsonObject[]
  /** What this signature closes, `touched` included: of an open visit all of it, whoever wrote it by whatever door. */
  readonly closed: readonly JsonObject[]
  readonly chart: VisitChart
}

const byKey = (resource: JsonObject): string => `${keyOf(resource).type}/${keyOf(resource).id}`

/** The Encounter after this signature: ended when it was open, otherwise only what a correction changes in it. */
const encounterOf = (settled: Settled, request: SigningRequest): JsonObject => {
  const encounter = settled.resources.find((resource) => keyOf(resource).type === 'Encounter')
  if (encounter === undefined) throw new Error('the Encounter of the visit is not among its resources')
  if (request.mode === 'appends') return encounter
  const conditions = settled.resources.filter((resource) => keyOf(resource).type === 'Condition' && !isWithdrawn(resource))
  return finishEncounter(encounter, { conditions, practitioner: request.facts.practitioner, at: request.at, timeZone: request.timeZone })
}

const withGroup = (medication: JsonObject, code: string): JsonObject => medication.set('groupIdentifier', objectFromPlain({ system: SID.prescription, value: code }))

interface Stamped { readonly planned: PlannedDocument; readonly prescriptionCode?: string; readonly medications: readonly JsonObject[] }

/** Gives each prescription its code, and its drugs that code. */
const stampPrescriptions = (planned: readonly PlannedDocument[], request: SigningRequest): Stamped[] =>
  planned.map((document) => {
    if (document.kind === undefined) return { planned: document, medications: [] }
    const prescriptionCode = makePrescriptionCode(request.facility, document.kind, request.random)
    return { planned: document, prescriptionCode, medications: document.chart.medications.map((medication) => withGroup(medication, prescriptionCode)) }
  })

/** Signed resources of the visit are closed; an allergy belongs to the patient, whom later visits know better. */
const isClosedBySigning = (resource: JsonObject): boolean => keyOf(resource).type !== 'AllergyIntolerance'

export const prepareSigning = (request: SigningRequest): Prepared => {
  const { stored, mode } = request
  const settled = settleChanges(request.changes, stored, mode, request.newId)
  const before = new Map(stored.map((item) => [byKey(item.resource), item]))
  const encounter = encounterOf(settled, request)
  const encounterBefore = before.get(byKey(encounter))?.resource ?? encounter
  const chart = toChart({ ...request.facts, encounter }, settled.resources)
  const stamped = stampPrescriptions(planDocuments({ ...request, chart, settled, encounterBefore }), request)

  // The same resources with their prescription codes and the ended Encounter: what is embedded is what is stored.
  const final = new Map([encounter, ...stamped.flatMap(({ medications }) => medications)].map((resource) => [byKey(resource), resource]))
  const finalOf = (resource: JsonObject): JsonObject => final.get(byKey(resource)) ?? resource
  const finalChart = (given: VisitChart): VisitChart => ({ ...given, medications: given.medications.map(finalOf) })
  const touched = new Set([...settled.touched].map(finalOf))

  const documents = stamped.map(({ planned, prescriptionCode }): PreparedDocument => {
    const code = request.newCode()
    const built = buildDocument({
      ...planned, chart: finalChart(planned.chart), ...(planned.only && { only: touched }), bundleId: request.newId(), compositionId: request.newId(), code,
      at: request.at, timeZone: request.timeZone, base: request.base, ...(prescriptionCode !== undefined && { prescriptionCode }),
    })
    return { ...built, slot: planned.slot, title: planned.title, code, ...(planned.relation && { relation: planned.relation }) }
  })

  const writes = new Map<string, Write>()
  for (const write of settled.writes) writes.set(`${write.key.type}/${write.key.id}`, write)
  for (const resource of settled.resources) {
    const key = byKey(resource)
    const changed = finalOf(resource)
    const isNew = settled.touched.has(resource)
    if (!isNew && changed === resource && (mode !== 'open' || !isClosedBySigning(resource))) continue
    const expected = before.get(key)?.version ?? 0
    writes.set(key, {
      op: 'update', key: keyOf(resource), resource: changed, expected,
      ...(isClosedBySigning(resource) && { immutable: true }), ...(mode !== 'open' && expected > 0 && { amends: true }),
    })
  }
  return { writes: [...writes.values()], documents, touched: [...touched], closed: settled.resources.filter((resource) => settled.touched.has(resource) || (mode === 'open' && isClosedBySigning(resource))).map(finalOf), chart: finalChart(chart) }
}
