/** The port Validator: base R4 structure, required bindings, slices and invariants, then every known profile (https://hl7.org/fhir/R4/validation.html). Never throws. */
import type { CodeMembership, Finding, Validator } from '../model/ports.ts'
import { JsonObject, toPlain } from '../model/json.ts'
import { MAX_RULES } from '../model/limits.ts'
import { judgeBindings, type PendingBinding } from './binding.ts'
import { openDefinitions, type Definitions } from './definitions.ts'
import { createJudge, type Judge } from './invariants.ts'
import type { Structure } from './structure.ts'
import { asArray, asString, isObject, keyed } from './untyped.ts'
import { walkResource, type Walk } from './walk.ts'

interface Judged { readonly findings: Finding[]; readonly bindings: readonly PendingBinding[] }

/** `codes`: knows the value sets that our package does not list; it is asked by validateInTurns alone, since its answers take time. */
export const createValidator = (definitions: Definitions = openDefinitions(), codes?: CodeMembership): Validator => {
  const judge = createJudge()
  const begin = (resource: unknown, options: Options): Generator<undefined, Judged> => validate(definitions, judge, resource instanceof JsonObject ? toPlain(resource) : resource, options)
  return {
    validate(resource, options = {}) {
      const steps = begin(resource, options)
      for (;;) {
        const step = steps.next()
        if (step.done) return step.value.findings
      }
    },
    async validateInTurns(resource, options = {}) {
      const steps = begin(resource, options)
      for (let since = performance.now(); ;) {
        const step = steps.next()
        if (step.done) return codes && step.value.bindings.length > 0 ? [...step.value.findings, ...await judgeBindings(codes, wanted(step.value.bindings, options))] : step.value.findings
        if (performance.now() - since < TURN_MS) continue
        await new Promise((resolve) => setImmediate(resolve))
        since = performance.now()
      }
    },
  }
}

interface Options { readonly profiles?: readonly string[]; readonly path?: string; readonly advice?: boolean }

/** Advice is for who asks for it: a write is not held up for a warning that nobody reads. */
const wanted = (bindings: readonly PendingBinding[], { advice }: Options): readonly PendingBinding[] => (advice ? bindings : bindings.filter(({ severity }) => severity === 'error'))

/** Milliseconds of judging before others have a turn. */
const TURN_MS = 20

/** Pauses between two rules. */
const validate = function* (definitions: Definitions, judge: Judge, resource: unknown, options: Options): Generator<undefined, Judged> {
  const type = asString(keyed(resource, 'resourceType'))
  const path = options.path ?? (type || 'Resource')
  const refused = (message: string): Judged => ({ findings: [{ severity: 'error', code: 'structure', expression: path, message }], bindings: [] })
  if (!isObject(resource)) return refused('Expected a resource')
  const base = definitions.type(type)
  if (base?.kind !== 'resource') return refused(type ? `Unknown resource type "${type}"` : 'A resource needs a resourceType')

  const claimed = asArray(keyed(keyed(resource, 'meta'), 'profile')).map(asString)
  const profiles: Structure[] = []
  const remarks: Finding[] = []
  for (const url of new Set([...claimed, ...(options.profiles ?? [])].map((canonical) => canonical.split('|')[0] ?? ''))) {
    const profile = definitions.profile(url)
    if (profile?.type === type) profiles.push(profile)
    else if (profile) remarks.push({ severity: 'error', code: 'structure', expression: `${path}.meta.profile`, message: `The profile ${url} is for ${profile.type}` })
    else if (url !== '') remarks.push({ severity: 'information', code: 'not-found', expression: `${path}.meta.profile`, message: `The profile ${url.slice(0, 200)} is not known here` })
  }
  // a profile's snapshot holds all of the base: the base is walked only when there is no profile
  const structures = profiles.length > 0 ? profiles : [base]
  const most = Math.floor(MAX_RULES / structures.length)
  const found: Finding[] = []
  const bindings: PendingBinding[] = []
  for (const structure of structures) {
    const walk: Walk = { definitions, findings: [], pending: [], bindings, most, depth: 0 }
    walkResource(walk, resource, structure, path)
    found.push(...walk.findings)
    // FHIRPath on a value of the wrong form answers nonsense
    if (walk.findings.length > 0) continue
    for (const pending of walk.pending) {
      const finding = judge(pending)
      if (finding) found.push(finding)
      yield
    }
  }
  return { findings: unique([...remarks, ...found]), bindings }
}

const unique = (findings: readonly Finding[]): Finding[] => [...new Map(findings.map((finding) => [`${finding.expression} ${finding.message}`, finding])).values()]
