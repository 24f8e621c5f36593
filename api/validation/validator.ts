/** The port Validator: base R4 structure, required bindings, slices and invariants, then every known profile (https://hl7.org/fhir/R4/validation.html). Never throws. */
import { JsonObject, toPlain } from '../model/json.ts'
import type { CodeMembership, Finding, ValidateOptions, Validator } from '../model/ports.ts'
import { judgeBindings, judgeDisplays } from './binding.ts'
import { isProfile } from './compile-definition.ts'
import { openDefinitions, type Definitions } from './definitions.ts'
import type { Structure } from './element.ts'
import { createJudge, type Judge } from './invariants.ts'
import type { MoreDefinitions } from './more-definitions.ts'
import { survey, type Survey } from './survey.ts'
import { Unusable } from './unusable.ts'
import { asArray, asString, keyed } from './untyped.ts'
import { unmet } from './walk.ts'

/**
 * `codes`: knows the value sets that our package does not list; `more`: definitions that are not in it. Both are asked by validateInTurns alone, since their answers take time.
 */
export const createValidator = (definitions: Definitions = openDefinitions(), codes?: CodeMembership, more?: MoreDefinitions): Validator => {
  const judge = createJudge()
  return {
    validate(resource, options = {}) {
      const found = survey(definitions, new Map(), plainOf(resource), options)
      for (const _step of judgeAll(judge, found));
      return unique(found.findings)
    },
    async validateInTurns(resource, options = {}) {
      const plain = plainOf(resource)
      const found = await surveyWithMore(definitions, more, plain, options)
      let since = performance.now()
      for (const _step of judgeAll(judge, found)) {
        if (performance.now() - since < TURN_MS) continue
        await new Promise((resolve) => setImmediate(resolve))
        since = performance.now()
      }
      const { bindings, displays } = found
      return unique([
        ...found.findings,
        ...(codes && bindings.length > 0 ? await judgeBindings(codes, bindings) : []), ...(codes && displays.length > 0 ? await judgeDisplays(codes, displays) : []),
        ...(options.load ? await targetFindings(found.targets, options.load, async (target, profile) => isMet(await surveyWithMore(definitions, more, target, { profiles: [profile], ...(options.memory && { memory: options.memory }) }))) : []),
        ...(more && isProfile(plain) ? await definitionFindings(more, plain, options) : []),
      ])
    },
  }
}

const plainOf = (resource: unknown): unknown => (resource instanceof JsonObject ? toPlain(resource) : resource)

/** Milliseconds of judging before others have a turn. */
const TURN_MS = 20
/** Profiles may name extensions, which may name further ones. */
const MOST_ROUNDS = 5
/** Canonicals that are looked up for one resource. */
const MOST_ASKED = 100

/** What the walk did not know is looked up, and the walk begins again when there is something. */
const surveyWithMore = async (definitions: Definitions, more: MoreDefinitions | undefined, resource: unknown, options: ValidateOptions): Promise<Survey> => {
  const known = new Map<string, Structure | Unusable>()
  const asked = new Set<string>()
  for (let round = 0; ; round += 1) {
    const found = survey(definitions, known, resource, options)
    const fresh = [...found.missing].filter((canonical) => !asked.has(canonical)).slice(0, MOST_ASKED - asked.size)
    if (!more || fresh.length === 0 || round >= MOST_ROUNDS) return found
    for (const canonical of fresh) asked.add(canonical)
    const answers = await more.find(fresh, options.memory)
    if (answers.size === 0) return found
    for (const [canonical, answer] of answers) known.set(canonical, answer)
  }
}

/** Pauses between two rules. FHIRPath on a value of the wrong form answers nonsense: there none is judged. */
const judgeAll = function* (judge: Judge, { findings, pending }: Survey): Generator<undefined, void> {
  const foreign = pending.filter(({ constraint }) => constraint.foreign === true)
  for (const one of pending) {
    if (one.constraint.foreign === true) continue
    const finding = judge.one(one)
    if (finding) findings.push(finding)
    yield
  }
  if (foreign.length > 0) findings.push(...judge.foreign(foreign))
}

const isMet = ({ findings }: Survey): boolean => findings.every(({ severity }) => severity !== 'error')

/** Stored targets that are followed for one resource. */
const MOST_TARGETS = 20

/** What a reference leads to must meet one of its profiles. */
const targetFindings = async (targets: Survey['targets'], load: (reference: string) => Promise<unknown>, meets: (target: unknown, profile: string) => Promise<boolean>): Promise<Finding[]> => {
  const found: Finding[] = []
  for (const { reference, types, profiles, path } of targets.slice(0, MOST_TARGETS)) {
    const target = await load(reference)
    if (target === undefined || types.includes(asString(keyed(target, 'resourceType')))) continue
    const verdicts = await Promise.all(profiles.map((profile) => meets(target, profile)))
    if (!verdicts.includes(true)) found.push({ severity: 'error', code: 'structure', expression: path, message: unmet(profiles) })
  }
  return found
}

/** A profile that is broken in itself is refused when it is written, not when somebody uses it. */
const definitionFindings = async (more: MoreDefinitions, definition: unknown, { path = 'StructureDefinition', advice }: ValidateOptions): Promise<Finding[]> => {
  try {
    await more.compile(definition)
    return []
  } catch (error) {
    if (!(error instanceof Unusable)) throw error
    if (!error.broken && advice !== true) return []
    const place = placeOf(definition, error)
    return [{ severity: error.broken ? 'error' : 'warning', code: 'processing', expression: place === undefined ? path : `${path}.${place}`, message: `This profile cannot be used: ${error.message}` }]
  }
}

/** A place in a snapshot that was made here is none in the resource: there it is the element that was changed. */
const placeOf = (definition: unknown, { place, element }: Unusable): string | undefined => {
  for (const view of element === undefined ? [] : ['snapshot', 'differential']) {
    const at = asArray(keyed(keyed(definition, view), 'element')).findIndex((one) => keyed(one, 'id') === element || keyed(one, 'path') === element)
    if (at >= 0) return `${view}.element[${at}]`
  }
  return place !== undefined && keyed(definition, place.split('.')[0] ?? '') !== undefined ? place : undefined
}

const unique = (findings: readonly Finding[]): Finding[] => [...new Map(findings.map((finding) => [`${finding.expression} ${finding.message}`, finding])).values()]
