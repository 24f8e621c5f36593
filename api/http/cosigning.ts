/** Second signatures by the head of a department: asked for by who signed, read, signed or refused with a reason by the head or a delegate. */
import type { Patient } from '@medplum/fhirtypes'
import { z } from 'zod'
import type { CosignInbox, CosignRequest, CosignResult, CosignRow } from '../model/cosigning.ts'
import { outcome } from '../model/outcome.ts'
import { displayName } from '../model/person-facts.ts'
import type { AuditLog, Caller, OpenKey, StoredDocument } from '../model/ports.ts'
import { toTyped } from '../model/resource.ts'
import { MOST_AT_ONCE } from '../model/signing-inbox.ts'
import { rolesFor } from '../security/policy.ts'
import { cosign, type CosignDeps } from './cosign-signing.ts'
import { findCosignRights, type CosignRights, type CosignRightsDeps } from './cosign-rights.ts'
import { judge, toDocumentRow } from './document-rows.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { parseInput, requireParam } from './input.ts'
import { empty, json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { line } from './text.ts'
import { failureOf } from './batch-failure.ts'
import { openVisit, ownCaller, requireAction, requirePerson, type VisitAccessDeps } from './visit-access.ts'
import { openSigningKey, type SigningDeps } from './visit-signing.ts'

export type CosigningDeps = CosignDeps & CosignRightsDeps & VisitAccessDeps & Pick<SigningDeps, 'signer'> & { readonly audit: AuditLog; readonly hospital: Pick<HospitalInfo, 'department' | 'profile'> }

const Ask = z.strictObject({ note: line(500).default('') })
const Refusal = z.strictObject({ reason: line(1000).refine((text) => text.length >= 3, 'a reason') })
const Ticked = z.strictObject({ id: z.string().max(64), pdfSha256: z.string().max(64) })
const Batch = z.strictObject({ requests: z.array(Ticked).min(1).max(MOST_AT_ONCE), pin: z.string().min(1).max(64) })

/** POST /api/documents/:id/cosign-requests ; GET /api/cosign-requests ; POST …/sign ; POST …/:id/refusal ; DELETE …/:id */
export const cosigningRoutes = (deps: CosigningDeps): Route[] => {
  const requireDocument = async (id: string): Promise<StoredDocument> => {
    const document = await deps.documents.get(id)
    if (document === undefined) throw outcome('not-found')
    return document
  }

  const rowOf = async (caller: Caller, request: CosignRequest, rights: CosignRights): Promise<CosignRow | undefined> => {
    const document = await deps.documents.get(request.document)
    const patient = document && await deps.store.read(ownCaller(caller), { type: 'Patient', id: document.patient })
    if (document === undefined || patient === undefined) return undefined
    const person = toTyped<Patient>(patient)
    const { verdict } = await judge(deps, document)
    const behalf = rights.of(request.department)?.behalf
    return {
      id: request.id, document: document.id, title: document.title, encounter: document.encounter, patient: document.patient, name: displayName(person),
      departmentName: (await deps.hospital.department(request.department))?.name ?? '', signer: document.evidence.name, signedAt: document.evidence.signedAt, pdfSha256: document.pdfSha256,
      askedName: request.askedName, askedAt: request.askedAt, note: request.note,
      ...(person.birthDate !== undefined && { birthDate: person.birthDate }), ...(person.gender !== undefined && { gender: person.gender }), ...(behalf && { behalf: behalf.name }),
      ...(request.reason !== undefined && { reason: request.reason }), ...(request.decidedName !== undefined && { decidedName: request.decidedName }), ...(verdict !== 'valid-current' && { stale: true }),
    }
  }

  const rowsOf = async (caller: Caller, requests: readonly CosignRequest[], rights: CosignRights): Promise<CosignRow[]> =>
    (await Promise.all(requests.map((request) => rowOf(caller, request, rights)))).filter((row) => row !== undefined)

  const list = async (request: GuardedRequest): Promise<Reply> => {
    const person = requirePerson(request.caller)
    const rights = await findCosignRights(deps, person)
    const [waiting, refused] = await Promise.all([deps.cosigning.waiting(rights.departments), deps.cosigning.refused(person.account)])
    const answer = { waiting: await rowsOf(request.caller, waiting.filter(({ askedBy }) => askedBy !== person.account), rights), refused: await rowsOf(request.caller, refused, rights) }
    await deps.audit.record(request.caller, { action: 'R', interaction: 'cosign-requests', outcome: 'success', detail: `-> ${answer.waiting.length}` })
    return json(200, answer satisfies CosignInbox)
  }

  const ask = async (request: GuardedRequest): Promise<Reply> => {
    const { note } = parseInput(Ask, request.plain())
    const document = await requireDocument(requireParam(request, 'id'))
    const visit = await openVisit(deps, request.caller, document.encounter)
    const { account, name } = requirePerson(request.caller)
    await requireAction(deps, request.caller, visit, 'visit.sign')
    const { verdict, hasRoom } = await judge(deps, document)
    if (verdict !== 'valid-current') throw outcome('cosign-closed')
    if (hasRoom !== true) throw outcome('cosign-no-room')
    const id = deps.ids.uuid()
    await deps.cosigning.ask(request.caller, { id, document: document.id, department: visit.department, askedBy: account, askedName: name, note }, document.patient)
    return json(201, { id })
  }

  /** The question, and in whose place the person would answer it. Throws forbidden, with an audit row. */
  const requireRight = async (caller: Caller, id: string, interaction: string): Promise<{ asked: CosignRequest; document: StoredDocument; right: NonNullable<ReturnType<CosignRights['of']>> }> => {
    const asked = await deps.cosigning.find(id)
    if (asked === undefined) throw outcome('not-found')
    const document = await requireDocument(asked.document)
    const right = (await findCosignRights(deps, requirePerson(caller))).of(asked.department)
    // nobody answers their own question, and nobody one about a record that they may not open
    if (right !== undefined && asked.askedBy !== requirePerson(caller).account) {
      await openVisit(deps, caller, document.encounter)
      return { asked, document, right }
    }
    await deps.audit.record(caller, { action: 'E', interaction, type: 'Bundle', id: document.bundleId, patient: document.patient, outcome: 'refused', detail: 'forbidden' })
    throw outcome('forbidden', { diagnostics: 'Only the head of the department, or a delegate.' })
  }

  const refuse = async (request: GuardedRequest): Promise<Reply> => {
    const { reason } = parseInput(Refusal, request.plain())
    const { asked, document } = await requireRight(request.caller, requireParam(request, 'id'), 'cosign-refuse')
    await deps.cosigning.refuse(request.caller, asked.id, requirePerson(request.caller).name, reason, document)
    return empty()
  }

  const withdraw = async (request: GuardedRequest): Promise<Reply> => {
    const { account } = requirePerson(request.caller)
    const asked = await deps.cosigning.find(requireParam(request, 'id'))
    if (asked === undefined || asked.askedBy !== account) throw outcome('not-found')
    await deps.cosigning.withdraw(request.caller, asked.id, account, await requireDocument(asked.document))
    return empty()
  }

  const signOne = async (caller: Caller, { id, pdfSha256 }: z.infer<typeof Ticked>, key: OpenKey, place: string): Promise<CosignResult['results'][number]> => {
    const { asked, document, right } = await requireRight(caller, id, 'cosign')
    if (asked.state !== 'asked' || document.pdfSha256 !== pdfSha256) throw outcome('cosign-closed')
    await cosign(deps, caller, { document, request: asked.id, place, behalf: right.behalf }, key)
    return { id, document: await toDocumentRow(deps, await requireDocument(document.id)) }
  }

  const sign = async (request: GuardedRequest): Promise<Reply> => {
    const { requests, pin } = parseInput(Batch, request.plain())
    const { account, practitioner } = requirePerson(request.caller)
    if (practitioner === null) throw outcome('key-not-allowed')
    const key = await openSigningKey(deps, request.caller, { interaction: 'cosign', type: 'Bundle' }, { account, practitioner, pin })
    const place = (await deps.hospital.profile())?.place ?? ''
    const results: CosignResult['results'][number][] = []
    for (const ticked of requests) results.push(await signOne(request.caller, ticked, key, place).catch((error: unknown) => ({ id: ticked.id, failure: failureOf(error, request.log) })))
    return json(200, { results } satisfies CosignResult)
  }

  const signs = { site: 'hospital', access: { roles: rolesFor('visit.sign') } } as const
  return [
    { method: 'POST', url: '/api/documents/:id/cosign-requests', ...signs, handler: ask },
    { method: 'GET', url: '/api/cosign-requests', ...signs, handler: list },
    { method: 'POST', url: '/api/cosign-requests/sign', ...signs, handler: sign },
    { method: 'POST', url: '/api/cosign-requests/:id/refusal', ...signs, handler: refuse },
    { method: 'DELETE', url: '/api/cosign-requests/:id', ...signs, handler: withdraw },
  ]
}
