/** Patches of all kinds (http://hl7.org/fhir/R4/http.html#patch): which one a body is, and the update that it makes of the version that is current. */
import type { GuardedRequest } from '../../http/route.ts'
import { parseJson, parseJsonObject, stringAt, type JsonObject, type JsonValue } from '../../model/json.ts'
import type { OpenFhirPath } from '../../model/fhirpath-port.ts'
import { Outcome, outcome } from '../../model/outcome.ts'
import type { Caller } from '../../model/ports.ts'
import type { ResourceKey } from '../../model/resource.ts'
import { narrow } from '../../security/policy.ts'
import type { CommitDeps } from '../commit.ts'
import type { Condition } from '../conditions.ts'
import { applyFhirPathPatch } from './fhirpath-patch.ts'
import { isExpected, type IfMatch } from '../headers.ts'
import { applyJsonPatch } from './json-patch.ts'
import { applyXmlPatch } from './xml-patch.ts'
import { requireLoaded } from '../load.ts'
import type { Planned } from '../planned.ts'
import { readResource, requireSameId } from '../resource-body.ts'

export const JSON_PATCH = 'application/json-patch+json'
export const XML_PATCH = 'application/xml-patch+xml'

/** Without If-Match a patch is tried again on the version that came between. */
export const MAX_TRIES = 5

export interface Patch {
  /** Of the body; a FHIRPath Patch is a resource. */
  readonly media: string
  /** Of an XML Patch its text. */
  readonly body: JsonValue
}

const mediaOf = (contentType: string | undefined): string => (contentType?.split(';')[0] ?? '').trim().toLowerCase()

/** Of a request. */
export const patchOf = ({ headers, text, json }: Pick<GuardedRequest, 'headers' | 'text' | 'json'>): Patch => {
  const media = mediaOf(headers['content-type'])
  return { media, body: media === XML_PATCH ? text() : json() }
}

/** Asked of text without space: two parts that both take space try every way to share it. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Of an entry of a Bundle: a Binary with a JSON Patch or an XML Patch, or Parameters with a FHIRPath Patch. http://hl7.org/fhir/R4/http.html#patch */
export const patchOfEntry = (resource: JsonObject | undefined, path: string): Patch => {
  const type = stringAt(resource, 'resourceType')
  if (resource === undefined || (type !== 'Binary' && type !== 'Parameters')) throw outcome('bad-request', { expression: path, diagnostics: 'A patch in a Bundle is a Binary (JSON Patch, XML Patch) or Parameters (FHIRPath Patch).' })
  if (type === 'Parameters') return { media: '', body: resource }
  const media = mediaOf(stringAt(resource, 'contentType'))
  if (media !== JSON_PATCH && media !== XML_PATCH) throw outcome('media-type', { expression: `${path}.contentType`, diagnostics: `Accepted here: ${JSON_PATCH}, ${XML_PATCH}` })
  const data = (stringAt(resource, 'data') ?? '').replaceAll(/\s/g, '')
  if (!BASE64.test(data)) throw outcome('bad-request', { expression: `${path}.data`, diagnostics: 'Expected base64.' })
  const text = Buffer.from(data, 'base64').toString('utf8')
  return { media, body: media === XML_PATCH ? text : parseJson(text) }
}

export interface ToPatch {
  readonly patch: Patch
  /** Version that the client read. */
  readonly expected: IfMatch | undefined
  /** Place of the resource in the input. */
  readonly path: string
}

/** Milliseconds for all FHIRPath of one patch. */
const LONGEST_FHIRPATH_MS = 500

export type PatchDeps = CommitDeps & { readonly openFhirPath: OpenFhirPath }

const applyPatch = ({ openFhirPath }: PatchDeps, resource: JsonObject, { media, body }: Patch): JsonObject =>
  (media === XML_PATCH ? applyXmlPatch(resource, typeof body === 'string' ? body : '') : media === JSON_PATCH ? applyJsonPatch(resource, body) : applyFhirPathPatch(resource, body, openFhirPath(LONGEST_FHIRPATH_MS)))

/** The update that the patch makes of the current version, and of no other. Throws not-found, deleted, version-conflict, patch-failed. */
export const planPatch = async (deps: PatchDeps, caller: Caller, key: ResourceKey, { patch, expected, path }: ToPatch): Promise<Planned> => {
  // a test tells what is stored: a patch is a read, and stands as one in the audit
  const current = await requireLoaded(deps.gate, caller, { interaction: 'read', ...key }, (seeing) => deps.store.read(seeing, key))
  if (!isExpected(expected, current.version)) throw outcome('version-conflict', { expression: `${path}.meta.versionId`, diagnostics: 'If-Match names another version.' })
  const { resource } = readResource(applyPatch(deps, parseJsonObject(current.body), patch), { type: key.type, path })
  requireSameId(resource, key.id, path)
  return { kind: 'update', key, resource, path, expected: current.version }
}

/** The one resource that a conditional patch means. Throws not-found, multiple-matches, and forbidden for persons. */
export const findPatched = async (deps: CommitDeps, caller: Caller, { type, parameters, path }: Condition): Promise<ResourceKey> => {
  await deps.gate.require(caller, [{ interaction: 'search-type', type }])
  if (caller.actor.kind === 'person') throw outcome('forbidden', { expression: path, diagnostics: 'Conditional patches are for system clients.' })
  const { matches: [found, another] } = await deps.store.search(narrow(caller, 'search-type', type), { type, parameters: [...parameters, ['_count', '2']], strict: true, ...(deps.bases !== undefined && { bases: deps.bases }) })
  if (another !== undefined) throw outcome('multiple-matches', { expression: path })
  if (found === undefined) throw outcome('not-found', { expression: path, diagnostics: 'The condition finds nothing.' })
  return { type, id: found.id }
}

/** Whether somebody changed one of these resources after it was read for a patch. */
export const wasOvertaken = (error: unknown, patched: readonly ResourceKey[]): boolean =>
  error instanceof Outcome && error.code === 'version-conflict' && patched.some(({ type, id }) => error.detail.expression === `${type}/${id}`)
