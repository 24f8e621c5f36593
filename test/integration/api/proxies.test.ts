/** Whom the audit log and limits of attempts are about, where a proxy stands before the site. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestSite } from '#test/support/app.ts'

const CALLER = '10.9.8.7'

const addressOf = async (site: TestSite, forwarded: string): Promise<string | undefined> => {
  const person = await site.person({ grants: [{ role: 'reception', department: null }] })
  expect((await person.get('/api/patients?q=nobody', { 'x-forwarded-for': forwarded })).status).toBe(200)
  return (await site.parts.audit.find({ interaction: 'search-type', count: 1 }))[0]?.address
}

describe('the address of a caller', () => {
  let plain: TestSite, behind: TestSite
  beforeAll(async () => {
    plain = await testSite()
    behind = await testSite({ environment: { EMR_PROXIES: '127.0.0.1, 10.0.0.0/24' } })
  })
  afterAll(() => Promise.all([plain.close(), behind.close()]))

  it('is that of who connects, whatever the caller says, unless a proxy is named', async () => expect(await addressOf(plain, CALLER)).toBe('127.0.0.1'))
  it('is what a named proxy says, and of a chain the first that is no named proxy', async () => {
    expect(await addressOf(behind, CALLER)).toBe(CALLER)
    expect(await addressOf(behind, `1.2.3.4, ${CALLER}, 10.0.0.5`)).toBe(CALLER)
  })
})
