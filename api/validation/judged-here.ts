/**
 * Invariants over lists of any length, in code: written out in FHIRPath each takes the square of the list's length
 * (obs-7 https://hl7.org/fhir/R4/observation.html, csd-1 https://hl7.org/fhir/R4/codesystem.html, que-2 https://hl7.org/fhir/R4/questionnaire.html). Pure.
 */
import { asArray, isObject, keyed } from './untyped.ts'

/** Whether the value keeps the invariant, by the invariant's key. */
export const JUDGED_HERE: Readonly<Record<string, (value: unknown) => boolean>> = {
  'csd-1': (system) => distinct(nested(system, 'concept', 'code')),
  'que-2': (questionnaire) => distinct(nested(questionnaire, 'item', 'linkId')),
  'obs-7': (observation) => {
    if (!isObject(observation) || keyed(observation, 'component') === undefined || !Object.keys(observation).some((name) => /^value[A-Z]/.test(name))) return true
    const own = new Set(codings(keyed(observation, 'code')))
    return !asArray(keyed(observation, 'component')).some((component) => codings(keyed(component, 'code')).some((coding) => own.has(coding)))
  },
}

/** Lists longer than this are not given to FHIRPath when it would compare each item with each other; `undefined`: it does not. */
export const longestList = (expression: string): number | undefined =>
  expression.includes('%resource.') && expression.includes('.all(path') ? 2_000 : expression.includes('isDistinct') ? 10_000 : undefined

/** Items of the longest list anywhere inside. */
export const longest = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce((most: number, item) => Math.max(most, longest(item)), value.length)
  return isObject(value) ? Object.values(value).reduce((most: number, item) => Math.max(most, longest(item)), 0) : 0
}

/** What makes a coding the same coding. */
const codings = (concept: unknown): string[] => asArray(keyed(concept, 'coding')).map((coding) => JSON.stringify(['system', 'version', 'code'].map((name) => keyed(coding, name))))

const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length

/** The member `name` of every item of a list that nests in itself. The walk has refused what is nested too deeply. */
const nested = (holder: unknown, list: string, name: string, found: unknown[] = []): unknown[] => {
  for (const item of asArray(keyed(holder, list))) {
    const value = keyed(item, name)
    if (value !== undefined) found.push(value)
    nested(item, list, name, found)
  }
  return found
}
