/** What is known of one code (http://hl7.org/fhir/R4/codesystem-operation-lookup.html). Pure. */
import type { CodeProperty, Looked, LookupRequest } from '../../model/ports.ts'
import { displayIn } from './display.ts'
import { isInactive, type Entry, type SystemIndex } from './system-index.ts'

export const lookupIn = (index: SystemIndex, entry: Entry, request: LookupRequest, on: string): Looked => {
  const own = entry.properties.filter(({ code }) => !['parent', 'child', 'inactive'].includes(code)).map((property): CodeProperty => {
    const description = index.describe(property.code)
    return description === undefined ? property : { ...property, description }
  })
  const all: CodeProperty[] = [
    ...(entry.definition === undefined ? [] : [{ code: 'definition', name: 'valueString', value: entry.definition }]),
    ...own,
    ...entry.parents.map(({ code, display }): CodeProperty => ({ code: 'parent', name: 'valueCode', value: code, ...(display !== undefined && { description: display }) })),
    ...entry.children.map(({ code, display }): CodeProperty => ({ code: 'child', name: 'valueCode', value: code, ...(display !== undefined && { description: display }) })),
    { code: 'inactive', name: 'valueBoolean', value: isInactive(entry, on) },
  ]
  const wanted = request.properties
  const languages = wanted.filter((name) => name.startsWith('lang.')).map((name) => name.slice(5).toLowerCase())
  const designations = wanted.length === 0 || wanted.includes('designation') ? entry.designations : entry.designations.filter(({ language }) => languages.includes(language?.toLowerCase() ?? ''))
  return {
    name: index.name, ...(index.version !== undefined && { version: index.version }), designations,
    display: displayIn({ ...entry, language: index.language }, request.displayLanguage) ?? entry.code,
    properties: wanted.length === 0 ? all : all.filter(({ code }) => wanted.includes(code)),
  }
}
