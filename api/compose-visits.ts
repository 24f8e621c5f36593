/** The routes of visits and signed documents of a hospital, put together: what compose.ts has made already comes in, previews wait in memory here. */
import type { Config } from './config.ts'
import type { Checks } from './fhir/checks.ts'
import type { Gate } from './fhir/gate.ts'
import { delegationRoutes } from './http/cosign-delegations.ts'
import { cosigningRoutes } from './http/cosigning.ts'
import { documentRoutes } from './http/documents.ts'
import { favouriteRoutes } from './http/favourites.ts'
import type { HospitalInfo } from './http/hospital-info.ts'
import { criticalResultsRoutes } from './http/critical-results.ts'
import { patientChartRoutes } from './http/patient-chart.ts'
import { createShelf } from './http/preview-shelf.ts'
import { safetyRoutes } from './http/safety-routes.ts'
import { CONFIRMATION_LIMITS, type Confirmation } from './http/second-person.ts'
import type { Route } from './http/route.ts'
import { signingAdmissionRoutes } from './http/signing-admissions.ts'
import { signingInboxRoutes } from './http/signing-inbox.ts'
import { signingKeyRoutes } from './http/signing-key.ts'
import { createTurns } from './http/turns.ts'
import { verifyRoutes } from './http/verify.ts'
import type { Reviewed } from './http/visit-preview.ts'
import { visitAidRoutes } from './http/visit-aids.ts'
import { visitRoutes } from './http/visits.ts'
import type { Favourites } from './model/favourites.ts'
import type { Cosigning } from './model/cosigning.ts'
import type { Accounts, Drafts, SignIn } from './model/people.ts'
import type { SafetyAlerts } from './model/safety-ports.ts'
import type { SigningAdmissions } from './model/signing-keys.ts'
import type { VisitAidStore } from './model/visit-aid-ports.ts'
import type { AuditLog, Clock, DocumentStore, DocumentVerifier, IdSource, Printer, ResourceStore, Signer, Terminology, Validator } from './model/ports.ts'
import type { SignInDesk } from './security/sign-in.ts'

export interface VisitRouteDeps {
  readonly config: Pick<Config, 'publicUrl' | 'timeZone'>
  readonly store: ResourceStore
  readonly documents: DocumentStore
  readonly drafts: Drafts
  readonly favourites: Favourites
  readonly aids: VisitAidStore
  readonly alerts: SafetyAlerts
  readonly cosigning: Cosigning
  readonly accounts: Accounts
  readonly guesses: Pick<SignIn, 'take' | 'giveBack'>
  readonly audit: AuditLog
  readonly gate: Gate
  readonly checks: Checks
  readonly validator: Validator
  readonly terminology: Terminology
  readonly printer: Printer
  readonly hospital: HospitalInfo
  readonly signer: Signer & DocumentVerifier & SigningAdmissions
  readonly desk: Pick<SignInDesk, 'requirePassword'>
  readonly deviceCookie: string
  readonly ids: IdSource
  readonly clock: Clock
}

export const composeVisitRoutes = ({ config, signer, desk, deviceCookie, ...parts }: VisitRouteDeps): Route[] => {
  const shared = { ...parts, publicUrl: config.publicUrl, timeZone: config.timeZone, signer, verifier: signer, confirmations: createShelf<Confirmation>(parts.clock, CONFIRMATION_LIMITS) }
  const visits = { ...shared, shelf: createShelf<Reviewed>(parts.clock), turns: createTurns() }
  return [
    ...visitRoutes(visits),
    ...signingInboxRoutes(visits),
    ...cosigningRoutes(visits),
    ...delegationRoutes(visits),
    ...signingAdmissionRoutes(visits),
    ...patientChartRoutes(shared),
    ...criticalResultsRoutes(shared),
    ...safetyRoutes(shared),
    ...favouriteRoutes(shared),
    ...visitAidRoutes(shared),
    ...documentRoutes(shared),
    ...verifyRoutes({ ...shared, hospitalName: async () => (await parts.hospital.profile())?.name ?? '' }),
    ...signingKeyRoutes({ signer, desk, audit: parts.audit, deviceCookie }),
  ]
}
