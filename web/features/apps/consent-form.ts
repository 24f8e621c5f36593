/** What a person answers to an app: which scopes stay, about which patient, and what is still missing. Pure. */
import { isPatientScope } from '#api/model/scope.ts'
import type { AppQuestion } from '#api/model/site.ts'

export type Asked = Extract<AppQuestion, { kind: 'ask' }>

const isAboutPatient = (scope: string): boolean => scope === 'launch/patient' || isPatientScope(scope)

/** Whether a patient has to be chosen for what is left. */
export const wantsPatient = ({ choosesPatient }: Pick<Asked, 'choosesPatient'>, kept: readonly string[]): boolean => choosesPatient && kept.some(isAboutPatient)

/** A key under `apps`; undefined: it can be sent. */
export const missing = (question: Pick<Asked, 'choosesPatient'>, kept: readonly string[], patient: string | undefined): 'needsOne' | 'needsPatient' | undefined =>
  (kept.length === 0 ? 'needsOne' : wantsPatient(question, kept) && patient === undefined ? 'needsPatient' : undefined)

/** "https://growth.example" of the address that the app named. */
export const siteOf = (redirectUri: string): string => URL.parse(redirectUri)?.origin ?? ''
