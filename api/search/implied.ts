/**
 * Codes whose system goes without saying: elements of type code that are bound to one system, and booleans. Their search rows hold the code alone, since every
 * value of the parameter is of that system: what names the system finds the same rows, what names another finds none
 * (http://hl7.org/fhir/R4/search.html#token: systems of code and boolean are implied).
 */
import type { Filter, HashValue, Holder, Value } from './ast.ts'
import { digest, FORM } from './hash.ts'
import { parameterOf, type Parameter } from './registry.ts'
import { wholeMatch } from './whole-group.ts'

/** The digest under which a value stands in the rows of a parameter. */
export const digestOf = ({ type, code }: Holder, { form, value }: HashValue): bigint => {
  const implied = form === 'systemCode' ? parameterOf(type, code)?.implied : undefined
  return implied !== undefined && value.startsWith(`${implied}|`) ? digest(type, code, FORM.code, value.slice(implied.length + 1)) : digest(type, code, FORM[form], value)
}

/** Any of the values in any of the parameters; `system|` of an implied system is whatever has a value. */
export const matchOf = (type: string, held: readonly Parameter[], values: readonly Value[], not: boolean): Filter => {
  const grouped = wholeMatch(type, held, values)
  if (grouped !== undefined) return not ? { kind: 'not', filter: grouped } : grouped
  const match: Filter = { kind: 'match', holders: held.map(({ code }) => ({ type, code })), values, not }
  const whole = held.filter(({ implied }) => implied !== undefined && values.some((value) => value.kind === 'hash' && value.form === 'system' && value.value === implied))
  if (whole.length === 0) return match
  const any: Filter = { kind: 'or', filters: [{ kind: 'missing', numbers: whole.map(({ number }) => number), missing: false }, { ...match, not: false }] }
  return not ? { kind: 'not', filter: any } : any
}
