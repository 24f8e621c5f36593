/**
 * The signing inbox: what waits for the person's signature, and several reviewed visits signed by one PIN. The key is opened once; each visit is signed in a
 * transaction of its own with a verdict of its own, and what cannot be signed says why and stays.
 */
import { z } from 'zod'
import { outcome } from '../model/outcome.ts'
import type { AuditLog, OpenKey } from '../model/ports.ts'
import { MOST_AT_ONCE, type BatchResult, type SigningInbox } from '../model/signing-inbox.ts'
import { rolesFor } from '../security/policy.ts'
import { toSignedRows, type DocumentRowDeps } from './document-rows.ts'
import { failureOf } from './batch-failure.ts'
import { parseInput } from './input.ts'
import type { Shelf } from './preview-shelf.ts'
import { visitDraftKey } from './queue.ts'
import { json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { requireStillAnswered } from './safety-gate.ts'
import type { ReportDeps } from './safety-report.ts'
import type { Turns } from './turns.ts'
import { openVisit, requireAction, requirePerson, type VisitAccessDeps } from './visit-access.ts'
import { requireSeen, type Reviewed } from './visit-preview.ts'
import { openSigningKey, signReviewed, type SigningDeps } from './visit-signing.ts'
import { findCosignRights, type CosignRightsDeps } from './cosign-rights.ts'
import { countWaitingVisits, readWaitingVisits, type WaitingDeps } from './waiting-visits.ts'

export type SigningInboxDeps = WaitingDeps & ReportDeps & CosignRightsDeps & VisitAccessDeps & SigningDeps & DocumentRowDeps & { readonly audit: AuditLog; readonly turns: Turns; readonly shelf: Shelf<Reviewed> }

const Ticked = z.strictObject({ encounter: z.string().max(64), preview: z.string().max(64) })
const Batch = z.strictObject({ previews: z.array(Ticked).min(1).max(MOST_AT_ONCE), pin: z.string().min(1).max(64) })
  .refine(({ previews }) => new Set(previews.map(({ encounter }) => encounter)).size === previews.length, { error: 'A visit is named twice.', path: ['previews'] })

/** What a refusal of one visit is answered with; anything unforeseen is a failure of the whole request. */
/** GET /api/signing-inbox ; GET /api/signing-inbox/count ; POST /api/signing-inbox/sign */
export const signingInboxRoutes = (deps: SigningInboxDeps): Route[] => {
  const list = async (request: GuardedRequest): Promise<Reply> => {
    const { visits, more } = await readWaitingVisits(deps, request.caller, requirePerson(request.caller))
    await deps.audit.record(request.caller, { action: 'R', interaction: 'signing-inbox', outcome: 'success', detail: `-> ${visits.length}` })
    return json(200, { visits, more } satisfies SigningInbox)
  }

  /** Visits to sign, documents to sign second, and refusals to read. Nothing of a patient is answered. */
  const count = async (request: GuardedRequest): Promise<Reply> => {
    const person = requirePerson(request.caller)
    const [visits, { departments }, refused] = await Promise.all([countWaitingVisits(deps, request.caller, person), findCosignRights(deps, person), deps.cosigning.refused(person.account)])
    const asked = await deps.cosigning.waiting(departments)
    return json(200, { count: visits.count + asked.filter(({ askedBy }) => askedBy !== person.account).length + refused.length, more: visits.more })
  }

  const signOne = (request: GuardedRequest, { encounter, preview }: z.infer<typeof Ticked>, key: OpenKey): Promise<BatchResult['results'][number]> =>
    deps.turns.take(encounter, async () => {
      const { account } = requirePerson(request.caller)
      const visit = await openVisit(deps, request.caller, encounter)
      await requireAction(deps, request.caller, visit, 'visit.sign')
      const reviewed = deps.shelf.find(account, preview)
      if (reviewed === undefined || reviewed.encounter !== encounter) throw outcome('preview-expired')
      // What the person typed and did not file would be missing from what is signed.
      if (reviewed.draftKey === undefined && await deps.drafts.find(account, visitDraftKey(encounter)) !== undefined) throw outcome('draft-pending')
      if (reviewed.signing === undefined) {
        await requireSeen(deps, request.caller, visit, reviewed)
        await requireStillAnswered(deps, request.caller, visit, reviewed.safety)
      }
      const signed = await signReviewed(deps, request.caller, reviewed, account, () => Promise.resolve(key))
      return { encounter, documents: await toSignedRows(deps, signed) }
    })

  const sign = async (request: GuardedRequest): Promise<Reply> => {
    const { previews, pin } = parseInput(Batch, request.plain())
    const { account, practitioner } = requirePerson(request.caller)
    if (practitioner === null) throw outcome('key-not-allowed')
    const key = await openSigningKey(deps, request.caller, { type: 'Encounter' }, { account, practitioner, pin })
    const results: BatchResult['results'][number][] = []
    for (const ticked of previews) results.push(await signOne(request, ticked, key).catch((error: unknown) => ({ encounter: ticked.encounter, failure: failureOf(error, request.log) })))
    return json(200, { results } satisfies BatchResult)
  }

  const signs = { site: 'hospital', access: { roles: rolesFor('visit.sign') } } as const
  return [
    { method: 'GET', url: '/api/signing-inbox', ...signs, handler: list },
    { method: 'GET', url: '/api/signing-inbox/count', ...signs, handler: count },
    { method: 'POST', url: '/api/signing-inbox/sign', ...signs, handler: sign },
  ]
}
