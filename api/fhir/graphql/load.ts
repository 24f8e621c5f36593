/**
 * Everything that a query reads passes here: the policy is asked, the statement holds the predicate of what the caller may see, and the read is on record before anything of it is
 * answered. What references of one level lead to is one statement, and so is what refers to the resources of one level.
 */
import type { FhirPath } from '../../model/fhirpath-port.ts'
import { objectFromPlain, parseJsonObject, type JsonObject } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller, ResourceStore, SearchPage } from '../../model/ports.ts'
import type { Records } from '../../model/record-ports.ts'
import type { ResourceKey, StoredVersion } from '../../model/resource.ts'
import { includedKeys } from '../../search/include.ts'
import { narrow } from '../../security/policy.ts'
import type { Gate } from '../gate.ts'
import { requireLoaded } from '../load.ts'
import { LONGEST_LIST, MOST_RESOURCES, MOST_SEARCHES } from './limits.ts'
import { countOf, readCursor, requireReferring, toPairs, writeCursor, type Pairs } from './search-request.ts'
import { readSights } from './sight.ts'

export interface LoadDeps {
  readonly store: Pick<ResourceStore, 'read' | 'search'>
  readonly records: Pick<Records, 'find'>
  readonly gate: Gate
}

type Args = Readonly<Record<string, unknown>>

export interface Loader {
  /** As an interaction: 404, 410, 403 as a read of it. */
  read(key: ResourceKey): Promise<JsonObject>
  /** What is there and may be seen, by Type/id. */
  follow(keys: readonly ResourceKey[]): Promise<ReadonlyMap<string, JsonObject>>
  list(type: string, args: Args): Promise<readonly JsonObject[]>
  /** What refers to these, for each in its turn. */
  listReferring(type: string, args: Args, targets: readonly ResourceKey[]): Promise<readonly (readonly JsonObject[])[]>
  /** A page of a search as a connection; `target`: of what refers to it. */
  connection(type: string, args: Args, counted: boolean, target?: ResourceKey): Promise<JsonObject>
}

const NAME = '$graphql'
/** Resources in one search for what refers to them. */
const MOST_TARGETS = 500
const PAGE = 20

export const createLoader = (deps: LoadDeps, caller: Caller, bases: readonly string[], fhirPath: FhirPath): Loader => {
  const followed = new Map<string, JsonObject | undefined>()
  let searches = 0
  let resources = 0
  const take = (found: number): void => {
    resources += found
    if (resources > MOST_RESOURCES) throw outcome('too-costly', { expression: 'query', diagnostics: `A query looks at no more than ${MOST_RESOURCES} resources.` })
  }
  const begin = (): void => {
    searches += 1
    if (searches > MOST_SEARCHES) throw outcome('too-costly', { expression: 'query', diagnostics: `A query makes no more than ${MOST_SEARCHES} reads and searches.` })
  }
  const search = async (type: string, parameters: Pairs, patient?: string): Promise<SearchPage> => {
    begin()
    await deps.gate.require(caller, [{ interaction: 'search-type', type }])
    const page = await deps.store.search(narrow(caller, 'search-type', type), { type, parameters, strict: true, bases })
    take(page.matches.length)
    await recordSearch(deps.gate, caller, type, parameters, page, patient)
    return page
  }
  const whole = async (type: string, args: Args, more: Pairs, patient?: string): Promise<readonly StoredVersion[]> => {
    const count = more.length > 0 || typeof args['fhirpath'] === 'string' ? undefined : countOf(args, LONGEST_LIST)
    const page = await search(type, [...toPairs(type, args), ...more, ['_count', String(count ?? LONGEST_LIST)]], patient)
    if (page.next !== undefined && count === undefined) throw outcome('too-costly', { expression: `${type}List`, diagnostics: `More than ${LONGEST_LIST} in one list: narrow it, or ask for a Connection.` })
    return page.matches
  }
  const choose = (type: string, { fhirpath, ...args }: Args, items: readonly JsonObject[]): readonly JsonObject[] =>
    (typeof fhirpath === 'string' ? fhirPath.which(fhirpath, type, items) : items).slice(0, countOf(args, LONGEST_LIST) ?? LONGEST_LIST)
  return {
    async read(key) {
      begin()
      const stored = await requireLoaded(deps.gate, caller, { interaction: 'read', ...key }, (seeing) => deps.store.read(seeing, key), NAME)
      take(1)
      return parseJsonObject(stored.body)
    },
    async follow(keys) {
      const fresh = [...new Map(keys.filter(({ type, id }) => !followed.has(`${type}/${id}`)).map((key) => [`${key.type}/${key.id}`, key])).values()]
      take(fresh.length)
      for (const stored of await fetchSeen(deps, caller, fresh)) followed.set(`${stored.type}/${stored.id}`, parseJsonObject(stored.body))
      for (const { type, id } of fresh) if (!followed.has(`${type}/${id}`)) followed.set(`${type}/${id}`, undefined)
      return new Map(keys.flatMap(({ type, id }) => { const found = followed.get(`${type}/${id}`); return found === undefined ? [] : [[`${type}/${id}`, found] as const] }))
    },
    list: async (type, args) => choose(type, args, (await whole(type, args, [])).map(({ body }) => parseJsonObject(body))),
    async listReferring(type, args, targets) {
      const found = new Map<string, JsonObject[]>(targets.map(({ type: of, id }) => [`${of}/${id}`, []]))
      const [first] = targets
      if (first === undefined) return []
      const code = requireReferring(type, first.type, args)
      const names = [...found.keys()]
      for (let at = 0; at < names.length; at += MOST_TARGETS) {
        const rows = await whole(type, args, [[code, names.slice(at, at + MOST_TARGETS).join(',')]], names.length === 1 && first.type === 'Patient' ? first.id : undefined)
        for (const row of rows) {
          const resource = parseJsonObject(row.body)
          for (const key of includedKeys([{ reverse: false, iterate: false, source: type, code }], [row], bases)) found.get(`${key.type}/${key.id}`)?.push(resource)
        }
      }
      return targets.map(({ type: of, id }) => choose(type, args, found.get(`${of}/${id}`) ?? []))
    },
    async connection(type, args, counted, target) {
      const cursor = typeof args['cursor'] === 'string' ? args['cursor'] : args['_cursor']
      const own: Pairs = [...toPairs(type, args), ...(target === undefined ? [] : [[requireReferring(type, target.type, args), `${target.type}/${target.id}`] as const]), ['_count', String(countOf(args, LONGEST_LIST) ?? PAGE)]]
      if (typeof cursor === 'string' && (own.length > 1 || typeof args['_count'] === 'number')) throw outcome('bad-parameter', { expression: 'cursor', diagnostics: 'A cursor stands alone: the search is part of it.' })
      // a place belongs to its search, counted or not
      const pairs: Pairs = typeof cursor === 'string' ? readCursor(cursor, type) : counted ? [...own, ['_total', 'accurate']] : own
      const page = await search(type, pairs, target?.type === 'Patient' ? target.id : undefined)
      const { fhirpath } = args
      const matches = page.matches.map(({ body }) => parseJsonObject(body))
      return toConnection(pairs, page, typeof fhirpath === 'string' ? fhirPath.which(fhirpath, type, matches) : matches)
    },
  }
}

/** Seen by the predicate in the statement, and judged once more as a read of each; on record before it is handed on. */
const fetchSeen = async ({ records, gate }: LoadDeps, caller: Caller, keys: readonly ResourceKey[]): Promise<readonly StoredVersion[]> => {
  if (keys.length === 0) return []
  const found = await records.find(readSights(caller, keys.map(({ type }) => type)), keys)
  const questions = found.map(({ type, id, patient }) => ({ interaction: 'read' as const, type, id, patient }))
  const verdicts = await gate.judge(caller, questions)
  const seen = found.filter((_stored, at) => verdicts[at] === 'allow')
  await Promise.all(seen.map((stored) => gate.record(caller, { interaction: 'read', type: stored.type, id: stored.id, ...(stored.patient !== undefined && { patient: stored.patient }) }, stored, NAME)))
  return seen
}

/** Names of parameters, never values; the patient of whom all is that was shown. */
const recordSearch = async (gate: Gate, caller: Caller, type: string, parameters: Pairs, page: SearchPage, patient: string | undefined): Promise<void> => {
  const [only, more] = [...new Set(page.matches.flatMap((stored) => (stored.patient === undefined || stored.patient === '' ? [] : [stored.patient])))]
  const whose = patient ?? (more === undefined ? only : undefined)
  const names = [...new Set(parameters.map(([name]) => name.slice(0, 64)))].join(' ').slice(0, 180)
  await gate.record(caller, { interaction: 'search-type', type, ...(whose !== undefined && { patient: whose }) }, undefined, `${NAME} ${names} (${page.matches.length})`)
}

/** The first page begins where the search does; the others are places that the store has sealed. */
const toConnection = (pairs: Pairs, page: SearchPage, matches: readonly JsonObject[]): JsonObject => {
  const start = pairs.filter(([name]) => name !== '_cursor')
  const cursorOf = (place: string | undefined): string | undefined => (place === undefined ? undefined : writeCursor([...start, ['_cursor', place]]))
  return objectFromPlain({
    count: page.total, offset: start.length === pairs.length ? 0 : undefined, pagesize: Number(start.find(([name]) => name === '_count')?.[1] ?? PAGE),
    first: cursorOf(page.first) ?? writeCursor(start), previous: cursorOf(page.previous), next: cursorOf(page.next), last: cursorOf(page.last),
    edges: matches.map((resource) => ({ mode: 'match', resource })),
  })
}
