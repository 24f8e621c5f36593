/** Signing in and out, who is signed in, and the own password. The session's token travels in an HttpOnly cookie alone (OWASP ASVS 5.0 V3.3, V7). */
import { z } from 'zod'
import type { Person } from '../model/actor.ts'
import { outcome } from '../model/outcome.ts'
import type { Accounts, Sessions, Settings } from '../model/people.ts'
import type { AuditLog, Caller, Signer } from '../model/ports.ts'
import type { SessionInfo } from '../model/site.ts'
import { refuseCrossSite } from '../security/authenticate.ts'
import { draftKeyOf } from '../security/draft-key.ts'
import { requireStrongPassword, type Passwords } from '../security/password.ts'
import { deviceCookie, expiryOf, noSessionCookie, sessionCookie, type CookieNames } from '../security/sessions.ts'
import type { SignInDesk } from '../security/sign-in.ts'
import { csrfOf, digestOf } from '../security/tokens.ts'
import { deviceLabel } from './device-label.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { parseInput } from './input.ts'
import { empty, json, type Reply, type Route, type Site } from './route.ts'
import { text } from './text.ts'

export interface SessionDeps {
  readonly site: Site
  readonly demo: boolean
  readonly training: boolean
  readonly publicUrl: string
  readonly names: CookieNames
  readonly desk: SignInDesk
  readonly sessions: Sessions
  readonly accounts: Accounts
  readonly settings: Settings
  readonly passwords: Passwords
  readonly audit: AuditLog
  readonly hospital: HospitalInfo
  readonly siteName: () => Promise<string>
  /** A PACS is connected. */
  readonly pictures: boolean
  /** The data center has no signing keys of persons. */
  readonly signer?: Pick<Signer, 'keyInfo'>
}

const filled = (max: number) => text(max).refine((value) => value !== '', 'must not be empty')
const Credentials = z.object({ login: filled(100), password: filled(1000) })
const PasswordChange = z.object({ current: filled(1000), password: filled(1000) })

const requirePerson = (caller: Caller): Person => {
  if (caller.actor.kind !== 'person') throw outcome('forbidden')
  return caller.actor
}

/** GET, POST, DELETE /api/session ; PUT /api/session/password. */
export const sessionRoutes = (deps: SessionDeps): Route[] => {
  const { names, sessions, hospital } = deps

  const nameDepartments = async (person: Person): Promise<SessionInfo['grants']> => {
    const ids = [...new Set(person.grants.map((grant) => grant.department).filter((id) => id !== null))]
    const departmentNames = new Map(await Promise.all(ids.map(async (id): Promise<[string, string]> => [id, (await hospital.department(id))?.name ?? id])))
    return person.grants.map((grant) => ({ ...grant, departmentName: grant.department === null ? null : (departmentNames.get(grant.department) ?? null) }))
  }

  /** Throws session-expired when the token opens nothing. */
  const describe = async (token: string): Promise<SessionInfo> => {
    const digest = digestOf(token)
    const session = digest === undefined ? undefined : await sessions.find(digest)
    if (session === undefined) throw outcome('session-expired')
    const { person } = session
    return {
      site: deps.site, demo: deps.demo, ...(deps.training && { training: true as const }), ...(deps.pictures && { pictures: true as const }), tenant: person.tenant, siteName: await deps.siteName(),
      account: { id: person.account, login: person.login, name: person.name, practitioner: person.practitioner },
      grants: await nameDepartments(person),
      signingKey: await deps.signer?.keyInfo(person.account) ?? { state: 'none' },
      csrf: csrfOf(token),
      expires: expiryOf(session).toISOString(),
      localKey: await draftKeyOf(deps.settings, person.account),
    }
  }

  const answer = async (status: number, token: string, cookies: string[] = []): Promise<Reply> =>
    json(status, await describe(token), cookies.length === 0 ? {} : { 'set-cookie': cookies })

  return [
    {
      method: 'GET', url: '/api/session', site: 'both', access: 'session',
      handler: (request) => answer(200, request.cookies[names.session] ?? ''),
    },
    {
      method: 'POST', url: '/api/session', site: 'both', access: 'open',
      handler: async (request) => {
        refuseCrossSite(request, deps.publicUrl)
        const { login, password } = parseInput(Credentials, request.plain())
        const opened = await deps.desk.signIn({
          login, password, device: request.cookies[names.device], address: request.address, label: deviceLabel(request.headers['user-agent']),
        })
        const before = digestOf(request.cookies[names.session])
        if (before !== undefined) await sessions.close(before)
        return answer(200, opened.token, [sessionCookie(names, opened.token), deviceCookie(names, opened.device)])
      },
    },
    {
      method: 'DELETE', url: '/api/session', site: 'both', access: 'session',
      handler: async (request) => {
        const digest = digestOf(request.cookies[names.session])
        if (digest !== undefined) await sessions.close(digest)
        await deps.audit.record(request.caller, { action: 'E', interaction: 'sign-out', id: requirePerson(request.caller).account, outcome: 'success' })
        return empty({ 'set-cookie': noSessionCookie(names), 'clear-site-data': '"cache"' })
      },
    },
    {
      method: 'PUT', url: '/api/session/password', site: 'both', access: 'session',
      handler: async (request) => {
        const person = requirePerson(request.caller)
        const wanted = parseInput(PasswordChange, request.plain())
        await deps.desk.requirePassword(request.caller, wanted.current, request.cookies[names.device])
        requireStrongPassword(wanted.password, person.login)
        await deps.accounts.setPassword(request.caller, person.account, await deps.passwords.hash(wanted.password), digestOf(request.cookies[names.session]))
        return empty()
      },
    },
  ]
}
