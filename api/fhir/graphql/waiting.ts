/** What a level of a query waits for, loaded together: references by one statement, and what refers to the resources of a level by one search for each field that asks for it. */
import { JsonObject, arrayAt, stringAt } from '../../model/json.ts'
import { Outcome, outcome } from '../../model/outcome.ts'
import type { ResourceKey } from '../../model/resource.ts'
import { toTarget } from '../../search/values.ts'
import { FieldFailure } from './failure.ts'
import type { Loader } from './load.ts'
import type { Planned } from './plan.ts'

interface Found { found: readonly JsonObject[] }

export type Load =
  /** Nothing but its turn. */
  | { readonly kind: 'turn' }
  | Found & { readonly kind: 'read'; readonly type: string; readonly id: string | undefined }
  | Found & { readonly kind: 'reference'; readonly source: JsonObject; readonly root: JsonObject | undefined }
  | Found & { readonly kind: 'list'; readonly type: string; readonly reverse: boolean; readonly target: ResourceKey | undefined }
  | Found & { readonly kind: 'connection'; readonly type: string; readonly counted: boolean; readonly reverse: boolean; readonly target: ResourceKey | undefined }

export interface Waiting {
  readonly planned: Planned
  readonly load: Load
  readonly done: () => void | Promise<void>
}

type Of<K extends Load['kind']> = Waiting & { readonly load: Extract<Load, { kind: K }> }

const ID = /^[A-Za-z0-9\-.]{1,64}$/

const isOf = <K extends Load['kind']>(kind: K) => (one: Waiting): one is Of<K> => one.load.kind === kind

/** Puts what is found into the loads. */
export const settleWaiting = async (deps: { readonly loader: Loader; readonly bases: readonly string[] }, level: readonly Waiting[]): Promise<void> => {
  await followAll(deps.loader, deps.bases, level.filter(isOf('reference')))
  for (const one of level.filter(isOf('read'))) one.load.found = [await located(one, () => readOne(deps.loader, one.load))]
  const lists = level.filter(isOf('list'))
  for (const [planned, each] of Map.groupBy(lists, (one) => one.planned)) await located({ planned }, () => listAll(deps.loader, planned, each))
  for (const one of level.filter(isOf('connection'))) {
    const { type, counted, reverse, target } = one.load
    if (!reverse || target !== undefined) one.load.found = [await located(one, () => deps.loader.connection(type, one.planned.args, counted, target))]
  }
}

const located = async <T>({ planned }: Pick<Waiting, 'planned'>, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Outcome)) throw error
    const { line = 1, column = 1 } = planned.nodes[0]?.loc?.startToken ?? {}
    throw new FieldFailure(error, line, column)
  }
}

const readOne = async (loader: Loader, { type, id }: Of<'read'>['load']): Promise<JsonObject> => {
  if (id === undefined || !ID.test(id)) throw outcome('bad-id', { expression: 'id', diagnostics: 'Expected the id of a resource.' })
  return loader.read({ type, id })
}

const listAll = async (loader: Loader, { args }: Planned, each: readonly Of<'list'>[]): Promise<void> => {
  const [first] = each
  if (first?.load.reverse === false) first.load.found = await loader.list(first.load.type, args)
  const asking = each.flatMap(({ load }) => (load.reverse && load.target !== undefined ? [{ load, target: load.target }] : []))
  if (first === undefined || asking.length === 0) return
  const found = await loader.listReferring(first.load.type, args, asking.map(({ target }) => target))
  for (const [index, { load }] of asking.entries()) load.found = found[index] ?? []
}

const followAll = async (loader: Loader, bases: readonly string[], level: readonly Of<'reference'>[]): Promise<void> => {
  if (level.length === 0) return
  const leading = level.map((one) => ({ one, ...leadOf(one, bases) }))
  const there = await loader.follow(leading.flatMap(({ key }) => (key === undefined ? [] : [key])))
  for (const { one, key, inside, ignored } of leading) {
    const found = inside ?? (key && there.get(`${key.type}/${key.id}`))
    if (found !== undefined) one.load.found = [found]
    else if (!ignored && one.planned.args['optional'] !== true) await located(one, async () => { throw outcome('graphql-reference', { expression: 'resource', diagnostics: 'The reference leads to nothing that is here and may be seen; with optional: true it would be left out.' }) })
  }
}

interface Lead { readonly key?: ResourceKey; readonly inside?: JsonObject; readonly ignored: boolean }

/** Where a reference leads: to what is contained, to this server, or nowhere; of another type than is asked for it is left aside. */
const leadOf = ({ planned, load: { source, root } }: Of<'reference'>, bases: readonly string[]): Lead => {
  const reference = stringAt(source, 'reference') ?? ''
  const wanted = planned.args['type']
  if (reference.startsWith('#')) {
    const inside = reference === '#' ? root : arrayAt(root, 'contained').find((each): each is JsonObject => each instanceof JsonObject && stringAt(each, 'id') === reference.slice(1))
    return inside !== undefined && typeof wanted === 'string' && stringAt(inside, 'resourceType') !== wanted ? { ignored: true } : { ...(inside && { inside }), ignored: false }
  }
  const [target] = toTarget(reference, bases)
  const { type, id } = target ?? {}
  if (type === undefined || id === undefined) return { ignored: false }
  return typeof wanted === 'string' && type !== wanted ? { ignored: true } : { key: { type, id }, ignored: false }
}
