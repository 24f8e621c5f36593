/** The port Validator: base R4 structure, required bindings, slices and invariants, then every known profile (https://hl7.org/fhir/R4/validation.html). Synchronous; never throws. */
import type { Finding, Validator } from '../model/ports.ts'
import { JsonObject, toPlain } from '../model/json.ts'
import { openDefinitions, type Definitions } from './definitions.ts'
import { createJudge, type Judge } from './invariants.ts'
import type { Structure } from './structure.ts'
import { asArray, asString, isObject, keyed } from './untyped.ts'
import { walkResource, type Walk } from './walk.ts'

export const createValidator = (definitions: Definitions = openDefinitions()): Validator => {
  const judge = createJudge()
  return { validate: (resource, options = {}) => validate(definitions, judge, resource instanceof JsonObject ? toPlain(resource) : resource, options) }
}

const validate = (definitions: Definitions, judge: Judge, resource: unknown, options: { profiles?: readonly string[]; path?: string }): Finding[] => {
  const type = asString(keyed(resource, 'resourceType'))
  const path = options.path ?? (type || 'Resource')
  if (!isObject(resource)) return [{ severity: 'error', expression: path, message: 'Expected a resource' }]
  const base = definitions.type(type)
  if (base?.kind !== 'resource') return [{ severity: 'error', expression: path, message: type ? `Unknown resource type "${type}"` : 'A resource needs a resourceType' }]

  const claimed = asArray(keyed(keyed(resource, 'meta'), 'profile')).map(asString)
  const profiles: Structure[] = []
  const remarks: Finding[] = []
  for (const url of new Set([...claimed, ...(options.profiles ?? [])].map((canonical) => canonical.split('|')[0] ?? ''))) {
    const profile = definitions.profile(url)
    if (profile?.type === type) profiles.push(profile)
    else if (profile) remarks.push({ severity: 'error', expression: `${path}.meta.profile`, message: `The profile ${url} is for ${profile.type}` })
    else if (url !== '') remarks.push({ severity: 'information', expression: `${path}.meta.profile`, message: `The profile ${url.slice(0, 200)} is not known here` })
  }
  // a profile's snapshot holds all of the base: the base is walked only when there is no profile
  const found = (profiles.length > 0 ? profiles : [base]).flatMap((structure) => walkOne(definitions, judge, resource, structure, path))
  return unique([...remarks, ...found])
}

const walkOne = (definitions: Definitions, judge: Judge, resource: Readonly<Record<string, unknown>>, structure: Structure, path: string): Finding[] => {
  const walk: Walk = { definitions, findings: [], pending: [], depth: 0 }
  walkResource(walk, resource, structure, path)
  // FHIRPath on a value of the wrong form answers nonsense
  return walk.findings.length > 0 ? walk.findings : walk.pending.map(judge).filter((finding) => finding !== undefined)
}

const unique = (findings: readonly Finding[]): Finding[] => [...new Map(findings.map((finding) => [`${finding.expression} ${finding.message}`, finding])).values()]
