/** Patch: a change of the current version, by JSON Patch, XML Patch or FHIRPath Patch. http://hl7.org/fhir/R4/http.html#patch */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import type { ResourceKey } from '../../model/resource.ts'
import { requireWritable, writtenReply } from '../answer.ts'
import { commit } from '../commit.ts'
import { conditionOf } from '../conditions.ts'
import { requireFormat } from '../format.ts'
import { parseIfMatch } from '../headers.ts'
import { requireParameters, withoutShape } from '../parameters.ts'
import { findPatched, MAX_TRIES, patchOf, planPatch, wasOvertaken, type PatchDeps } from '../patch/patches.ts'
import { reachedBy } from '../own-address.ts'
import { withProvenance } from '../provenance-header.ts'
import { requireId, requireType } from '../resource-body.ts'
import { VIEW_PARAMETERS, viewOf } from '../view.ts'

/** 200 with the patched resource; 404, 410; 412 by If-Match; 409 when the patch does not fit what is stored, 422 when what comes out is not valid. */
export const patchInteraction = (deps: PatchDeps & { readonly publicUrl: string }) => async (request: GuardedRequest): Promise<Reply> => {
  requireParameters(request, VIEW_PARAMETERS)
  const type = requireWritable(requireType(request.params.type))
  return await patchAt(deps, request, { type, id: requireId(request.params.id) })
}

/** Conditional patch: `PATCH Type?search`. 404 when nothing is found, 412 for several. http://hl7.org/fhir/R4/http.html#patch */
export const conditionalPatchInteraction = (deps: PatchDeps & { readonly publicUrl: string }) => async (request: GuardedRequest): Promise<Reply> => {
  requireFormat(request)
  const type = requireWritable(requireType(request.params.type))
  return await patchAt(deps, request, await findPatched(reachedBy(deps, request), request.caller, conditionOf(type, withoutShape(request.query), 'http')))
}

const patchAt = async (deps: PatchDeps & { readonly publicUrl: string }, request: GuardedRequest, key: ResourceKey): Promise<Reply> => {
  const view = viewOf(request, key.type)
  const expected = parseIfMatch(request.headers['if-match'])
  const patch = patchOf(request)
  for (let attempt = 1; ; attempt += 1) {
    const planned = await planPatch(deps, request.caller, key, { patch, expected, path: key.type })
    try {
      const { committed: [result] } = await commit(reachedBy(deps, request), request.caller, withProvenance(deps.ids, request, [planned]))
      if (result?.kind !== 'written') throw outcome('internal', { diagnostics: 'Nothing was committed.' })
      return writtenReply(request, 200, result.written, { publicUrl: deps.publicUrl, view })
    } catch (error) {
      if (!wasOvertaken(error, [key]) || typeof expected === 'number' || attempt === MAX_TRIES) throw error
    }
  }
}
