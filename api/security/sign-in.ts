/**
 * Signing in: who, on which device, how often. Guesses on one account share one bucket for devices never seen, and a small bucket for each known device,
 * so that a thousand wrong passwords from elsewhere keep nobody out of the own ward's computer, and nobody gets more than 100 guesses an hour
 * (ASVS 5.0 V6.3.1, V6.3.8: unknown logins behave and cost the same).
 */
import { createHash } from 'node:crypto'
import { outcome } from '../model/outcome.ts'
import { toLogin, type Bucket, type SignIn } from '../model/people.ts'
import type { AuditLog, Caller, Clock } from '../model/ports.ts'
import type { Tenant } from '../model/resource.ts'
import type { Passwords } from './password.ts'
import { ABSOLUTE_MS } from './sessions.ts'
import { digestOf, newToken } from './tokens.ts'

const MINUTE = 60_000

const short = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22)

/**
 * At most burst + hour/every guesses in any hour: 20 + 40 from unknown devices, 20 + 20 from all known ones together: 100 on one account.
 * One known device gets 6 + 6. An address gets 120 + 720 over all logins, against the spraying of one password.
 */
export const guessBuckets = (login: string, from: { readonly address: string; readonly knownDevice: Uint8Array | undefined }): Bucket[] =>
  from.knownDevice === undefined
    ? [{ name: `unknown/${short(login)}`, burst: 20, every: 90_000 }, { name: `address/${short(from.address)}`, burst: 120, every: 5_000 }]
    : [
        { name: `known/${short(login)}`, burst: 20, every: 3 * MINUTE },
        { name: `device/${short(login)}/${Buffer.from(from.knownDevice).toString('base64url').slice(0, 22)}`, burst: 6, every: 10 * MINUTE },
      ]

export interface SignedIn {
  /** For the session cookie. */
  readonly token: string
  /** For the device cookie. */
  readonly device: string
  readonly account: string
}

export interface SignInRequest {
  readonly login: string
  readonly password: string
  /** Value of the device cookie, if the browser has one. */
  readonly device: string | undefined
  readonly address: string
  /** What a person would call the device, e.g. "Firefox · Windows". */
  readonly label: string
}

export interface SignInDesk {
  /** Throws sign-in-failed and too-many-attempts (with `retryAfter` seconds), the same for logins that do not exist. */
  signIn(request: SignInRequest): Promise<SignedIn>
  /** The password again, for changing it and for what needs to be sure who sits there. Throws the same. */
  requirePassword(caller: Caller, password: string, device: string | undefined): Promise<void>
}

export const createSignInDesk = (deps: {
  readonly tenant: Tenant; readonly store: SignIn; readonly passwords: Passwords; readonly audit: AuditLog; readonly clock: Clock
}): SignInDesk => {
  const { tenant, store, passwords, audit, clock } = deps
  /** The door itself is the actor until somebody has proved who they are. */
  const door = (address: string): Caller => ({ actor: { kind: 'internal', tenant, name: 'sign-in' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN', address })

  /** Checks the password against the buckets; answers the account. */
  const check = async (request: SignInRequest): Promise<{ id: string; name: string; login: string; device: Buffer | undefined }> => {
    const login = toLogin(request.login)
    const presented = digestOf(request.device)
    const facts = await store.facts(login, presented)
    const known = facts.knownDevice ? presented : undefined
    const buckets = guessBuckets(login, { address: request.address, knownDevice: known })
    // The login as typed may be a password in the wrong field: only accounts that exist are named.
    const about = facts.account === undefined ? {} : { id: facts.account.id }
    const now = clock.now()
    const wait = await store.take(buckets, now)
    if (wait > 0) {
      const [first] = buckets
      if (first !== undefined && await store.worthNoting(first.name, now)) {
        await audit.record(door(request.address), { action: 'E', interaction: 'sign-in', ...about, outcome: 'refused', detail: 'too-many-attempts' })
      }
      throw outcome('too-many-attempts', { retryAfter: Math.ceil(wait / 1000) })
    }
    const fits = await passwords.verify(facts.account?.password, request.password, { first: facts.knownDevice })
    if (!fits || facts.account === undefined || !facts.account.active) {
      await audit.record(door(request.address), { action: 'E', interaction: 'sign-in', ...about, outcome: 'refused', detail: 'sign-in-failed' })
      throw outcome('sign-in-failed')
    }
    await store.giveBack(buckets)
    return { id: facts.account.id, name: facts.account.name, login, device: known }
  }

  return {
    async signIn(request) {
      const { id, name, login, device } = await check(request)
      const token = newToken()
      // A device cookie that no account here knows is not taken over: somebody else may have planted it.
      const deviceToken = device === undefined || request.device === undefined ? newToken() : request.device
      const digest = digestOf(token)
      const deviceDigest = digestOf(deviceToken)
      if (digest === undefined || deviceDigest === undefined) throw outcome('internal')
      const caller: Caller = {
        actor: { kind: 'person', tenant, account: id, login, name, practitioner: null, grants: [] },
        visibility: { kind: 'care', account: id, departments: [], wholeSite: false }, purpose: 'HOPERAT', address: request.address,
      }
      const at = clock.now()
      await store.open(caller, { digest, device: deviceDigest, label: request.label, at, expireBefore: new Date(at.getTime() - ABSOLUTE_MS) })
      return { token, device: deviceToken, account: id }
    },
    async requirePassword(caller, password, device) {
      if (caller.actor.kind !== 'person') throw outcome('forbidden')
      await check({ login: caller.actor.login, password, device, address: caller.address ?? '', label: '' })
    },
  }
}
