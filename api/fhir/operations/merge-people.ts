/** The two patients that $merge and $unmerge are about: named by reference, or by numbers that only one of them has. http://hl7.org/fhir/patient-operation-merge.html */
import type { GuardedRequest } from '../../http/route.ts'
import { stringAt, type JsonObject } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { ResourceStore } from '../../model/ports.ts'
import type { StoredVersion } from '../../model/resource.ts'
import type { Gate } from '../gate.ts'
import { baseOf } from '../headers.ts'
import { requireLoaded, withFullSight } from '../load.ts'
import { parseRelative } from '../references.ts'
import { escapeSearch, type OperationInput, type ParameterSpecs } from './parameters-body.ts'

export interface MergePeopleDeps {
  readonly store: ResourceStore
  readonly gate: Gate
  readonly publicUrl: string
}

export interface MergePeople { readonly source: StoredVersion; readonly target: StoredVersion }

export const PEOPLE_PARAMETERS: ParameterSpecs = {
  'source-patient': { kind: 'Reference' }, 'source-patient-identifier': { kind: 'Identifier', repeats: true },
  'target-patient': { kind: 'Reference' }, 'target-patient-identifier': { kind: 'Identifier', repeats: true }, preview: { kind: 'boolean' },
}

/**
 * Persons are refused. A merge moves clinical content of two records at once. Reception finds the duplicates, and sees no clinical content; a doctor or nurse sees it in a care relation, which holds
 * for one visit, not for all that either record ever held; an administrator sees no patient. So whoever keeps the records of a hospital merges through a system that holds the scopes for it.
 */
export const refusePersonsAndParts = async ({ gate }: MergePeopleDeps, { caller }: GuardedRequest): Promise<void> => {
  // scopes that show a part of a type cannot answer for all of a record
  if (caller.actor.kind === 'internal' || (caller.actor.kind === 'system' && caller.actor.tests === undefined)) return
  await gate.note(caller, { interaction: 'update', type: 'Patient' }, 'forbidden')
  throw outcome('forbidden', { diagnostics: 'Records are merged and parted by system clients that may update every type in them.' })
}

/** Both were read, and are on record as that. Throws not-found, multiple-matches, bad-parameter. */
export const readPeople = async (deps: MergePeopleDeps, request: GuardedRequest, input: OperationInput, name: string): Promise<MergePeople> => {
  const read = async (role: 'source' | 'target'): Promise<StoredVersion> => {
    const id = await idOf(deps, request, input, `${role}-patient`)
    return requireLoaded(deps.gate, request.caller, { interaction: 'read', type: 'Patient', id }, (seeing) => deps.store.read(seeing, { type: 'Patient', id }), name)
  }
  const source = await read('source'), target = await read('target')
  if (source.id === target.id) throw outcome('bad-parameter', { expression: 'target-patient', diagnostics: 'Source and target are one patient.' })
  return { source, target }
}

const idOf = async (deps: MergePeopleDeps, request: GuardedRequest, input: OperationInput, name: string): Promise<string> => {
  const reference = input.object(name), identifiers = input.objects(`${name}-identifier`)
  const named = reference === undefined ? undefined : toId(reference, baseOf(request, deps.publicUrl), name)
  const found = identifiers.length === 0 ? undefined : await findByNumbers(deps, request, identifiers, `${name}-identifier`)
  if (named !== undefined && found !== undefined && named !== found) throw outcome('bad-parameter', { expression: `${name}-identifier`, diagnostics: 'The numbers are of another patient than the reference.' })
  const id = named ?? found
  if (id === undefined) throw outcome('bad-parameter', { expression: name, diagnostics: `Name the patient by ${name} or ${name}-identifier.` })
  return id
}

const toId = (reference: JsonObject, base: string, place: string): string => {
  const text = stringAt(reference, 'reference') ?? ''
  const key = parseRelative(text.startsWith(`${base}/`) ? text.slice(base.length + 1) : text)
  if (key?.type !== 'Patient') throw outcome('bad-parameter', { expression: place, diagnostics: 'Expected a reference such as Patient/1.' })
  return key.id
}

/** The patient who has all of these numbers. */
const findByNumbers = async ({ store, gate }: MergePeopleDeps, { caller }: GuardedRequest, identifiers: readonly JsonObject[], place: string): Promise<string> => {
  await gate.require(caller, [{ interaction: 'search-type', type: 'Patient' }])
  const parameters = identifiers.map((identifier): [string, string] => {
    const system = stringAt(identifier, 'system'), value = stringAt(identifier, 'value') ?? ''
    if (value === '') throw outcome('bad-parameter', { expression: place, diagnostics: 'An identifier has a value.' })
    return ['identifier', system === undefined ? escapeSearch(value) : `${escapeSearch(system)}|${escapeSearch(value)}`]
  })
  const { matches: [only, more] } = await store.search(withFullSight(caller), { type: 'Patient', parameters: [...parameters, ['_count', '2']], strict: true })
  if (only === undefined) throw outcome('not-found', { expression: place })
  if (more !== undefined) throw outcome('multiple-matches', { expression: place })
  return only.id
}
