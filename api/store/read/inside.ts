/**
 * Looks into what is contained, for the chains of a search (api/search/inside.ts): each chain that leads to such gets the numbers of the rows whose contained resources pass. Innermost first, since what
 * is stored is then judged with them. Where nothing contains anything that is one look at an empty index, at the same time as the search itself and for all that come together.
 */
import { parseJsonObject, writeJson, type JsonObject } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { Filter } from '../../search/ast.ts'
import type { CompileOptions } from '../../search/compile.ts'
import type { OwnRows } from '../../search/holds.ts'
import { leadsInside, type Chain, type Judge, type Question } from '../../search/inside.ts'
import { chainsIn, compileBodies, compileContaining, compileStored, compileWalk, type Beside } from '../../search/inside-walk.ts'
import { typeNumber } from '../../search/resource-types.ts'
import type { Database } from '../connection/database.ts'
import { gather } from '../connection/gather.ts'
import { poolOf, run, type Queryable } from '../connection/rows.ts'
import { buildPostings, type PostingContext } from '../write/postings.ts'

/** Resources looked into at a time, and for one chain. */
const AT_ONCE = 200, MOST = 20_000

/** Of rows at which a chain leads on nothing else is known. */
const ELSEWHERE: Beside = { filters: [] }

export interface InsideOptions extends PostingContext {
  readonly database: Pick<Database, 'tenant' | 'nameOf'>
}

/** Which of the types, by number, have resources that contain any. */
type AskContaining = (types: readonly number[]) => Promise<ReadonlySet<number>>

const askOn = (on: Queryable, { tenant, nameOf }: InsideOptions['database']): AskContaining => async (types) => {
  const { text, values } = compileContaining(tenant, types)
  return new Set((await run<{ rtype: number }>(on, text, values, nameOf(text))).map(({ rtype }) => rtype))
}

/** Many searches that come at a time ask together; what runs in a transaction asks for itself, since it sees what it wrote. */
export const createAnyInside = (options: Pick<InsideOptions, 'database'>): AnyInside => {
  const gathered = new WeakMap<Queryable, AskContaining>()
  const together = (on: Queryable): AskContaining => {
    const known = gathered.get(on)
    if (known !== undefined) return known
    const ask = gather<readonly number[], ReadonlySet<number>>(async (questions) => {
      const found = await askOn(on, options.database)([...new Set(questions.flat())])
      return questions.map(() => found)
    }, { atATime: 2, together: 64 })
    gathered.set(on, ask)
    return ask
  }
  return (on, filters) => {
    const types = typesIn(filters)
    return types.length === 0 ? undefined : (poolOf(on) === undefined ? askOn(on, options.database) : together(on))(types).then((found) => types.some((type) => found.has(type)))
  }
}

/** Whether resources in which a chain of these filters begins contain any; undefined: no chain, nothing to ask. */
export type AnyInside = (on: Queryable, filters: readonly Filter[]) => Promise<boolean> | undefined

const typesIn = (filters: readonly Filter[]): number[] => [...new Set(chainsIn(filters).map(({ type }) => typeNumber(type) ?? 0))]

/** The same filters where nothing inside passes. They are all asked of one row, so that each is looked for among those that meet the others. Throws too-costly. */
export const withInside = async (on: Queryable, options: InsideOptions, compile: CompileOptions, filters: readonly Filter[], among?: Beside['among']): Promise<readonly Filter[]> => {
  const beside: Beside = { filters: filters.filter((filter) => chainsIn([filter]).length === 0), ...(among && { among }) }
  const resolved = await inTurn(filters, (filter) => resolve(on, options, compile, filter, beside))
  return chainsIn(resolved).some(({ inside }) => inside !== undefined) ? resolved : filters
}

/** As `withInside`, when there is anything inside. For what nobody waits for. */
export const resolveInside = async (on: Queryable, options: InsideOptions, compile: CompileOptions, filters: readonly Filter[], among?: Beside['among']): Promise<readonly Filter[]> =>
  (await createAnyInside(options)(on, filters) === true ? withInside(on, options, compile, filters, among) : filters)

const inTurn = async <T, R>(items: readonly T[], each: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = []
  for (const item of items) results.push(await each(item))
  return results
}

/** `beside`: what else the row must meet at which the filter stands. */
const resolve = async (on: Queryable, options: InsideOptions, compile: CompileOptions, filter: Filter, beside: Beside): Promise<Filter> => {
  if (chainsIn([filter]).length === 0) return filter
  switch (filter.kind) {
    case 'and': case 'or': return { ...filter, filters: await inTurn(filter.filters, (each) => resolve(on, options, compile, each, beside)) }
    case 'not': return { ...filter, filter: await resolve(on, options, compile, filter.filter, beside) }
    case 'has': return { ...filter, filter: await resolve(on, options, compile, filter.filter, ELSEWHERE) }
    case 'chain': {
      const chain: Chain = { ...filter, steps: await inTurn(filter.steps, async (step) => ({ ...step, filter: await resolve(on, options, compile, step.filter, ELSEWHERE) })) }
      const inside = await walk(on, options, compile, chain, beside)
      return inside.length === 0 ? chain : { ...chain, inside }
    }
    default: return filter
  }
}

const walk = async (on: Queryable, options: InsideOptions, compile: CompileOptions, chain: Chain, beside: Beside): Promise<string[]> => {
  const found: string[] = []
  for (let from: string | undefined, looked = 0; ; looked += AT_ONCE) {
    if (looked >= MOST) throw outcome('too-costly', { diagnostics: `A chain would have to look into more than ${MOST} resources that contain others: name a patient, or more.` })
    const { text, values } = compileWalk(chain, beside, compile, { ...(from !== undefined && { from }), limit: AT_ONCE })
    const rows = await run<{ rid: string; body: string }>(on, text, values)
    found.push(...await judgeRows(on, options, compile, chain, rows))
    if (rows.length < AT_ONCE) return found
    from = rows.at(-1)?.rid
  }
}

/** What is asked of the database on the way is asked for all rows together, and they are judged again with the answers, until nothing is open. */
const judgeRows = async (on: Queryable, options: InsideOptions, compile: CompileOptions, chain: Chain, rows: readonly { rid: string; body: string }[]): Promise<string[]> => {
  const roots = rows.map(({ rid, body }) => ({ rid, root: parseJsonObject(body) }))
  const kept = new Map<JsonObject, Omit<OwnRows, 'id'>>()
  const answers = new Map<Question, Map<string, boolean>>()
  for (;;) {
    const open = new Map<Question, Set<string>>()
    const judge: Judge = {
      bases: options.bases,
      rowsOf: (resource, type) => kept.get(resource) ?? keep(kept, resource, buildPostings(resource, type, options)),
      ask: (question, about) => {
        const key = typeof about === 'string' ? about : writeJson(about)
        const known = answers.get(question)?.get(key)
        if (known === undefined) open.set(question, (open.get(question) ?? new Set()).add(key))
        return known ?? false
      },
    }
    const passing = roots.filter(({ root }) => leadsInside(chain, root, judge))
    if (open.size === 0) return passing.map(({ rid }) => rid)
    for (const [question, keys] of open) {
      const { text, values } = 'kind' in question ? compileBodies(question, [...keys], compile) : compileStored(question, [...keys], compile)
      const pass = new Set((await run<{ key: string }>(on, text, values)).map(({ key }) => key))
      answers.set(question, new Map([...answers.get(question) ?? [], ...[...keys].map((key) => [key, pass.has(key)] as const)]))
    }
  }
}

const keep = <K, V>(map: Map<K, V>, key: K, value: V): V => {
  map.set(key, value)
  return value
}
