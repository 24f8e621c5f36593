/** The PACS as the hospital's administrator sees it: whether it answers, and what was wrong last. Nothing of a patient: the question that is asked for a try fits no study. */
import { Outcome } from '../model/outcome.ts'
import type { Pacs, PacsPage } from '../model/pictures.ts'
import type { AuditLog } from '../model/ports.ts'
import { rolesFor } from '../security/policy.ts'
import { json, type GuardedRequest, type Reply, type Route } from './route.ts'

/** No accession number of an order looks like it. */
const NOBODYS = 'EMR-CHECK-0'

/** GET /api/admin/pacs ; POST /api/admin/pacs/check */
export const adminPacsRoutes = ({ pacs, audit }: { readonly pacs: Pacs | undefined; readonly audit: AuditLog }): Route[] => {
  const show = async (): Promise<Reply> => json(200, (pacs === undefined ? {} : { pacs: pacs.state() }) satisfies PacsPage)
  const check = async (request: GuardedRequest): Promise<Reply> => {
    const answers = pacs === undefined ? false : await pacs.findStudies({ accession: NOBODYS }).then(() => true, (error: unknown) => {
      if (error instanceof Outcome) return false
      throw error
    })
    await audit.record(request.caller, { action: 'E', interaction: 'pacs-check', outcome: answers ? 'success' : 'failed' })
    return show()
  }
  const administers = { site: 'hospital', access: { roles: rolesFor('admin.devices') } } as const
  return [
    { method: 'GET', url: '/api/admin/pacs', ...administers, handler: show },
    { method: 'POST', url: '/api/admin/pacs/check', ...administers, handler: check },
  ]
}
