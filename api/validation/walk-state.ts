/** What one validation gathers while it walks: findings, rules and codes that are judged when the walk is over, and what the walk may cost. */
import type { IssueType } from '../model/outcome.ts'
import type { Finding } from '../model/ports.ts'
import { codingsOf, type PendingBinding, type PendingDisplay } from './binding.ts'
import type { Place } from './built-in.ts'
import type { Definitions } from './definitions.ts'
import type { Element } from './element.ts'
import type { Pending } from './invariants.ts'
import { asString, keyed } from './untyped.ts'

/** One validation: what was found, and what is still to be judged. */
export interface Walk {
  readonly definitions: Definitions
  readonly findings: Finding[]
  readonly pending: Pending[]
  /** Value sets that are not listed here. */
  readonly bindings: PendingBinding[]
  /** Names that stand beside codes. */
  readonly displays: PendingDisplay[]
  /** References to what is not at hand, and the profiles for it. */
  readonly targets: PendingTarget[]
  /** Whether somebody reads what only advises. */
  readonly advice: boolean
  /** How many may pend: FHIRPath takes some 40 µs for each, and nobody else is served meanwhile. */
  readonly most: number
  /** Objects above the one at hand; the JSON door refuses deeper than 64. */
  depth: number
  /** Elements that were met in the objects at hand, the innermost last, and the names by which they stand there: each object has a few, and takes them away again. */
  readonly seen: Element[]
  readonly names: string[]
  /** Steps of telling slices apart that are left. */
  work: number
  /** Whether a resource meets a profile, as far as it was asked; a question inside of itself is answered with yes. */
  readonly conforming: Map<unknown, Map<string, boolean>>
  /** The Bundle that is walked. */
  readonly bundle: unknown
}

export interface PendingTarget { readonly reference: string; readonly types: readonly string[]; readonly profiles: readonly string[]; readonly path: string }

export const MAX_DEPTH = 100
const MAX_FINDINGS = 200
/** Half a second or so. */
export const MOST_WORK = 500_000

export const report = (walk: Walk, expression: string, message: string, code: IssueType = 'structure'): void => {
  if (walk.findings.length < MAX_FINDINGS) walk.findings.push({ severity: 'error', code, expression, message })
}

export const reportIf = (walk: Walk, path: string, problem: string | undefined, code: IssueType = 'invariant'): void => {
  if (problem) report(walk, path, problem, code)
}

/** R4 lets "json" and "xml" stand there beside media types. */
const SHORT_FORMATS = 'CapabilityStatement.format'

/** Codes of sets that our package does not list, and what is only advice. */
export const bind = (walk: Walk, value: unknown, { binding, path: place }: Element, type: string, path: string): void => {
  if (binding === undefined || place === SHORT_FORMATS) return
  const { required, extensible, preferred, max } = binding
  const ask = (valueSet: string, severity: PendingBinding['severity'], least: number): void => {
    if (walk.bindings.length >= MAX_FINDINGS) return
    const codings = codingsOf(type, value)
    if (codings && codings.length >= least) walk.bindings.push({ valueSet, codings, severity, path })
  }
  if (required !== undefined && !walk.definitions.lists(required)) ask(required, 'error', 0)
  // a text without any code is in no set's way
  if (max !== undefined) ask(max, 'error', 1)
  if (!walk.advice) return
  if (extensible !== undefined) ask(extensible, 'warning', 1)
  if (preferred !== undefined) ask(preferred, 'information', 1)
}

export const noteDisplay = (walk: Walk, coding: unknown, path: string): void => {
  if (!walk.advice || walk.displays.length >= MAX_FINDINGS) return
  const [system, code, display, version] = ['system', 'code', 'display', 'version'].map((name) => asString(keyed(coding, name)))
  if (system && code && display) walk.displays.push({ path, coding: { system, code, display, ...(version && { version }) } })
}

export const pend = (walk: Walk, value: unknown, element: Element, type: string, path: string, place: Place): void => {
  if (element.constraints.length === 0) return
  if (walk.pending.length + element.constraints.length > walk.most) {
    // said once; the first finding ends the judging anyway
    if (walk.findings.length === 0) report(walk, path, `The resource is too large: more than ${walk.most} rules would have to be judged`, 'too-costly')
    return
  }
  for (const constraint of element.constraints) if (walk.advice || constraint.warning !== true) walk.pending.push({ constraint, value, type, path, place })
}
