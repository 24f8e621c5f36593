/** Passwords (api/security/password.ts). */
import { describe, expect, it } from 'vitest'
import { Outcome } from '#api/model/outcome.ts'
import { createPasswords, requireStrongPassword } from '#api/security/password.ts'

describe('a password', () => {
  const passwords = createPasswords()
  it('is kept as an argon2id PHC string of 46 MiB and verifies', async () => {
    const phc = await passwords.hash('mật khẩu dài để thử')
    expect(phc).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(await passwords.verify(phc, 'mật khẩu dài để thử')).toBe(true)
    expect(await passwords.verify(phc, 'mật khẩu dài để thử'.normalize('NFD'))).toBe(true)
    expect(await passwords.verify(phc, 'mật khẩu dài để thử ')).toBe(false)
  })
  it('never fits a login that does not exist, after the same work', async () => {
    const phc = await passwords.hash('x'.repeat(20))
    const time = async (stored: string | undefined): Promise<number> => {
      const start = performance.now()
      expect(await passwords.verify(stored, 'y'.repeat(20))).toBe(false)
      return performance.now() - start
    }
    const real = await time(phc), none = await time(undefined)
    expect(none / real).toBeGreaterThan(0.2)
  })
  it('of a known device is checked before those that wait', async () => {
    const lane = createPasswords({ concurrency: 1 })
    const order: string[] = []
    const guess = (name: string, first: boolean) => lane.verify(undefined, name, { first }).then(() => order.push(name))
    await Promise.all([guess('a', false), guess('b', false), guess('c', false), guess('ward', true)])
    expect(order.indexOf('ward')).toBe(1)
  })
  it('is refused as overloaded when too many wait, but not from a known device', async () => {
    const lane = createPasswords({ concurrency: 1, queue: 2 })
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => lane.verify(undefined, String(n))))
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(1)
    const [, , , known] = await Promise.allSettled([...[1, 2, 3].map((n) => lane.verify(undefined, String(n))), lane.verify(undefined, 'k', { first: true })])
    expect(known?.status).toBe('fulfilled')
  })
  it.each(['ngắn quá', '12345678901234', 'password123456', 'matkhau2026!!!', 'aaaaaaaaaaaaaaaaaa', 'bacsi-thu-nghiem-1'])('%j is too weak for bacsi-thu', (password) => {
    expect(() => requireStrongPassword(password, 'bacsi-thu')).toThrow(Outcome)
  })
  it('of four words is strong enough', () => expect(() => requireStrongPassword('sông xanh chảy chậm', 'bacsi')).not.toThrow())
})
