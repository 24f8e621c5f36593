/**
 * Scopes, read: SMART v2, and v1 in its meaning of v2 (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html). `system/` is of software
 * that acts for itself; `user/` and `patient/` of an app that acts for a person. Pure.
 */

export type ScopeLevel = 'system' | 'user' | 'patient'

export interface Scope {
  readonly level: ScopeLevel
  readonly type: string
  /** Letters of "cruds". */
  readonly rights: string
  /** What a resource must match besides; empty: nothing. */
  readonly parameters: readonly (readonly [string, string])[]
}

const SCOPE = /^(system|user|patient)\/(\*|[A-Z][A-Za-z]+)\.(?:(c?r?u?d?s?)(?:\?([^?]+))?|(read|write|\*))$/
/** https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources */
const FIRST_VERSION: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

const SYSTEM: readonly ScopeLevel[] = ['system']
/** Of apps that act for persons. */
export const APP_LEVELS: readonly ScopeLevel[] = ['user', 'patient']

const levelOf = (text: string | undefined): ScopeLevel | undefined => (text === 'system' || text === 'user' || text === 'patient' ? text : undefined)

/** "system/Observation.rs?category=x|laboratory" or "system/Observation.read"; undefined when it is no scope of these levels. */
export const parseScope = (scope: string, levels: readonly ScopeLevel[] = SYSTEM): Scope | undefined => {
  const [, before, type, letters = '', query, first] = SCOPE.exec(scope) ?? []
  const level = levelOf(before)
  const rights = first === undefined ? letters : FIRST_VERSION[first] ?? ''
  if (level === undefined || !levels.includes(level) || type === undefined || rights === '' || (query !== undefined && type === '*')) return undefined
  const parameters = query === undefined ? [] : [...new URLSearchParams(query)]
  return query !== undefined && parameters.length === 0 ? undefined : { level, type, rights, parameters }
}

/** What an app may ask for besides resources: where it starts, who the person is, and to go on for a while. */
export const LAUNCH_SCOPES = ['launch', 'launch/patient', 'openid', 'fhirUser', 'online_access', 'offline_access'] as const
export type LaunchScope = (typeof LAUNCH_SCOPES)[number]

export const isLaunchScope = (scope: string): scope is LaunchScope => (LAUNCH_SCOPES as readonly string[]).includes(scope)

/** Whether the scope is about one patient alone. */
export const isPatientScope = (scope: string): boolean => parseScope(scope, ['patient']) !== undefined
