/** A version of a code system as a tree that is asked by code (http://hl7.org/fhir/R4/codesystem.html). Built once for each stored version, with its supplements. Pure. */
import type { CodeSystem, CodeSystemConcept } from '@medplum/fhirtypes'
import type { CodeProperty, Designation } from '../../model/ports.ts'
import { toTyped } from '../../model/resource.ts'

export interface Entry {
  readonly code: string
  readonly display?: string
  readonly definition?: string
  readonly designations: readonly Designation[]
  readonly properties: readonly CodeProperty[]
  readonly parents: readonly Entry[]
  readonly children: readonly Entry[]
  /** Retired. */
  readonly inactive: boolean
  /** Groups others; not to be chosen itself. */
  readonly abstract: boolean
  /** Days of a dated list. */
  readonly from?: string
  readonly to?: string
}

export interface SystemIndex {
  readonly url: string
  readonly version?: string
  readonly name: string
  readonly language?: string
  /** complete, fragment, example, not-present */
  readonly content: string
  /** In the order of the definition, a code before what stands below it. */
  readonly entries: readonly Entry[]
  find(code: string): Entry | undefined
  /** Description of a property. */
  describe(property: string): string | undefined
  isProperty(code: string): boolean
}

interface Growing extends Entry { parents: Growing[]; children: Growing[]; designations: Designation[]; properties: CodeProperty[] }

/** Properties every code system has (http://hl7.org/fhir/R4/codesystem.html#defined-props). */
const PARENT: ReadonlySet<string> = new Set(['parent', 'subsumedBy'])
const RETIRED: ReadonlySet<string> = new Set(['retired', 'inactive', 'I'])

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
/** What was stored past the validator (from another site) may have anything anywhere. */
const listOf = <T>(value: readonly T[] | undefined): readonly T[] => (isList(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [])

const propertiesOf = (concept: CodeSystemConcept): CodeProperty[] =>
  listOf(concept.property).flatMap((property): CodeProperty[] => {
    const member = Object.entries(property).find(([name]) => name.startsWith('value'))
    return member && property.code ? [{ code: property.code, name: member[0], value: member[1] }] : []
  })

const designationsOf = (concept: CodeSystemConcept): Designation[] =>
  listOf(concept.designation).flatMap(({ language, use, value }) => (value === undefined ? [] : [{ ...(language !== undefined && { language }), ...(use !== undefined && { use }), value }]))

const isTrue = (properties: readonly CodeProperty[], code: string): boolean => properties.some((property) => property.code === code && property.value === true)
const day = (properties: readonly CodeProperty[], code: string): string | undefined => {
  const value = properties.find((property) => property.code === code && property.name === 'valueDateTime')?.value
  return typeof value === 'string' ? value.slice(0, 10) : undefined
}

const grow = (concept: CodeSystemConcept): Growing => {
  const properties = propertiesOf(concept), from = day(properties, 'validFrom'), to = day(properties, 'validTo')
  return {
    code: String(concept.code ?? ''), ...(concept.display !== undefined && { display: concept.display }), ...(concept.definition !== undefined && { definition: concept.definition }),
    designations: designationsOf(concept), properties, parents: [], children: [],
    inactive: isTrue(properties, 'inactive') || properties.some(({ code, value }) => code === 'status' && typeof value === 'string' && RETIRED.has(value)),
    abstract: isTrue(properties, 'notSelectable') || isTrue(properties, 'abstract'),
    ...(from !== undefined && { from }), ...(to !== undefined && { to }),
  }
}

const link = (parent: Growing, child: Growing): void => {
  if (parent === child || child.parents.includes(parent)) return
  child.parents.push(parent)
  parent.children.push(child)
}

/** Parents and children may also be said by properties, in any order; that they go in circles is found when they are walked. */
const linkByProperty = (entries: readonly Growing[], find: (code: string) => Growing | undefined): void => {
  for (const entry of entries) {
    for (const { code, value } of entry.properties) {
      const other = typeof value === 'string' && (PARENT.has(code) || code === 'child') ? find(value) : undefined
      if (other) link(code === 'child' ? entry : other, code === 'child' ? other : entry)
    }
  }
}

/** What supplements say of a code is added to it (http://hl7.org/fhir/R4/codesystem.html#supplements). */
const addSupplement = (supplement: CodeSystem, find: (code: string) => Growing | undefined): void => {
  for (const concept of flatten(supplement.concept)) {
    const entry = find(String(concept.code ?? ''))
    entry?.designations.push(...designationsOf(concept))
    entry?.properties.push(...propertiesOf(concept))
  }
}

/** The text of a code system, whose decimals are read as text: 1.10 stays 1.10. A quote inside a string is escaped, so that the name is found as a name alone. */
export const readCodeSystem = (text: string): CodeSystem => toTyped<CodeSystem>({ body: text.replace(/"valueDecimal"\s*:\s*(-?[\d.eE+-]+)/g, '"valueDecimal":"$1"') })

const flatten = (concepts: CodeSystemConcept[] | undefined): CodeSystemConcept[] => listOf(concepts).flatMap((concept) => [concept, ...flatten(concept.concept)])

export const buildSystemIndex = (system: CodeSystem, supplements: readonly CodeSystem[] = []): SystemIndex => {
  const fold = system.caseSensitive === false ? (code: string): string => code.toLowerCase() : (code: string): string => code
  const entries: Growing[] = []
  const byCode = new Map<string, Growing>()
  const add = (concepts: CodeSystemConcept[] | undefined, parent?: Growing): void => {
    for (const concept of listOf(concepts)) {
      const key = fold(String(concept.code ?? ''))
      const known = byCode.get(key)
      const entry = known ?? grow(concept)
      if (!known) {
        byCode.set(key, entry)
        entries.push(entry)
      }
      if (parent) link(parent, entry)
      add(concept.concept, entry)
    }
  }
  add(system.concept)
  const find = (code: string): Growing | undefined => byCode.get(fold(code))
  linkByProperty(entries, find)
  for (const supplement of supplements) addSupplement(supplement, find)
  const properties = [system, ...supplements].flatMap(({ property }) => listOf(property))
  return {
    url: system.url ?? '', name: system.name ?? system.title ?? system.url ?? '', content: system.content ?? 'complete', entries, find,
    ...(system.version !== undefined && { version: system.version }), ...(system.language !== undefined && { language: system.language }),
    describe: (code) => properties.find((property) => property.code === code)?.description,
    isProperty: (code) => properties.some((property) => property.code === code) || PARENT.has(code) || code === 'child',
  }
}

/** The entry and everything on the way up or down, each once, nearest first. */
export const walk = (from: Entry, way: 'parents' | 'children'): Entry[] => {
  const seen = new Set<Entry>([from])
  for (const entry of seen) for (const next of entry[way]) seen.add(next)
  return [...seen]
}

/** Whether `entry` is `above` or stands somewhere below it. */
export const isBelow = (entry: Entry, above: Entry): boolean => {
  if (entry === above) return true
  const seen = new Set<Entry>([entry])
  for (const each of seen) {
    for (const parent of each.parents) {
      if (parent === above) return true
      seen.add(parent)
    }
  }
  return false
}

/** Retired, or outside its days on `on`. */
export const isInactive = (entry: Entry, on: string): boolean => entry.inactive || (entry.from ?? '') > on || on > (entry.to ?? '9999-12-31')
