/** Many random sites on the real application and the real PostgreSQL, many random requests to each, and the model beside them. */
import { objectFromPlain } from '#api/model/json.ts'
import type { Clock } from '#api/model/ports.ts'
import { createExporter } from '#api/store/bulk/export.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'
import { addApp, connect, type Connection } from '#test/support/app-launch.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { createRandom, type Random } from '#test/support/random.ts'
import type { Asked } from './asked.ts'
import { compare } from './compare.ts'
import { expectedInside, expectedOf, type Expected } from './expected.ts'
import { expectedExport } from './export.ts'
import { compareExport, runExport } from './export-run.ts'
import { isForApps, makeRead, makeWrite, writes, type Request } from './requests.ts'
import { Rules, type Actor } from './rules.ts'
import { entriesOf, madeBy, send, toHttp } from './send.ts'
import { smaller } from './smaller.ts'
import { addRelation, makeActors, makeApps, makeWorld, relate, type World } from './world.ts'

export interface Difference { readonly tenant: number; readonly at: number; readonly actor: string; readonly request: string; readonly found: readonly string[] }
export interface Result { readonly requests: number; readonly kinds: ReadonlyMap<string, number>; readonly differences: readonly Difference[] }
export interface RigOptions {
  readonly databases: TestDatabase
  readonly requests: number
  readonly seed: number
  /** Each site answers so many of them. */
  readonly perSite?: number
  /** Of what changes nothing only this. */
  readonly only?: Request['kind']
  /** Stops at so many differences. */
  readonly most?: number
  readonly say?: (text: string) => void
}

const AT_ONCE = 6
const APP = 'ung-dung-mau'
/** Milliseconds after which apps ask for tokens, and for other scopes, again: tokens of apps end after a quarter of an hour. */
const APPS_FOR = 600_000

/** Who asks: a person, a system client, an app of a person. */
interface Asking { readonly actor: Actor; readonly caller: Connection['caller'] }
interface Full extends Asking { readonly caller: TestCaller }

class Site {
  readonly #random: Random
  readonly #site: TestSite
  readonly #clock: { at: number }
  readonly #people: readonly Full[]
  #apps: { readonly all: readonly Asking[]; readonly until: number } = { all: [], until: 0 }
  readonly world: World
  readonly #rules: Rules
  readonly #work: ReturnType<typeof createExporter>
  constructor(parts: { readonly random: Random; readonly site: TestSite; readonly clock: { at: number }; readonly people: readonly Full[]; readonly world: World }) {
    this.#random = parts.random
    this.#site = parts.site
    this.#clock = parts.clock
    this.#people = parts.people
    this.world = parts.world
    this.#work = createExporter({ database: parts.site.database, clock: { now: () => new Date(parts.clock.at) }, timeZone: 'Asia/Ho_Chi_Minh', bases: [], settle: 0 })
    this.#rules = new Rules(parts.world.relations, () => parts.clock.at)
  }

  close(): Promise<void> {
    return this.#site.close()
  }

  /** Another system client. */
  #strangerTo(caller: Asking['caller']): TestCaller {
    const other = this.#people.find((each) => each.actor.kind === 'system' && each.caller !== caller)
    if (other === undefined) throw new Error('There is one system client alone')
    return other.caller
  }

  async relate(count: number): Promise<void> {
    const accounts = this.#people.flatMap(({ actor }) => (actor.kind === 'person' ? [actor.account] : []))
    const added = Array.from({ length: count }, () => relate(this.#random, this.world, accounts, this.#clock.at))
    await this.#site.parts.store.transact(this.#site.internal, async (tx) => {
      for (const each of added) await tx.relate({ ...each, until: new Date(each.until).toISOString(), ...(each.account !== null && { reason: 'thử' }) })
    })
    for (const each of added) addRelation(this.world, each)
  }

  /** Some requests at once that change nothing, or one that does. Care relations end meanwhile, and new ones begin. */
  async turn(only?: Request['kind']): Promise<readonly { readonly request: Request; readonly actor: Actor; readonly found: readonly string[] }[]> {
    this.#clock.at += this.#random.whole(100, 2000)
    if (this.#random.chance(0.02)) await this.relate(1)
    const some = this.#random.chance(0.35) ? [makeWrite(this.#random, this.world)] : Array.from({ length: AT_ONCE }, () => makeRead(this.#random, this.world, only))
    if (this.#clock.at > this.#apps.until) this.#apps = { all: await openApps(this.#random, this.#site, this.world, this.#people), until: this.#clock.at + APPS_FOR }
    return Promise.all(some.map(async (request) => {
      const { actor, caller } = this.#random.pick(isForApps(request) && this.#random.chance(0.4) ? this.#apps.all : this.#people)
      const found = await this.#ask(actor, caller, request)
      return found.length === 0 || writes(request) ? { request, actor, found } : { actor, ...await smaller(request, found, (less) => this.#ask(actor, caller, less)) }
    }))
  }

  async #ask(actor: Actor, caller: Asking['caller'], request: Request): Promise<readonly string[]> {
    const asked: Asked = { world: this.world, rules: this.#rules, actor }
    if (request.kind === 'batch') {
      const expected = request.entries.map((entry) => expectedOf(asked, entry))
      const { answers: [answer = { status: 0, text: '' }], sent } = await send(caller, request)
      const each = entriesOf(answer)
      if (answer.status !== 200 || each.length !== expected.length) return [`status ${answer.status} with ${each.length} entries: ${answer.text.slice(0, 300)}`]
      return expected.flatMap((one, at) => compare(this.world, each.slice(at, at + 1), sent, one).map((text) => `entry ${at}: ${text}`))
    }
    if (request.kind === 'transaction-reads') {
      const expected = request.entries.map((entry) => expectedInside(asked, entry))
      const { answers: [answer = { status: 0, text: '' }], sent } = await send(caller, request)
      // one refusal is that of all: whichever comes first
      const refusals = expected.filter(({ kind }) => kind === 'refused')
      if (refusals.length > 0) return refusals.map((one) => compare(this.world, [answer], sent, one)).toSorted((one, other) => one.length - other.length)[0] ?? []
      const each = entriesOf(answer)
      if (answer.status !== 200 || each.length !== expected.length) return [`status ${answer.status} with ${each.length} entries: ${answer.text.slice(0, 300)}`]
      return expected.flatMap((one, at) => compare(this.world, each.slice(at, at + 1), sent, one).map((text) => `entry ${at}: ${text}`))
    }
    if (request.kind === 'export') {
      const expected = expectedExport(asked, request)
      const whole = this.#people.find((each) => each.caller === caller)
      if (whole === undefined) throw new Error('No app exports')
      return compareExport(await runExport({ caller: whole.caller, stranger: this.#strangerTo(caller), work: this.#work }, request), expected)
    }
    const expected = expectedOf(asked, request)
    const reached = await send(caller, request)
    const found = compare(this.world, reached.answers, reached.sent, expected)
    if (found.length > 0 && writes(request)) return [...found, reached.answers[0]?.text.slice(0, 300) ?? '']
    if (expected.kind === 'written') return [...found, ...this.#apply(expected, madeBy(reached, request))]
    return found
  }

  #apply({ made, put, removed }: Extract<Expected, { kind: 'written' }>, keys: readonly string[]): string[] {
    if (made.length > 0 && keys.length !== made.length) return [`${keys.length} addresses of what was made, expected ${made.length}`]
    for (const [at, body] of made.entries()) this.world.put({ ...body, id: (keys[at] ?? '').slice((keys[at] ?? '').indexOf('/') + 1) })
    if (put !== undefined) this.world.put(put)
    if (removed !== undefined) this.world.remove(removed)
    return []
  }
}

const FIRST_TENANT = 700

const openSite = async (databases: TestDatabase, tenant: number, seed: number): Promise<Site> => {
  const random = createRandom(seed)
  // stands still while requests are on their way: a relation that ends meanwhile would be judged differently by either side, both being right
  const clock = { at: Date.now() }
  const now: Clock = { now: () => new Date(clock.at) }
  const site = await testSite({ databases, tenant, clock: now })
  const world = makeWorld(random, () => clock.at)
  await site.parts.store.transact(site.internal, (tx) => tx.write(world.all().map((body) => ({ op: 'create', key: { type: body.resourceType, id: body.id }, resource: objectFromPlain(body) }))))
  // as autovacuum does a minute after so many rows
  await databases.asOwner(tenant, 'analyze')
  const people: Full[] = []
  for (const actor of makeActors(random)) {
    if (actor.kind === 'system') people.push({ actor, caller: await site.system(actor.scopes) })
    else {
      const caller = await site.person({ login: `mau-${tenant}-${people.length}`, grants: actor.grants })
      people.push({ actor: { ...actor, account: caller.account }, caller })
    }
  }
  await addApp(site, { client: APP })
  const made = new Site({ random, site, clock, people, world })
  await made.relate(22)
  return made
}

/** Of those who may choose a patient at the launch. */
const openApps = async (random: Random, site: TestSite, world: World, people: readonly Full[]): Promise<Asking[]> => {
  const launching = people.flatMap(({ actor, caller }) => (actor.kind === 'person' && actor.grants.some(({ role }) => role !== 'laboratory' && role !== 'imaging') ? [{ actor, caller }] : []))
  const opened: Asking[] = []
  for (const { of: { actor, caller }, app } of makeApps(random, world, launching)) {
    const about = app.scopes.some((scope) => scope.startsWith('patient/'))
    const connection = await connect(site, caller, APP, [...(about ? ['launch/patient'] : []), 'offline_access', ...app.scopes].join(' '), { patient: about ? app.patient : '' })
    const granted = new Set(connection.scope.split(' '))
    opened.push({ actor: { ...actor, app: { scopes: app.scopes.filter((scope) => granted.has(scope)), patient: about ? app.patient : '' } }, caller: connection.caller })
  }
  return opened
}

const describe = (actor: Actor): string => (actor.kind === 'system' ? actor.scopes.join(' ') : `${actor.app === undefined ? '' : `app about ${actor.app.patient} with ${actor.app.scopes.join(' ')} of `}${actor.grants.map(({ role, department }) => `${role}@${department ?? 'site'}`).join(' ')}`)
const show = (request: Request): string => {
  const { method, url, body, headers } = toHttp(request)
  return `${method} ${decodeURIComponent(url)} ${headers === undefined ? '' : JSON.stringify(headers)} ${body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)}`.trim()
}

export const runAuthorisation = async ({ databases, requests, seed, perSite = 4000, most = 20, only, say }: RigOptions): Promise<Result> => {
  const differences: Difference[] = []
  const kinds = new Map<string, number>()
  let done = 0
  for (let tenant = FIRST_TENANT; done < requests && differences.length < most; tenant += 1) {
    const site = await openSite(databases, tenant, seed * 1000 + tenant)
    try {
      const last = Math.min(requests, done + perSite)
      while (done < last && differences.length < most) {
        for (const { request, actor, found } of await site.turn(only)) {
          done += 1
          kinds.set(request.kind, (kinds.get(request.kind) ?? 0) + 1)
          if (found.length > 0) differences.push({ tenant, at: done, actor: describe(actor), request: show(request), found })
        }
      }
    } finally {
      await site.close()
    }
    say?.(`${done} of ${requests} requests, ${differences.length} differences`)
  }
  return { requests: done, kinds, differences }
}

