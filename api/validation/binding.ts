/**
 * Bindings (https://hl7.org/fhir/R4/terminologies.html#strength): the code must be one of the value set. Sets that our package lists are judged at once; the others
 * (grammars, what is stored at run time) are questions for whoever knows them, and what nobody knows is not judged.
 */
import type { CodeMembership, Finding } from '../model/ports.ts'
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

/** A question that is asked when the walk is over. */
export interface PendingBinding {
  readonly valueSet: string
  readonly codings: readonly { readonly system?: string; readonly code: string }[]
  readonly severity: Finding['severity']
  readonly path: string
}

/** A name beside a code, asked about likewise. */
export interface PendingDisplay { readonly coding: { readonly system: string; readonly code: string; readonly display: string; readonly version?: string }; readonly path: string }

const codingOf = (item: unknown): PendingBinding['codings'][number] => {
  const system = asString(keyed(item, 'system'))
  return { code: asString(keyed(item, 'code')), ...(system !== '' && { system }) }
}

/** The codings of a value of this type; undefined when it has none that could be asked about. */
export const codingsOf = (type: string, value: unknown): PendingBinding['codings'] | undefined => {
  switch (type) {
    case 'code': case 'string': case 'uri': return [{ code: asString(value) }]
    case 'Coding': case 'Quantity': return keyed(value, 'code') === undefined ? undefined : [codingOf(value)]
    case 'CodeableConcept': return asArray(keyed(value, 'coding')).map(codingOf)
    default: return undefined
  }
}

/** Asks each question once, however often it comes. */
export const judgeBindings = async (codes: CodeMembership, bindings: readonly PendingBinding[]): Promise<Finding[]> => {
  const asked = new Map<string, Promise<boolean | undefined>>()
  const found: Finding[] = []
  for (const { valueSet, codings, severity, path } of bindings) {
    const key = JSON.stringify([valueSet, codings])
    const answer = asked.get(key) ?? codes.holds(valueSet, codings)
    asked.set(key, answer)
    if (await answer === false) found.push({ severity, code: 'code-invalid', expression: path, message: `${ABOUT[severity]}${valueSet}: ${codings.map(({ code }) => `"${code.slice(0, 100)}"`).join(', ').slice(0, 300) || 'there is no coding'}` })
  }
  return found
}

const ABOUT: Readonly<Record<Finding['severity'], string>> = { error: 'No code of the value set ', warning: 'No code of the value set ', information: 'No code of the preferred value set ' }

/** A name that is none of the code's is worth a warning: whoever reads the record reads the name. */
export const judgeDisplays = async (codes: CodeMembership, displays: readonly PendingDisplay[]): Promise<Finding[]> => {
  const asked = new Map<string, Promise<string | undefined>>()
  const found: Finding[] = []
  for (const { coding, path } of displays) {
    const key = JSON.stringify(coding)
    const answer = asked.get(key) ?? codes.wrongName(coding)
    asked.set(key, answer)
    const message = await answer
    if (message !== undefined) found.push({ severity: 'warning', code: 'code-invalid', expression: `${path}.display`, message })
  }
  return found
}
