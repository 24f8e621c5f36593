/** Two hospitals share a database: nobody of one is answered anything of the other, by any route, and row-level security alone holds as well. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '#api/app.ts'
import { composeSite } from '#api/compose.ts'
import { ROLES, type RoleGrant } from '#api/model/actor.ts'
import { createIds, systemClock } from '#api/model/ids.ts'
import type { Caller } from '#api/model/ports.ts'
import { buildProbes, findLeaks, type Probe } from './requests.ts'
import { CANARIES, openTwoHospitals, type TwoHospitals } from './two-hospitals.ts'

let two: TwoHospitals
let probes: Probe[]
beforeAll(async () => {
  two = await openTwoHospitals()
  probes = buildProbes(two.mine.parts.routes, two)
}, 240_000)
afterAll(() => two.close())

type Send = (probe: Probe) => Promise<{ status: number; text: string }>

/** Leaks and answers of 500 and above. */
async function run(send: Send): Promise<{ leaks: string[]; broken: string[]; answered: number }> {
  const leaks: string[] = [], broken: string[] = []
  let answered = 0
  for (const probe of probes) {
    const answer = await send(probe)
    if (answer.status < 300) answered += 1
    if (answer.status >= 500) broken.push(`${probe.method} ${probe.url}: ${answer.status}`)
    leaks.push(...findLeaks(probe, answer, CANARIES))
  }
  return { leaks, broken, answered }
}

describe('a user of one hospital', () => {
  it('is offered probes for every route', () => {
    expect(new Set(probes.map((p) => p.route)).size).toBe(two.mine.parts.routes.length)
    expect(probes.length).toBeGreaterThan(300)
  })

  for (const [name, grants] of [['nobody', undefined], ['someone with every role', ROLES.map((role): RoleGrant => ({ role, department: null }))]] as const) {
    it(`gets nothing of the other hospital as ${name}`, async () => {
      const caller = grants === undefined ? two.mine.anonymous : await two.mine.person({ grants })
      const found = await run((p) => caller.call(p.method, p.url, { ...(p.body === undefined ? {} : { body: p.body }), ...(p.type ? { type: p.type } : {}) }))
      expect(found.leaks).toEqual([])
      expect(found.broken).toEqual([])
      expect(found.answered).toBeGreaterThan(0)
    })
  }

  it('gets nothing of the other hospital as a system client', async () => {
    const caller = await two.mine.system()
    const found = await run((p) => caller.call(p.method, p.url, { ...(p.body === undefined ? {} : { body: p.body }), ...(p.type ? { type: p.type } : {}) }))
    expect(found.leaks).toEqual([])
    expect(found.broken).toEqual([])
  })
})

/** The application itself believes to be the other hospital, with every right; only the connection is of this one. */
async function withoutChecks(): Promise<{ send: Send; close: () => Promise<void> }> {
  const own = await two.databases.open(901)
  const believing = Object.create(own, { tenant: { value: 902 } }) as typeof own
  const parts = await composeSite({ site: 'hospital', config: two.other.config, database: believing, clock: systemClock, ids: createIds(systemClock) })
  const caller: Caller = {
    actor: { kind: 'person', tenant: 902, account: two.ids['account']?.[0] ?? '', login: 'canary', name: 'x', practitioner: null, grants: ROLES.map((role) => ({ role, department: null })) },
    visibility: { kind: 'all' }, purpose: 'TREAT',
  }
  const app = await buildApp({ ...parts, authenticate: () => Promise.resolve(caller) })
  return {
    close: () => app.close(),
    async send(probe) {
      const answer = await app.inject({ method: probe.method, url: probe.url, ...(probe.body === undefined ? {} : { payload: probe.body as object, headers: { 'content-type': probe.type ?? 'application/json' } }) })
      return { status: answer.statusCode, text: answer.body }
    },
  }
}

/** Without a durable audit row nothing is answered; so that row alone may be written for the other hospital, and the data tables are put to the test. */
describe('row-level security alone', () => {
  const AUDIT = ['audit_log', 'audit_pending'] as const
  // only rows of this run are seen through it: what the audit view itself answers of the other hospital stays a leak
  beforeAll(async () => {
    const since = new Date().toISOString()
    await two.databases.asOwner(901, `create policy probe on audit_log using (at >= '${since}') with check (true)`)
    await two.databases.asOwner(901, 'create policy probe on audit_pending using (true) with check (true)')
  })
  afterAll(async () => { for (const table of AUDIT) await two.databases.asOwner(901, `drop policy probe on ${table}`) })

  it('answers nothing of the other hospital when the application checks nothing', async () => {
    const bare = await withoutChecks()
    const found = await run(bare.send)
    await bare.close()
    expect(found.leaks).toEqual([])
    expect(found.answered).toBeGreaterThan(50)
  })

  it('is seen to be missing when the policy of a table is dropped', async () => {
    await two.databases.asOwner(901, 'alter table resource no force row level security')
    await two.databases.asOwner(901, 'alter table resource disable row level security')
    try {
      const bare = await withoutChecks()
      const found = await run(bare.send)
      await bare.close()
      expect(found.leaks.length).toBeGreaterThan(0)
    } finally {
      await two.databases.asOwner(901, 'alter table resource enable row level security')
      await two.databases.asOwner(901, 'alter table resource force row level security')
    }
  })
})
