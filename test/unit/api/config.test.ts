/** The settings: what is assumed, what is refused, each with one clear line. */
import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig } from '#api/config.ts'
import { isLoopback } from '#api/model/loopback.ts'

const refused = (environment: Record<string, string>): string[] => {
  try {
    parseConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('the settings', () => {
  it('are those of the demo on this machine when nothing is set', () => {
    expect(parseConfig({})).toMatchObject({ role: 'demo', demo: true, host: '127.0.0.1', port: 8080, centerPort: 8090, tenant: 900, timeZone: 'Asia/Ho_Chi_Minh', publicUrl: 'http://127.0.0.1:8080' })
  })
  it('cannot be changed once they are read', () => {
    expect(Object.isFrozen(parseConfig({}))).toBe(true)
  })
  it('take an empty setting as none', () => expect(parseConfig({ EMR_PORT: '', EMR_DEMO_PIN: '' }).port).toBe(8080))
  it('give the center tenant 0 and its own port', () => {
    expect(parseConfig({ EMR_ROLE: 'center', EMR_CENTER_PORT: '9000' })).toMatchObject({ tenant: 0, publicUrl: 'http://127.0.0.1:9000' })
  })
  it.each(['0.0.0.0', '::', '192.168.1.10', 'emr.example'])('refuse %s in demo mode', (host) => {
    expect(refused({ EMR_HOST: host })).toEqual([`EMR_HOST: demo mode listens on this machine only (127.0.0.1), not on ${host}`])
    expect(parseConfig({ EMR_HOST: host, EMR_DEMO: '0', EMR_ROLE: 'hospital', EMR_TENANT: '12' }).host).toBe(host)
  })
  it.each([
    [{ EMR_PORT: 'many' }, 'EMR_PORT'], [{ EMR_PORT: '70000' }, 'EMR_PORT'], [{ EMR_ROLE: 'ward' }, 'EMR_ROLE'], [{ EMR_TZ: 'Mars/Base' }, 'EMR_TZ'], [{ DATABASE_URL: 'mysql://a' }, 'DATABASE_URL'],
    [{ EMR_PUBLIC_URL: 'emr.example' }, 'EMR_PUBLIC_URL'], [{ EMR_DEMO_PIN: '12' }, 'EMR_DEMO_PIN'], [{ EMR_ROLE: 'hospital', EMR_DEMO: '0' }, 'EMR_TENANT'], [{ EMR_ROLE: 'center', EMR_TENANT: '5' }, 'EMR_TENANT'],
    [{ EMR_ROLE: 'hospital', EMR_TENANT: '0' }, 'EMR_TENANT'], [{ EMR_ROLE: 'hospital', EMR_DEMO: '0', EMR_TENANT: '5', EMR_DEMO_PASSWORD: 'x' }, 'EMR_DEMO_PASSWORD'],
  ])('refuse %j by the name of the setting', (environment, name) => {
    const lines = refused(environment)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(new RegExp(`^${name}: `))
  })
  it('take addresses and networks of proxies, and nothing that is none', () => {
    expect([parseConfig({}).proxies, parseConfig({ EMR_PROXIES: '10.0.0.2, fd00::/8,10.1.0.0/24' }).proxies]).toEqual([[], ['10.0.0.2', 'fd00::/8', '10.1.0.0/24']])
    for (const wrong of ['proxy.example', '10.0.0.2/33', '10.0.0.0/0', '10.0.0', '10.0.0.2/24/1', 'true']) expect(refused({ EMR_PROXIES: wrong })[0], wrong).toMatch(/^EMR_PROXIES: /)
  })
  it('tell loopback addresses from others', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost', '127.0.0.1.evil.example', '1.127.0.0', ''].map(isLoopback)).toEqual([true, true, true, true, false, false, false])
  })
})
