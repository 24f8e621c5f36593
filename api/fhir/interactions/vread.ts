/** Version read: one version of a resource, as it was stored. http://hl7.org/fhir/R4/http.html#vread */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import type { ResourceStore } from '../../model/ports.ts'
import type { Gate } from '../gate.ts'
import { parseVersion } from '../headers.ts'
import { requireLoaded } from '../load.ts'
import { readReply } from '../read-reply.ts'
import { requireId, requireType } from '../resource-body.ts'

/** 200; 404 for a version that never was; 410 for the version of a delete. */
export const vreadInteraction = (deps: { readonly store: ResourceStore; readonly gate: Gate }) => async (request: GuardedRequest): Promise<Reply> => {
  const key = { type: requireType(request.params.type), id: requireId(request.params.id) }
  const version = parseVersion(request.params.version ?? '')
  if (version === undefined) throw outcome('not-found', { expression: key.type, diagnostics: 'Versions are numbered from 1.' })
  const reply = readReply(request, key.type)
  const stored = await requireLoaded(deps.gate, request.caller, { interaction: 'vread', ...key }, (caller) => deps.store.vread(caller, key, version))
  return reply(stored)
}
