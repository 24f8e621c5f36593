/** Patch: a change of the current version, by JSON Patch. http://hl7.org/fhir/R4/http.html#patch */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { parseJsonObject } from '../../model/json.ts'
import { Outcome, outcome } from '../../model/outcome.ts'
import type { ResourceKey } from '../../model/resource.ts'
import { narrow } from '../../security/policy.ts'
import { requireWritable, writtenReply } from '../answer.ts'
import { commit, type CommitDeps } from '../commit.ts'
import { conditionOf } from '../conditions.ts'
import { requireFormat } from '../format.ts'
import { parseIfMatch } from '../headers.ts'
import { applyJsonPatch } from '../json-patch.ts'
import { requireLoaded } from '../load.ts'
import { requireParameters, withoutShape } from '../parameters.ts'
import { readResource, requireId, requireSameId, requireType } from '../resource-body.ts'
import { VIEW_PARAMETERS, viewOf } from '../view.ts'

export const JSON_PATCH = 'application/json-patch+json'
/** Without If-Match a patch is tried again on the version that came between. */
const MAX_TRIES = 5

/** 200 with the patched resource; 404, 410; 412 by If-Match; 409 when the patch does not fit what is stored, 422 when what comes out is not valid. */
export const patchInteraction = (deps: CommitDeps & { readonly publicUrl: string }) => async (request: GuardedRequest): Promise<Reply> => {
  requireParameters(request, VIEW_PARAMETERS)
  const type = requireWritable(requireType(request.params.type))
  return await patchAt(deps, request, { type, id: requireId(request.params.id) })
}

/** Conditional patch: `PATCH Type?search`. 404 when nothing is found, 412 for several. http://hl7.org/fhir/R4/http.html#patch */
export const conditionalPatchInteraction = (deps: CommitDeps & { readonly publicUrl: string }) => async (request: GuardedRequest): Promise<Reply> => {
  requireFormat(request)
  const type = requireWritable(requireType(request.params.type))
  const { parameters } = conditionOf(type, withoutShape(request.query), 'http')
  await deps.gate.require(request.caller, [{ interaction: 'search-type', type }])
  if (request.caller.actor.kind === 'person') throw outcome('forbidden', { expression: 'http', diagnostics: 'Conditional patches are for system clients.' })
  const { matches: [found, another] } = await deps.store.search(narrow(request.caller, 'search-type', type), { type, parameters: [...parameters, ['_count', '2']], strict: true })
  if (another !== undefined) throw outcome('multiple-matches', { expression: 'http' })
  if (found === undefined) throw outcome('not-found', { expression: type, diagnostics: 'The condition finds nothing.' })
  return await patchAt(deps, request, { type, id: found.id })
}

const patchAt = async (deps: CommitDeps & { readonly publicUrl: string }, request: GuardedRequest, key: ResourceKey): Promise<Reply> => {
  const { type } = key
  const view = viewOf(request, type)
  const asked = parseIfMatch(request.headers['if-match'])
  const patch = request.json()
  for (let attempt = 1; ; attempt += 1) {
    // a test tells what is stored: a patch is a read, and stands as one in the audit
    const current = await requireLoaded(deps.gate, request.caller, { interaction: 'read', ...key }, (caller) => deps.store.read(caller, key))
    if (typeof asked === 'number' && asked !== current.version) throw outcome('version-conflict', { expression: 'http.If-Match' })
    const { resource } = readResource(applyJsonPatch(parseJsonObject(current.body), patch), { type })
    requireSameId(resource, key.id, type)
    try {
      const { committed: [result] } = await commit(deps, request.caller, [{ kind: 'update', key, resource, path: type, expected: current.version }])
      if (result?.kind !== 'written') throw outcome('internal', { diagnostics: 'Nothing was committed.' })
      return writtenReply(request, 200, result.written, { publicUrl: deps.publicUrl, view })
    } catch (error) {
      if (!(error instanceof Outcome) || error.code !== 'version-conflict' || typeof asked === 'number' || attempt === MAX_TRIES) throw error
    }
  }
}
