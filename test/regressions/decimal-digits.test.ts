/** A dose of 1.10 must not become 1.1: digits are part of the record (http://hl7.org/fhir/R4/datatypes.html#decimal). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseJsonObject, writeJson } from '#api/model/json.ts'
import type { Caller } from '#api/model/ports.ts'
import { createResourceStore } from '#api/store/resource-store.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let site: TestDatabase
beforeAll(async () => { site = await testDatabase() })
afterAll(() => site.close())

test('1.10 stays 1.10 through create, update, history and search', async () => {
  const caller: Caller = { actor: { kind: 'internal', tenant: 900, name: 'test' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN' }
  const store = createResourceStore({ database: await site.open(900), clock: { now: () => new Date() } })
  const key = { type: 'Observation', id: 'dose' }
  const body = (value: string) => parseJsonObject(`{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":${value}}}`)
  for (const value of ['1.10', '1.1', '1.100', '1.10e0']) {
    await store.transact(caller, (tx) => tx.write([{ op: 'update', key, resource: body(value) }]))
    expect((await store.read(caller, key))?.body).toContain(`"value":${value}}`)
  }
  const history = await store.history(caller, { ...key, parameters: [] })
  expect(history?.versions.map((each) => /"value":([^}]+)}/.exec(each.body)?.[1])).toEqual(['1.10e0', '1.100', '1.1', '1.10'])
  const found = await store.search(caller, { type: 'Observation', parameters: [['value-quantity', '1.1']], strict: true })
  expect(found.matches.map((each) => writeJson(parseJsonObject(each.body)))).toEqual([history?.versions[0]?.body])
})
