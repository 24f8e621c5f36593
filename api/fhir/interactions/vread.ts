/** Version read: one version of a resource, as it was stored. http://hl7.org/fhir/R4/http.html#vread */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import type { ResourceStore } from '../../model/ports.ts'
import { contentReply } from '../binary-content.ts'
import { requireFormat } from '../format.ts'
import type { Gate } from '../gate.ts'
import { fhirReply, parseVersion, versionHeaders } from '../headers.ts'
import { requireLoaded } from '../load.ts'
import { requireKnown } from '../parameters.ts'
import { requireId, requireType } from '../resource-body.ts'
import { applyView, VIEW_PARAMETERS, viewOf } from '../view.ts'

/** 200; 404 for a version that never was; 410 for the version of a delete. */
export const vreadInteraction = (deps: { readonly store: ResourceStore; readonly gate: Gate }) => async (request: GuardedRequest): Promise<Reply> => {
  const key = { type: requireType(request.params.type), id: requireId(request.params.id) }
  const version = parseVersion(request.params.version ?? '')
  if (version === undefined) throw outcome('not-found', { expression: key.type, diagnostics: 'Versions are numbered from 1.' })
  const ownForm = contentReply(request, key.type)
  if (ownForm === undefined) requireFormat(request)
  requireKnown(request, VIEW_PARAMETERS)
  const view = viewOf(request, key.type)
  const stored = await requireLoaded(deps.gate, request.caller, { interaction: 'vread', ...key }, (caller) => deps.store.vread(caller, key, version))
  const content = ownForm?.(stored)
  if (content !== undefined) return content
  requireFormat(request)
  return fhirReply(request, 200, applyView(stored.body, view), versionHeaders(stored))
}
