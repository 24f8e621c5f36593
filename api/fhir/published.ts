/**
 * What R4 itself publishes, and this server of its own operations, and nobody has stored (http://hl7.org/fhir/R4/terminologies-valuesets.html, http://hl7.org/fhir/R4/profilelist.html): read by id, and found by canonical or id
 * alone. It is no row: other searches, history and updates know nothing of it, and pay nothing for it; what is stored under the same id or canonical comes before it.
 */
import type { Published, ResourceStore, SearchPage, SearchRequest } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import { toR4 } from './generate/r4.ts'

type Reads = Pick<ResourceStore, 'read' | 'search'>

const TYPES: ReadonlySet<string> = new Set(['CodeSystem', 'ValueSet', 'ConceptMap', 'StructureDefinition', 'OperationDefinition'])
/** The day of R4 4.0.1. */
const PUBLISHED_AT = '2019-10-31T22:29:23.356Z'
/** How the answer looks, not what is in it. */
const SHAPE: ReadonlySet<string> = new Set(['_count', '_total', '_summary', '_elements', '_sort'])

/** Types that the package of definitions has changed are told as R4 has them. */
const asR4 = (body: string): string => {
  const definition: unknown = JSON.parse(body)
  if (typeof definition !== 'object' || definition === null) return body
  const views = (['snapshot', 'differential'] as const).flatMap((view) => {
    const found: unknown = Reflect.get(definition, view)
    const elements: unknown = typeof found === 'object' && found !== null ? Reflect.get(found, 'element') : undefined
    return Array.isArray(elements) ? [[view, { element: toR4(elements) }] as const] : []
  })
  return JSON.stringify({ ...definition, ...Object.fromEntries(views) })
}

const toVersion = (type: string, text: string): StoredVersion => {
  const body = type === 'StructureDefinition' ? asR4(text) : text
  const [, id = ''] = /"id":"([A-Za-z0-9\-.]{1,64})"/.exec(body) ?? []
  return { type, id, version: 1, lastUpdated: PUBLISHED_AT, deleted: false, body }
}

/** What the search names, when it does nothing else: values of url, with one version, or of _id. */
const namedIn = ({ type, compartment, parameters }: SearchRequest): { readonly by: 'url' | 'id'; readonly values: readonly string[]; readonly version?: string } | undefined => {
  if (type === undefined || compartment !== undefined || !TYPES.has(type)) return undefined
  const asked = parameters.filter(([name]) => !SHAPE.has(name))
  const valueOf = (name: string): string | undefined => asked.find(([each]) => each === name)?.[1]
  const url = valueOf('url'), id = valueOf('_id'), version = valueOf('version')
  if (asked.length === 1 && id !== undefined) return { by: 'id', values: id.split(',') }
  if (url === undefined || asked.length !== (version === undefined ? 1 : 2)) return undefined
  return { by: 'url', values: url.split(','), ...(version !== undefined && { version }) }
}

const MOST_NAMED = 20

export const withPublished = (store: Reads, published: Published): Reads => {
  const add = async (page: SearchPage, request: SearchRequest): Promise<SearchPage> => {
    const named = page.matches.length === 0 && page.next === undefined && (page.total ?? 0) === 0 ? namedIn(request) : undefined
    const { type = '' } = request
    if (named === undefined) return page
    const found: StoredVersion[] = []
    for (const value of new Set(named.values.slice(0, MOST_NAMED))) {
      const body = await published.find(type, named.by === 'id' ? { id: value } : { url: value, ...(named.version !== undefined && { version: named.version }) })
      if (body !== undefined) found.push(toVersion(type, body))
    }
    const counted = request.parameters.some(([name, value]) => (name === '_summary' && value === 'count') || (name === '_count' && value === '0'))
    return { ...page, matches: counted ? [] : found, ...(page.total !== undefined && { total: found.length }) }
  }
  return {
    async read(caller, key) {
      const stored = await store.read(caller, key)
      if (stored !== undefined || !TYPES.has(key.type)) return stored
      const body = await published.find(key.type, { id: key.id })
      return body === undefined ? undefined : toVersion(key.type, body)
    },
    search: async (caller, request) => add(await store.search(caller, request), request),
  }
}
