/** The own signing key: its state, the first PIN, and a new key for a lost PIN or a locked key, which needs the password. */
import { z } from 'zod'
import type { Caller, AuditLog, AuditRow, Signer, SigningKeyInfo } from '../model/ports.ts'
import type { SignInDesk } from '../security/sign-in.ts'
import { rolesFor } from '../security/policy.ts'
import { parseInput } from './input.ts'
import { json, type GuardedRequest, type Route } from './route.ts'
import { requirePerson } from './visit-access.ts'

export interface SigningKeyDeps {
  readonly signer: Pick<Signer, 'keyInfo' | 'enrol' | 'replace'>
  readonly desk: Pick<SignInDesk, 'requirePassword'>
  readonly audit: AuditLog
  /** Name of the cookie that tells known devices. */
  readonly deviceCookie: string
}

const Enrolment = z.object({ pin: z.string().min(1).max(64) })
const Replacement = Enrolment.extend({ password: z.string().min(1).max(1000) })

/** GET /api/signing-key -> SigningKeyInfo ; POST /api/signing-key {pin} ; POST /api/signing-key/replacement {pin, password} */
export const signingKeyRoutes = (deps: SigningKeyDeps): Route[] => {
  const route = { site: 'hospital', access: { roles: rolesFor('signing-key') } } as const
  /** Made or refused, it is on record before it is answered. */
  const make = async (caller: Caller, row: Pick<AuditRow, 'action' | 'interaction'>, work: (account: string) => Promise<SigningKeyInfo>): Promise<SigningKeyInfo> => {
    const { account } = requirePerson(caller)
    try {
      const made = await work(account)
      await deps.audit.record(caller, { ...row, id: account, outcome: 'success', detail: made.certificateSerial ?? '' })
      return made
    } catch (error) {
      await deps.audit.record(caller, { ...row, id: account, outcome: 'refused' })
      throw error
    }
  }
  return [
    { method: 'GET', url: '/api/signing-key', ...route, handler: async (request: GuardedRequest) => json(200, await deps.signer.keyInfo(requirePerson(request.caller).account)) },
    {
      method: 'POST', url: '/api/signing-key', ...route,
      handler: async (request: GuardedRequest) => {
        const { pin } = parseInput(Enrolment, request.plain())
        return json(201, await make(request.caller, { action: 'C', interaction: 'signing-enrol' }, (account) => deps.signer.enrol(account, pin)))
      },
    },
    {
      method: 'POST', url: '/api/signing-key/replacement', ...route,
      handler: async (request: GuardedRequest) => {
        const { pin, password } = parseInput(Replacement, request.plain())
        await deps.desk.requirePassword(request.caller, password, request.cookies[deps.deviceCookie])
        return json(201, await make(request.caller, { action: 'U', interaction: 'signing-replace' }, (account) => deps.signer.replace(account, pin)))
      },
    },
  ]
}
