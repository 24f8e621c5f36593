/**
 * What $merge moves: every current resource that refers to the source patient, by an element that searches know or from inside of that patient's record. What is signed is never rewritten, nor what
 * belongs to a signed visit, so that a visit stays whole; both stay with the source, which Patient.link leads to.
 */
import { JsonObject, parseJsonObject } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller, ResourceStore } from '../../model/ports.ts'
import type { EverythingPage, Records } from '../../model/record-ports.ts'
import type { StoredVersion } from '../../model/resource.ts'
import { MAX_ENTRIES } from '../bundle-body.ts'
import { withFullSight } from '../load.ts'
import { parseRelative, referencesIn, rewriteReferences } from '../references.ts'
import { same } from '../resolve.ts'

/** Resources in one merge, as many as a transaction may have: they are written in one, and their versions stand in one Provenance. Beside them the two patients and the Provenance are written. */
export const MOST_MOVED = MAX_ENTRIES
const PAGE = 1_000

/** Patients are linked, not moved. What was done to the source was done to it, and stays so; a Bundle is a world of its own. */
const STAYS: ReadonlySet<string> = new Set(['Patient', 'Provenance', 'AuditEvent', 'Bundle'])

export interface Moved { readonly stored: StoredVersion; readonly resource: JsonObject }
export interface Gathered {
  readonly moved: readonly Moved[]
  /** Signed, or of a signed visit. */
  readonly staying: number
}

export interface GatherDeps {
  readonly store: Pick<ResourceStore, 'transact'>
  readonly records: Pick<Records, 'referring' | 'everything'>
  readonly publicUrl: string
}

const tooMany = (): Error => outcome('too-costly', { expression: 'source-patient', diagnostics: `More than ${MOST_MOVED} resources refer to the source patient.` })

/** Whatever the caller may see: a record that moved in part would be worse than one that did not. The policy is asked for each by the commit. Throws too-costly. */
export const gatherMoved = async (deps: GatherDeps, caller: Caller, source: string, target: string): Promise<Gathered> => {
  const referring = await findReferring(deps, source)
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

/** All of the record, page by page, and what refers to the patient from outside of it. Of what stays some more may be there than may move. */
const findReferring = async ({ records }: GatherDeps, id: string): Promise<StoredVersion[]> => {
  const found = new Map<string, StoredVersion>()
  const take = (versions: readonly StoredVersion[]): void => {
    for (const stored of versions) found.set(same(stored), stored)
    if (found.size > 2 * MOST_MOVED) throw tooMany()
  }
  take(await records.referring({ type: 'Patient', id }, 2 * MOST_MOVED + 1))
  for (let place: string | undefined, first = true; first || place !== undefined; first = false) {
    const page: EverythingPage = await records.everything([{ visibility: { kind: 'all' } }], { of: { type: 'Patient', id }, parameters: [['_count', String(PAGE)], ...(place === undefined ? [] : [['_cursor', place] as const])] })
    take(page.matches)
    place = page.next
  }
  return [...found.values()]
}

const visitsOf = (resource: JsonObject): string[] => referencesIn(resource, '').flatMap(({ reference }) => {
  const key = parseRelative(reference)
  return key?.type === 'Encounter' ? [same(key)] : []
})

const signedAmong = async (store: GatherDeps['store'], caller: Caller, candidates: readonly Moved[]): Promise<ReadonlySet<string>> => {
  const names = new Set(candidates.flatMap(({ stored, resource }) => [same(stored), ...visitsOf(resource)]))
  const keys = [...names].flatMap((name) => parseRelative(name) ?? [])
  const heads = keys.length === 0 ? [] : await store.transact(withFullSight(caller), (tx) => tx.heads(keys))
  return new Set(heads.filter(({ immutable }) => immutable === true).map(same))
}
