/**
 * Finds code systems, value sets and concept maps by canonical or id: the stored ones of this site, then R4's own. What is stored is looked at afresh at each use
 * (its heads, not its bodies), so that a change by any process counts at once; a version that was read is never read again while it is remembered.
 */
import type { CodeSystem, ConceptMap, ValueSet } from '@medplum/fhirtypes'
import type { TerminologyHead, TerminologySource, TerminologyType } from '../../model/ports.ts'
import { toTyped } from '../../model/resource.ts'
import { Bounded } from './bounded.ts'
import { choose, describe, splitCanonical, type Description } from './description.ts'
import type { Standard, StandardTerminology } from './standard.ts'
import { buildSystemIndex, readCodeSystem, type SystemIndex } from './system-index.ts'

export interface Known extends Description {
  /** Tells this version of this resource from every other. */
  readonly key: string
  /** Whether it is stored at this site. */
  readonly stored: boolean
}
interface Types { readonly CodeSystem: CodeSystem; readonly ValueSet: ValueSet; readonly ConceptMap: ConceptMap }

export interface Snapshot {
  /** Same as long as nothing changed. */
  readonly stamp: string
  find(type: TerminologyType, canonical: string, on: string, version?: string): Known | undefined
  byId(type: TerminologyType, id: string): Known | undefined
  all(type: TerminologyType): readonly Known[]
  load<T extends TerminologyType>(known: Known & { readonly type: T }): Promise<Types[T]>
  index(known: Known): Promise<SystemIndex>
}

export interface Catalogue { current(): Promise<Snapshot> }

/** Letters of stored text, and codes of indexes, that stay in memory: some 100 MB together at most. */
const MOST_LETTERS = 30_000_000
const MOST_ENTRIES = 400_000
const EMPTY = '{"resourceType":"Basic"}'
/** Bodies fetched together. */
const BATCH = 20

const headKey = ({ type, id, version }: TerminologyHead): string => `${type}/${id}/${version}`
const urlKey = (type: string, url: string): string => `${type} ${url}`

interface Memory {
  /** Of versions that are current now. */
  readonly described: Map<string, Known | undefined>
  readonly texts: Bounded<string>
  readonly indexes: Bounded<SystemIndex>
}

export const createCatalogue = ({ source, standard }: { readonly source: TerminologySource; readonly standard: StandardTerminology }): Catalogue => {
  const memory: Memory = { described: new Map(), texts: new Bounded(MOST_LETTERS), indexes: new Bounded(MOST_ENTRIES) }
  let builtIn: Promise<readonly (Known & Standard)[]> | undefined
  let last: Snapshot | undefined
  const readStandard = (): Promise<readonly (Known & Standard)[]> => {
    const reading = builtIn ?? standard().then((all) => all.map((one) => ({ ...one, key: `r4/${one.type}/${one.id}`, stored: false })))
    builtIn = reading
    reading.catch(() => { builtIn = undefined })
    return reading
  }
  return {
    async current() {
      const [heads, own] = await Promise.all([source.heads(), readStandard()])
      const stamp = heads.map(headKey).join(' ')
      if (last?.stamp === stamp) return last
      const stored = await describeAll(source, memory, heads)
      return (last = openSnapshot(stamp, stored, own, source, memory))
    },
  }
}

/** Those not seen before are read once; those that are gone are forgotten. */
const describeAll = async (source: TerminologySource, { described, texts }: Memory, heads: readonly TerminologyHead[]): Promise<Known[]> => {
  const current = new Set(heads.map(headKey))
  for (const key of described.keys()) if (!current.has(key)) described.delete(key)
  const fresh = heads.filter((head) => !described.has(headKey(head)))
  for (let at = 0; at < fresh.length; at += BATCH) {
    for (const found of await source.bodies(fresh.slice(at, at + BATCH))) {
      const key = headKey(found)
      const description = describe(JSON.parse(found.body))
      described.set(key, description && { ...description, key, stored: true })
      texts.set(key, found.body, found.body.length)
    }
  }
  return heads.flatMap((head) => described.get(headKey(head)) ?? [])
}

const openSnapshot = (stamp: string, stored: readonly Known[], own: readonly (Known & Standard)[], source: TerminologySource, memory: Memory): Snapshot => {
  const byUrl = new Map<string, Known[]>()
  const ids = new Map<string, Known>()
  for (const known of [...stored, ...own]) {
    const key = urlKey(known.type, known.url), id = `${known.type}/${known.id}`
    byUrl.set(key, [...byUrl.get(key) ?? [], known])
    if (!ids.has(id)) ids.set(id, known)
  }
  const texts = new Map(own.map(({ key, text }) => [key, text]))
  const textOf = async (known: Known): Promise<string> => {
    const found = texts.get(known.key) ?? memory.texts.get(known.key)
    if (found !== undefined) return found
    const [body] = await source.bodies([{ type: known.type, id: known.id, version: Number(known.key.split('/')[2]) }])
    // gone meanwhile: as if it were empty, this once
    return body ? memory.texts.set(known.key, body.body, body.body.length) : EMPTY
  }
  /** What the site has stored under a canonical counts before R4's own. */
  const candidates = (type: TerminologyType, url: string): readonly Known[] => {
    const all = url === '' ? [] : byUrl.get(urlKey(type, url)) ?? []
    const here = all.filter((known) => known.stored)
    return here.length > 0 ? [...here, ...all.filter((known) => !known.stored && !here.some(({ version }) => version === known.version))] : all
  }
  const supplementsOf = (known: Known): Known[] => stored.filter(({ type, content, supplements, status }) => {
    if (type !== 'CodeSystem' || content !== 'supplement' || supplements === undefined || status === 'retired') return false
    const { url, version } = splitCanonical(supplements)
    return url === known.url && (version === undefined || version === known.version)
  })
  const systems = async (known: Known): Promise<SystemIndex> => {
    const supplements = supplementsOf(known)
    const key = [known, ...supplements].map((one) => one.key).join(' ')
    const found = memory.indexes.get(key)
    if (found) return found
    const loaded = await Promise.all([known, ...supplements].map(async (one) => readCodeSystem(await textOf(one))))
    const [system, ...more] = loaded
    const index = buildSystemIndex(system ?? { resourceType: 'CodeSystem', status: 'unknown', content: 'not-present' }, more)
    return memory.indexes.set(key, index, index.entries.length + 1)
  }
  return {
    stamp,
    find(type, canonical, on, asked) {
      const { url, version = asked } = splitCanonical(canonical)
      const here = candidates(type, url).filter(({ content }) => content !== 'supplement')
      const own = here.filter((known) => known.stored)
      return version === undefined && own.length > 0 ? choose(own, on) : choose(here, on, version)
    },
    byId: (type, id) => ids.get(`${type}/${id}`),
    all: (type) => [...stored, ...own].filter((known) => known.type === type),
    load: async (known) => toTyped({ body: await textOf(known) }),
    index: systems,
  }
}
