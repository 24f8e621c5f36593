/**
 * The definitions that bodies are held against, from fhir-profiles/package: R4 itself (base-r4.jsonl, one definition a line), our profiles and
 * extensions, the codes of required value sets. A definition is made into a tree when it is first asked for, so that a start costs only the reading.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Structure } from './element.ts'
import { readStructure, type IsOwn } from './structure.ts'
import { asArray, asObject, asString, keyed } from './untyped.ts'

export interface Definitions {
  /** The definition of a type: "Patient", "HumanName". */
  type(name: string): Structure | undefined
  /** The definition of a type that a resource can be of. */
  resource(name: string): Structure | undefined
  /** A profile or an extension by its canonical. */
  profile(canonical: string): Structure | undefined
  /** The definition as it was published, with its snapshot. */
  source(url: string): unknown
  /** Whether a constraint is one of R4's own, word for word. */
  readonly isOwn: IsOwn
  /** Whether the code is in the value set; undefined when the set cannot be listed (media types, languages). Without system only the code counts. */
  contains(valueSet: string, system: string | undefined, code: string): boolean | undefined
  /** Whether the codes of the value set are known here. */
  lists(valueSet: string): boolean
}

const PACKAGE = fileURLToPath(new URL('../../fhir-profiles/package/', import.meta.url))
const BASE = 'http://hl7.org/fhir/StructureDefinition/'
const ABSTRACT: ReadonlySet<string> = new Set(['Resource', 'DomainResource'])

/** {"resourceType":"StructureDefinition","url":"…" at the head of each line, so that a line is found without being read. */
const URL_OF_LINE = /^\{"resourceType":"StructureDefinition","url":"([^"]+)"/

export const openDefinitions = (folder: string = PACKAGE): Definitions => {
  const sources = readSources(folder)
  const read = new Map<string, Structure>()
  const source = (url: string): unknown => {
    const text = sources.get(url)
    return text === undefined ? undefined : JSON.parse(text.startsWith('{') ? text : readFileSync(text, 'utf8'))
  }
  const find = (url: string): Structure | undefined => {
    const known = read.get(url)
    // what is not known is not remembered: senders name whatever they like
    if (known || !sources.has(url)) return known
    const structure = readStructure(source(url))
    read.set(url, structure)
    return structure
  }
  const types = new Map<string, Structure>()
  // asked for each value of each resource
  const type = (name: string): Structure | undefined => {
    const known = types.get(name)
    if (known) return known
    const found = find(BASE + name)
    if (found) types.set(name, found)
    return found
  }
  const sets = openValueSets(readFileSync(`${folder}required-value-sets.json`, 'utf8'))
  let own: ReadonlySet<string> | undefined
  return {
    type, source,
    resource: (name) => {
      const found = ABSTRACT.has(name) ? undefined : type(name)
      return found?.kind === 'resource' ? found : undefined
    },
    profile: (canonical) => find(canonical.includes('|') ? canonical.slice(0, canonical.indexOf('|')) : canonical),
    isOwn: (key, expression) => (own ??= constraintsIn(sources)).has(`${key} ${expression}`),
    lists: (valueSet) => sets.has(valueSet),
    contains: (valueSet, system, code) => {
      const set = sets.get(valueSet)
      if (!set) return undefined
      return system === undefined ? [...set.values()].some((codes) => codes.has(code)) : (set.get(system)?.has(code) ?? false)
    },
  }
}

/** Canonical -> line of base-r4.jsonl, or path of a file. */
const readSources = (folder: string): ReadonlyMap<string, string> => {
  const sources = new Map<string, string>()
  for (const line of readFileSync(`${folder}base-r4.jsonl`, 'utf8').split('\n')) {
    const [, url] = URL_OF_LINE.exec(line) ?? []
    if (url) sources.set(url, line)
  }
  for (const name of readdirSync(folder)) {
    if (name.startsWith('StructureDefinition-')) sources.set(nameToUrl(folder, name), `${folder}${name}`)
  }
  return sources
}

/** The canonical ends in the id that the file is named after; the head of the file has it in full. */
const nameToUrl = (folder: string, name: string): string => /"url":\s*"([^"]+)"/.exec(readFileSync(`${folder}${name}`, 'utf8').slice(0, 500))?.[1] ?? name

/** "key expression" of all of R4's own. */
const constraintsIn = (sources: ReadonlyMap<string, string>): ReadonlySet<string> =>
  new Set([...sources.values()].filter((text) => text.startsWith('{')).flatMap((line) =>
    asArray(keyed(keyed(JSON.parse(line), 'snapshot'), 'element')).flatMap((element) =>
      asArray(keyed(element, 'constraint')).map((constraint) => `${asString(keyed(constraint, 'key'))} ${asString(keyed(constraint, 'expression'))}`))))

/** {valueSet: {system: [code, …]}} */
const openValueSets = (text: string): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> => {
  const document: unknown = JSON.parse(text)
  return new Map(Object.keys(asObject(document)).map((valueSet) =>
    [valueSet, new Map(Object.entries(asObject(keyed(document, valueSet))).map(([system, codes]) => [system, new Set(asArray(codes).map(asString))]))]))
}
