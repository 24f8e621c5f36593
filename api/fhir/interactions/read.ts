/** Read: the current version of a resource, its stored text unchanged. http://hl7.org/fhir/R4/http.html#read */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import type { ResourceStore } from '../../model/ports.ts'
import type { Gate } from '../gate.ts'
import { isUnchanged } from '../conditional-read.ts'
import { versionHeaders } from '../headers.ts'
import { requireLoaded } from '../load.ts'
import { readReply } from '../read-reply.ts'
import { requireId, requireType } from '../resource-body.ts'

/** 200, or 304 when If-None-Match names the current version or If-Modified-Since is not before it; 404, 410 after a delete, 403 outside a care relation. */
export const readInteraction = (deps: { readonly store: ResourceStore; readonly gate: Gate }) => async (request: GuardedRequest): Promise<Reply> => {
  const key = { type: requireType(request.params.type), id: requireId(request.params.id) }
  const reply = readReply(request, key.type)
  const stored = await requireLoaded(deps.gate, request.caller, { interaction: 'read', ...key }, (caller) => deps.store.read(caller, key))
  if (isUnchanged(request.headers, stored)) return { status: 304, headers: versionHeaders(stored) }
  return reply(stored)
}
