/** Invariants in FHIRPath (https://hl7.org/fhir/R4/fhirpath.html), judged by @medplum/core on values whose form is already right. */
import { evalFhirPathTyped, LRUCache, toTypedValue, type FhirPathAtom, type TypedValue } from '@medplum/core'
import type { Finding } from '../model/ports.ts'
import type { Place } from './built-in.ts'
import { JUDGED_HERE, longest, longestList } from './judged-here.ts'
import type { Constraint } from './structure.ts'
import { isObject } from './untyped.ts'

export interface Pending { readonly constraint: Constraint; readonly value: unknown; readonly type: string; readonly path: string; readonly place: Place }

export type Judge = (pending: Pending) => Finding | undefined

/** Parsed expressions are kept: there are some hundred. */
export const createJudge = (): Judge => {
  const parsed = new LRUCache<FhirPathAtom>(2000)
  return ({ constraint, value, type, path, place }) => {
    const broken = (): Finding => ({ severity: 'error', code: 'invariant', expression: path, message: `${constraint.human} (${constraint.key})` })
    const here = JUDGED_HERE[constraint.key]
    if (here) return here(value) ? undefined : broken()
    const limit = longestList(constraint.expression)
    if (limit !== undefined && longest(value) > limit) return { severity: 'error', code: 'too-costly', expression: path, message: `More than ${limit} items in one list are not judged (${constraint.key})` }
    const context: TypedValue = { type, value }
    const variables: Record<string, TypedValue> = { '%context': context, '%ucum': { type: 'string', value: 'http://unitsofmeasure.org' } }
    if (isObject(place.resource)) variables['%resource'] = toTypedValue(place.resource)
    if (isObject(place.root)) variables['%rootResource'] = toTypedValue(place.root)
    try {
      const [answer, ...more] = evalFhirPathTyped(constraint.expression, [context], variables, parsed)
      return answer?.value === true && more.length === 0 ? undefined : broken()
    } catch (failure) {
      return { severity: 'warning', code: 'not-supported', expression: path, message: `${constraint.key} could not be judged: ${failure instanceof Error ? failure.message.slice(0, 200) : 'unknown'}` }
    }
  }
}
