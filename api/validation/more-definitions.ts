/**
 * Definitions beyond those of the program: stored at this site, then R4's own profiles and extensions. One is compiled when it is first named and kept for its version; whether that is
 * still current, and what it builds on, is asked at each use, so that a change counts at once whichever process made it.
 */
import type { DefinitionHead, DefinitionMemory, DefinitionSource } from '../model/ports.ts'
import { compileDefinition, snapshotElements } from './compile-definition.ts'
import type { Definitions } from './definitions.ts'
import type { Structure } from './element.ts'
import { Unusable } from './unusable.ts'
import { asArray, asString, keyed } from './untyped.ts'

/** R4's own definitions that are not in the package. */
export type StandardDefinitions = (url: string) => Promise<string | undefined>

export interface MoreDefinitions {
  /** What is known of the canonicals: what cannot be used says why. */
  find(canonicals: readonly string[], memory?: DefinitionMemory): Promise<ReadonlyMap<string, Structure | Unusable>>
  /** Compiles what is not stored yet. Throws Unusable. */
  compile(definition: unknown): Promise<Structure>
}

interface Compiled {
  readonly result: Structure | Unusable
  /** Versions of the definitions that it was built on, by canonical. */
  readonly uses: ReadonlyMap<string, string>
  /** Elements, which is what it takes in memory. */
  readonly weight: number
}
interface Raw { readonly key: string; readonly definition: unknown }

/** Elements of all that is kept: some 100 MB at most. */
const MOST_KEPT = 100_000
const MOST_ROUNDS = 10
const DEEPEST = 10

const urlOf = (canonical: string): string => canonical.split('|')[0] ?? ''
const RANK: Readonly<Record<string, number>> = { active: 2, draft: 1 }

export const createMoreDefinitions = (definitions: Definitions, source: DefinitionSource, standard: StandardDefinitions): MoreDefinitions => {
  const kept = new Map<string, Compiled>()
  let weight = 0
  const drop = (key: string): void => {
    weight -= kept.get(key)?.weight ?? 0
    kept.delete(key)
  }
  const keep = (key: string, compiled: Compiled): Compiled => {
    drop(key)
    kept.set(key, compiled)
    weight += compiled.weight
    for (const oldest of kept.keys()) {
      if (weight <= MOST_KEPT || oldest === key) break
      drop(oldest)
    }
    return compiled
  }

  const headsOf = (url: string, memory: DefinitionMemory): Promise<readonly DefinitionHead[]> => {
    const asked = memory.get(url) ?? source.heads([url])
    memory.set(url, asked)
    return asked
  }

  /** One question for all that was not asked in this request before. */
  const askTogether = (urls: readonly string[], memory: DefinitionMemory): void => {
    const fresh = urls.filter((url) => !memory.has(url))
    if (fresh.length === 0) return
    const answer = source.heads(fresh)
    for (const url of fresh) {
      const own = answer.then((heads) => heads.filter((head) => head.url === url))
      // whoever asks for it gets the failure
      own.catch(() => undefined)
      memory.set(url, own)
    }
  }

  /** The stored version that counts: the one that is named, else an active one before a draft, the last by its version. */
  const rawOf = async (canonical: string, memory: DefinitionMemory): Promise<Raw | undefined> => {
    const [url = '', version] = canonical.split('|')
    const found: (Raw & { readonly status: string; readonly version: string })[] = []
    for (const head of await headsOf(url, memory)) {
      const body = await source.body(head)
      if (body === undefined) continue
      const definition: unknown = JSON.parse(body)
      if (asString(keyed(definition, 'url')) === url) found.push({ key: `${head.id}/${head.version}`, definition, status: asString(keyed(definition, 'status')), version: asString(keyed(definition, 'version')) })
    }
    const [best] = found.filter((one) => version === undefined || one.version === version)
      .toSorted((one, other) => (RANK[other.status] ?? 0) - (RANK[one.status] ?? 0) || other.version.localeCompare(one.version, 'en', { numeric: true }))
    if (best) return best
    const own = await standard(url)
    return own === undefined ? undefined : { key: 'r4', definition: JSON.parse(own) }
  }

  /** Compiles with what is at hand, fetches what was missing, and tries again. */
  const build = async (definition: unknown, memory: DefinitionMemory): Promise<Compiled> => {
    const raws = new Map<string, Raw | undefined>()
    for (let round = 0; ; round += 1) {
      const missing = new Set<string>()
      const result = attempt(definitions, definition, raws, missing)
      const fresh = [...missing].filter((canonical) => !raws.has(canonical))
      const uses = new Map([...raws].map(([canonical, raw]) => [canonical, raw?.key ?? '']))
      if (fresh.length === 0 || round >= MOST_ROUNDS) return { result, uses, weight: weightOf(result) }
      for (const canonical of fresh) raws.set(canonical, await rawOf(canonical, memory))
    }
  }

  const isCurrent = async ({ uses }: Compiled, memory: DefinitionMemory): Promise<boolean> => {
    for (const [canonical, key] of uses) {
      const heads = (await headsOf(urlOf(canonical), memory)).map(({ id, version }) => `${id}/${version}`)
      if (key === 'r4' || key === '' ? heads.length > 0 : !heads.includes(key)) return false
    }
    return true
  }

  const findOne = async (canonical: string, memory: DefinitionMemory): Promise<Structure | Unusable | undefined> => {
    const heads = await headsOf(urlOf(canonical), memory)
    // which of several versions counts is in their bodies
    const key = `${canonical} ${heads.map(({ id, version }) => `${id}/${version}`).join(' ')}`
    const known = kept.get(key)
    if (known && await isCurrent(known, memory)) return keep(key, known).result
    const raw = await rawOf(canonical, memory)
    return raw && keep(key, await build(raw.definition, memory)).result
  }

  return {
    async find(canonicals, memory = new Map()) {
      const found = new Map<string, Structure | Unusable>()
      askTogether([...new Set(canonicals.map(urlOf))], memory)
      for (const canonical of canonicals) {
        const one = await findOne(canonical, memory)
        if (one) found.set(canonical, one)
      }
      return found
    },
    async compile(definition) {
      const { result } = await build(definition, new Map())
      if (result instanceof Unusable) throw result
      return result
    },
  }
}

const weightOf = (result: Structure | Unusable): number => (result instanceof Unusable ? 10 : result.weight ?? 100)

const attempt = (definitions: Definitions, definition: unknown, raws: ReadonlyMap<string, Raw | undefined>, missing: Set<string>): Structure | Unusable => {
  const above: string[] = [asString(keyed(definition, 'url'))]
  const snapshotOf = (canonical: string): readonly unknown[] | undefined => {
    const own = definitions.source(urlOf(canonical))
    if (own !== undefined) return asArray(keyed(keyed(own, 'snapshot'), 'element'))
    if (above.includes(urlOf(canonical)) || above.length >= DEEPEST) throw new Unusable(`${canonical.slice(0, 200)} builds on itself`, 'baseDefinition')
    const raw = raws.get(canonical)
    if (!raw) {
      missing.add(canonical)
      return undefined
    }
    above.push(urlOf(canonical))
    const elements = snapshotElements(raw.definition, definitions, snapshotOf)
    above.pop()
    return elements
  }
  try {
    return compileDefinition(definition, snapshotElements(definition, definitions, snapshotOf), definitions)
  } catch (error) {
    if (error instanceof Unusable) return error
    throw error
  }
}
