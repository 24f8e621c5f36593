/** Guessing passwords on a real database: a flood from elsewhere keeps nobody out of a known device, and nobody guesses more than 100 times an hour. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bucket } from '#api/model/people.ts'
import { guessBuckets } from '#api/security/sign-in.ts'
import { TEST_PASSWORD, testSite, type TestSite } from '#test/support/app.ts'
import { testBrowser } from './browser.ts'
import { testClock } from './clock.ts'

const clock = testClock()
let site: TestSite
beforeAll(async () => {
  site = await testSite({ clock })
})
afterAll(() => site.close())

const HOUR = 3_600_000

describe('a thousand wrong passwords from elsewhere', () => {
  it('do not keep the right one out on a device used before, within 5 seconds', async () => {
    await site.person({ login: 'bacsi', grants: [{ role: 'doctor', department: 'A1' }] })
    const ward = testBrowser(site)
    expect(await ward.signIn('bacsi', TEST_PASSWORD)).toBe(200)
    await ward.call('DELETE', '/api/session')

    const statuses: number[] = []
    let left = 1000
    const attacker = async (address: string): Promise<void> => {
      while (left-- > 0) statuses.push(await testBrowser(site, address).signIn('bacsi', `sai ${left}`))
    }
    await Promise.all(Array.from({ length: 16 }, (_, at) => attacker(`10.0.0.${at}`)))
    expect(statuses).toHaveLength(1000)
    const tried = statuses.filter((status) => status === 401).length
    expect(tried).toBeLessThanOrEqual(60)
    expect(statuses.filter((status) => status === 429).length).toBe(1000 - tried)

    const start = performance.now()
    expect(await ward.signIn('bacsi', TEST_PASSWORD)).toBe(200)
    expect(performance.now() - start).toBeLessThan(5000)
    // a device never seen is refused now, even with the right password, and is told how long
    const stranger = await testBrowser(site).call('POST', '/api/session', { login: 'bacsi', password: TEST_PASSWORD })
    expect(stranger.status).toBe(429)
    expect(Number(stranger.headers['retry-after'])).toBeGreaterThan(0)
    // a flood leaves few rows of refusals
    const noted = (await site.parts.audit.find({ interaction: 'sign-in', count: 500 })).filter((row) => row.detail === 'too-many-attempts')
    expect(noted.length).toBeGreaterThanOrEqual(1)
    expect(noted.length).toBeLessThanOrEqual(3)
  })
  it('answers a login that does not exist in the same way', async () => {
    const statuses = []
    for (let i = 0; i < 25; i++) statuses.push(await testBrowser(site, '10.1.0.1').signIn('khongcoai', `sai ${i}`))
    expect(statuses.filter((status) => status === 401)).toHaveLength(20)
    expect(statuses.slice(20).every((status) => status === 429)).toBe(true)
  })
})

describe('one account', () => {
  it('is never guessed at more than 100 times in any hour, from all devices together, at once and over hours', async () => {
    const devices = Array.from({ length: 30 }, (_, at) => Buffer.alloc(32, at + 1))
    const kinds = [...devices, undefined].map((knownDevice, at) => guessBuckets('muctieu', { address: `10.2.0.${at}`, knownDevice }))
    const taken: number[] = []
    for (let minute = 0; minute < 180; minute += 3) {
      // thirty known devices and thirty strangers try at the same moment, again and again
      const tries = Array.from({ length: 3 }, () => [...kinds, ...Array.from({ length: 30 }, (_, at) => guessBuckets('muctieu', { address: `10.3.${minute}.${at}`, knownDevice: undefined }))]).flat()
      const waits = await Promise.all(tries.map((buckets) => site.parts.signIn.take(buckets, clock.now())))
      const at = clock.now().getTime()
      taken.push(...waits.filter((wait) => wait === 0).map(() => at))
      clock.move(3 * 60_000)
    }
    for (const start of new Set(taken)) expect(taken.filter((at) => at >= start && at < start + HOUR).length).toBeLessThanOrEqual(100)
    expect(taken.length).toBeGreaterThan(150)
  })
  it('gives a device that has used up its own guesses nothing more, and the next device its own', async () => {
    const [mine, other] = [Buffer.alloc(32, 101), Buffer.alloc(32, 102)].map((knownDevice) => guessBuckets('tungmay', { address: '10.4.0.1', knownDevice }))
    if (mine === undefined || other === undefined) throw new Error('no buckets')
    const take = (buckets: readonly Bucket[]) => site.parts.signIn.take(buckets, clock.now())
    const waits = await Promise.all(Array.from({ length: 10 }, () => take(mine)))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(6)
    expect(Math.min(...waits.filter((wait) => wait > 0))).toBe(600_000)
    expect(await take(other)).toBe(0)
  })
  it('has its places back after a right password', async () => {
    const buckets = guessBuckets('quenroi', { address: '10.5.0.1', knownDevice: undefined })
    for (let i = 0; i < 100; i++) {
      expect(await site.parts.signIn.take(buckets, clock.now())).toBe(0)
      await site.parts.signIn.giveBack(buckets)
    }
  })
})

describe('a planted device cookie', () => {
  it('is not taken over by who signs in', async () => {
    await site.person({ login: 'nannhan', grants: [] })
    const planted = Buffer.alloc(32, 7).toString('base64url')
    const browser = testBrowser(site)
    browser.cookies.set('emr-hospital-device', planted)
    expect(await browser.signIn('nannhan', TEST_PASSWORD)).toBe(200)
    expect(browser.cookies.get('emr-hospital-device')).not.toBe(planted)
  })
  it('of one person makes the device known for that person alone', async () => {
    await site.person({ login: 'nguoimot', grants: [] })
    await site.person({ login: 'nguoihai', grants: [] })
    const shared = testBrowser(site)
    await shared.signIn('nguoimot', TEST_PASSWORD)
    const device = Buffer.from(shared.cookies.get('emr-hospital-device') ?? '', 'utf8').toString('utf8')
    const { createHash } = await import('node:crypto')
    const digest = createHash('sha256').update(device).digest()
    expect((await site.parts.signIn.facts('nguoimot', digest)).knownDevice).toBe(true)
    expect((await site.parts.signIn.facts('nguoihai', digest)).knownDevice).toBe(false)
  })
})
