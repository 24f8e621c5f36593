/** History of one resource, newest first, deletions included. http://hl7.org/fhir/R4/http.html#history */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import type { HistoryPage, ResourceStore } from '../../model/ports.ts'
import { responseOf, writeBundle, type BundleLink } from '../bundle-text.ts'
import type { Gate } from '../gate.ts'
import { baseOf, fhirReply } from '../headers.ts'
import { withFullSight } from '../load.ts'
import { countOf, requireParameters } from '../parameters.ts'
import { requireId, requireType } from '../resource-body.ts'

const PAGE = 20
const LARGEST_PAGE = 1000
const STATUS = { POST: '201', PUT: '200', DELETE: '204' } as const

/** 200 with a history Bundle; the policy is asked for every patient in whose record the resource ever stood. */
export const historyInstanceInteraction = (deps: { readonly store: ResourceStore; readonly gate: Gate; readonly publicUrl: string }) =>
  async (request: GuardedRequest): Promise<Reply> => {
    requireParameters(request, ['_count', '_offset'])
    const key = { type: requireType(request.params.type), id: requireId(request.params.id) }
    const count = countOf(request, '_count', PAGE, LARGEST_PAGE)
    const offset = countOf(request, '_offset', 0, 1_000_000_000)
    const page = await deps.store.history(withFullSight(request.caller), key, { count: Math.max(count, 1), offset })
    const patients = new Set(page?.versions.map((version) => version.patient))
    const questions = [...(patients.size === 0 ? [undefined] : patients)].map((patient) => ({ interaction: 'history-instance' as const, ...key, patient }))
    if (page !== undefined) await deps.gate.require(request.caller, questions)
    if (page === undefined) {
      const [verdict] = await deps.gate.judge(request.caller, [{ interaction: 'search-type', type: key.type }])
      if (verdict !== 'allow') await deps.gate.refuse(request.caller, { interaction: 'history-instance', ...key }, 'forbidden')
      throw outcome('not-found', { expression: key.type })
    }
    const newest = page.versions[0]
    await deps.gate.record(request.caller, questions[0] ?? { interaction: 'history-instance', ...key }, newest)
    const base = baseOf(request, deps.publicUrl)
    return fhirReply(request, 200, writeBundle({
      type: 'history', total: page.total,
      links: linksOf(`${base}/${key.type}/${key.id}/_history`, { count, offset, total: page.total }),
      entries: count === 0 ? [] : page.versions.map((version) => toEntry(version, base)),
    }))
  }

const toEntry = (version: HistoryPage['versions'][number], base: string): Parameters<typeof writeBundle>[0]['entries'][number] => ({
  fullUrl: `${base}/${version.type}/${version.id}`,
  ...(version.deleted ? {} : { resource: version.body }),
  request: { method: version.method, url: version.method === 'POST' ? version.type : `${version.type}/${version.id}` },
  response: responseOf(version, STATUS[version.method]),
})

const linksOf = (url: string, page: { readonly count: number; readonly offset: number; readonly total: number }): BundleLink[] => {
  const at = (offset: number): string => `${url}?_count=${page.count}${offset === 0 ? '' : `&_offset=${offset}`}`
  const more = page.count > 0 && page.offset + page.count < page.total
  return [{ relation: 'self', url: at(page.offset) }, ...(more ? [{ relation: 'next' as const, url: at(page.offset + page.count) }] : [])]
}
