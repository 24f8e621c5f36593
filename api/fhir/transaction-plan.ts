/** The writes of a transaction Bundle, in the order in which they are done (http://hl7.org/fhir/R4/http.html#trules), as what is to be committed. */
import { Outcome, outcome } from '../model/outcome.ts'
import type { Caller } from '../model/ports.ts'
import type { ResourceKey } from '../model/resource.ts'
import { requireWritable } from './answer.ts'
import type { RequestEntry } from './bundle-body.ts'
import { parseCondition } from './conditions.ts'
import { parseIfMatch } from './headers.ts'
import { findPatched, MAX_TRIES, patchOfEntry, planPatch, wasOvertaken, type PatchDeps } from './patch/patches.ts'
import type { Planned } from './planned.ts'
import { readResource, requireEntryType, requireId, requireSameId } from './resource-body.ts'
import { requireWhole } from './view.ts'

const ORDER = { DELETE: 0, POST: 1, PUT: 2, PATCH: 2, GET: 3, HEAD: 3 } as const
/** Resources read for patches at a time. */
const AT_ONCE = 8

export const inOrder = (entries: readonly RequestEntry[]): { readonly writes: readonly RequestEntry[]; readonly reads: readonly RequestEntry[] } => {
  const ordered = entries.toSorted((a, b) => ORDER[a.method] - ORDER[b.method])
  const isRead = ({ method }: RequestEntry): boolean => method === 'GET' || method === 'HEAD'
  return { writes: ordered.filter((entry) => !isRead(entry)), reads: ordered.filter(isRead) }
}

/** Plans the writes and commits them; when somebody changes a resource between its being read for a patch and the commit, all of it again. */
export const withPlan = async <T>(deps: PatchDeps, caller: Caller, writes: readonly RequestEntry[], work: (plan: readonly Planned[]) => Promise<T>): Promise<T> => {
  const free: ReadonlySet<RequestEntry | undefined> = new Set(writes.filter(({ method, ifMatch }) => method === 'PATCH' && ifMatch === undefined))
  for (let attempt = 1; ; attempt += 1) {
    const plan: Planned[] = []
    for (let at = 0; at < writes.length; at += AT_ONCE) plan.push(...await Promise.all(writes.slice(at, at + AT_ONCE).map((entry) => toPlanned(deps, caller, entry))))
    requireDistinctUrls(plan)
    try {
      return await work(plan)
    } catch (error) {
      if (attempt === MAX_TRIES || !wasOvertaken(error, plan.filter((_, at) => free.has(writes[at])).map(({ key }) => key))) throw error
    }
  }
}

const toPlanned = async (deps: PatchDeps, caller: Caller, entry: RequestEntry): Promise<Planned> => {
  const { ids } = deps
  const [address = '', query] = entry.url.split('?', 2)
  const [typeText, idText, more] = address.split('/')
  const place = `${entry.path}.request.url`
  if (more !== undefined) throw outcome('bad-request', { expression: place, diagnostics: 'Nothing is written below a resource.' })
  const type = requireWritable(requireEntryType(typeText, place))
  const shared = { path: `${entry.path}.resource`, ...(entry.fullUrl === undefined ? {} : { fullUrl: entry.fullUrl }) }
  if (entry.method === 'POST') {
    if (idText !== undefined || query !== undefined) throw outcome('bad-request', { expression: place, diagnostics: 'A POST goes to the type.' })
    const { resource } = readResource(entry.resource, { type, path: shared.path })
    const condition = entry.ifNoneExist === undefined ? {} : { condition: parseCondition(type, entry.ifNoneExist, `${entry.path}.request.ifNoneExist`) }
    return { kind: 'create', key: { type, id: ids.uuid() }, resource, ...shared, ...condition }
  }
  if (query !== undefined && idText !== undefined) throw outcome('bad-request', { expression: place, diagnostics: 'Either an id or a condition.' })
  const aim = query === undefined ? { key: { type, id: requireId(idText, place) } } : { key: { type, id: ids.uuid() }, target: parseCondition(type, query, place) }
  const match = entry.ifNoneMatch?.trim() === '*' ? 'none' as const : parseIfMatch(entry.ifMatch, `${entry.path}.request.ifMatch`)
  const expected = match === undefined ? {} : { expected: match }
  if (entry.method === 'DELETE') return { kind: 'delete', ...aim, ...shared, ...expected }
  if (entry.method === 'PATCH') return { ...await toPatched(deps, caller, entry, aim.target === undefined ? aim.key : await findPatched(deps, caller, aim.target)), ...shared }
  const { resource } = readResource(entry.resource, { type, path: shared.path })
  requireWhole(resource, shared.path)
  if (query === undefined) requireSameId(resource, aim.key.id, shared.path)
  return { kind: 'update', ...aim, resource, ...shared, ...expected }
}

/** The place of what is wrong in a patch is told from the Bundle on. */
const toPatched = async (deps: PatchDeps, caller: Caller, entry: RequestEntry, key: ResourceKey): Promise<Planned> => {
  const path = `${entry.path}.resource`
  const patch = patchOfEntry(entry.resource, path)
  try {
    return await planPatch(deps, caller, key, { patch, expected: parseIfMatch(entry.ifMatch, `${entry.path}.request.ifMatch`), path })
  } catch (error) {
    const place = error instanceof Outcome && typeof error.detail.expression === 'string' ? error.detail.expression : ''
    throw error instanceof Outcome && /^(patch|Parameters)/.test(place) ? outcome(error.code, { ...error.detail, expression: `${path}.${place}` }) : error
  }
}

/** Two entries under one fullUrl: nobody could say which a reference means. That no resource occurs twice is seen when conditions are resolved (targets.ts). */
const requireDistinctUrls = (plan: readonly Planned[]): void => {
  const urls = new Set<string>()
  for (const { fullUrl, path } of plan) {
    if (fullUrl === undefined) continue
    if (urls.has(fullUrl)) throw outcome('bad-request', { expression: path, diagnostics: 'The fullUrl occurs twice in the transaction.' })
    urls.add(fullUrl)
  }
}
