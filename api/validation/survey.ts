/** Which definitions a resource is held against, and the walk over it for each of them: all that can be said at once. */
import { MAX_RULES } from '../model/limits.ts'
import type { Finding, ValidateOptions } from '../model/ports.ts'
import type { PendingBinding, PendingDisplay } from './binding.ts'
import type { Definitions } from './definitions.ts'
import type { Structure } from './element.ts'
import type { Pending } from './invariants.ts'
import { Unusable } from './unusable.ts'
import { asArray, asString, isObject, keyed } from './untyped.ts'
import { MOST_WORK, type PendingTarget, type Walk } from './walk-state.ts'
import { walkResource } from './walk.ts'

export interface Survey {
  readonly findings: Finding[]
  /** Rules that are still to be judged. */
  readonly pending: readonly Pending[]
  readonly bindings: readonly PendingBinding[]
  readonly displays: readonly PendingDisplay[]
  readonly targets: readonly PendingTarget[]
  /** Canonicals that are not known so far. */
  readonly missing: ReadonlySet<string>
}

type Known = ReadonlyMap<string, Structure | Unusable>

/** `known`: definitions beyond those of the program. */
export const survey = (own: Definitions, known: Known, resource: unknown, options: ValidateOptions): Survey => {
  const missing = new Set<string>()
  const type = asString(keyed(resource, 'resourceType'))
  const path = options.path ?? (type || 'Resource')
  const refused = (message: string): Survey => ({ findings: [{ severity: 'error', code: 'structure', expression: path, message }], pending: [], bindings: [], displays: [], targets: [], missing })
  if (!isObject(resource)) return refused('Expected a resource')
  const definitions = withMore(own, known, missing)
  const base = definitions.resource(type)
  if (!base) return refused(type ? `Unknown resource type "${type}"` : 'A resource needs a resourceType')

  const findings: Finding[] = []
  const profiles = profilesOf(resource, type, definitions, known, options, path, findings)
  // the snapshot of one of the program's own profiles holds all of the base
  const structures = profiles.some(({ foreign }) => foreign !== true) ? profiles : [base, ...profiles.filter((profile) => profile !== base)]
  const pending: Pending[] = [], bindings: PendingBinding[] = [], displays: PendingDisplay[] = [], targets: PendingTarget[] = []
  const most = Math.floor(MAX_RULES / structures.length)
  for (const structure of structures) {
    const walk: Walk = { definitions, findings: [], pending: [], bindings, displays: structure === structures[0] ? displays : [], targets, advice: options.advice === true, most, depth: 0, seen: [], names: [], work: MOST_WORK, conforming: new Map(), bundle: type === 'Bundle' ? resource : undefined }
    walkResource(walk, resource, structure, path)
    findings.push(...walk.findings)
    // FHIRPath on a value of the wrong form answers nonsense
    if (walk.findings.length === 0) pending.push(...walk.pending)
  }
  return { findings, pending: structures.length > 1 ? distinct(pending) : pending, bindings, displays, targets, missing }
}

/** The same rule of the same value, by base and profile. */
const distinct = (pending: readonly Pending[]): Pending[] => [...new Map(pending.map((one) => [`${one.path} ${one.constraint.key} ${one.constraint.expression}`, one])).values()]

/** Definitions of the program come before all others. */
const withMore = (own: Definitions, known: Known, missing: Set<string>): Definitions => ({
  ...own,
  profile(canonical) {
    const found = own.profile(canonical)
    if (found) return found
    const more = known.get(canonical)
    if (more === undefined && canonical !== '') missing.add(canonical)
    return more instanceof Unusable ? undefined : more
  },
})

const profilesOf = (resource: unknown, type: string, definitions: Definitions, known: Known, options: ValidateOptions, path: string, findings: Finding[]): Structure[] => {
  const asked = new Set(options.profiles ?? [])
  const claimed = asArray(keyed(keyed(resource, 'meta'), 'profile')).map(asString)
  const profiles = new Set<Structure>()
  for (const canonical of new Set([...claimed, ...asked])) {
    if (canonical === '') continue
    const profile = definitions.profile(canonical)
    const expression = asked.has(canonical) ? path : `${path}.meta.profile`
    if (profile?.type === type) profiles.add(profile)
    else if (profile) findings.push({ severity: 'error', code: 'structure', expression: `${path}.meta.profile`, message: `The profile ${profile.url} is for ${profile.type}` })
    else findings.push({ severity: asked.has(canonical) ? 'error' : 'information', code: 'not-found', expression, message: unknown(canonical, known.get(canonical)) })
  }
  return [...profiles]
}

const unknown = (canonical: string, why: Structure | Unusable | undefined): string => {
  const name = canonical.slice(0, 200)
  return why instanceof Unusable ? `The profile ${name} cannot be used: ${why.message}` : `The profile ${name} is not known here`
}
