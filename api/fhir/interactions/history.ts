/** History of one resource, of a type, of everything: newest first, deletions included, a page at a time. http://hl7.org/fhir/R4/http.html#history */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller, HistoryPage, ResourceStore } from '../../model/ports.ts'
import { contentOf } from '../../model/resource.ts'
import { RESOURCE_TYPES } from '../../search/resource-types.ts'
import { narrow, reachOf } from '../../security/policy.ts'
import { responseOf, writeBundle, type BundleEntryText } from '../bundle-text.ts'
import type { Gate } from '../gate.ts'
import { requireFormat } from '../format.ts'
import { baseOf, fhirReply } from '../headers.ts'
import { withFullSight } from '../load.ts'
import { linksOf } from '../page-links.ts'
import { withoutGeneral } from '../parameters.ts'
import { requireId, requireType } from '../resource-body.ts'
import { applyView, parseView } from '../view.ts'

export interface HistoryDeps {
  readonly store: ResourceStore
  readonly gate: Gate
  readonly publicUrl: string
}

/** 200 with a history Bundle; the policy is asked for every patient in whose record the resource ever stood. */
export const historyInstanceInteraction = (deps: HistoryDeps) => async (request: GuardedRequest): Promise<Reply> => {
  requireFormat(request)
  const key = { type: requireType(request.params.type), id: requireId(request.params.id) }
  const page = await deps.store.history(withFullSight(request.caller, { interaction: 'history-instance', type: key.type }), { ...key, parameters: withoutGeneral(request.query) })
  if (page === undefined) {
    const [verdict] = await deps.gate.judge(request.caller, [{ interaction: 'search-type', type: key.type }])
    if (verdict !== 'allow') await deps.gate.refuse(request.caller, { interaction: 'history-instance', ...key }, 'forbidden')
    throw outcome('not-found', { expression: key.type })
  }
  const questions = page.patients.map((patient) => ({ interaction: 'history-instance' as const, ...key, patient }))
  await deps.gate.require(request.caller, questions)
  await deps.gate.record(request.caller, questions[0] ?? { interaction: 'history-instance', ...key }, page.versions[0])
  return answer(deps, request, `/${key.type}/${key.id}/_history`, page, key.type)
}

/** 200 with a history Bundle of a type, for those who may search the type for every patient. */
export const historyTypeInteraction = (deps: HistoryDeps) => async (request: GuardedRequest): Promise<Reply> => {
  requireFormat(request)
  const type = requireType(request.params.type)
  await deps.gate.require(request.caller, [{ interaction: 'history-type', type }])
  return await walk(deps, request, narrow(request.caller, 'history-type', type), type)
}

/** 200 with a history Bundle of everything, for those who may search everything. */
export const historySystemInteraction = (deps: HistoryDeps) => async (request: GuardedRequest): Promise<Reply> => {
  requireFormat(request)
  const { caller } = request
  if (RESOURCE_TYPES.some((type) => reachOf(caller.actor, 'history-system', type) !== 'site')) {
    await deps.gate.note(caller, { interaction: 'history-system', type: '*' }, 'forbidden')
    throw outcome('forbidden', { diagnostics: 'The history of everything needs the right to search each type for every patient.' })
  }
  return await walk(deps, request, caller)
}

const walk = async (deps: HistoryDeps, request: GuardedRequest, caller: Caller, type?: string): Promise<Reply> => {
  const parameters = withoutGeneral(request.query)
  const page = await deps.store.history(caller, { ...(type === undefined ? {} : { type }), parameters })
  if (page === undefined) throw outcome('internal', { diagnostics: 'A history of many resources is never missing.' })
  const patients = page.patients.filter((patient) => patient !== undefined && patient !== '')
  const [patient] = patients
  await deps.gate.record(request.caller, { interaction: type === undefined ? 'history-system' : 'history-type', type: type ?? '*', ...(patients.length === 1 ? { patient } : {}) }, undefined,
    `${[...new Set(parameters.map(([name]) => name))].join(' ')} (${page.versions.length})`)
  return answer(deps, request, `${type === undefined ? '' : `/${type}`}/_history`, page, type)
}

const answer = (deps: HistoryDeps, request: GuardedRequest, path: string, page: HistoryPage, type: string | undefined): Reply => {
  const base = baseOf(request, deps.publicUrl)
  const view = parseView(request.query, type)
  const toEntry = (version: HistoryPage['versions'][number]): BundleEntryText => ({
    fullUrl: `${base}/${version.type}/${version.id}`,
    ...(version.deleted ? {} : { resource: applyView(contentOf(version), view) }),
    request: { method: version.method, url: version.method === 'POST' ? version.type : `${version.type}/${version.id}` },
    response: responseOf(version, statusOf(version)),
  })
  return fhirReply(request, 200, writeBundle({ type: 'history', total: page.total, links: linksOf(`${base}${path}`, page), entries: page.versions.map(toEntry) }))
}

const statusOf = ({ method, version }: HistoryPage['versions'][number]): string => (method === 'DELETE' ? '204' : method === 'POST' || version === 1 ? '201' : '200')
