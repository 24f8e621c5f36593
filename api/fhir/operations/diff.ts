/**
 * What changed between two versions of a resource, or differs between two resources of a type, as a FHIRPath Patch that can be sent back
 * (http://hl7.org/fhir/R4/fhirpatch.html). R4 defines no such operation; other servers have it under the same name and parameters.
 */
import type { GuardedRequest } from '../../http/route.ts'
import { parseJsonObject, writeJson, type JsonObject } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { ResourceStore } from '../../model/ports.ts'
import type { ResourceKey, StoredVersion } from '../../model/resource.ts'
import { buildDiff } from '../diff.ts'
import type { Gate } from '../gate.ts'
import { baseOf, fhirReply, parseVersion } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { requireLoaded } from '../load.ts'
import { requireId, requireType } from '../resource-body.ts'
import { requireLabelled } from './meta.ts'
import { readOperation, type OperationInput, type ParameterSpecs } from './parameters-body.ts'

export interface DiffDeps {
  readonly store: ResourceStore
  readonly gate: Gate
  readonly publicUrl: string
}

const OF_VERSIONS: ParameterSpecs = { fromVersion: { kind: 'text' }, includeMeta: { kind: 'boolean' } }
const OF_TWO: ParameterSpecs = { from: { kind: 'text' }, to: { kind: 'text' }, includeMeta: { kind: 'boolean' } }

/** Characters. Two of these are compared in a fraction of a second, however deep they are. */
const LONGEST_BODY = 256 * 1024

interface Side { readonly key: ResourceKey; readonly version?: number }

/** 200 with Parameters; each side is read as by a read or a version read. */
export const diffOperation = (deps: DiffDeps): FhirHandler => async (request) => {
  const { type, id } = request.params
  if (type !== undefined) requireLabelled(type)
  const input = readOperation(request, id === undefined ? OF_TWO : OF_VERSIONS)
  const [from, to] = id === undefined ? await loadTwo(deps, request, input) : await loadVersions(deps, request, { type: requireType(type), id: requireId(id) }, input)
  for (const { body, type: of } of [from, to]) if (body.length > LONGEST_BODY) throw outcome('too-costly', { expression: of, diagnostics: `Resources of more than ${LONGEST_BODY} characters are not compared.` })
  return fhirReply(request, 200, writeJson(buildDiff(toCompare(from, input), toCompare(to, input), to.type)))
}

/** meta is the server's and differs in each version: it is compared when that is asked for. */
const toCompare = ({ body }: StoredVersion, input: OperationInput): JsonObject => {
  const resource = parseJsonObject(body)
  return input.flag('includeMeta') === true ? resource : resource.delete('meta')
}

const load = ({ store, gate }: DiffDeps, { caller }: GuardedRequest, { key, version }: Side): Promise<StoredVersion> =>
  (version === undefined ? requireLoaded(gate, caller, { interaction: 'read', ...key }, (seeing) => store.read(seeing, key), '$diff')
    : requireLoaded(gate, caller, { interaction: 'vread', ...key }, (seeing) => store.vread(seeing, key, version), '$diff'))

/** The version before the current one, where none is named. */
const loadVersions = async (deps: DiffDeps, request: GuardedRequest, key: ResourceKey, input: OperationInput): Promise<[StoredVersion, StoredVersion]> => {
  const named = input.text('fromVersion')
  const wanted = named === undefined ? undefined : parseVersion(named)
  if (named !== undefined && wanted === undefined) throw outcome('bad-parameter', { expression: 'fromVersion', diagnostics: 'Versions are numbered from 1.' })
  const now = await load(deps, request, { key })
  if (wanted === undefined && now.version === 1) throw outcome('bad-parameter', { expression: 'fromVersion', diagnostics: 'There is no version before this one.' })
  return [await load(deps, request, { key, version: wanted ?? now.version - 1 }), now]
}

const loadTwo = async (deps: DiffDeps, request: GuardedRequest, input: OperationInput): Promise<[StoredVersion, StoredVersion]> => {
  const [from, to] = [sideOf(deps, request, input, 'from'), sideOf(deps, request, input, 'to')]
  if (from.key.type !== to.key.type) throw outcome('bad-parameter', { expression: 'to', diagnostics: 'Both are of one type.' })
  return [await load(deps, request, from), await load(deps, request, to)]
}

const REFERENCE = /^([A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([1-9]\d{0,9}))?$/

/** "Patient/1", "Patient/1/_history/2", or the same under the address of this server. */
const sideOf = ({ publicUrl }: DiffDeps, request: GuardedRequest, input: OperationInput, name: 'from' | 'to'): Side => {
  const wrong = (): Error => outcome('bad-parameter', { expression: name, diagnostics: `Expected a reference: ${request.params.type ?? 'Type'}/id or ${request.params.type ?? 'Type'}/id/_history/version.` })
  const text = input.text(name) ?? ''
  const base = `${baseOf(request, publicUrl)}/`
  const [, type = '', id = '', version] = REFERENCE.exec(text.startsWith(base) ? text.slice(base.length) : text) ?? []
  const number = version === undefined ? undefined : parseVersion(version)
  if (id === '' || type !== (request.params.type ?? type) || (version !== undefined && number === undefined)) throw wrong()
  return { key: { type: requireLabelled(type), id }, ...(number !== undefined && { version: number }) }
}
