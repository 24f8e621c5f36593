/** Health insurance numbers (api/model/insurance-card.ts). */
import { describe, expect, it } from 'vitest'
import { parseInsuranceNumber } from '#api/model/insurance-card.ts'

describe('a health insurance number', () => {
  it('of a serving soldier is a card of level 5, paid in full', () => {
    expect(parseInsuranceNumber('QN5970123456789')).toEqual({
      value: 'QN5970123456789', kind: 'card', group: 'QN', groupName: 'Quân nhân tại ngũ', level: 5, benefit: '100%', issuer: '97', armedForces: true,
    })
  })
  it('is read as people type it', () => {
    expect(parseInsuranceNumber(' gd 4 01 0123456789 ')).toMatchObject({ value: 'GD4010123456789', benefit: '80%', armedForces: false })
  })
  it('may be of a group that we do not know', () => {
    const card = parseInsuranceNumber('ZZ2010123456789')
    expect(card).toMatchObject({ kind: 'card', group: 'ZZ', benefit: '100%' })
    expect(card).not.toHaveProperty('groupName')
  })
  it('may be the social insurance number or the personal number', () => {
    expect(parseInsuranceNumber('0123456789')?.kind).toBe('social-insurance')
    expect(parseInsuranceNumber('001090012345')?.kind).toBe('citizen')
  })
  it.each(['', 'QN597012345678', 'QN6970123456789', 'Q15970123456789', '12345678901', 'QN59701234567890', 'QN597012345678A'])('is not %j', (text) =>
    expect(parseInsuranceNumber(text)).toBeUndefined())
})
