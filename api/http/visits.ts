/** The visit sheet: opening, filing unsigned, reviewing, signing. Addresses and shapes are in api/model/site.ts. */
import { z } from 'zod'
import type { AuditLog } from '../model/ports.ts'
import { OVERRIDE_REASONS } from '../model/safety.ts'
import type { SignResult } from '../model/site.ts'
import { stringAt, valueAt, type JsonObject } from '../model/json.ts'
import { Outcome, outcome } from '../model/outcome.ts'
import { mayAct, rolesFor } from '../security/policy.ts'
import { toSignedRows, type DocumentRowDeps } from './document-rows.ts'
import { parseInput, requireParam } from './input.ts'
import { requireStillAnswered } from './safety-gate.ts'
import { bytes, json, type GuardedRequest, type Reply, type Route } from './route.ts'
import type { Turns } from './turns.ts'
import { openVisit, requireAction, requirePerson, type OpenVisit, type VisitAccessDeps } from './visit-access.ts'
import { previewVisit, requireSeen, type PreviewDeps, type PreviewInput } from './visit-preview.ts'
import { saveVisit, type SaveDeps } from './visit-save.ts'
import { readVisitSheet, type VisitSheetDeps } from './visit-sheet.ts'
import { openSigningKey, signReviewed, type SigningDeps } from './visit-signing.ts'

export type VisitDeps = VisitAccessDeps & VisitSheetDeps & PreviewDeps & SigningDeps & SaveDeps & DocumentRowDeps & { readonly audit: AuditLog; readonly turns: Turns }

const Correction = z.object({ kind: z.enum(['replaces', 'appends']), reason: z.string().trim().min(3).max(1000) })
const GivenReason = z.object({ key: z.string().max(1000), reason: z.enum(OVERRIDE_REASONS), text: z.string().max(500), confirmation: z.string().max(64).exactOptional() })
const Preview = z.object({ correction: Correction.optional(), draftKey: z.string().max(200).optional(), overrides: z.array(GivenReason).max(200).default([]) })
const Sign = z.object({ preview: z.string().max(64), pin: z.string().min(1).max(64) })

const requireBundle = (request: GuardedRequest): NonNullable<PreviewInput['bundle']> => {
  const bundle = valueAt(request.json(), 'bundle')
  if (bundle === undefined || bundle === null) throw outcome('bad-request', { expression: 'bundle', diagnostics: 'A transaction Bundle is needed.' })
  return bundle
}

/** GET /api/visits/:encounter ; POST …/save ; POST …/preview ; GET …/previews/:preview/:index ; POST …/sign */
export const visitRoutes = (deps: VisitDeps): Route[] => {
  const open = (request: GuardedRequest): Promise<OpenVisit> => openVisit(deps, request.caller, requireParam(request, 'encounter'))

  /** Whoever writes visits in the department has taken the patient in by opening the sheet. */
  const begin = async (request: GuardedRequest, visit: OpenVisit): Promise<OpenVisit> => {
    if (!['planned', 'arrived', 'triaged'].includes(stringAt(visit.encounter, 'status') ?? '') || !mayAct(request.caller.actor, 'visit.write', visit.department)) return visit
    const resource: JsonObject = visit.encounter.set('status', 'in-progress')
    const key = { type: 'Encounter', id: visit.stored.id }
    try {
      const [written] = await deps.store.transact(request.caller, (tx) => tx.write([{ op: 'update', key, resource, expected: visit.stored.version }]))
      return written === undefined ? visit : { ...visit, stored: written, encounter: resource }
    } catch (error) {
      // Somebody else opened it at the same moment: what they made of it is read again.
      if (error instanceof Outcome && error.code === 'version-conflict') return openVisit(deps, request.caller, visit.stored.id)
      throw error
    }
  }

  const show = async (request: GuardedRequest): Promise<Reply> => {
    const { account } = requirePerson(request.caller)
    const visit = await begin(request, await open(request))
    const text = await readVisitSheet(deps, request.caller, visit, account)
    await deps.audit.record(request.caller, { action: 'R', interaction: 'visit-sheet', type: 'Encounter', id: visit.stored.id, version: visit.stored.version, patient: visit.patient, outcome: 'success' })
    return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: text }
  }

  /** Saving and signing read the whole visit and then write: nothing comes in between. */
  const inTurn = <T>(request: GuardedRequest, work: (visit: OpenVisit) => Promise<T>): Promise<T> => deps.turns.take(requireParam(request, 'encounter'), async () => work(await open(request)))

  const save = (request: GuardedRequest): Promise<Reply> => inTurn(request, async (visit) => {
    await requireAction(deps, request.caller, visit, 'visit.write', 'visit.vital-signs')
    return json(200, await saveVisit(deps, request.caller, visit, requireBundle(request)))
  })

  const preview = async (request: GuardedRequest): Promise<Reply> => {
    const visit = await open(request)
    await requireAction(deps, request.caller, visit, 'visit.sign')
    const { correction, draftKey, overrides } = parseInput(Preview, request.plain())
    const person = requirePerson(request.caller)
    if (person.practitioner === null) throw outcome('key-not-allowed', { diagnostics: 'The account has no Practitioner.' })
    const { account, practitioner, name } = person
    const answer = await previewVisit(deps, request.caller, visit, { account, practitioner, name, title: '' },
      { bundle: requireBundle(request), overrides, ...(correction && { correction }), ...(draftKey !== undefined && { draftKey }) })
    await deps.audit.record(request.caller, { action: 'R', interaction: 'sign-preview', type: 'Encounter', id: visit.stored.id, patient: visit.patient, outcome: 'success' })
    return json(200, answer)
  }

  const find = (request: GuardedRequest, id: string) => {
    const reviewed = deps.shelf.find(requirePerson(request.caller).account, id)
    if (reviewed === undefined || reviewed.encounter !== requireParam(request, 'encounter')) throw outcome('preview-expired')
    return reviewed
  }

  const page = async (request: GuardedRequest): Promise<Reply> => {
    const visit = await open(request)
    await requireAction(deps, request.caller, visit, 'visit.sign')
    const document = find(request, requireParam(request, 'preview')).documents[Number(requireParam(request, 'index'))]
    if (document === undefined) throw outcome('not-found')
    await deps.audit.record(request.caller, { action: 'R', interaction: 'sign-preview', type: 'Encounter', id: visit.stored.id, patient: visit.patient, outcome: 'success', detail: document.form })
    return bytes(document.printed.pdf, 'application/pdf', { 'content-disposition': 'inline; filename="xem-truoc.pdf"' })
  }

  const sign = (request: GuardedRequest): Promise<Reply> => inTurn(request, async (visit) => {
    await requireAction(deps, request.caller, visit, 'visit.sign')
    const input = parseInput(Sign, request.plain())
    const { account, practitioner } = requirePerson(request.caller)
    if (practitioner === null) throw outcome('key-not-allowed')
    const reviewed = find(request, input.preview)
    if (reviewed.signing === undefined) {
      await requireSeen(deps, request.caller, visit, reviewed)
      await requireStillAnswered(deps, request.caller, visit, reviewed.safety)
    }
    const signed = await signReviewed(deps, request.caller, reviewed, account, () =>
      openSigningKey(deps, request.caller, { type: 'Encounter', id: reviewed.encounter, patient: reviewed.patient }, { account, practitioner, pin: input.pin }))
    const documents = await toSignedRows(deps, signed)
    return json(200, { encounter: visit.stored.id, documents } satisfies SignResult)
  })

  const signs = { site: 'hospital', access: { roles: rolesFor('visit.sign') } } as const
  return [
    { method: 'GET', url: '/api/visits/:encounter', site: 'hospital', access: { roles: rolesFor('visit.open') }, handler: show },
    { method: 'POST', url: '/api/visits/:encounter/save', site: 'hospital', access: { roles: rolesFor('visit.write', 'visit.vital-signs') }, handler: save },
    { method: 'POST', url: '/api/visits/:encounter/preview', ...signs, handler: preview },
    { method: 'GET', url: '/api/visits/:encounter/previews/:preview/:index', ...signs, handler: page },
    { method: 'POST', url: '/api/visits/:encounter/sign', ...signs, handler: sign },
  ]
}
