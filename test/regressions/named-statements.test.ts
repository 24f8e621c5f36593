/** A named statement has one text: whatever sight callers have and whatever ids look like, reads on one connection never meet another text under their name. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseJsonObject } from '#api/model/json.ts'
import type { Caller, Visibility } from '#api/model/ports.ts'
import { createResourceStore } from '#api/store/resource-store.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let site: TestDatabase
beforeAll(async () => { site = await testDatabase() })
afterAll(() => site.close())

test('reads with every kind of sight follow each other on one connection', async () => {
  // the number of the hospital is also that of a type, and the account is called like the resource
  const tenant = 103
  const store = createResourceStore({ database: await site.open(tenant, { connections: 1 }), clock: { now: () => new Date() } })
  const key = { type: 'Patient', id: 'same' }
  const caller = (visibility: Visibility): Caller => ({ actor: { kind: 'internal', tenant, name: 'test' }, visibility, purpose: 'TREAT' })
  await store.transact(caller({ kind: 'all' }), (tx) => tx.write([{ op: 'create', key, resource: parseJsonObject('{"resourceType":"Patient"}') }]))
  const care = (account: string) => ({ kind: 'care', account, departments: ['d'], wholeSite: false }) as const
  const sights: Visibility[] = [{ kind: 'all' }, { kind: 'all', types: ['Patient'] }, care('same'), care('other'), { ...care('same'), types: ['Patient'] }, { ...care('same'), wholeSite: true }, { ...care('x'), wholeSite: true, types: ['Patient'] }]
  for (const sight of [...sights, ...sights.toReversed()]) {
    expect((await store.read(caller(sight), key))?.version).toBe(1)
    expect((await store.vread(caller(sight), key, 1))?.version).toBe(1)
    expect((await store.history(caller(sight), { ...key, parameters: [] }))?.total).toBe(1)
  }
})
