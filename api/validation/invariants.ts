/** Invariants in FHIRPath (https://hl7.org/fhir/R4/fhirpath.html), judged by @medplum/core on values whose form is already right. */
import { evalFhirPathTyped, LRUCache, toTypedValue, type FhirPathAtom, type TypedValue } from '@medplum/core'
import type { Finding } from '../model/ports.ts'
import { createBound } from './bound.ts'
import type { Place } from './built-in.ts'
import type { Constraint } from './element.ts'
import { JUDGED_HERE, longest, longestList } from './judged-here.ts'
import { compileQuickRule, type QuickRule } from './quick-rule.ts'
import { isObject } from './untyped.ts'

export interface Pending { readonly constraint: Constraint; readonly value: unknown; readonly type: string; readonly path: string; readonly place: Place }

export interface Judge {
  one(pending: Pending): Finding | undefined
  /** Rules that somebody has stored: all of them within a time that is limited. */
  foreign(pending: readonly Pending[]): Finding[]
}

/** Milliseconds for all rules of one resource that are not the program's own. */
const FOREIGN_MS = 200

/** Parsed expressions are kept: there are some hundred. */
export const createJudge = (): Judge => {
  const bound = createBound()
  const own = new LRUCache<FhirPathAtom>(2000)
  const quick = createQuickRules()
  const others = new LRUCache<FhirPathAtom>(2000)
  return {
    one: (pending) => (pending.constraint.foreign !== true && quick(pending) === true ? undefined : judge(pending, own)),
    foreign(all) {
      const found: Finding[] = []
      let at = 0
      const finished = bound(FOREIGN_MS, () => {
        for (; at < all.length; at += 1) {
          const pending = all[at]
          const finding = pending && judge(pending, others)
          if (finding) found.push(finding)
        }
      })
      const slow = all[at]
      if (!finished && slow) found.push({ severity: 'error', code: 'too-costly', expression: slow.path, message: `The rule ${slow.constraint.key.slice(0, 100)} of the profile takes too long to be judged` })
      return found
    },
  }
}

/** Compiled rules of the program are kept; whoever stores one of their own may store any number. A rule that is broken is judged once more, for its finding. */
const createQuickRules = () => {
  const rules = new Map<string, QuickRule | undefined>()
  return ({ constraint: { expression }, value }: Pending): boolean | undefined => {
    if (!rules.has(expression)) rules.set(expression, compileQuickRule(expression))
    return rules.get(expression)?.(value)
  }
}

/** What @medplum/core reads without a word and answers with nothing; R4's own rules that need it are in judged-here.ts. */
const NOT_ANSWERED = /\b(?:children|descendants|repeat|split|trim|encode|decode|escape|unescape|conformsTo)\s*\(|\$index\b/

const judge = ({ constraint, value, type, path, place }: Pending, parsed: LRUCache<FhirPathAtom>): Finding | undefined => {
  const broken = (): Finding => ({ severity: constraint.warning === true ? 'warning' : 'error', code: 'invariant', expression: path, message: `${constraint.human} (${constraint.key})` })
  // a key is R4's own only together with its words
  const here = constraint.foreign === true ? undefined : JUDGED_HERE[constraint.key]
  if (here) return here(value) ? undefined : broken()
  const [unknown] = constraint.foreign === true ? NOT_ANSWERED.exec(constraint.expression) ?? [] : []
  if (unknown !== undefined) return { severity: 'warning', code: 'not-supported', expression: path, message: `${constraint.key} could not be judged: ${unknown.replace(/\s*\($/, '')} is not understood here` }
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
