/**
 * What $merge moves: every current resource that refers to the source patient, by an element that searches know or from inside of that patient's record. What is signed is never rewritten, nor what
 * belongs to a signed visit, so that a visit stays whole; both stay with the source, which Patient.link leads to.
 */
import { JsonObject, parseJsonObject } from '../../model/json.ts'
import { Outcome, outcome } from '../../model/outcome.ts'
import type { Caller, ResourceStore } from '../../model/ports.ts'
import type { Records } from '../../model/record-ports.ts'
import type { StoredVersion } from '../../model/resource.ts'
import { withFullSight } from '../load.ts'
import { parseRelative, referencesIn, rewriteReferences } from '../references.ts'
import { same } from '../resolve.ts'

/** Resources in one merge: they are written in one transaction, and their versions stand in one Provenance. */
export const MOST_MOVED = 1_000

/** Patients are linked, not moved. What was done to the source was done to it, and stays so; a Bundle is a world of its own. */
const STAYS: ReadonlySet<string> = new Set(['Patient', 'Provenance', 'AuditEvent', 'Bundle'])

export interface Moved { readonly stored: StoredVersion; readonly resource: JsonObject }
export interface Gathered {
  readonly moved: readonly Moved[]
  /** Signed, or of a signed visit. */
  readonly staying: number
}

export interface GatherDeps {
  readonly store: ResourceStore
  readonly records: Records
  readonly publicUrl: string
}

const tooMany = (): Error => outcome('too-costly', { expression: 'source-patient', diagnostics: `More than ${MOST_MOVED} resources refer to the source patient.` })

/** Whatever the caller may see: a record that moved in part would be worse than one that did not. The policy is asked for each by the commit. Throws too-costly. */
export const gatherMoved = async (deps: GatherDeps, caller: Caller, source: string, target: string): Promise<Gathered> => {
  const referring = await findReferring(deps, withFullSight(caller), source)
  const own = `${deps.publicUrl}/fhir/R4/`
  const change = (address: string): string | undefined => (address === `Patient/${source}` ? `Patient/${target}` : address === `${own}Patient/${source}` ? `${own}Patient/${target}` : undefined)
  const candidates = referring.filter(({ type }) => !STAYS.has(type)).flatMap((stored): Moved[] => {
    const before = parseJsonObject(stored.body)
    const resource = rewriteReferences(before, change)
    return resource instanceof JsonObject && resource !== before ? [{ stored, resource }] : []
  })
  const signed = await signedAmong(deps.store, caller, candidates)
  const moved = candidates.filter(({ stored, resource }) => !signed.has(same(stored)) && !visitsOf(resource).some((visit) => signed.has(visit)))
  if (moved.length > MOST_MOVED) throw tooMany()
  return { moved, staying: candidates.length - moved.length }
}

const findReferring = async ({ store, records }: GatherDeps, caller: Caller, id: string): Promise<StoredVersion[]> => {
  const inside = await records.everything([{ visibility: { kind: 'all' } }], { of: { type: 'Patient', id }, parameters: [['_count', String(MOST_MOVED)]] })
  if (inside.next !== undefined) throw tooMany()
  try {
    const { included } = await store.search(caller, { type: 'Patient', parameters: [['_id', id], ['_revinclude', '*']], strict: true })
    return [...new Map([...inside.matches, ...included].map((stored) => [same(stored), stored])).values()]
  } catch (error) {
    throw error instanceof Outcome && error.detail.expression === 'http._include' ? tooMany() : error
  }
}

const visitsOf = (resource: JsonObject): string[] => referencesIn(resource, '').flatMap(({ reference }) => {
  const key = parseRelative(reference)
  return key?.type === 'Encounter' ? [same(key)] : []
})

const signedAmong = async (store: ResourceStore, caller: Caller, candidates: readonly Moved[]): Promise<ReadonlySet<string>> => {
  const names = new Set(candidates.flatMap(({ stored, resource }) => [same(stored), ...visitsOf(resource)]))
  const keys = [...names].flatMap((name) => parseRelative(name) ?? [])
  const heads = keys.length === 0 ? [] : await store.transact(withFullSight(caller), (tx) => tx.heads(keys))
  return new Set(heads.filter(({ immutable }) => immutable === true).map(same))
}
