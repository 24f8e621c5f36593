/**
 * What a merge leaves behind (http://hl7.org/fhir/R4/provenance.html): one Provenance that names every version it made. The version before each is the one that $unmerge puts back, so nothing is kept twice. Pure.
 */
import { arrayAt, objectFromPlain, parseJsonObject, stringAt, type JsonObject } from '../../model/json.ts'
import type { Actor } from '../../model/actor.ts'
import type { ResourceKey, StoredVersion } from '../../model/resource.ts'
import { parseVersion } from '../headers.ts'

/** http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle */
const LIFECYCLE = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle'
const ACTIVITIES = { merge: 'Merge Record Lifecycle Event', unmerge: 'Unmerge Record Lifecycle Event' } as const
export type Activity = keyof typeof ACTIVITIES

export interface MergedVersion extends ResourceKey { /** That the merge made. */ readonly version: number }
export interface MergeRecord { readonly id: string; readonly activity: Activity; readonly made: readonly MergedVersion[] }

const nameOf = (actor: Actor): string => (actor.kind === 'person' || actor.kind === 'internal' ? actor.name : actor.client)

/** The target patient comes first: in whose record the Provenance stands. */
export const buildMergeProvenance = (activity: Activity, about: { readonly id: string; readonly source: string; readonly target: string; readonly made: readonly MergedVersion[]; readonly at: Date; readonly actor: Actor }): JsonObject => objectFromPlain({
  resourceType: 'Provenance', id: about.id,
  target: [{ reference: `Patient/${about.target}` }, ...about.made.map(({ type, id, version }) => ({ reference: `${type}/${id}/_history/${version}` }))],
  recorded: about.at.toISOString(),
  activity: { coding: [{ system: LIFECYCLE, code: activity, display: ACTIVITIES[activity] }] },
  agent: [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'performer' }] }, who: { display: nameOf(about.actor) } }],
  entity: [{ role: 'source', what: { reference: `Patient/${about.source}` } }],
})

/** undefined: it tells of something else. */
export const readMergeRecord = ({ id, body }: Pick<StoredVersion, 'id' | 'body'>): MergeRecord | undefined => {
  const provenance = parseJsonObject(body)
  const activity = stringAt(provenance, 'activity', 'coding', 0, 'code')
  if (stringAt(provenance, 'activity', 'coding', 0, 'system') !== LIFECYCLE || (activity !== 'merge' && activity !== 'unmerge')) return undefined
  const made = arrayAt(provenance, 'target').flatMap((target): MergedVersion[] => {
    const [, type, key, number] = /^([A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})\/_history\/(\d+)$/.exec(stringAt(target, 'reference') ?? '') ?? []
    const version = number === undefined ? undefined : parseVersion(number)
    return type === undefined || key === undefined || version === undefined ? [] : [{ type, id: key, version }]
  })
  return { id, activity, made }
}

/** The mark of care relations that a merge made. */
export const markOf = (id: string): string => `merge ${id}`
