/** Entities against the tables that the migrations made, and what the one transaction of entities and SQL promises. */
import fs from 'node:fs'
import { LockMode, type EntityProperty, type EntitySchema } from '@mikro-orm/postgresql'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcome } from '#api/model/outcome.ts'
import type { Caller } from '#api/model/ports.ts'
import { createAccountStore } from '#api/store/people/accounts.ts'
import { insertAuditRows } from '#api/store/audit/rows.ts'
import type { Database } from '#api/store/connection/database.ts'
import { createDraftStore } from '#api/store/drafts.ts'
import { Account } from '#api/store/entities/account.ts'
import { Draft } from '#api/store/entities/draft.ts'
import { ENTITIES } from '#api/store/entities/list.ts'
import { Setting } from '#api/store/entities/setting.ts'
import { createSealStore, createSettingStore } from '#api/store/people/settings.ts'
import { createSystemClientStore } from '#api/store/people/system-clients.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

const TENANT = 900
const NOW = new Date('2026-11-22T01:00:00.123Z')
const clock = { now: () => NOW }
const caller: Caller = {
  actor: { kind: 'internal', name: 'test', tenant: TENANT }, purpose: 'OPERAT', visibility: { kind: 'all' },
}
const ID = '01930000-0000-7000-8000-000000000001'
const PERSON = { id: ID, login: 'bacsi', name: `Trần 'Văn\\' Mẫu?`, title: 'BS', rank: '', licence: '??', practitioner: null, active: true, grants: [] }

let site: TestDatabase
let database: Database
beforeAll(async () => {
  site = await testDatabase({ tenants: [TENANT, 901] })
  database = await site.open(TENANT)
})
afterAll(() => site.close())

const all = async <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<R[]> => (await site.asOwner(TENANT, text, values)).rows as R[]

/** Who else is connected and what they wait for is shown to the administrator only. */
const asAdmin = async <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<R[]> => {
  const client = new pg.Client({ connectionString: site.adminUrl })
  await client.connect()
  try {
    return (await client.query<R>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

describe('an entity', () => {
  const entities: readonly EntitySchema[] = ENTITIES
  it.each(entities.map((entity) => [entity.meta.tableName, entity] as const))('%s has the columns, types, nullability and key of its table', async (table, entity) => {
    const meta = database.entities().getMetadata().get(entity)
    const scalars = (prop: EntityProperty): { name: string; type: string; nullable: boolean }[] =>
      prop.fieldNames.map((name, at) => ({ name, type: prop.columnTypes[at] ?? '', nullable: prop.nullable ?? false }))
    const columns = meta.props.filter((prop) => prop.persist !== false && prop.fieldNames !== undefined).flatMap(scalars)
    const key = meta.getPrimaryProps().flatMap((prop) => prop.fieldNames)
    // a table made as the entity says, so that PostgreSQL compares: int is integer, timestamptz(3) is not timestamptz
    const shape = `select a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull,
        array_position((select i.indkey::int2[] from pg_index i where i.indrelid = a.attrelid and i.indisprimary), a.attnum) as place
      from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by a.attname`
    const client = new pg.Client({ connectionString: site.adminUrl })
    await client.connect()
    try {
      await client.query(`create temp table said (${columns.map(({ name, type, nullable }) => `"${name}" ${type} ${nullable ? '' : 'not null'}`).join(', ')}, primary key (${key.join(', ')}))`)
      const [said, made] = [await client.query(shape, ['pg_temp.said']), await client.query(shape, [`public.${table}`])]
      expect(said.rows).toEqual(made.rows)
    } finally {
      await client.end()
    }
  })
  it('that has a file is in the list', () => {
    const files = fs.readdirSync(new URL('../../../api/store/entities/', import.meta.url)).filter((file) => file !== 'list.ts')
    const named = ENTITIES.map((entity) => `${entity.meta.tableName.replaceAll('_', '-')}.ts`)
    expect(files.toSorted()).toEqual(named.toSorted())
  })
})

describe('entities and SQL in one transaction', () => {
  const counts = async (): Promise<unknown> => (await all(`select (select count(*)::int from setting where name = 'both') as settings, (select count(*)::int from audit_log) as audits, (select count(*)::int from audit_pending) as pending`))[0]
  const both = (end: () => void): Promise<void> => database.withEntities(async (em, client) => {
    em.create(Setting, { tenant: TENANT, name: 'both', value: '1', updatedAt: NOW })
    await em.flush()
    await insertAuditRows(client, database, [{ caller, at: NOW, row: { action: 'C', interaction: 'test', outcome: 'success' } }])
    const { rows } = await client.query(`select value from setting where tenant = $1 and name = 'both'`, [TENANT])
    expect(rows).toEqual([{ value: '1' }])
    end()
  })
  it('roll back together', async () => {
    const before = await counts()
    await expect(both(() => { throw new Error('the power went') })).rejects.toThrow('the power went')
    expect(await counts()).toEqual(before)
  })
  it('roll back together when the entities fail last, in the flush before the commit', async () => {
    const before = await counts()
    await expect(database.withEntities(async (em, client) => {
      em.create(Setting, { tenant: TENANT, name: 'both', value: 'with \0 in it', updatedAt: NOW })
      await insertAuditRows(client, database, [{ caller, at: NOW, row: { action: 'C', interaction: 'test', outcome: 'success' } }])
    })).rejects.toMatchObject({ code: '22021' })
    expect(await counts()).toEqual(before)
  })
  it('commit together', async () => {
    await both(() => undefined)
    expect(await counts()).toEqual({ settings: 1, audits: 1, pending: 1 })
  })
  it('give the connection back when the server ends it, and say that the database does not answer', async () => {
    const few = await site.open(TENANT, { connections: 1 })
    for (let round = 0; round < 3; round += 1) {
      await expect(few.withEntities(async (em, client) => {
        const { rows: [row] } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
        await asAdmin('select pg_terminate_backend($1)', [row?.pid])
        await em.findOne(Setting, { tenant: TENANT, name: 'both' })
      })).rejects.toMatchObject({ code: 'database-unavailable' })
    }
    expect(await few.entities().count(Setting, { tenant: TENANT })).toBeGreaterThan(0)
  })
  it('keep a lock until the end', async () => {
    let free: () => void = () => undefined
    const held = new Promise<void>((resolve) => { free = resolve })
    const order: string[] = []
    const states = (state: string): Promise<{ waits: string }[]> =>
      asAdmin('select wait_event_type as waits from pg_stat_activity where datname = current_database() and state = $1 and pid <> pg_backend_pid()', [state])
    const first = database.withEntities(async (em) => {
      await em.findOne(Setting, { tenant: TENANT, name: 'both' }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      await held
      order.push('first')
    })
    await expect.poll(() => states('idle in transaction')).toHaveLength(1)
    const second = database.withEntities(async (em) => {
      await em.findOne(Setting, { tenant: TENANT, name: 'both' }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      order.push('second')
    })
    await expect.poll(() => states('active')).toEqual([{ waits: 'Lock' }])
    free()
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second'])
  })
  it('are not to be changed outside one', async () => {
    const em = database.entities()
    em.create(Setting, { tenant: TENANT, name: 'outside', value: '1', updatedAt: NOW })
    await expect(em.flush()).rejects.toThrow('withEntities')
  })
})

describe('an EntityManager', () => {
  it('remembers nothing of the one before: what another process changed is seen by the next call', async () => {
    const settings = createSettingStore({ database, clock })
    await settings.save('seen', 'before')
    expect(await settings.find('seen')).toBe('before')
    await site.asOwner(TENANT, `update setting set value = 'after' where tenant = $1 and name = 'seen'`, [TENANT])
    expect(await settings.find('seen')).toBe('after')
    expect(await settings.keep('seen', 'own')).toBe('after')
    expect(await settings.keep('new', 'own')).toBe('own')
  })
  it('sees the rows of its tenant only, whatever it asks for', async () => {
    await createSettingStore({ database: await site.open(901), clock }).save('other', 'theirs')
    expect(await database.entities().find(Setting, { tenant: 901 })).toEqual([])
    expect((await database.entities().findAll(Setting)).every(({ tenant }) => tenant === TENANT)).toBe(true)
    await expect(createSettingStore({ database: { ...database, tenant: 901 }, clock }).save('x', 'y')).rejects.toMatchObject({ code: '42501' })
  })
  it('sends values beside the statement, so that none stands in what the server shows and logs', async () => {
    const few = await site.open(TENANT, { connections: 1 })
    await createDraftStore({ database: few, clock }).put(ID, { key: 'visit-1', body: 'đau họng', base: 0, device: '' })
    const { rows: [row] } = await few.pool.query<{ pid: number }>('select pg_backend_pid() as pid')
    await few.entities().nativeUpdate(Draft, { tenant: TENANT, account: ID, key: 'visit-1' }, { body: 'đau họng' })
    const shown = await asAdmin<{ query: string }>('select query from pg_stat_activity where pid = $1', [row?.pid])
    expect(shown[0]?.query).toMatch(/^update "draft" set "body" = \$1 where/)
  })
})

describe('stores on entities', () => {
  it('keep every character of an account, a version for each change of it, and none for a password', async () => {
    const accounts = createAccountStore({ database, clock })
    const grants = [{ role: 'nurse', department: 'A1' }, { role: 'doctor', department: null }, { role: 'doctor', department: 'A1' }, { role: 'doctor', department: 'A1' }] as const
    await accounts.create(caller, { ...PERSON, grants, password: 'p' })
    const kept = { ...PERSON, version: 1, grants: [{ role: 'doctor', department: null }, { role: 'doctor', department: 'A1' }, { role: 'nurse', department: 'A1' }] }
    expect(await accounts.find(ID)).toEqual(kept)
    expect(await accounts.byLogin('bacsi')).toEqual(kept)
    expect(await accounts.list()).toEqual([kept])
    await expect(accounts.create(caller, { ...PERSON, id: ID.replace(/1$/, '2'), password: 'p' })).rejects.toMatchObject({ code: 'login-taken' })
    // only the grants change
    expect(await accounts.change(caller, { ...PERSON, grants: [] }, 1)).toEqual({ ...kept, version: 2, grants: [] })
    await accounts.setPassword(caller, ID, 'q')
    expect([await accounts.password(ID), (await accounts.find(ID))?.version]).toEqual(['q', 2])
    await expect(accounts.change(caller, { ...PERSON, name: 'Other' }, 1)).rejects.toMatchObject({ code: 'version-conflict', detail: { expected: 1, found: 2 } })
    await expect(accounts.change(caller, { ...PERSON, id: ID.replace(/1$/, '3') }, 1)).rejects.toMatchObject({ code: 'not-found' })
    await expect(accounts.setPassword(caller, ID.replace(/1$/, '3'), 'q')).rejects.toMatchObject({ code: 'not-found' })
    expect(await accounts.change(caller, { ...PERSON, active: false }, 2)).toMatchObject({ version: 3, active: false })
    expect(await accounts.password(ID)).toBeUndefined()
    const trail = await all<{ interaction: string; detail: string | null }>(`select interaction, detail from audit_log where resource_id = $1 order by aid`, [ID])
    expect(trail.map(({ interaction, detail }) => [interaction, detail])).toEqual([
      ['account-create', 'nurse@A1 doctor@* doctor@A1 doctor@A1'], ['account-update', ''], ['password-change', null], ['account-disable', ''],
    ])
  })
  it('let one of ten changes of the same version through', async () => {
    const accounts = createAccountStore({ database, clock })
    const tries = await Promise.allSettled(Array.from({ length: 10 }, (_, at) => accounts.change(caller, { ...PERSON, name: `Mẫu ${at}` }, 3)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(tries.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))).toEqual(Array.from({ length: 9 }, () => outcome('version-conflict', { expected: 3, found: 4 })))
    expect((await database.entities().findOne(Account, { tenant: TENANT, id: ID }))?.version).toBe(4)
  })
  it('answer a draft as it was put, of any writer the first', async () => {
    const drafts = createDraftStore({ database, clock })
    const put = { key: 'k', body: 'a \\ ? \'', base: 0, device: 'máy' }
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => drafts.put(ID, put)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const kept = { key: 'k', version: 1, body: put.body, device: 'máy', updatedAt: NOW.toISOString() }
    expect(await drafts.find(ID, 'k')).toEqual(kept)
    expect(await drafts.put(ID, { ...put, base: 1, device: '' })).toEqual({ key: 'k', version: 2, body: put.body, updatedAt: NOW.toISOString() })
    await expect(drafts.put(ID, { ...put, base: 1 })).rejects.toMatchObject({ code: 'version-conflict', detail: { expected: 1, found: 2 } })
    expect(await drafts.list(ID)).toContainEqual({ key: 'k', version: 2, updatedAt: NOW.toISOString() })
    await expect(drafts.drop(ID, 'k', 1)).rejects.toMatchObject({ code: 'version-conflict', detail: { expected: 1, found: 2 } })
    await drafts.drop(ID, 'k')
    await drafts.drop(ID, 'k', 7)
    expect(await drafts.find(ID, 'k')).toBeUndefined()
  })
  it('replace a system client but not its first day, and a seal byte for byte', async () => {
    const clients = createSystemClientStore({ database, clock })
    const one = { client: 'c', name: 'One', secret: 's', keys: [], scopes: ['a,b', 'system/*.cruds', '"'], active: true }
    await clients.save(one)
    expect(await clients.find('c')).toEqual({ ...one, version: 1 })
    await createSystemClientStore({ database, clock: { now: () => new Date('2027-01-01T00:00:00Z') } }).save({ ...one, name: 'Two', active: false })
    expect(await clients.find('c')).toEqual({ ...one, version: 1, name: 'Two', active: false })
    expect(await all('select extract(year from created_at)::int as year from system_client')).toEqual([{ year: 2026 }])
    const seals = createSealStore({ database, clock })
    const png = Uint8Array.from({ length: 256 }, (_, at) => at)
    for (const bytes of [png.toReversed(), png]) await seals.save(caller, bytes, { action: 'U', interaction: 'seal', outcome: 'success' })
    expect(Buffer.compare(Buffer.from(await seals.find() ?? []), png)).toBe(0)
  })
})
