/** Required bindings (https://hl7.org/fhir/R4/terminologies.html#required): the code must be one of the value set. Sets that cannot be listed are not judged. Pure. */
import type { Definitions } from './definitions.ts'
import { asArray, asString, keyed } from './untyped.ts'

export const bindingProblem = (definitions: Definitions, valueSet: string, type: string, value: unknown): string | undefined => {
  const inSet = (system: string | undefined, code: string): boolean => definitions.contains(valueSet, system, code) !== false
  const coding = (item: unknown): boolean => inSet(asString(keyed(item, 'system')), asString(keyed(item, 'code')))
  const name = valueSet.slice(valueSet.lastIndexOf('/') + 1)
  switch (type) {
    case 'code': case 'string': case 'uri':
      return inSet(undefined, asString(value)) ? undefined : `The code "${asString(value).slice(0, 100)}" is not in the value set ${name}`
    case 'Coding': case 'Quantity':
      return coding(value) ? undefined : `The code "${asString(keyed(value, 'code')).slice(0, 100)}" is not in the value set ${name}`
    case 'CodeableConcept': {
      const codings = asArray(keyed(value, 'coding'))
      return definitions.contains(valueSet, undefined, '') === undefined || codings.some(coding) ? undefined : `No coding is in the value set ${name}`
    }
    default:
      return undefined
  }
}
