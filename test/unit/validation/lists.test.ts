/** What the profiles say twice: the systems, sections and kinds in FSH are those of the language in api/model. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RELATIONS } from '#api/model/contact.ts'
import { FORM_SECTIONS, FORMS } from '#api/model/form-sections.ts'
import { DEPARTMENT_KINDS } from '#api/model/hospital.ts'
import { REFERRAL_REASON_CODES, REFERRAL_REASONS } from '#api/model/referral-reason.ts'
import { CODE_SYSTEM, EXTENSION, LOINC, PROFILE, SID } from '#api/model/systems.ts'
import { ORDER_CATEGORIES } from '#api/model/order-category.ts'
import { RESULT_CODES, TREATMENT_RESULTS } from '#api/model/treatment-result.ts'
import { openDefinitions } from '#api/validation/definitions.ts'

const CodeSystem = z.object({ url: z.string(), concept: z.array(z.object({ code: z.string(), display: z.string() })) })
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../../fhir-profiles/package/${name}.json`, import.meta.url), 'utf8'))
const definitions = openDefinitions()

describe('profiles and language', () => {
  it('name the same sections, in the same order, with the same words', () => {
    const { url, concept } = CodeSystem.parse(read('CodeSystem-form-section'))
    expect(url).toBe(CODE_SYSTEM.formSection)
    expect(concept).toEqual(Object.entries(FORM_SECTIONS).map(([code, { vi }]) => ({ code, display: vi })))
  })

  it('name the same kinds of department and of order', () => {
    const kinds = CodeSystem.parse(read('CodeSystem-department-kind'))
    expect(kinds).toEqual({ url: CODE_SYSTEM.departmentKind, concept: Object.entries(DEPARTMENT_KINDS).map(([code, { vi }]) => ({ code, display: vi })) })
    const categories = CodeSystem.parse(read('CodeSystem-order-category'))
    expect([categories.url, categories.concept.map(({ code }) => code)]).toEqual([CODE_SYSTEM.orderCategory, [...ORDER_CATEGORIES]])
  })

  it('name the same results of treatment', () => {
    const results = CodeSystem.parse(read('CodeSystem-treatment-result'))
    expect(results).toEqual({ url: CODE_SYSTEM.treatmentResult, concept: RESULT_CODES.map((code) => ({ code, display: TREATMENT_RESULTS[code].vi })) })
  })

  it('name the same reasons of a referral', () => {
    const reasons = CodeSystem.parse(read('CodeSystem-referral-reason'))
    expect(reasons).toEqual({ url: CODE_SYSTEM.referralReason, concept: REFERRAL_REASON_CODES.map((code) => ({ code, display: REFERRAL_REASONS[code].vi })) })
  })

  it('know every role of a contact that the desk offers', () => {
    for (const [code, { system }] of Object.entries(RELATIONS)) if (system === CODE_SYSTEM.role) expect(definitions.contains('https://quany.example/fhir/ValueSet/contact-role', system, code), code).toBe(true)
  })

  it('use only systems that the language knows', () => {
    const known = new Set<string>([...Object.values(CODE_SYSTEM), ...Object.values(SID)])
    const aliases = [...readFileSync(new URL('../../../fhir-profiles/input/fsh/aliases.fsh', import.meta.url), 'utf8').matchAll(/^Alias: (\S+) = (\S+)$/gm)]
    expect(aliases.length).toBeGreaterThan(20)
    for (const [, name, url] of aliases) if (!url?.startsWith('http://terminology.hl7.org/')) expect(known, name).toContain(url)
  })

  it('define every profile and extension that the language names', () => {
    for (const url of [...Object.values(PROFILE), ...Object.values(EXTENSION)]) expect(definitions.profile(url)?.url, url).toBe(url)
  })

  it('take every vital sign, note and form of the language', () => {
    const own = (name: string): string => `https://quany.example/fhir/ValueSet/${name}`
    const forms = Object.values(FORMS).map(({ type }) => LOINC[type])
    const { pulse, temperature, respiration, oxygen, weight, height, bmi, history, pastHistory, examination, results, plan, admissionDiagnosis, remarks } = LOINC
    for (const { code } of [pulse, temperature, respiration, oxygen, weight, height, bmi]) expect(definitions.contains(own('vital-sign'), CODE_SYSTEM.loinc, code)).toBe(true)
    for (const { code } of [history, pastHistory, examination, results, plan, admissionDiagnosis, remarks]) expect(definitions.contains(own('clinical-note'), CODE_SYSTEM.loinc, code)).toBe(true)
    for (const { code } of forms) expect(definitions.contains(own('form-type'), CODE_SYSTEM.loinc, code)).toBe(true)
  })
})
