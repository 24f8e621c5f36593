/** One scope of a system client, read: SMART v2, and v1 in its meaning of v2 (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html). Pure. */

export interface Scope {
  readonly type: string
  /** Letters of "cruds". */
  readonly rights: string
  /** What a resource must match besides; empty: nothing. */
  readonly parameters: readonly (readonly [string, string])[]
}

const SCOPE = /^system\/(\*|[A-Z][A-Za-z]+)\.(?:(c?r?u?d?s?)(?:\?([^?]+))?|(read|write|\*))$/
/** https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources */
const FIRST_VERSION: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

/** "system/Observation.rs?category=x|laboratory" or "system/Observation.read"; undefined when it is no scope of a system client. */
export const parseScope = (scope: string): Scope | undefined => {
  const [, type, letters = '', query, first] = SCOPE.exec(scope) ?? []
  const rights = first === undefined ? letters : FIRST_VERSION[first] ?? ''
  if (type === undefined || rights === '' || (query !== undefined && type === '*')) return undefined
  const parameters = query === undefined ? [] : [...new URLSearchParams(query)]
  return query !== undefined && parameters.length === 0 ? undefined : { type, rights, parameters }
}
