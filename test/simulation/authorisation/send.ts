/** A request of the generator as HTTP, and the pages that come back. */
import type { TestCaller } from '#test/support/app.ts'
import { nextOf, parse, type Answer } from './answers.ts'
import type { Plain } from './facts.ts'
import { textOf } from './graphql.ts'
import type { ExportRequest } from './export.ts'
import type { Request } from './requests.ts'
import { pairsOf, type Clause, type Search } from './search.ts'
import { SYSTEM } from './world.ts'

const BASE = '/fhir/R4'
const MOST_PAGES = 400

const form = (pairs: readonly (readonly [string, string])[]): string => new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString()

const placeOf = ({ types, compartment }: Search): string => (compartment === undefined ? (types.length > 1 ? '' : `/${types[0] ?? ''}`) : `/${compartment.type}/${compartment.id}/${types[0] ?? ''}`)

const condition = (clause: Clause): string => form(pairsOf({ types: [], clauses: [clause], includes: [], sorts: [], total: false, countOnly: false, post: false }).filter(([name]) => name !== '_count'))

const withoutId = ({ id: _id, ...body }: Plain): object => body

/** What is known of a person: no id, no secret, no reference. */
const likenessOf = ({ resourceType, identifier, name, birthDate, gender }: Plain): object => ({ resourceType, identifier, name, birthDate, gender })

export interface Sent { readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; readonly url: string; readonly body?: unknown; readonly type?: string; readonly headers?: Record<string, string> }

/** Patients are named in a body. */
const exportHttp = ({ of, types, filters, since }: ExportRequest): Sent => {
  const query = form([
    ...(types.length === 0 ? [] : [['_type', types.join(',')] as const]), ...(since === undefined ? [] : [['_since', since] as const]),
    ...filters.map(({ type, clauses }) => ['_typeFilter', `${type}?${clauses.map(condition).join('&')}`] as const),
  ])
  const named = Array.isArray(of) ? { resourceType: 'Parameters', parameter: of.map((id: string) => ({ name: 'patient', valueReference: { reference: `Patient/${id}` } })) } : undefined
  return { method: named === undefined ? 'GET' : 'POST', url: `${of === 'all' ? '' : '/Patient'}/$export?${query}`, headers: { prefer: 'respond-async' }, ...(named !== undefined && { body: named }) }
}

/** Address below the base. */
export const toHttp = (request: Request): Sent => {
  switch (request.kind) {
    case 'search': {
      const { search } = request
      const text = form(pairsOf(search))
      return search.post ? { method: 'POST', url: `${placeOf(search)}/_search`, body: text, type: 'application/x-www-form-urlencoded' } : { method: 'GET', url: `${placeOf(search)}?${text}` }
    }
    case 'read': return { method: 'GET', url: `/${request.key}` }
    case 'vread': return { method: 'GET', url: `/${request.key}/_history/${request.version}` }
    case 'meta': return { method: 'GET', url: `/${request.key}${request.version === undefined ? '' : `/_history/${request.version}`}/$meta` }
    case 'history': return { method: 'GET', url: `/${request.key}/_history?_count=1000` }
    case 'history-type': return { method: 'GET', url: `/${request.type}/_history?${request.count ? '_summary=count' : '_count=1000'}` }
    case 'everything': return { method: 'GET', url: `/Patient/${request.patient}/$everything` }
    case 'lastn': return { method: 'GET', url: `/Observation/$lastn?${form([['patient', `Patient/${request.patient}`], ['code', request.codes.join(',')], ['max', String(request.max)]])}` }
    case 'document': {
      const id = request.key.slice('Composition/'.length)
      if (request.way === 'instance') return { method: 'GET', url: `/Composition/${id}/$document` }
      return request.way === 'type' ? { method: 'GET', url: `/Composition/$document?id=${id}` } : { method: 'POST', url: '/Composition/$document', body: { resourceType: 'Parameters', parameter: [{ name: 'id', valueUri: request.key }] } }
    }
    case 'export': return exportHttp(request)
    case 'history-system': return { method: 'GET', url: `/_history?${request.count ? '_summary=count' : '_count=1000'}` }
    case 'graphql': return { method: 'POST', url: '/$graphql', body: { query: textOf(request.query) }, type: 'application/json' }
    case 'patch': return { method: 'PATCH', url: `/${request.body.resourceType}/${request.body.id}`, body: [{ op: 'replace', path: '/extension', value: request.body.extension }], type: 'application/json-patch+json' }
    case 'batch': return { method: 'POST', url: '', body: { resourceType: 'Bundle', type: 'batch', entry: request.entries.map((entry) => ({ request: { method: 'GET', url: toHttp(entry).url.slice(1) } })) } }
    case 'transaction-reads': return { method: 'POST', url: '', body: { resourceType: 'Bundle', type: 'transaction', entry: request.entries.map((entry) => ({ request: { method: 'GET', url: toHttp(entry).url.slice(1) } })) } }
    case 'stats': return { method: 'GET', url: `/Observation/$stats?${form([['subject', `Patient/${request.patient}`], ['code', request.code], ['system', SYSTEM], ['statistic', 'total-count'], ['include', 'true'], ['limit', '1000']])}` }
    case 'diff': return { method: 'GET', url: `/$diff?${form([['from', request.from], ['to', request.to]])}` }
    case 'summary': return { method: 'GET', url: `/Patient/${request.patient}/$summary` }
    case 'match': return { method: 'POST', url: '/Patient/$match', body: { resourceType: 'Parameters', parameter: [{ name: 'resource', resource: likenessOf(request.like) }, { name: 'count', valueInteger: 100 }] } }
    case 'create': return { method: 'POST', url: `/${request.body.resourceType}`, body: withoutId(request.body) }
    case 'update': return { method: 'PUT', url: `/${request.body.resourceType}/${request.body.id}`, body: request.body }
    case 'delete': return { method: 'DELETE', url: `/${request.key}` }
    case 'create-if-none': return { method: 'POST', url: `/${request.type}`, body: withoutId(request.body), headers: { 'if-none-exist': condition(request.clause) } }
    case 'update-if': return { method: 'PUT', url: `/${request.type}?${condition(request.clause)}`, body: withoutId(request.body) }
    case 'delete-if': return { method: 'DELETE', url: `/${request.type}?${condition(request.clause)}` }
    case 'transaction': return { method: 'POST', url: '', body: { resourceType: 'Bundle', type: 'transaction', entry: request.bodies.map((body) => ({ resource: withoutId(body), request: { method: 'POST', url: body.resourceType } })) } }
  }
}

export interface Reached { readonly answers: readonly Answer[]; readonly sent: string; readonly location: string | undefined }

/** Next links are followed to their end. */
export const send = async (caller: Pick<TestCaller, 'call' | 'get'>, request: Request): Promise<Reached> => {
  const { method, url, body, type, headers } = toHttp(request)
  const first = await caller.call(method, `${BASE}${url}`, { ...(body !== undefined && { body }), ...(type !== undefined && { type }), ...(headers !== undefined && { headers }) })
  const answers: Answer[] = [{ status: first.status, text: first.text }]
  if (request.kind === 'search' || request.kind === 'everything') {
    for (let next = first.status === 200 ? nextOf(first.text) : undefined; next !== undefined && answers.length < MOST_PAGES;) {
      const page = await caller.get(next.slice(next.indexOf(BASE)))
      answers.push({ status: page.status, text: page.text })
      next = page.status === 200 ? nextOf(page.text) : undefined
    }
  }
  const location = first.headers.location
  return { answers, sent: decodeURIComponent(`${url} ${JSON.stringify(headers ?? {})}`) + (typeof body === 'string' ? body : JSON.stringify(body ?? '')), location: typeof location === 'string' ? location : undefined }
}

/** The entries of a batch-response as answers of their own. */
export const entriesOf = (answer: Answer): Answer[] => (parse(answer.text).entry ?? []).map((entry) => {
  const { resource, response } = entry
  const outcome: unknown = Object(response).outcome
  return { status: Number((response?.status ?? '0').split(' ', 1)[0]), text: JSON.stringify(resource ?? outcome ?? {}) }
})

/** "Type/id" of what was made, in order. */
export const madeBy = ({ answers, location }: Reached, request: Request): string[] => {
  const places = request.kind === 'transaction' ? (parse(answers[0]?.text ?? '').entry ?? []).map(({ response }) => response?.location ?? '') : [location ?? '']
  return places.flatMap((place) => /([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]+)\/_history\//.exec(place)?.[1] ?? [])
}
