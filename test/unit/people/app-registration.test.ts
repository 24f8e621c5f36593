/** What administrators change of an app of persons, and what of it waits for a second one. */
import { describe, expect, it } from 'vitest'
import { settle, type RegisteredClient } from '#api/model/client-registry.ts'

const APP: RegisteredClient = {
  client: 'growth', name: 'Biểu đồ', secret: '', keys: [], scopes: ['launch', 'patient/*.rs'], active: true, version: 3, awaiting: '', usedAt: undefined,
  app: { public: true, redirectUris: ['https://a.example/back'], launchUrl: 'https://a.example/launch' },
}
const change = (app: { redirectUris: string[]; launchUrl: string }, scopes = APP.scopes) => settle(APP, { name: APP.name, scopes, app }, 'admin-1')
const same = { redirectUris: ['https://a.example/back'], launchUrl: 'https://a.example/launch' }

describe('an app of persons', () => {
  it('waits for a second administrator when it may be sent somewhere new, or do more', () => {
    for (const given of [change({ ...same, redirectUris: [...same.redirectUris, 'https://b.example/back'] }), change({ ...same, launchUrl: 'https://b.example/launch' }), change(same, [...APP.scopes, 'user/*.rs'])]) {
      expect(given).toMatchObject({ active: false, awaiting: 'admin-1', endsTokens: true })
      expect(() => settle(given, { active: true }, 'admin-1')).toThrow('client-needs-second-person')
      expect(settle(given, { active: true }, 'admin-2')).toMatchObject({ active: true, awaiting: '' })
    }
  })
  it('stays on with another name, and loses its tokens with an address', () => {
    expect(settle(APP, { name: 'Khác', scopes: APP.scopes, app: same }, 'admin-1')).toMatchObject({ active: true, endsTokens: false, name: 'Khác' })
    expect(change({ ...same, launchUrl: '' })).toMatchObject({ active: true, endsTokens: true, app: { public: true, redirectUris: same.redirectUris, launchUrl: '' } })
  })
  it('does not become a system, nor a system an app; who keeps no secret is given none', () => {
    const { app: _app, ...system } = APP
    expect(() => settle(system, { scopes: ['system/*.rs'], app: same }, 'admin-1')).toThrow('bad-request')
    expect(() => settle(APP, { scopes: ['system/*.rs'] }, 'admin-1')).toThrow('bad-request')
    expect(() => settle(APP, { proof: { secret: 'x', keys: [] } }, 'admin-1')).toThrow('bad-request')
  })
})
