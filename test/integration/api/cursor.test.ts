/** Paging goes on where it was when the server has been started again: the key of the cursors is kept in the secrets folder. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildApp } from '#api/app.ts'
import { composeSite, type SiteParts } from '#api/compose.ts'
import { createIds, systemClock } from '#api/model/ids.ts'
import { testSite, type TestSite } from '#test/support/app.ts'

let site: TestSite
let again: SiteParts
let restarted: Awaited<ReturnType<typeof buildApp>>
beforeAll(async () => {
  site = await testSite()
  again = await composeSite({ site: 'hospital', config: site.config, database: site.database, clock: systemClock, ids: createIds(systemClock) })
  restarted = await buildApp(again)
})
afterAll(async () => {
  await restarted.close()
  await again.close()
  await site.close()
})

it('reads the next page of a search that began before the restart', async () => {
  const client = await site.system()
  const headers = await site.bearer()
  for (const name of ['Mẫu Một', 'Mẫu Hai', 'Mẫu Ba']) expect((await client.post('/fhir/R4/Patient', { resourceType: 'Patient', name: [{ text: name }] })).status).toBe(201)
  const first = (await client.get('/fhir/R4/Patient?_count=2')).json<{ link: { relation: string; url: string }[] }>()
  const next = new URL(first.link.find(({ relation }) => relation === 'next')?.url ?? '')
  const page = await restarted.inject({ url: `${next.pathname}${next.search}`, headers })
  expect([page.statusCode, page.json<{ entry: unknown[] }>().entry.length]).toEqual([200, 1])
})
