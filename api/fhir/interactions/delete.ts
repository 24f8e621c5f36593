/** Delete: a version without content ends the resource; its history stays. http://hl7.org/fhir/R4/http.html#delete */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import { requireWritable } from '../answer.ts'
import { commit, type CommitDeps } from '../commit.ts'
import { parseIfMatch, versionHeaders } from '../headers.ts'
import { requireParameters } from '../parameters.ts'
import { requireId, requireType } from '../resource-body.ts'

/** 204, also when it was deleted before or never was: the client wants it away, and it is; 412 by If-Match. */
export const deleteInteraction = (deps: CommitDeps) => async (request: GuardedRequest): Promise<Reply> => {
  requireParameters(request)
  const type = requireWritable(requireType(request.params.type))
  const id = requireId(request.params.id)
  const expected = parseIfMatch(request.headers['if-match'])
  const { committed: [result] } = await commit(deps, request.caller, [{ kind: 'delete', key: { type, id }, path: type, ...(expected === undefined ? {} : { expected }) }])
  if (result?.kind !== 'written') throw outcome('internal', { diagnostics: 'Nothing was committed.' })
  return { status: 204, headers: result.written.version === 0 ? {} : versionHeaders(result.written) }
}
