/** Whether a code is in a value set or a code system, under the name given (http://hl7.org/fhir/R4/valueset-operation-validate-code.html, codesystem-operation-validate-code.html). Pure. */
import type { Coding } from '@medplum/fhirtypes'
import { fold } from '../../model/fold.ts'
import type { Designation, ValidateRequest, Validated } from '../../model/ports.ts'
import { displayIn } from './display.ts'

/** A code that was found. */
export interface Found {
  readonly system: string
  readonly version?: string
  readonly code: string
  readonly display?: string
  readonly language?: string
  readonly designations: readonly Designation[]
  readonly inactive: boolean
  readonly abstract: boolean
}

/** Names are compared without case and spacing, but with their accents: "ho" is no "hổ". */
const same = (one: string, other: string): boolean => {
  const plain = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim()
  return plain(one) === plain(other)
}

const named = (found: Found, display: string): boolean => [found.display ?? found.code, ...found.designations.map(({ value }) => value)].some((name) => same(name, display))

/** What is wrong with a name; undefined when the code has it. */
export const nameProblem = (found: Found, given: string, display = found.display ?? found.code): string | undefined => {
  if (named(found, given)) return undefined
  const close = fold(given) === fold(display) ? ' (the accents differ)' : ''
  return `"${given.slice(0, 200)}" is not a name of the code "${found.code}"${close}`
}

/** What is said of one coding. `unknown`: why it was not found. */
const judge = (coding: Coding, found: Found | undefined, request: ValidateRequest, unknown: (coding: Coding) => string): Validated => {
  const asked = { ...(coding.code !== undefined && { code: coding.code }), ...(coding.system !== undefined && { system: coding.system }) }
  if (!found) return { result: false, message: unknown(coding), ...asked }
  const display = displayIn(found, request.displayLanguage) ?? found.code
  const about = { display, code: found.code, system: found.system, ...(found.version !== undefined && { version: found.version }) }
  if (coding.version !== undefined && found.version !== undefined && coding.version !== found.version) return { result: false, message: `The version here is ${found.version}, not ${coding.version.slice(0, 100)}`, ...about }
  if (found.abstract && request.abstract !== true) return { result: false, message: `The code "${found.code}" is abstract: it groups others`, ...about }
  const given = coding.display ?? request.display
  const wrong = given === undefined ? undefined : nameProblem(found, given, display)
  if (wrong !== undefined) return { result: false, message: wrong, ...about }
  return { result: true, ...(found.inactive && { message: `The code "${found.code}" is not in use any more` }), ...about }
}

/** One coding that holds is enough; else what was wrong with each. */
export const validateCodings = (request: ValidateRequest, find: (coding: Coding) => Found | undefined, unknown: (coding: Coding) => string): Validated => {
  const verdicts = request.codings.map((coding) => judge(coding, find(coding), request, unknown))
  const good = verdicts.find(({ result }) => result)
  if (good) return good
  const [only, more] = verdicts
  if (only && !more) return only
  return { result: false, message: verdicts.map(({ message = '' }) => message).join('; ') || 'There is no coding to look at' }
}
