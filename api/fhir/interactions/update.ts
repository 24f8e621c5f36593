/** Update, with the version that the client read (If-Match), or create under the client's id when nothing is there. http://hl7.org/fhir/R4/http.html#update, #concurrency */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import { requireWritable, writtenReply } from '../answer.ts'
import { readWritten } from '../binary-content.ts'
import { commit, type CommitDeps } from '../commit.ts'
import { conditionOf } from '../conditions.ts'
import { requireFormat } from '../format.ts'
import { parseIfMatch } from '../headers.ts'
import { requireParameters, withoutShape } from '../parameters.ts'
import type { Planned } from '../planned.ts'
import { reachedBy } from '../own-address.ts'
import { withProvenance } from '../provenance-header.ts'
import { readResource, requireId, requireSameId, requireType } from '../resource-body.ts'
import { requireWhole, VIEW_PARAMETERS, viewOf } from '../view.ts'

/** 200, or 201 when it created; 412 when someone else has changed the resource. If-None-Match: * creates only. */
export const updateInteraction = (deps: CommitDeps & { readonly publicUrl: string }) => async (request: GuardedRequest): Promise<Reply> => {
  requireParameters(request, VIEW_PARAMETERS)
  const type = requireWritable(requireType(request.params.type))
  const id = requireId(request.params.id)
  const resource = readWritten(request, type, id)
  requireSameId(resource, id, type)
  return await write(deps, request, { kind: 'update', key: { type, id }, resource, path: type })
}

/** Conditional update: `PUT Type?search`. 200; 201 when nothing was found; 412 for several. http://hl7.org/fhir/R4/http.html#cond-update */
export const conditionalUpdateInteraction = (deps: CommitDeps & { readonly publicUrl: string }) => async (request: GuardedRequest): Promise<Reply> => {
  requireFormat(request)
  const type = requireWritable(requireType(request.params.type))
  const { resource } = readResource(request.json(), { type })
  return await write(deps, request, { kind: 'update', key: { type, id: deps.ids.uuid() }, target: conditionOf(type, withoutShape(request.query), 'http'), resource, path: type })
}

const write = async (deps: CommitDeps & { readonly publicUrl: string }, request: GuardedRequest, planned: Planned & Required<Pick<Planned, 'resource'>>): Promise<Reply> => {
  const view = viewOf(request, planned.key.type)
  requireWhole(planned.resource, planned.path)
  const expected = request.headers['if-none-match']?.trim() === '*' ? 'none' as const : parseIfMatch(request.headers['if-match'])
  const { committed: [result] } = await commit(reachedBy(deps, request), request.caller, withProvenance(deps.ids, request, [{ ...planned, ...(expected === undefined ? {} : { expected }) }]))
  if (result?.kind !== 'written') throw outcome('internal', { diagnostics: 'Nothing was committed.' })
  return writtenReply(request, result.written.op === 'created' ? 201 : 200, result.written, { publicUrl: deps.publicUrl, view })
}
