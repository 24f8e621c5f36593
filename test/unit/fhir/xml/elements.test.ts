/** The table of elements is what HL7's definitions say, and complete. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { findResourceKind, requireKind, type Kind } from '#api/fhir/xml/elements.ts'
import { generateElements } from '#api/fhir/xml/generate/elements.ts'
import { RESOURCE_TYPES } from '#api/search/resource-types.ts'

it('is generated from the definitions as they are', () => {
  expect(readFileSync(new URL('../../../../api/fhir/xml/elements.json', import.meta.url), 'utf8')).toBe(generateElements())
})

it('has every type of R4, and every type and part that one of them leads to', () => {
  const seen = new Set<string>()
  const visit = (kind: Kind): void => {
    if (seen.has(kind.name)) return
    seen.add(kind.name)
    for (const { form, type } of kind.elements.values()) if (form === 'complex') visit(requireKind(type))
  }
  for (const type of RESOURCE_TYPES) visit(findResourceKind(type) ?? expect.fail(`${type} is missing`))
  expect(seen.size).toBeGreaterThan(600)
})

it('knows attributes, choices, recursion, whole resources and XHTML', () => {
  const form = (kind: string, name: string): unknown => requireKind(kind).elements.get(name)
  expect(form('Extension', 'url')).toMatchObject({ form: 'attribute', type: 'string' })
  expect(form('HumanName', 'id')).toMatchObject({ form: 'attribute' })
  expect(form('Patient', 'id')).toMatchObject({ form: 'primitive', type: 'id', order: 0 })
  expect(form('Patient', 'deceasedDateTime')).toMatchObject({ form: 'primitive', type: 'dateTime', repeats: false, order: requireKind('Patient').elements.get('deceasedBoolean')?.order })
  expect(form('Questionnaire.item', 'item')).toMatchObject({ form: 'complex', type: 'Questionnaire.item', repeats: true })
  expect(form('Bundle.entry', 'resource')).toMatchObject({ form: 'resource', repeats: false })
  expect(form('Bundle.entry.response', 'outcome')).toMatchObject({ form: 'resource' })
  expect(form('Narrative', 'div')).toMatchObject({ form: 'xhtml' })
  expect(findResourceKind('HumanName')).toBeUndefined()
  expect(findResourceKind('__proto__')).toBeUndefined()
})
