/** Two hospitals in one database: what belongs to the people of one is nothing at the other. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEST_PASSWORD, testSite, type TestSite } from '#test/support/app.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { testBrowser } from './browser.ts'

let databases: TestDatabase
let here: TestSite, there: TestSite
beforeAll(async () => {
  databases = await testDatabase()
  here = await testSite({ databases, tenant: 900 })
  there = await testSite({ databases, tenant: 901 })
  await here.person({ login: 'bacsi', grants: [{ role: 'doctor', department: 'kham' }] })
  await there.person({ login: 'quantri', grants: [{ role: 'administrator', department: null }] })
})
afterAll(async () => {
  await here.close()
  await there.close()
  await databases.close()
})

describe('a person of one hospital', () => {
  it('cannot sign in at the other, and a session of the one opens nothing there', async () => {
    const browser = testBrowser(here)
    expect(await browser.signIn('bacsi', TEST_PASSWORD)).toBe(200)
    expect(await testBrowser(there).signIn('bacsi', TEST_PASSWORD)).toBe(401)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    for (const url of ['/api/session', '/api/drafts', '/api/patients?q=mau', '/fhir/R4/Patient']) {
      expect([url, (await testBrowser(there).call('GET', url, undefined, { cookie })).status]).toEqual([url, 401])
    }
  })
  it('may have the same login as somebody at the other', async () => {
    await there.person({ login: 'bacsi', name: 'Người Khác', grants: [] })
    const browser = testBrowser(there)
    await browser.signIn('bacsi', TEST_PASSWORD)
    expect((await browser.call('GET', '/api/session')).body).toMatchObject({ tenant: 901, account: { name: 'Người Khác' }, grants: [] })
  })
})

describe('what one hospital keeps about its people', () => {
  it('is invisible to the other, with the checks of the program left out', async () => {
    const tables = ['account', 'account_grant', 'session', 'device', 'login_throttle', 'draft', 'system_client', 'access_token', 'setting', 'hospital_seal']
    const browser = testBrowser(here)
    await browser.signIn('bacsi', TEST_PASSWORD)
    await browser.call('PUT', '/api/drafts/rieng', { body: 'riêng', base: 0 })
    await here.system()
    await here.parts.seals.save(here.internal, new Uint8Array(60), { action: 'U', interaction: 'seal-change', outcome: 'success' })
    const { pool } = await databases.open(901)
    for (const table of tables) {
      expect([table, (await databases.asOwner(900, `select count(*)::int as n from ${table} where tenant = 900`)).rows[0].n > 0]).toEqual([table, true])
      expect([table, (await pool.query(`select count(*)::int as n from ${table} where tenant <> 901`)).rows[0].n]).toEqual([table, 0])
// nor can a row be pushed over to the other: refused, or there is none to push
      const pushed = await pool.query(`update ${table} set tenant = 900`).then((result) => String(result.rowCount), (error: unknown) => String(error))
      expect(pushed).toMatch(/^0$|row-level security/)
    }
  })
  it('does not share its buckets: a flood at one leaves the other alone', async () => {
    for (let at = 0; at < 25; at++) await testBrowser(here, '10.8.8.8').signIn('quantri', `sai ${at}`)
    expect(await testBrowser(here, '10.8.8.8').signIn('quantri', 'sai')).toBe(429)
    expect(await testBrowser(there, '10.8.8.8').signIn('quantri', TEST_PASSWORD)).toBe(200)
  })
})
