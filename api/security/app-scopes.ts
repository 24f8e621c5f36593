/** What of the scopes that an app asks for a person can grant it (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html). Pure. */
import type { Person } from '../model/actor.ts'
import { APP_LEVELS, isLaunchScope, isPatientScope, parseScope } from '../model/scope.ts'
import { groupOf } from './compartment.ts'
import { grantScopes, type ReadTests } from './scopes.ts'

export const toScopes = (text: string): string[] => [...new Set(text.split(' ').filter((scope) => scope !== ''))]

export interface Asking {
  /** What the app is registered for. */
  readonly held: readonly string[]
  readonly asked: readonly string[]
  /** Started from a chart. */
  readonly launched: boolean
  readonly person: Pick<Person, 'practitioner'>
}

/** In the order asked. Without a launch there is nothing that `launch` could be about; without a Practitioner nobody that `fhirUser` could name. */
export const offerScopes = ({ held, asked, launched, person }: Asking, read: ReadTests): string[] => {
  const resources = asked.filter((scope) => !isLaunchScope(scope))
  const granted = new Set(resources.length === 0 ? [] : grantScopes(held.filter((scope) => !isLaunchScope(scope)), resources, read, APP_LEVELS))
  return asked.filter((scope) => (isLaunchScope(scope)
    ? held.includes(scope) && (scope !== 'launch' || launched) && (scope !== 'fhirUser' || (person.practitioner !== null && asked.includes('openid')))
    : granted.has(scope)))
}

/** Whether the person has to say which patient it is about. */
export const asksPatient = (scopes: readonly string[]): boolean => scopes.some((scope) => scope === 'launch/patient' || isPatientScope(scope))

/** What is left when the person has chosen. Scopes about a patient are nothing without one; who goes on without the person need not wait for them. */
export const settleScopes = (offered: readonly string[], chosen: readonly string[], patient: string): string[] => {
  const left = offered.filter((scope) => chosen.includes(scope) && (patient !== '' || !(scope === 'launch/patient' || isPatientScope(scope))))
  return left.filter((scope) => (scope !== 'online_access' || !left.includes('offline_access')) && (scope !== 'fhirUser' || left.includes('openid')))
}

/** Whether an app can be registered for it. */
export const isAppScope = (text: string, read: ReadTests): boolean => {
  if (isLaunchScope(text)) return true
  const scope = parseScope(text, APP_LEVELS)
  if (scope === undefined || (scope.type !== '*' && groupOf(scope.type) === undefined)) return false
  return scope.parameters.length === 0 || read(scope.type, scope.parameters) !== undefined
}
