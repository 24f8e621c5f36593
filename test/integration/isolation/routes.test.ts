/**
 * Two hospitals share a database: to anybody of the one, what is the other's looks like what exists nowhere, by every route; and row-level security alone
 * holds that as well. Answers are compared byte by byte, so a PDF or a verdict that gets across is seen as well as a name is.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES, type RoleGrant } from '#api/model/actor.ts'
import type { TestCaller } from '#test/support/app.ts'
import { compareFor, type Answer, type Comparison } from './answers.ts'
import { findOpenTables, PLANTS, withoutRowSecurity } from './plants.ts'
import { buildProbes, type Probe } from './requests.ts'
import { CANARIES, openTwoHospitals, type TwoHospitals } from './two-hospitals.ts'
import { withoutChecks, type Bare } from './without-checks.ts'

/** More than a thousand questions, each asked twice: minutes on a machine that is busy with something else. */
const PATIENCE = 300_000

type Pair = readonly [there: Probe, nowhere: Probe]
let two: TwoHospitals
let pairs: Pair[]
let since: Date
let comparison: Comparison
beforeAll(async () => {
  two = await openTwoHospitals()
  since = new Date()
  const { routes } = two.mine.parts
  const nowhere = buildProbes(routes, two.nowhere, since.toISOString())
  pairs = buildProbes(routes, two.there, since.toISOString()).map((probe, at): Pair => [probe, nowhere[at] ?? probe])
  expect(pairs.length).toBe(nowhere.length)
  comparison = compareFor([two.there, two.nowhere], since)
}, 240_000)
afterAll(() => two.close())

interface Found {
  readonly leaks: string[]
  readonly broken: string[]
  readonly statuses: Map<string, number[]>
  /** What was answered to the questions about the other hospital. */
  readonly answers: string[]
}

/** Signed anew for each answer, about the hospital that asks and nobody else: never the same twice. */
const NEVER_TWICE = 'GET /api/exchange/enrolment'

const shown = (probe: Probe): string => `[${probe.route}] ${probe.url}`

/** The other hospital's words and ids in an answer, other than those that the question itself had. */
const wordsIn = (probe: Probe, answer: Answer): string[] => {
  const sent = `${decodeURIComponent(probe.url)} ${JSON.stringify(probe.body ?? '')}`.toLowerCase()
  const text = Buffer.from(answer.bytes).toString('utf8').toLowerCase()
  return CANARIES.filter((word) => text.includes(word.toLowerCase()) && !sent.includes(word.toLowerCase()))
}

/** Asks both of each pair. Where both are the same question to the same application, only words can tell. */
async function run(some: readonly Pair[], askThere: (probe: Probe) => Promise<Answer>, askNowhere: (probe: Probe) => Promise<Answer>): Promise<Found> {
  const leaks: string[] = [], broken: string[] = [], answers: string[] = []
  const statuses = new Map<string, number[]>()
  for (const [there, nowhere] of some) {
    const answer = await askThere(there)
    statuses.set(there.route, [...(statuses.get(there.route) ?? []), answer.status])
    if (answer.status >= 500) broken.push(`${shown(there)}: ${answer.status}`)
    leaks.push(...wordsIn(there, answer).map((word) => `${shown(there)}: "${word}"`))
    const same = there.route === NEVER_TWICE || (askThere === askNowhere && there.url === nowhere.url && JSON.stringify(there.body) === JSON.stringify(nowhere.body))
    answers.push(comparison.plain(answer))
    if (!same && answers.at(-1) !== comparison.plain(await askNowhere(nowhere))) leaks.push(`${shown(there)} is not answered as ${shown(nowhere)}`)
  }
  return { leaks, broken, statuses, answers }
}

describe('a user of one hospital', () => {
  it('is offered probes for every route', () => {
    expect(new Set(pairs.map(([probe]) => probe.route)).size).toBe(two.mine.parts.routes.length)
    expect(pairs.length).toBeGreaterThan(300)
  })

  const askAs = (caller: TestCaller) => async ({ method, url, body, type }: Probe): Promise<Answer> =>
    caller.call(method, url, { ...(body === undefined ? {} : { body }), ...(type === undefined ? {} : { type }) })
  const EVERY_ROLE = ROLES.map((role): RoleGrant => ({ role, department: null }))

  it.each<[string, () => Promise<TestCaller>]>([
    ['nobody', async () => two.mine.anonymous], ['someone with every role', () => two.mine.person({ grants: EVERY_ROLE })], ['a system client', () => two.mine.system()],
  ])('gets nothing of the other hospital as %s', async (name, open) => {
    const ask = askAs(await open())
    const found = await run(pairs, ask, ask)
    expect(found.leaks).toEqual([])
    expect(found.broken).toEqual([])
    // who was signed out, throttled or unknown on the way would have asked nothing
    const asked = [...found.statuses].filter(([route]) => name === 'someone with every role' && !/session|oauth/.test(route))
    expect(asked.flatMap(([route, statuses]) => (statuses.some((status) => status === 401 || status === 429) ? [route] : []))).toEqual([])
  }, PATIENCE)
})

/**
 * Without a durable audit row nothing is answered; so that row alone may be written for the other hospital. Only rows of this run are seen through it:
 * what the audit view answers of the other hospital stays a leak.
 */
describe('row-level security alone', () => {
  let there: Bare, nowhere: Bare
  beforeAll(async () => {
    await two.databases.asOwner(901, `create policy probe on audit_log using (at >= '${since.toISOString()}') with check (true)`)
    await two.databases.asOwner(901, 'create policy probe on audit_pending using (true) with check (true)')
    ;[there, nowhere] = [await withoutChecks(two, two.there), await withoutChecks(two, two.nowhere)]
  })
  afterAll(async () => {
    await there.close()
    await nowhere.close()
    for (const table of ['audit_log', 'audit_pending']) await two.databases.asOwner(901, `drop policy probe on ${table}`)
  })
  /** The other's file is known to the other's authority alone; so its counterpart is a file that the same authority signed and nobody stored. */
  const askNowhere = (probe: Probe): Promise<Answer> => (probe.type === 'application/pdf' ? there : nowhere).send(probe)
  const runOn = (some: readonly Pair[], asked = there): Promise<Found> => run(some, (probe) => asked.send(probe), askNowhere)

  it('answers nothing of the other hospital when the application checks nothing', async () => {
    const found = await runOn(pairs)
    expect(found.leaks).toEqual([])
    expect([...found.statuses.values()].flat().filter((status) => status < 300).length).toBeGreaterThan(100)
    // the run is no refusal in disguise: nobody is kept out for who they are
    expect([...found.statuses].flatMap(([route, statuses]) => (statuses.includes(403) ? [route] : []))).toEqual([])
    expect(await findOpenTables(two.databases, 901)).toEqual([])
  }, PATIENCE)

  it('is put to the test for every table that belongs to hospitals', async () => {
    const { rows } = await two.databases.asOwner(901, `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace order by 1`)
    expect(Object.keys(PLANTS).toSorted()).toEqual(rows.map(({ relname }: { relname: string }) => relname))
  })

  it.each(Object.entries(PLANTS))('is seen to be missing on %s', async (table, { routes, together = [], remembered }) => {
    const some = pairs.filter(([probe]) => routes.includes(probe.route))
    expect(routes.filter((route) => !some.some(([probe]) => probe.route === route))).toEqual([])
    await withoutRowSecurity(two.databases, [table], async () => expect(await findOpenTables(two.databases, 901)).toEqual([table]))
    if (routes.length === 0) return
    const asked = remembered ? await withoutChecks(two, two.there) : there
    const found = await withoutRowSecurity(two.databases, [...together, table], () => runOn(some, asked))
    if (remembered) await asked.close()
    const caught = (route: string): boolean => found.leaks.some((leak) => leak.startsWith(`[${route}] `))
    expect(routes.filter((route) => !caught(route))).toEqual([])
    // what is only reached through others: the answers must be others than with those alone
    if (together.length > 0) expect(found.answers).not.toEqual((await withoutRowSecurity(two.databases, together, () => runOn(some))).answers)
  }, PATIENCE)
})
