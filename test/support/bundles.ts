/** Generates transaction bundles from a seed: 30 to 400 entries of 24 types, urn:uuid and conditional references, each entry with its If-None-Exist. */
import { objectFromPlain, writeJson, type JsonObject } from '#api/model/json.ts'
import { encounter, IDENTIFIERS, MAKERS, patient, SHARED, type Draft, type Links } from './bundle-resources.ts'
import { createRandom, type Random } from './random.ts'

export interface GeneratedEntry {
  readonly type: string
  readonly fullUrl: string
  /** Value of its identifier (system IDENTIFIERS). */
  readonly identifier: string
  readonly resource: JsonObject
}

export interface GeneratedBundle {
  readonly seed: number
  /** In the order of the body. */
  readonly entries: readonly GeneratedEntry[]
  /** The body to send. */
  readonly text: string
}

export const identifierQuery = (identifier: string): string => `identifier=${IDENTIFIERS}|${identifier}`

const finish = (type: string, identifier: string, draft: Draft): JsonObject =>
  objectFromPlain({ resourceType: type, identifier: type === 'Composition' || type === 'QuestionnaireResponse' ? { system: IDENTIFIERS, value: identifier } : [{ system: IDENTIFIERS, value: identifier }], ...draft })

/** Bundles of one seed are the same for ever; those of different seeds share departments, rooms and doctors only. */
export const generateBundle = (seed: number, options: { readonly entries?: number } = {}): GeneratedBundle => {
  const random = createRandom(seed)
  // Most visits are small; some are long stays.
  const count = options.entries ?? (random.chance(0.8) ? random.whole(30, 120) : random.whole(121, 400))
  const entries: GeneratedEntry[] = []
  const add = (type: string, identifier: string, draft: Draft): string => {
    const fullUrl = `urn:uuid:${random.uuid()}`
    entries.push({ type, fullUrl, identifier, resource: finish(type, identifier, draft) })
    return fullUrl
  }
  const shared = (type: keyof typeof SHARED, most: number): (() => string) => {
    const number = random.whole(1, most)
    const identifier = `${type}-${number}`
    const url = add(type, identifier, SHARED[type](createRandom(number), number))
    return () => (random.chance(0.5) ? url : `${type}?${identifierQuery(identifier)}`)
  }
  const organization = shared('Organization', 12)
  const location = shared('Location', 30)
  const practitioner = shared('Practitioner', 40)
  const own = (type: string, at: number): string => `${seed}-${type}-${at}`
  const self = add('Patient', own('Patient', 0), patient(random))
  const base = { patient: self, practitioner, organization, location, some: (type: string) => pickOf(random, entries, type) }
  const links: Links = { ...base, encounter: add('Encounter', own('Encounter', 0), encounter(random, base)) }
  const types = Object.keys(MAKERS)
  for (let at = entries.length; at < count; at += 1) {
    // Every type once, then as chance has it; half of all are Observations, as in life.
    const type = types[at - 5] ?? (random.chance(0.5) ? 'Observation' : random.pick(types))
    const make = MAKERS[type]
    if (make !== undefined) add(type, own(type, at), make(random, links))
  }
  const order = shuffled(random, entries)
  return { seed, entries: order, text: writeBundle(order) }
}

const pickOf = (random: Random, entries: readonly GeneratedEntry[], type: string): string | undefined => {
  const found = entries.filter((entry) => entry.type === type)
  return found.length === 0 ? undefined : random.pick(found).fullUrl
}

/** References lead forwards as well as backwards. */
const shuffled = (random: Random, entries: readonly GeneratedEntry[]): GeneratedEntry[] =>
  entries.map((entry) => ({ entry, at: random.next() })).toSorted((a, b) => a.at - b.at).map(({ entry }) => entry)

const writeBundle = (entries: readonly GeneratedEntry[]): string => {
  const parts = entries.map(({ fullUrl, type, identifier, resource }) =>
    `{"fullUrl":${JSON.stringify(fullUrl)},"resource":${writeJson(resource)},"request":${JSON.stringify({ method: 'POST', url: type, ifNoneExist: identifierQuery(identifier) })}}`)
  return `{"resourceType":"Bundle","type":"transaction","entry":[${parts.join(',')}]}`
}
