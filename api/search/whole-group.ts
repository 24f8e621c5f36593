/**
 * Composites whose group is the whole resource (Observation.code-value-quantity): their rows of numbers, dates and strings hold the code without its system, since the resource has one concept of that
 * kind, and its systems stand in the rows of the concept's own parameter. What names a system asks both (http://hl7.org/fhir/R4/search.html#composite).
 */
import type { Filter, Holder, Value } from './ast.ts'
import type { Parameter } from './registry.ts'

/** Any of the values in any of the parameters; undefined: none of them is asked so, and a plain match serves. */
export const wholeMatch = (type: string, held: readonly Parameter[], values: readonly Value[]): Filter | undefined => {
  if (!values.some((value) => 'whole' in value && value.whole !== undefined) || held.every(({ whole }) => whole === undefined)) return undefined
  const filters = held.flatMap(({ code, whole }) => values.map((value): Filter => {
    const holder: Holder = { type, code }
    if (whole === undefined || !('whole' in value) || value.whole === undefined) return match(holder, value)
    const { group, token } = value.whole
    return { kind: 'and', filters: [match(holder, { ...value, group }), match({ type, code: whole }, token)] }
  }))
  const [only, more] = filters
  return only !== undefined && more === undefined ? only : { kind: 'or', filters }
}

const match = (holder: Holder, value: Value): Filter => ({ kind: 'match', holders: [holder], values: [value], not: false })
