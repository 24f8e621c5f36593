/** Drafts on a real database: own, versioned, outliving the session. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEST_PASSWORD, testSite, type TestSite } from '#test/support/app.ts'
import { testBrowser } from './browser.ts'
import { testClock } from './clock.ts'

const clock = testClock()
let site: TestSite
beforeAll(async () => {
  site = await testSite({ clock })
  await site.person({ login: 'bacsi', grants: [{ role: 'doctor', department: 'A1' }] })
  await site.person({ login: 'khac', grants: [{ role: 'doctor', department: 'A1' }] })
})
afterAll(() => site.close())

describe('a draft', () => {
  it('is found again on another device after the session has expired, and says where it was typed', async () => {
    const ward = testBrowser(site)
    await ward.signIn('bacsi', TEST_PASSWORD)
    const saved = await ward.call('PUT', '/api/drafts/visit-e1', { body: '{"note":"đau họng 37,0"}', base: 0 }, { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0' })
    expect([saved.status, saved.body]).toEqual([200, { key: 'visit-e1', version: 1, body: '{"note":"đau họng 37,0"}', updatedAt: '2026-11-22T01:00:00.000Z', device: 'Firefox · Windows' }])
    clock.move(13 * 3_600_000)
    expect((await ward.call('PUT', '/api/drafts/visit-e1', { body: 'x', base: 1 })).status).toBe(401)
    const home = testBrowser(site)
    await home.signIn('bacsi', TEST_PASSWORD)
    expect((await home.call('GET', '/api/drafts/visit-e1')).body).toMatchObject({ version: 1, body: '{"note":"đau họng 37,0"}' })
    expect((await home.call('GET', '/api/drafts')).body).toMatchObject([{ key: 'visit-e1', version: 1 }])
  })
  it('tells the second of two writers, and loses nothing of the first', async () => {
    const [one, two] = [testBrowser(site), testBrowser(site)]
    for (const browser of [one, two]) await browser.signIn('bacsi', TEST_PASSWORD)
    expect((await one.call('PUT', '/api/drafts/k', { body: 'a', base: 0 })).status).toBe(200)
    expect((await two.call('PUT', '/api/drafts/k', { body: 'b', base: 0 })).status).toBe(412)
    expect((await one.call('PUT', '/api/drafts/k', { body: 'aa', base: 1 })).body).toMatchObject({ version: 2 })
    const late = await two.call('PUT', '/api/drafts/k', { body: 'b', base: 1 })
    expect([late.status, late.body]).toEqual([412, expect.objectContaining({ code: 'version-conflict' })])
    const many = await Promise.all(Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? one : two).call('PUT', '/api/drafts/k', { body: String(at), base: 2 })))
    expect(many.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await two.call('DELETE', '/api/drafts/k?base=1')).status).toBe(412)
    expect((await two.call('DELETE', '/api/drafts/k?base=3')).status).toBe(204)
    expect((await one.call('GET', '/api/drafts/k')).status).toBe(404)
    expect((await one.call('DELETE', '/api/drafts/k?base=3')).status).toBe(204)
  })
  it('is nobody else\'s', async () => {
    const [mine, other] = [testBrowser(site), testBrowser(site)]
    await mine.signIn('bacsi', TEST_PASSWORD)
    await other.signIn('khac', TEST_PASSWORD)
    await mine.call('PUT', '/api/drafts/secret', { body: 'của tôi', base: 0 })
    expect((await other.call('GET', '/api/drafts/secret')).status).toBe(404)
    expect((await other.call('GET', '/api/drafts')).body).toEqual([])
    expect((await other.call('DELETE', '/api/drafts/secret')).status).toBe(204)
    expect((await mine.call('GET', '/api/drafts/secret')).status).toBe(200)
  })
  it('is one of so many and of so much for an account, whoever sends them at a time; what is there is still changed, and dropping one makes room', async () => {
    const browser = testBrowser(site)
    await browser.signIn('khac', TEST_PASSWORD)
    const { account } = await site.person({ login: 'nhieunhap', grants: [{ role: 'doctor', department: 'A1' }] })
    const many = testBrowser(site)
    await many.signIn('nhieunhap', TEST_PASSWORD)
    const fill = (count: number, size: number) => site.databases.asOwner(900, `insert into draft (tenant, account, key, version, body, updated_at) select 900, $1, 'old' || n, 1, repeat('x', $3::int), now() from generate_series(1, $2::int) n`, [account, count, size])
    const put = async (key: string, body = 'x', base = 0): Promise<number> => (await many.call('PUT', `/api/drafts/${key}`, { body, base })).status
    await fill(198, 10)
    const answers = await Promise.all(Array.from({ length: 6 }, async (_, at) => (await many.call('PUT', `/api/drafts/new${at}`, { body: 'x', base: 0 })).status))
    expect(answers.toSorted()).toEqual([200, 200, 409, 409, 409, 409])
    expect(await put('old1', 'longer than what was there', 1)).toBe(200)
    expect((await many.call('DELETE', '/api/drafts/old2')).status).toBe(204)
    expect(await put('room')).toBe(200)
    await site.databases.asOwner(900, 'delete from draft where account = $1', [account])
    await fill(22, 999_000)
    const refused = await many.call('PUT', '/api/drafts/more', { body: 'x', base: 0 })
    expect([refused.status, refused.body]).toEqual([409, expect.objectContaining({ code: 'drafts-full' })])
    expect((await many.call('PUT', '/api/drafts/old1', { body: 'x'.repeat(999_001), base: 1 })).body).toMatchObject({ code: 'drafts-full' })
    expect(await put('old1', 'shorter', 1)).toBe(200)
    expect((await browser.call('PUT', '/api/drafts/of-somebody-else', { body: 'x', base: 0 })).status).toBe(200)
  })
  it('is refused with a wrong key or too much in it', async () => {
    const browser = testBrowser(site)
    await browser.signIn('bacsi', TEST_PASSWORD)
    expect((await browser.call('PUT', '/api/drafts/%20', { body: 'x' })).status).toBe(400)
    expect((await browser.call('PUT', '/api/drafts/big', { body: 'ế'.repeat(333_334) })).body).toMatchObject({ code: 'draft-too-large' })
    expect((await browser.call('PUT', '/api/drafts/k', { body: 5 })).status).toBe(400)
  })
})
