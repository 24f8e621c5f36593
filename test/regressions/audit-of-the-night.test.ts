/** In the first seven hours of a Vietnamese day the audit view of that day was empty: its days began at midnight of Greenwich. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AuditAnswer } from '#api/model/site.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

/** 01:00 of 28 November in Vietnam. */
const NIGHT = new Date('2026-11-27T18:00:00Z')
let site: TestSite
let admin: TestCaller
beforeAll(async () => {
  site = await testSite({ clock: { now: () => NIGHT } })
  admin = await site.person({ grants: [{ role: 'administrator', department: null }] })
})
afterAll(() => site.close())

it('what is done at night is in the audit view of its own day', async () => {
  const count = async (query: string): Promise<number> => (await admin.get(`/api/admin/audit?${query}`)).json<AuditAnswer>().rows.length
  expect(await count('from=2026-11-28')).toBeGreaterThan(0)
  expect(await count('to=2026-11-28')).toBe(0)
  expect(await count('from=2026-11-29')).toBe(0)
  for (const longAgo of ['0001-01-01', '1900-01-01', '9999-12-31']) expect((await admin.get(`/api/admin/audit?from=${longAgo}`)).status).toBe(200)
})
