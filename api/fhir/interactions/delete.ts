/** Delete: a version without content ends the resource; its history stays. http://hl7.org/fhir/R4/http.html#delete */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import { reachedBy } from '../own-address.ts'
import { informational, preferenceApplied, requireWritable } from '../answer.ts'
import { commit, type CommitDeps } from '../commit.ts'
import { conditionOf } from '../conditions.ts'
import { requireFormat } from '../format.ts'
import { fhirReply, parseIfMatch, parsePrefer, versionHeaders } from '../headers.ts'
import { requireParameters, withoutGeneral } from '../parameters.ts'
import type { Planned } from '../planned.ts'
import { requireId, requireType } from '../resource-body.ts'

/** 204, also when it was deleted before or never was: the client wants it away, and it is; 412 by If-Match. 200 when the client prefers an OperationOutcome. */
export const deleteInteraction = (deps: CommitDeps) => async (request: GuardedRequest): Promise<Reply> => {
  requireParameters(request)
  const type = requireWritable(requireType(request.params.type))
  const id = requireId(request.params.id)
  return await remove(deps, request, { kind: 'delete', key: { type, id }, path: type })
}

/** Conditional delete of one: `DELETE Type?search`. 204, also when nothing is found; 412 for several. http://hl7.org/fhir/R4/http.html#3.1.0.7.1 */
export const conditionalDeleteInteraction = (deps: CommitDeps & { readonly publicUrl: string }) => async (request: GuardedRequest): Promise<Reply> => {
  requireFormat(request)
  const type = requireWritable(requireType(request.params.type))
  return await remove(reachedBy(deps, request), request, { kind: 'delete', key: { type, id: deps.ids.uuid() }, target: conditionOf(type, withoutGeneral(request.query), 'http'), path: type })
}

const remove = async (deps: CommitDeps, request: GuardedRequest, planned: Planned): Promise<Reply> => {
  const expected = parseIfMatch(request.headers['if-match'])
  const { committed: [result] } = await commit(deps, request.caller, [{ ...planned, ...(expected === undefined ? {} : { expected }) }])
  if (result === undefined || result.kind === 'found') throw outcome('internal', { diagnostics: 'Nothing was committed.' })
  const nothing = result.kind === 'none' || result.written.version === 0
  const headers = { ...(nothing ? {} : versionHeaders(result.written)), ...preferenceApplied(request) }
  if (parsePrefer(request.headers.prefer, 'minimal').answer !== 'OperationOutcome') return { status: 204, headers }
  return fhirReply(request, 200, informational(nothing ? 'Nothing was there to delete.' : `${result.written.type}/${result.written.id} deleted in version ${result.written.version}`), headers)
}
