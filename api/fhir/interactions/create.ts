/** Create with an id from the server, and conditional create with If-None-Exist. http://hl7.org/fhir/R4/http.html#create, http://hl7.org/fhir/R4/http.html#ccreate */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import { requireWritable, writtenReply } from '../answer.ts'
import { readWritten } from '../binary-content.ts'
import { commit, type CommitDeps } from '../commit.ts'
import { parseCondition } from '../conditions.ts'
import { requireParameters } from '../parameters.ts'
import { reachedBy } from '../own-address.ts'
import { withProvenance } from '../provenance-header.ts'
import { requireType } from '../resource-body.ts'
import { VIEW_PARAMETERS, viewOf } from '../view.ts'

/** 201 for a new resource; 200 with the one that If-None-Exist found; 412 when it found several. */
export const createInteraction = (deps: CommitDeps & { readonly publicUrl: string }) => async (request: GuardedRequest): Promise<Reply> => {
  requireParameters(request, VIEW_PARAMETERS)
  const type = requireWritable(requireType(request.params.type))
  const view = viewOf(request, type)
  const resource = readWritten(request, type)
  const condition = request.headers['if-none-exist']
  const { committed: [result] } = await commit(reachedBy(deps, request), request.caller, withProvenance(deps.ids, request, [{
    kind: 'create', key: { type, id: deps.ids.uuid() }, resource, path: type,
    ...(condition === undefined ? {} : { condition: parseCondition(type, condition, 'http.If-None-Exist') }),
  }]))
  if (result === undefined || result.kind === 'none') throw outcome('internal', { diagnostics: 'Nothing was committed.' })
  if (result.kind === 'written') return writtenReply(request, 201, result.written, { publicUrl: deps.publicUrl, view })
  const { stored } = result
  await deps.gate.record(request.caller, { interaction: 'read', type, id: stored.id, patient: stored.patient }, stored)
  return writtenReply(request, 200, stored, { publicUrl: deps.publicUrl, view })
}
