/** What laboratory and imaging are told of a patient before they touch them (invented). */
import { describe, expect, it } from 'vitest'
import { isContrastAllergy } from '#api/model/contrast-allergy.ts'
import { objectFromPlain } from '#api/model/json.ts'
import { LOINC, CODE_SYSTEM } from '#api/model/systems.ts'
import { PREGNANCY_ANSWERS } from '#api/model/safety.ts'
import { dangersOf, type DangerSource } from '#api/safety/bench-dangers.ts'

const VISIT = 'Encounter/lan-kham-mau'
const code = ({ code: of }: { readonly code: string }) => ({ coding: [{ system: CODE_SYSTEM.loinc, code: of }] })
const allergy = (text: string, more: object = {}) => objectFromPlain({ resourceType: 'AllergyIntolerance', code: { text }, ...more })
const creatinine = (value: number, effectiveDateTime: string, unit = 'umol/L') => objectFromPlain({ resourceType: 'Observation', status: 'final', code: code(LOINC.creatinineMoles), effectiveDateTime, valueQuantity: { value, code: unit } })
const pregnancy = (answer: 'yes' | 'no', encounter = VISIT, effectiveDateTime = '2026-11-20T10:00:00+07:00') => objectFromPlain({
  resourceType: 'Observation', status: 'final', code: code(LOINC.pregnancy), encounter: { reference: encounter }, effectiveDateTime, valueCodeableConcept: { coding: [{ code: PREGNANCY_ANSWERS[answer] }] },
  ...(answer === 'yes' && { component: [{ code: code(LOINC.gestationalAge), valueQuantity: { value: 11 } }] }),
})
const told = (more: Partial<DangerSource> = {}, kind: 'lab' | 'imaging' = 'imaging', person: object = { gender: 'female', birthDate: '1990-05-01' }) => dangersOf({
  patient: objectFromPlain({ resourceType: 'Patient', ...person }), allergies: [], creatinine: [], heights: [], pregnancies: [], encounter: VISIT, at: new Date('2026-11-22T02:00:00Z'), timeZone: 'Asia/Ho_Chi_Minh', ...more,
}, kind)

describe('what is told of allergies', () => {
  it('keeps apart that nobody asked, that there is none, and what there is', () => {
    expect(told().allergies).toEqual({ state: 'unasked', rows: [] })
    expect(told({ allergies: [allergy('Không dị ứng')] }).allergies).toEqual({ state: 'none-known', none: 'Không ghi nhận dị ứng', rows: [] })
    expect(told({ allergies: [allergy('Không có tiền sử dị ứng thuốc')] }).allergies).toMatchObject({ state: 'none-known', none: 'Không có tiền sử dị ứng thuốc' })
    expect(told({ allergies: [allergy('Tôm'), allergy('Latex', { criticality: 'high' }), allergy('Thuốc cản quang Omnipaque')] }).allergies).toEqual({
      state: 'known', rows: [{ text: 'Thuốc cản quang Omnipaque', high: false, contrast: true }, { text: 'Latex', high: true, contrast: false }, { text: 'Tôm', high: false, contrast: false }],
    })
  })
  it('knows what imaging injects by its Vietnamese and its international names, and by its code', () => {
    expect(['Thuốc cản quang', 'thuoc can quang', 'Thuốc đối quang từ', 'Iod', 'Iohexol', 'Gadolinium', 'Gadobutrol', 'ULTRAVIST 300', 'Contrast CT'].filter((text) => !isContrastAllergy(text))).toEqual([])
    expect(['Penicillin', 'Amiodaron', 'Ngoại cảnh', 'Iốtl', 'Tôm', 'Quang dẫn'].filter((text) => isContrastAllergy(text))).toEqual([])
    expect([isContrastAllergy('?', [{ system: 'http://www.whocc.no/atc', code: 'V08AB02' }]), isContrastAllergy('?', [{ system: 'http://www.whocc.no/atc', code: 'J01CA04' }])]).toEqual([true, false])
  })
})

describe('what is told of the kidney', () => {
  it('is the newest creatinine with its day and what follows from it, or that there is none to read', () => {
    expect(told().kidney).toBe('none')
    expect(told({ creatinine: [creatinine(180, '2026-11-02T08:00:00+07:00'), creatinine(80, '2026-01-02T08:00:00+07:00')] }).kidney).toEqual({ creatinine: 180, day: '2026-11-02', daysAgo: 20, rate: 32 })
    expect(told({ creatinine: [creatinine(180, '2026-11-02T08:00:00+07:00', 'g/L')] }).kidney).toBe('unreadable')
    expect(told({ creatinine: [creatinine(180, '2026-11-02T08:00:00+07:00')] }, 'imaging', { gender: 'female' }).kidney).toEqual({ creatinine: 180, day: '2026-11-02', daysAgo: 20 })
  })
})

describe('what is told of pregnancy', () => {
  it('is not known until somebody asked, of who may be pregnant', () => {
    expect(told().pregnancy).toBe('unknown')
    expect(told({}, 'imaging', { gender: 'male', birthDate: '1990-05-01' })).not.toHaveProperty('pregnancy')
    expect(told({}, 'imaging', {}).pregnancy).toBe('unknown')
  })
  it('says on which day it was asked, and whether in this visit', () => {
    expect(told({ pregnancies: [pregnancy('yes')] }).pregnancy).toEqual({ status: 'yes', weeks: 11, day: '2026-11-20', ofVisit: true })
    expect(told({ pregnancies: [pregnancy('no', 'Encounter/lan-truoc', '2026-03-01T23:30:00Z'), pregnancy('yes')] }).pregnancy).toEqual({ status: 'no', day: '2026-03-02', ofVisit: false })
  })
})

describe('the laboratory', () => {
  it('is told of allergies, and of nothing else', () => {
    expect(Object.keys(told({ allergies: [allergy('Latex')], creatinine: [creatinine(180, '2026-11-02T08:00:00+07:00')], pregnancies: [pregnancy('yes')] }, 'lab'))).toEqual(['allergies'])
  })
})
