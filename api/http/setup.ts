/** The first start of a site: whoever holds the code that the start has shown gives the hospital its profile and the site its first administrator. Once; the demo never. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { outcome } from '../model/outcome.ts'
import { toLogin, type Bucket, type NewAccount, type SignIn } from '../model/people.ts'
import type { AuditLog, Caller, Clock, IdSource, Validator } from '../model/ports.ts'
import type { Tenant } from '../model/resource.ts'
import type { SetupStore } from '../model/setup.ts'
import { refuseCrossSite } from '../security/authenticate.ts'
import { requireStrongPassword, type Passwords } from '../security/password.ts'
import { digestOfSetupCode } from '../security/setup-code.ts'
import { ProfileInput, writeHospital } from './admin-hospital.ts'
import { LoginInput } from './admin-staff.ts'
import { parseInput } from './input.ts'
import { json, type Route, type RouteRequest, type Site } from './route.ts'
import { line, text } from './text.ts'

export interface SetupDeps {
  readonly site: Site
  readonly tenant: Tenant
  readonly demo: boolean
  readonly publicUrl: string
  readonly setup: SetupStore
  readonly throttle: Pick<SignIn, 'take' | 'giveBack' | 'worthNoting'>
  readonly audit: AuditLog
  readonly validator: Validator
  readonly passwords: Passwords
  readonly ids: IdSource
  readonly clock: Clock
}

const Code = z.object({ code: line(64).refine((code) => code !== '', 'must not be empty') })
const Person = z.object({ name: line(200).refine((name) => name !== '', 'must not be empty'), rank: line(200).default(''), login: LoginInput, password: text(256) })
const AtCenter = z.object({ administrator: Person })
const AtHospital = AtCenter.extend({ hospital: ProfileInput })

/** At most 10 guesses at once and 30 an hour from one address, 60 and 180 from everywhere. */
const bucketsOf = (address: string): [Bucket, Bucket] => [
  { name: `setup/address/${createHash('sha256').update(address).digest('base64url').slice(0, 22)}`, burst: 10, every: 120_000 },
  { name: 'setup', burst: 60, every: 20_000 },
]

/** POST /api/setup */
export const setupRoutes = (deps: SetupDeps): Route[] => {
  const { setup, throttle, audit, clock } = deps
  const door = ({ address }: RouteRequest): Caller => ({ actor: { kind: 'internal', tenant: deps.tenant, name: 'set-up' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN', address })

  const requireCode = async (request: RouteRequest): Promise<string> => {
    const buckets = bucketsOf(request.address)
    const wait = await throttle.take(buckets, clock.now())
    if (wait > 0) throw outcome('too-many-attempts', { retryAfter: Math.ceil(wait / 1000) })
    const digest = digestOfSetupCode(parseInput(Code, request.plain()).code)
    if (!await setup.fits(digest)) {
      if (await throttle.worthNoting(buckets[0].name, clock.now())) await audit.record(door(request), { action: 'E', interaction: 'site-setup', outcome: 'refused', detail: 'setup-code-wrong' })
      throw outcome('setup-code-wrong')
    }
    await throttle.giveBack(buckets)
    return digest
  }

  const accountOf = async ({ login, password, ...person }: z.infer<typeof Person>): Promise<NewAccount> => {
    requireStrongPassword(password, login)
    const role = deps.site === 'center' ? 'center-operator' : 'administrator'
    return { ...person, id: deps.ids.uuid(), login: toLogin(login), title: '', licence: '', practitioner: null, active: true, grants: [{ role, department: null }], password: await deps.passwords.hash(password) }
  }

  return [{
    method: 'POST', url: '/api/setup', site: 'both', access: 'open',
    handler: async (request) => {
      refuseCrossSite(request, deps.publicUrl)
      if (deps.demo || !await setup.needed()) throw outcome('setup-done')
      const digest = await requireCode(request)
      const wanted = request.plain()
      if (deps.site === 'center') {
        const account = await accountOf(parseInput(AtCenter, wanted).administrator)
        await setup.complete(door(request), digest, account, async () => undefined)
        return json(201, { login: account.login })
      }
      const { administrator, hospital } = parseInput(AtHospital, wanted)
      const account = await accountOf(administrator)
      await setup.complete(door(request), digest, account, (tx) => writeHospital(tx, deps.validator, hospital))
      return json(201, { login: account.login })
    },
  }]
}
