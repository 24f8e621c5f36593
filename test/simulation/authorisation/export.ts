/** $export: an export as data, and what the model expects in its files (https://hl7.org/fhir/uv/bulkdata/STU2/export.html). */
import type { Random } from '#test/support/random.ts'
import type { Asked } from './asked.ts'
import { COMPARTMENTS, ownerOf, referencesOf, typeOf, TYPES, type Plain, type Type } from './facts.ts'
import { FORBIDDEN, type Refusal } from './refusal.ts'
import { passes, type Clause } from './search.ts'
import type { World } from './world.ts'

export interface ExportRequest {
  readonly kind: 'export'
  /** 'all': everything of the site; 'patients': what stands in the compartment of any patient; else of those with these ids. */
  readonly of: 'all' | 'patients' | readonly string[]
  /** None: all that the client may see. */
  readonly types: readonly Type[]
  /** Of a type what meets any of these. */
  readonly filters: readonly { readonly type: Type; readonly clauses: readonly Clause[] }[]
  readonly since?: string
}

/** `deleted`: keys; undefined when deletions are not asked for. */
export interface ExpectedExport { readonly kind: 'export'; readonly files: ReadonlyMap<Type, readonly Plain[]>; readonly deleted: readonly string[] | undefined }

const OF_PATIENTS: readonly Type[] = TYPES.filter((type) => COMPARTMENTS.Patient[type] !== undefined)

export interface ExportMakers {
  readonly clause: (type: Type) => Clause
  readonly patient: () => string
}

export const makeExport = (random: Random, world: World, { clause, patient }: ExportMakers): ExportRequest => {
  const of = random.pick(['all', 'all', 'patients', 'some'] as const)
  const offered = of === 'all' ? TYPES : OF_PATIENTS
  const types = random.chance(0.25) ? [] : [...new Set(Array.from({ length: random.pick([1, 1, 2, 3]) }, () => random.pick(offered)))]
  // of all types a client may have fewer: there only what is named can be searched
  const filters = types.length === 0 ? [] : Array.from({ length: random.pick([0, 0, 1, 1, 2]) }, () => random.pick(types)).map((type) => ({ type, clauses: Array.from({ length: random.pick([1, 1, 2]) }, () => clause(type)) }))
  const version = random.pick(world.versionsOf(random.pick(world.keys())))
  return { kind: 'export', of: of === 'some' ? Array.from({ length: random.whole(1, 3) }, patient) : of, types, filters, ...(random.chance(0.35) && { since: new Date(version.at - random.pick([0, 1])).toISOString() }) }
}

export const expectedExport = ({ world, rules, actor }: Asked, { of, types, filters, since }: ExportRequest): Refusal | ExpectedExport => {
  const may = (type: Type): boolean => rules.reach(actor, 'read', type) === 'site' && rules.reach(actor, 'search', type) === 'site'
  const wanted = types.length > 0 ? types : (of === 'all' ? TYPES : OF_PATIENTS).filter(may)
  if (actor.kind === 'person' || wanted.length === 0 || !wanted.every(may)) return FORBIDDEN
  const after = since === undefined ? -Infinity : Date.parse(since)
  const lastOf = (key: string): { readonly at: number; readonly deleted: boolean; readonly body: Plain } | undefined => world.versionsOf(key).at(-1)
  const meant = (id: string): boolean => !Array.isArray(of) || of.includes(id)
  const inScope = (resource: Plain): boolean => of === 'all' || (resource.resourceType === 'Patient' && meant(resource.id))
    || (COMPARTMENTS.Patient[typeOf(resource)] ?? []).flatMap((code) => referencesOf(resource, code)).some((reference) => reference.startsWith('Patient/') && meant(reference.slice('Patient/'.length)))
  const stoodIn = (owner: string | null): boolean => of === 'all' || (owner !== null && owner !== '' && meant(owner))
  const files = wanted.map((type): [Type, readonly Plain[]] => {
    const sees = rules.sight(actor, type)
    const searches = filters.filter((filter) => filter.type === type)
    const found = world.ofType(type).filter((each) => sees(each) && inScope(each) && (lastOf(`${type}/${each.id}`)?.at ?? 0) > after
      && (searches.length === 0 || searches.some(({ clauses }) => clauses.every((clause) => passes(world, sees, each, clause)))))
    return [type, found]
  })
  // whether something that is gone was within the limits of a scope, nobody can tell any more
  const gone = world.keys().filter((key) => wanted.some((type) => key.startsWith(`${type}/`) && rules.limitOfSight(actor, type) === undefined) && lastOf(key)?.deleted === true)
    .filter((key) => (lastOf(key)?.at ?? 0) > after && stoodIn(ownerOf(lastOf(key)?.body ?? { resourceType: 'Patient', id: '' })))
  return { kind: 'export', files: new Map(files), deleted: since === undefined ? undefined : gone }
}
