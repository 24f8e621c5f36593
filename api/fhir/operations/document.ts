/**
 * A document from a Composition (http://hl7.org/fhir/R4/composition-operation-document.html): the Composition, what it refers to, and what that refers to in turn in the
 * same patient's record or in nobody's. Stored texts as they are.
 */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { parseJsonObject } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { Clock } from '../../model/ports.ts'
import type { Records } from '../../model/record-ports.ts'
import type { StoredVersion } from '../../model/resource.ts'
import { versionUrl, writeBundle } from '../bundle-text.ts'
import { commit, type CommitDeps } from '../commit.ts'
import { baseOf, fhirReply, versionHeaders } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { limitFor } from '../../security/policy.ts'
import { requireLoaded } from '../load.ts'
import { requireId } from '../resource-body.ts'
import { readOperation } from './parameters-body.ts'
import { sightsOf } from './sight.ts'

export interface DocumentDeps extends CommitDeps {
  readonly records: Records
  readonly clock: Clock
  readonly publicUrl: string
}

/** More than these make no document. */
const MOST_RESOURCES = 1_000
/** How far references are followed. */
const DEEPEST = 5
const NAME = '$document'

/** 200 with a Bundle of type document; with persist it is stored too, by the right to create one. 403 when the caller may not read all that the Composition names. */
export const documentOperation = (deps: DocumentDeps): FhirHandler => async (request) => {
  const input = readOperation(request, { persist: { kind: 'boolean' }, ...(request.params.id === undefined && { id: { kind: 'text' } }) })
  if (input.flag('persist') === true && request.method !== 'POST') throw outcome('bad-parameter', { expression: 'persist', diagnostics: 'What is stored is asked for by POST.' })
  const key = { type: 'Composition', id: requireId(request.params.id ?? localId(deps, request, input.text('id'))) }
  const composition = await requireLoaded(deps.gate, request.caller, { interaction: 'read', ...key }, (seeing) => deps.store.read(seeing, key), NAME)
  const resources = [composition, ...await collect(deps, request, composition)]
  const base = baseOf(request, deps.publicUrl)
  const body = writeBundle({
    type: 'document', identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${deps.ids.uuid()}` }, timestamp: deps.clock.now().toISOString(),
    entries: resources.map(({ type, id, body: resource }) => ({ fullUrl: `${base}/${type}/${id}`, resource })),
  })
  return input.flag('persist') === true ? persist(deps, request, String(body)) : fhirReply(request, 200, body)
}

/** "1", "Composition/1", or the same under the address of this server. */
const localId = ({ publicUrl }: DocumentDeps, request: GuardedRequest, text: string | undefined): string => {
  if (text === undefined) throw outcome('bad-parameter', { expression: 'id', diagnostics: 'Name the Composition by its id.' })
  const base = `${baseOf(request, publicUrl)}/`
  return (text.startsWith(base) ? text.slice(base.length) : text).replace(/^Composition\//, '')
}

/** What the Composition names must all be readable: a document with holes would say that there is nothing there. What lies further away is added as far as it may be seen. */
const collect = async ({ records, gate }: DocumentDeps, { caller }: GuardedRequest, composition: StoredVersion): Promise<StoredVersion[]> => {
  const named = await records.referredBy([composition])
  const questions = named.map(({ type, id, patient }) => ({ interaction: 'read' as const, type, id, patient }))
  await gate.require(caller, questions)
  // these were found with full sight: scopes that show a part of a type cannot answer for all that is named
  const bounded = questions.find(({ type }) => limitFor(caller.actor, 'read', type) !== undefined)
  if (bounded) await gate.refuse(caller, bounded, 'forbidden')
  // whose record it is stands in the Composition's own row; others have theirs
  for (const [at, question] of questions.entries()) if (question.patient !== undefined && question.patient !== composition.patient) await gate.record(caller, question, named[at], NAME)
  const found = new Map([composition, ...named].map((stored) => [`${stored.type}/${stored.id}`, stored]))
  const sights = sightsOf(caller)
  let fresh: readonly StoredVersion[] = named
  for (let depth = 1; depth < DEEPEST && fresh.length > 0; depth += 1) {
    const further = await records.referredInSight(fresh, sights, composition.patient === '' ? undefined : composition.patient)
    fresh = further.filter(({ type, id }) => !found.has(`${type}/${id}`))
    for (const stored of fresh) found.set(`${stored.type}/${stored.id}`, stored)
    if (found.size > MOST_RESOURCES) throw outcome('too-costly', { expression: 'Composition', diagnostics: `The document would hold more than ${MOST_RESOURCES} resources.` })
  }
  return [...found.values()].slice(1)
}

const persist = async (deps: DocumentDeps, request: GuardedRequest, body: string): Promise<Reply> => {
  const { committed: [result] } = await commit(deps, request.caller, [{ kind: 'create', key: { type: 'Bundle', id: deps.ids.uuid() }, resource: parseJsonObject(body), path: 'Bundle' }])
  if (result?.kind !== 'written') throw outcome('internal', { diagnostics: 'Nothing was committed.' })
  return fhirReply(request, 200, result.written.body, { ...versionHeaders(result.written), 'content-location': `${baseOf(request, deps.publicUrl)}/${versionUrl(result.written)}` })
}
