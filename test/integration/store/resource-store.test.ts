import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ResourceStore, Write } from '#api/model/ports.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { json, keyOf, observation, openStore, patient, system } from './support.ts'

let site: TestDatabase
let store: ResourceStore
const me = system()
const write = (...writes: Write[]) => store.transact(me, (tx) => tx.write(writes))
const create = (resource: ReturnType<typeof json>) => write({ op: 'create', key: keyOf(resource), resource })

beforeAll(async () => {
  site = await testDatabase({ tenants: [900] })
  store = await openStore(site)
})
afterAll(() => site.close())

describe('bodies', () => {
  test('a decimal comes back with the digits it came with', async () => {
    await create(patient('dec'))
    await create(observation('dec-1', 'dec', '"valueQuantity":{"value":1.10,"unit":"mg"},"component":[{"valueQuantity":{"value":1e-3}},{"valueQuantity":{"value":-0.00}}]'))
    const stored = await store.read(me, { type: 'Observation', id: 'dec-1' })
    expect(stored?.body).toContain('"value":1.10,')
    expect(stored?.body).toContain('"value":1e-3}')
    expect(stored?.body).toContain('"value":-0.00}')
    expect(stored).toMatchObject({ version: 1, deleted: false, patient: 'dec' })
  })
  test('the server sets id, versionId and lastUpdated and keeps the rest of meta', async () => {
    const [written] = await create(json('{"meta":{"versionId":"77","profile":["http://x.example/p"],"lastUpdated":"1999-01-01T00:00:00Z"},"active":true,"resourceType":"Patient","id":"meta-1"}'))
    expect(written?.body).toBe(`{"resourceType":"Patient","id":"meta-1","meta":{"versionId":"1","lastUpdated":"${written?.lastUpdated}","profile":["http://x.example/p"]},"active":true}`)
  })
  test('put-exact keeps bytes, version and time', async () => {
    const body = '{ "resourceType":"Patient",\n "id":"exact-1", "meta":{"versionId":"7"}, "multipleBirthInteger": 2 }'
    await write({ op: 'put-exact', key: { type: 'Patient', id: 'exact-1' }, version: 7, lastUpdated: '2026-01-02T03:04:05.678+07:00', body })
    expect(await store.read(me, { type: 'Patient', id: 'exact-1' })).toMatchObject({ body, version: 7, lastUpdated: '2026-01-01T20:04:05.678Z' })
    await write({ op: 'put-exact', key: { type: 'Patient', id: 'exact-1' }, version: 5, lastUpdated: '2026-01-01T03:04:05.678+07:00', body: '{"resourceType":"Patient","id":"exact-1"}' })
    expect((await store.read(me, { type: 'Patient', id: 'exact-1' }))?.version).toBe(7)
    expect((await store.vread(me, { type: 'Patient', id: 'exact-1' }, 5))?.body).toBe('{"resourceType":"Patient","id":"exact-1"}')
    await expect(write({ op: 'put-exact', key: { type: 'Patient', id: 'exact-1' }, version: 7, lastUpdated: '2026-01-02T03:04:05.678+07:00', body: body.replace('2', '3') }))
      .rejects.toMatchObject({ code: 'version-conflict' })
  })
})

describe('versions', () => {
  test('update, delete, undelete: each a version, newest first in the history', async () => {
    await create(patient('v', '"active":true'))
    await write({ op: 'update', key: { type: 'Patient', id: 'v' }, resource: patient('v', '"active":false'), expected: 1 })
    const [gone] = await write({ op: 'delete', key: { type: 'Patient', id: 'v' } })
    expect(gone).toMatchObject({ op: 'deleted', version: 3, deleted: true, patient: 'v' })
    expect(await store.read(me, { type: 'Patient', id: 'v' })).toMatchObject({ deleted: true, version: 3, body: '' })
    const [back] = await write({ op: 'update', key: { type: 'Patient', id: 'v' }, resource: patient('v') })
    expect(back).toMatchObject({ op: 'created', version: 4 })
    const page = await store.history(me, { type: 'Patient', id: 'v', parameters: [['_count', '3']] })
    expect(page?.total).toBe(4)
    expect(page?.versions.map((each) => [each.version, each.method, each.deleted])).toEqual([[4, 'PUT', false], [3, 'DELETE', true], [2, 'PUT', false]])
    const rest = await store.history(me, { type: 'Patient', id: 'v', parameters: [['_count', '3'], ['_cursor', page?.next ?? '']] })
    expect(rest?.versions.map((each) => [each.version, each.method])).toEqual([[1, 'POST']])
    expect((await store.vread(me, { type: 'Patient', id: 'v' }, 1))?.body).toContain('"active":true')
    expect([rest?.total, rest?.next]).toEqual([4, undefined])
    expect(await store.history(me, { type: 'Patient', id: 'v', parameters: [['_since', '9000']] })).toMatchObject({ total: 0, versions: [], patients: ['v'] })
    const times = [...page?.versions ?? [], ...rest?.versions ?? []].map((each) => each.lastUpdated)
    expect(new Set(times).size).toBe(4)
    expect(times).toEqual([...times].sort().reverse())
  })
  test('the history table holds superseded versions only', async () => {
    await create(patient('h'))
    const count = async () => Number((await site.asOwner(900, `select count(*)::int as n from resource_history h join resource r using (tenant, rtype, rid) where r.id = 'h'`)).rows[0]?.n)
    expect(await count()).toBe(0)
    await write({ op: 'update', key: { type: 'Patient', id: 'h' }, resource: patient('h', '"active":true') })
    expect(await count()).toBe(1)
  })
  test('an update that changes nothing makes no version', async () => {
    await create(patient('same', '"active":true'))
    const [written] = await write({ op: 'update', key: { type: 'Patient', id: 'same' }, resource: patient('same', '"active":true') })
    expect(written).toMatchObject({ op: 'unchanged', version: 1 })
  })
  test('deleting what is not there changes nothing', async () => {
    expect(await write({ op: 'delete', key: { type: 'Patient', id: 'never' } })).toMatchObject([{ op: 'unchanged', version: 0 }])
  })
  test('a resource that is not there is undefined', async () => {
    expect(await store.read(me, { type: 'Patient', id: 'none' })).toBeUndefined()
    expect(await store.vread(me, { type: 'Patient', id: 'none' }, 1)).toBeUndefined()
    expect(await store.history(me, { type: 'Patient', id: 'none', parameters: [] })).toBeUndefined()
  })
})

describe('refusals', () => {
  test('a stale version, with what was expected and found', async () => {
    await create(patient('stale'))
    await expect(write({ op: 'update', key: { type: 'Patient', id: 'stale' }, resource: patient('stale'), expected: 2 }))
      .rejects.toMatchObject({ code: 'version-conflict', detail: { expected: 2, found: 1 } })
    await expect(write({ op: 'delete', key: { type: 'Patient', id: 'absent' }, expected: 2 })).rejects.toMatchObject({ code: 'version-conflict' })
  })
  test('creating what exists', async () => {
    await create(patient('twice'))
    await expect(create(patient('twice'))).rejects.toMatchObject({ code: 'already-exists', detail: { type: 'Patient', id: 'twice' } })
    await expect(write({ op: 'update', key: { type: 'Patient', id: 'twice' }, resource: patient('twice'), expected: 0 })).rejects.toMatchObject({ code: 'already-exists' })
  })
  test('an unknown type, a bad id, another type in the body, one resource twice', async () => {
    await expect(write({ op: 'create', key: { type: 'Nothing', id: 'a' }, resource: patient('a') })).rejects.toMatchObject({ code: 'unknown-type' })
    await expect(write({ op: 'create', key: { type: 'Patient', id: "a'; drop" }, resource: patient('a') })).rejects.toMatchObject({ code: 'bad-id' })
    await expect(write({ op: 'create', key: { type: 'Encounter', id: 'a' }, resource: patient('a') })).rejects.toMatchObject({ code: 'type-mismatch' })
    const one: Write = { op: 'create', key: { type: 'Patient', id: 'dup' }, resource: patient('dup') }
    await expect(write(one, one)).rejects.toMatchObject({ code: 'bad-request' })
  })
  test('an immutable record, but for a signed correction', async () => {
    await write({ op: 'create', key: { type: 'Patient', id: 'im' }, resource: patient('im'), immutable: true })
    const update: Write = { op: 'update', key: { type: 'Patient', id: 'im' }, resource: patient('im', '"active":true') }
    await expect(write(update)).rejects.toMatchObject({ code: 'immutable-record' })
    await expect(write({ op: 'delete', key: { type: 'Patient', id: 'im' } })).rejects.toMatchObject({ code: 'immutable-record' })
    expect(await write({ ...update, amends: true })).toMatchObject([{ version: 2 }])
    await expect(write(update, { op: 'create', key: { type: 'Patient', id: 'im2' }, resource: patient('im2') })).rejects.toMatchObject({ code: 'immutable-record' })
    expect(await store.read(me, { type: 'Patient', id: 'im2' })).toBeUndefined()
  })
})

describe('many at once', () => {
  test('400 resources are a handful of statements', async () => {
    const database = await site.open(900)
    let statements = 0
    const watched = await openStore(site, 900, {
      database: { ...database, withTransaction: (work) => database.withTransaction((client, withCommit) => work(new Proxy(client, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name)
          if (name === 'query') statements++
          const bound: unknown = typeof value === 'function' ? value.bind(target) : value
          return bound
        },
      }), withCommit)) },
    })
    const writes = Array.from({ length: 400 }, (_, at): Write => {
      const id = randomUUID()
      return at === 0 ? { op: 'create', key: { type: 'Patient', id: 'bulk' }, resource: patient('bulk') } : { op: 'create', key: { type: 'Observation', id }, resource: observation(id, 'bulk') }
    })
    const written = await watched.transact(me, (tx) => tx.write(writes))
    expect(written.map((each) => each.id)).toEqual(writes.map((each) => each.key.id))
    expect(statements).toBeLessThanOrEqual(6)
  })
  test('of 50 writers with the same If-Match one wins', async () => {
    await create(patient('race'))
    const tries = await Promise.allSettled(Array.from({ length: 50 }, (_, at) =>
      write({ op: 'update', key: { type: 'Patient', id: 'race' }, resource: patient('race', `"multipleBirthInteger":${at}`), expected: 1 })))
    expect(tries.filter((each) => each.status === 'fulfilled')).toHaveLength(1)
    for (const each of tries) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'version-conflict' })
  })
  test('50 writers without If-Match make 50 versions, none lost', async () => {
    await create(patient('queue'))
    await Promise.all(Array.from({ length: 50 }, (_, at) => write({ op: 'update', key: { type: 'Patient', id: 'queue' }, resource: patient('queue', `"multipleBirthInteger":${at}`) })))
    const page = await store.history(me, { type: 'Patient', id: 'queue', parameters: [['_count', '100']] })
    expect(page?.versions.map((each) => each.version)).toEqual(Array.from({ length: 51 }, (_, at) => 51 - at))
    expect(new Set(page?.versions.map((each) => /"multipleBirthInteger":(\d+)/.exec(each.body)?.[1])).size).toBe(51)
  })
  test('of 8 creates of one id one wins', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => create(patient('once'))))
    expect(tries.filter((each) => each.status === 'fulfilled')).toHaveLength(1)
    for (const each of tries) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'already-exists' })
  })
  test('bundles that write the same resources in opposite order all get through', async () => {
    const keys = ['x1', 'x2', 'x3', 'x4']
    await write(...keys.map((id): Write => ({ op: 'create', key: { type: 'Patient', id }, resource: patient(id) })))
    await Promise.all(Array.from({ length: 24 }, (_, at) => {
      const order = at % 2 === 0 ? keys : [...keys].reverse()
      return write(...order.map((id): Write => ({ op: 'update', key: { type: 'Patient', id }, resource: patient(id, `"multipleBirthInteger":${at}`) })))
    }))
    for (const id of keys) expect((await store.read(me, { type: 'Patient', id }))?.version).toBe(25)
  })
  test('of 8 claims of one condition one wins; the others are told who', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => {
      const key = { type: 'Patient', id: randomUUID() }
      return store.transact(me, async (tx) => {
        await tx.claimCondition('Patient?identifier=x|1', key)
        await tx.write([{ op: 'create', key, resource: patient(key.id) }])
        return key.id
      })
    }))
    const [winner, ...more] = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(more).toEqual([])
    for (const each of tries) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'already-exists', detail: { type: 'Patient', id: winner } })
    // deleted: the condition is free again
    await write({ op: 'delete', key: { type: 'Patient', id: winner ?? '' } })
    await store.transact(me, async (tx) => {
      await tx.claimCondition('Patient?identifier=x|1', { type: 'Patient', id: 'next' })
      await tx.write([{ op: 'create', key: { type: 'Patient', id: 'next' }, resource: patient('next') }])
    })
  })
  test('a counter gives each number once, and a rolled-back one again', async () => {
    const next = () => store.transact(me, (tx) => tx.nextNumber('queue/a/2026-11-22'))
    const numbers = await Promise.all(Array.from({ length: 20 }, next))
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
    await expect(store.transact(me, async (tx) => { await tx.nextNumber('queue/a/2026-11-22'); throw new Error('no') })).rejects.toThrow('no')
    expect(await next()).toBe(21)
  })
})
