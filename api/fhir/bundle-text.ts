/** Bundles (http://hl7.org/fhir/R4/bundle.html) written around stored bodies, which are never read again, so that each byte of them comes out as stored. */
import { Bytes, type Content } from '../model/bytes.ts'
import type { StoredVersion } from '../model/resource.ts'
import { etagOf } from './headers.ts'

export interface BundleLink { readonly relation: 'self' | 'first' | 'previous' | 'next' | 'last'; readonly url: string }

export interface BundleEntryText {
  readonly fullUrl?: string
  /** A resource as it is stored. */
  readonly resource?: Content
  readonly search?: 'match' | 'include' | 'outcome'
  /** How well it fits, 0 to 1, and in which grade (http://hl7.org/fhir/R4/extension-match-grade.html). */
  readonly likeness?: { readonly score: number; readonly grade: string }
  readonly request?: { readonly method: string; readonly url: string }
  readonly response?: {
    readonly status: string
    readonly location?: string | undefined
    readonly etag?: string | undefined
    readonly lastModified?: string | undefined
    /** Text of an OperationOutcome. */
    readonly outcome?: string | undefined
  }
}

const MATCH_GRADE = 'http://hl7.org/fhir/StructureDefinition/match-grade'

const members = (pairs: readonly (string | undefined)[]): string => `{${pairs.filter((pair) => pair !== undefined).join(',')}}`
const text = (name: string, value: string | undefined): string | undefined => (value === undefined ? undefined : `"${name}":${JSON.stringify(value)}`)
const raw = (name: string, value: string | undefined): string | undefined => (value === undefined ? undefined : `"${name}":${value}`)

/** An entry in pieces: text, with the bytes of a resource in between where there are such. */
const writeEntry = (entry: BundleEntryText): readonly Content[] => {
  const { resource } = entry
  const rest = members([
    raw('search', entry.search === undefined ? undefined : JSON.stringify({
      ...(entry.likeness && { extension: [{ url: MATCH_GRADE, valueCode: entry.likeness.grade }] }), mode: entry.search, ...(entry.likeness && { score: entry.likeness.score }),
    })),
    raw('request', entry.request === undefined ? undefined : JSON.stringify(entry.request)),
    raw('response', entry.response === undefined ? undefined : members([
      text('status', entry.response.status), text('location', entry.response.location), text('etag', entry.response.etag),
      text('lastModified', entry.response.lastModified), raw('outcome', entry.response.outcome),
    ])),
  ])
  const url = text('fullUrl', entry.fullUrl)
  if (resource === undefined) return [url === undefined ? rest : `{${url}${rest === '{}' ? '}' : `,${rest.slice(1)}`}`]
  const before = `{${url === undefined ? '' : `${url},`}"resource":`, after = rest === '{}' ? '}' : `,${rest.slice(1)}`
  return typeof resource === 'string' ? [before + resource + after] : [before, resource, after]
}

export interface BundleContent {
  readonly id?: string
  readonly type: 'searchset' | 'history' | 'transaction-response' | 'batch-response' | 'document'
  readonly lastUpdated?: string
  readonly identifier?: { readonly system: string; readonly value: string }
  readonly timestamp?: string
  readonly total?: number | undefined
  readonly links?: readonly BundleLink[]
  readonly entries: readonly BundleEntryText[]
}

/** A Bundle; bytes where one of its resources is given so. FHIR forbids empty arrays, so members without content are left out. */
export const writeBundle = (bundle: BundleContent): Content => {
  const head = members([
    '"resourceType":"Bundle"',
    text('id', bundle.id),
    raw('meta', bundle.lastUpdated === undefined ? undefined : JSON.stringify({ lastUpdated: bundle.lastUpdated })),
    raw('identifier', bundle.identifier === undefined ? undefined : JSON.stringify(bundle.identifier)),
    text('type', bundle.type),
    text('timestamp', bundle.timestamp),
    raw('total', bundle.total === undefined ? undefined : String(bundle.total)),
    raw('link', bundle.links === undefined || bundle.links.length === 0 ? undefined : JSON.stringify(bundle.links)),
  ])
  if (bundle.entries.length === 0) return head
  const pieces = [`${head.slice(0, -1)},"entry":[`, ...bundle.entries.flatMap((entry, at) => (at === 0 ? writeEntry(entry) : [',', ...writeEntry(entry)])), ']}']
  return pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : Bytes.join(pieces)
}

/** "Patient/1/_history/2" */
export const versionUrl = (stored: Pick<StoredVersion, 'type' | 'id' | 'version'>): string => `${stored.type}/${stored.id}/_history/${stored.version}`

/** Bundle.entry.response of a stored version. */
export const responseOf = (stored: StoredVersion, status: string): NonNullable<BundleEntryText['response']> =>
  ({ status, location: stored.deleted ? undefined : versionUrl(stored), etag: etagOf(stored.version), lastModified: stored.lastUpdated })
