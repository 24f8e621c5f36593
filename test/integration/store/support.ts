/** What the store's own tests share: callers, tiny resources, a store on a test database. */
import { parseJsonObject, stringAt, type JsonObject } from '#api/model/json.ts'
import type { Caller, ResourceStore, Write } from '#api/model/ports.ts'
import { createResourceStore, type StoreOptions } from '#api/store/resource-store.ts'
import type { TestDatabase } from '#test/support/database.ts'

export const clock = { now: (): Date => new Date() }

export const system = (tenant = 900): Caller => ({ actor: { kind: 'internal', tenant, name: 'test' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN' })

export const doctor = (account: string, departments: readonly string[], tenant = 900): Caller => ({
  actor: { kind: 'person', tenant, account, login: account, name: 'BS Trần Văn Mẫu', practitioner: null, grants: [] },
  visibility: { kind: 'care', account, departments, wholeSite: false }, purpose: 'TREAT',
})

export const json = (text: string): JsonObject => parseJsonObject(text)

export const openStore = async (site: TestDatabase, tenant = 900, options: Partial<StoreOptions> = {}): Promise<ResourceStore> =>
  createResourceStore({ database: await site.open(tenant), clock, timeZone: 'Asia/Ho_Chi_Minh', ...options })

export const patient = (id: string, rest = ''): JsonObject => json(`{"resourceType":"Patient","id":"${id}"${rest && `,${rest}`}}`)

export const observation = (id: string, subject: string, rest = ''): JsonObject =>
  json(`{"resourceType":"Observation","id":"${id}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"Patient/${subject}"}${rest && `,${rest}`}}`)

export const keyOf = (resource: JsonObject): Write['key'] => ({ type: stringAt(resource, 'resourceType') ?? '', id: stringAt(resource, 'id') ?? '' })

export const put = (text: string): Write => {
  const resource = json(text)
  return { op: 'update', key: keyOf(resource), resource }
}
