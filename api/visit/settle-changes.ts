/**
 * Settles what a visit sheet sent against what is stored: what really changes, what stays as its author wrote it, and what a signed visit
 * allows. Nothing signed is ever overwritten or deleted: a correction makes new versions, a removal becomes "entered in error" (Luật KCB 15/2023/QH15 art. 7). Pure.
 */
import { allergyKindOf, refuteAllergy } from '../model/allergy.ts'
import { arrayAt, objectFromPlain, stringAt, type JsonObject, type JsonValue } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Write } from '../model/ports.ts'
import type { ResourceKey } from '../model/resource.ts'
import { CODE_SYSTEM, LOINC } from '../model/systems.ts'
import { contentOf, sameContent } from './content.ts'
import type { VisitChange } from './read-visit-bundle.ts'

export interface StoredResource { readonly key: ResourceKey; readonly version: number; readonly resource: JsonObject }

/** How the visit is written: before it is signed, or as a correction of a signed one. */
export type VisitMode = 'open' | 'replaces' | 'appends'

export interface Settled {
  /** What is to be stored. */
  readonly writes: readonly Write[]
  /** The visit as it will be: changed and new resources in the order sent, then the stored ones that nobody touched. Without removed ones. */
  readonly resources: readonly JsonObject[]
  /** Those of `resources` that are new or changed. */
  readonly touched: ReadonlySet<JsonObject>
  /** Resources that this takes out of the visit. */
  readonly removed: readonly JsonObject[]
}

const keyText = ({ type, id }: ResourceKey): string => `${type}/${id}`
export const keyOf = (resource: JsonObject): ResourceKey => ({ type: stringAt(resource, 'resourceType') ?? '', id: stringAt(resource, 'id') ?? '' })

/** Removed by its author before, or by a correction. */
export const isWithdrawn = (resource: JsonObject): boolean =>
  stringAt(resource, 'status') === 'entered-in-error' || stringAt(resource, 'verificationStatus', 'coding', 0, 'code') === 'entered-in-error'

const VERIFICATION: Readonly<Record<string, string>> = {
  Condition: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', AllergyIntolerance: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
}

/** The visible mark of a removal. Condition and AllergyIntolerance then have no clinical status (invariants con-5, ait-2). */
const withdraw = (resource: JsonObject): JsonObject => {
  const system = VERIFICATION[keyOf(resource).type]
  return system === undefined ? resource.set('status', 'entered-in-error')
    : resource.delete('clinicalStatus').set('verificationStatus', objectFromPlain({ coding: [{ system, code: 'entered-in-error' }] }))
}

const conflict = (change: VisitChange, found: number | undefined): Error =>
  outcome('version-conflict', { expression: keyText(change.key), expected: change.expected, ...(found !== undefined && { found }) })

/** Text typed behind a signed note becomes a note of its own; anything else that changes a signed resource is not an addition. */
const addedNote = (stored: JsonObject, sent: JsonObject, newId: () => string): JsonObject | undefined => {
  const [before = '', after = ''] = [stringAt(stored, 'valueString'), stringAt(sent, 'valueString')]
  const start = before === EMPTY_NOTE ? '' : before
  const added = after.startsWith(start) ? after.slice(start.length).replace(/^[\s.,;]+/, '').trimEnd() : ''
  return added !== '' && contentOf(sent.set('valueString', before)) === contentOf(stored) ? sent.set('id', newId()).set('valueString', added) : undefined
}

/** What a screen writes into a note that was emptied. */
export const EMPTY_NOTE = '—'

/** LOINC code of an Observation. */
export const loincOf = (resource: JsonObject): string | undefined =>
  arrayAt(resource, 'code', 'coding').map((coding) => (stringAt(coding, 'system') === CODE_SYSTEM.loinc ? stringAt(coding, 'code') : undefined)).find((code) => code !== undefined)

/** The texts of a visit, by their names in LOINC. */
export const NOTES = ['admissionDiagnosis', 'history', 'pastHistory', 'examination', 'results', 'plan', 'remarks'] as const

export const isNote = (resource: JsonObject, name: (typeof NOTES)[number]): boolean => loincOf(resource) === LOINC[name].code

/** What the sheet has one field for. */
const MEASURED = ['pulse', 'temperature', 'bloodPressure', 'respiration', 'oxygen', 'weight', 'height'] as const
const FIELDS: ReadonlySet<string> = new Set([...MEASURED, ...NOTES, 'pregnancy' as const].map((name) => LOINC[name].code))

/** A field that was empty when the sheet was read and is filled by now: two values would stand on the record, and the sheet would show one of them. */
const requireFirst = ({ resource, expected }: VisitChange, others: readonly StoredResource[]): void => {
  const code = resource === undefined || keyOf(resource).type !== 'Observation' ? undefined : loincOf(resource)
  const there = code !== undefined && FIELDS.has(code) ? others.find((item) => item.key.type === 'Observation' && loincOf(item.resource) === code) : undefined
  if (there !== undefined) throw outcome('version-conflict', { expression: keyText(there.key), expected, found: there.version })
}

export const settleChanges = (changes: readonly VisitChange[], stored: readonly StoredResource[], mode: VisitMode, newId: () => string): Settled => {
  const known = new Map(stored.map((item) => [keyText(item.key), item]))
  const [writes, resources, removed]: [Write[], JsonObject[], JsonObject[]] = [[], [], []]
  const touched = new Set<JsonObject>()
  const store = (resource: JsonObject, expected: number): void => {
    writes.push({ op: 'update', key: keyOf(resource), resource, expected, ...(mode === 'replaces' && expected > 0 && { amends: true }) })
  }
  const keep = (resource: JsonObject, expected?: number): void => {
    resources.push(resource)
    if (expected === undefined) return
    touched.add(resource)
    store(resource, expected)
  }
  for (const change of changes) {
    const before = known.get(keyText(change.key))
    known.delete(keyText(change.key))
    // A new resource that is there already, and the same: the answer to an earlier try was lost.
    const repeated = change.expected === 0 && change.resource !== undefined && before !== undefined && sameContent(before.resource, change.resource)
    if ((before?.version ?? 0) !== change.expected && !repeated) throw conflict(change, before?.version)
    if (before !== undefined && before.key.type === 'AllergyIntolerance' && !isJudgement(before.resource, change.resource)) throw outcome('immutable-record', { expression: change.path })
    if (change.resource === undefined) {
      if (mode === 'appends' || before === undefined) throw outcome('immutable-record', { expression: change.path })
      removed.push(before.resource)
      if (mode === 'open') writes.push({ op: 'delete', key: change.key, expected: before.version })
      else store(withdraw(before.resource), before.version)
    } else if (before === undefined) keep(change.resource, 0)
    else if (sameContent(before.resource, change.resource)) keep(before.resource)
    // an allergy belongs to the patient: how it is judged now may be said beside a signed visit
    else if (mode !== 'appends' || change.key.type === 'AllergyIntolerance') keep(change.resource, before.version)
    else {
      keep(before.resource)
      const added = addedNote(before.resource, change.resource, newId)
      if (added !== undefined) keep(added, 0)
      else if (change.key.type !== 'Encounter' || !sameVisit(before.resource, change.resource)) throw outcome('immutable-record', { expression: change.path })
    }
  }
  const others = [...known.values()].filter((item) => !isWithdrawn(item.resource))
  for (const change of changes) if (change.expected === 0) requireFirst(change, others)
  const found = [...touched].find((resource) => isAllergy(resource, 'known'))
  for (const item of others) {
    const over = found !== undefined && isAllergy(item.resource, 'none-known') ? takenOver(item.resource, found) : undefined
    keep(over ?? item.resource, over && item.version)
  }
  return { writes, resources, touched, removed }
}

const isAllergy = (resource: JsonObject, kind: ReturnType<typeof allergyKindOf>): boolean => keyOf(resource).type === 'AllergyIntolerance' && allergyKindOf(resource) === kind

/** "None known" is not true any more once one is: the same transaction says so, whichever screen sent it. */
const takenOver = (noneKnown: JsonObject, found: JsonObject): JsonObject =>
  refuteAllergy(noneKnown, { why: `Đã ghi nhận dị ứng: ${stringAt(found, 'code', 'text') ?? ''}`, at: stringAt(found, 'recordedDate') })

/** What may be said anew of a stored allergy. */
const JUDGED = ['clinicalStatus', 'verificationStatus', 'criticality'] as const

/** The same, or judged otherwise with a note that says why: what it is, who recorded it and what was noted before stays. Never taken off: the next visit needs it. */
const isJudgement = (stored: JsonObject, sent: JsonObject | undefined): boolean => {
  if (sent === undefined) return false
  if (sameContent(stored, sent)) return true
  const [before, after] = [arrayAt(stored, 'note'), arrayAt(sent, 'note')]
  // below the top the author and the time count too
  const rest = (resource: JsonObject, notes: readonly JsonValue[]): JsonObject => objectFromPlain({}).set('rest', JUDGED.reduce((left, name) => left.delete(name), resource.delete('meta').set('note', [...notes])))
  return sameContent(rest(stored, before), rest(sent, after.slice(0, before.length))) && after.length > before.length && after.slice(before.length).every((note) => (stringAt(note, 'text') ?? '').trim() !== '')
}

/** An addendum may bring a diagnosis; the signed visit's own list of them stays as it was. */
const sameVisit = (a: JsonObject, b: JsonObject): boolean => sameContent(a.delete('diagnosis'), b.delete('diagnosis'))
