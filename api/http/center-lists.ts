/** What operators of the data center see: each hospital's line, and the signed documents that arrived. Names of patients are in it, so each look is audited at the center. */
import { z } from 'zod'
import { toInstantUtc } from '../model/day.ts'
import type { CenterLists } from '../model/exchange.ts'
import { outcome } from '../model/outcome.ts'
import type { AuditLog, DocumentStore, DocumentVerifier } from '../model/ports.ts'
import type { Tenant } from '../model/resource.ts'
import type { ReceivedDocument } from '../model/site.ts'
import { rolesFor } from '../security/policy.ts'
import { judge } from './document-rows.ts'
import { parseInput, queryObject, requireParam } from './input.ts'
import { bytes, json, type Route } from './route.ts'

export interface CenterListDeps {
  readonly lists: CenterLists
  readonly audit: AuditLog
  /** Documents of one enrolled hospital; undefined: no such hospital. */
  readonly documentsOf: (tenant: Tenant) => Promise<DocumentStore | undefined>
  /** Believes the authority of each enrolled hospital. */
  readonly verifier: DocumentVerifier
}

const MOST = 200
const Query = z.object({
  tenant: z.coerce.number().int().min(1).max(2147483647).optional(),
  before: z.string().regex(/^[^,]+Z,[0-9a-f-]{36}$/, 'must be "receivedAt,document"').refine((text) => toInstantUtc(text.split(',')[0] ?? '') !== undefined, 'must begin with an instant').optional(),
  count: z.coerce.number().int().min(1).max(MOST).default(50),
})

/** GET /api/center/hospitals, /api/center/received, /api/center/documents/:tenant/:id/pdf */
export const centerListRoutes = ({ lists, audit, documentsOf, verifier }: CenterListDeps): Route[] => {
  const access = { roles: rolesFor('center.read') }

  /** From the bytes as they are stored now: what was changed here after it came is invalid, whatever was true when it came. */
  const judgeRow = async (row: ReceivedDocument): Promise<ReceivedDocument> => {
    const documents = await documentsOf(row.tenant)
    const document = await documents?.get(row.document)
    const { reason: _reason, ...rest } = row
    if (documents === undefined || document === undefined) return { ...rest, verdict: 'invalid', reason: 'document-missing' }
    const { verdict, reason } = await judge({ documents, verifier }, document)
    return { ...rest, verdict, ...(reason !== undefined && { reason }) }
  }

  return [
    { method: 'GET', url: '/api/center/hospitals', site: 'center', access, handler: async () => json(200, await lists.hospitals()) },
    {
      method: 'GET', url: '/api/center/received', site: 'center', access,
      handler: async (request) => {
        const { tenant, before, count } = parseInput(Query, definedOnly(queryObject(request)))
        const [receivedAt, document] = before?.split(',') ?? []
        const found = await lists.received({ count, ...(tenant !== undefined && { tenant }), ...(receivedAt !== undefined && document !== undefined && { before: { receivedAt, document } }) })
        const rows: ReceivedDocument[] = []
        for (const row of found) rows.push(await judgeRow(row))
        await audit.record(request.caller, { action: 'R', interaction: 'center-received', outcome: 'success', detail: `${rows.length} documents${tenant === undefined ? '' : ` of hospital ${tenant}`}` })
        return json(200, rows, { 'cache-control': 'no-store' })
      },
    },
    {
      method: 'GET', url: '/api/center/documents/:tenant/:id/pdf', site: 'center', access,
      handler: async (request) => {
        const [tenant, id] = [requireParam(request, 'tenant'), requireParam(request, 'id')]
        const documents = /^[1-9]\d{0,8}$/.test(tenant) ? await documentsOf(Number(tenant)) : undefined
        const document = await documents?.get(id)
        const pdf = await documents?.pdf(id)
        if (document === undefined || pdf === undefined) throw outcome('not-found')
        await audit.record(request.caller, { action: 'R', interaction: 'document-read', id, patient: document.patient, outcome: 'success', detail: `hospital ${tenant}` })
        return bytes(pdf, 'application/pdf', { 'cache-control': 'no-store', 'content-disposition': `inline; filename="${id}.pdf"` })
      },
    },
  ]
}

/** `?tenant=` is what an empty select field sends. */
const definedOnly = (query: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
