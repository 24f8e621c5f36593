/** A form laid over a stored resource (api/http/overlay.ts). */
import { describe, expect, it } from 'vitest'
import { overlay } from '#api/http/overlay.ts'
import { writeJson } from '#api/model/json.ts'

const STORED = '{"resourceType":"Organization","id":"x","meta":{"versionId":"3"},"extension":[{"url":"u1","valueDecimal":1.10},{"url":"u2","valueString":"old"}],"identifier":[{"system":"a","value":"1"},{"system":"b","value":"2"}],"name":"Old","telecom":[{"value":"0"}],"language":"vi"}'

describe('a form laid over what is stored', () => {
  it('keeps what it does not know, digits too, and replaces what it does', () => {
    const built = { resourceType: 'Organization', id: 'x', meta: { profile: ['p'] }, extension: [{ url: 'u2', valueString: 'new' }], identifier: [{ system: 'a', value: '9' }], name: 'New' }
    expect(writeJson(overlay(STORED, built, { members: ['telecom'] }))).toBe(
      '{"resourceType":"Organization","id":"x","meta":{"versionId":"3"},"extension":[{"url":"u1","valueDecimal":1.10},{"url":"u2","valueString":"new"}],"identifier":[{"system":"b","value":"2"},{"system":"a","value":"9"}],"name":"New","language":"vi"}')
  })
  it('takes away what it owns and says nothing of', () => {
    const bare = writeJson(overlay(STORED, { name: 'New' }, { extensions: ['u2'], identifiers: ['a', 'b'] }))
    expect(bare).toContain('"extension":[{"url":"u1","valueDecimal":1.10}]')
    expect(bare).not.toContain('identifier')
    expect(bare).toContain('telecom')
  })
  it('is all there is where nothing was', () => expect(writeJson(overlay(undefined, { name: 'New', meta: { profile: ['p'] } }))).toBe('{"name":"New","meta":{"profile":["p"]}}'))
})
