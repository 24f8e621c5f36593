/** The exact bytes that a journal entry refers to: stored versions of resources, and signed documents with their PDF. Read when an entry is sealed, and again each time it is packed. */
import type { EntryItem } from '../../model/exchange.ts'
import { typeNumber } from '../../search/resource-types.ts'
import type { JournalRef } from './append.ts'
import { literal, run, toInstant, type Queryable } from '../connection/rows.ts'

/** `pieces` of all items one after the other. `complete` false: a version or document that was committed is gone. */
export interface Content { readonly items: readonly EntryItem[]; readonly pieces: readonly Uint8Array[]; readonly complete: boolean }

interface Part { readonly item: EntryItem; readonly pieces: readonly Uint8Array[] }
type ResourceRef = Extract<JournalRef, { rid: string }>

interface VersionRow { i: number; ver: number; ts: string | null; del: boolean | null; immutable: boolean; body: string | null }

const VERSIONS = `
  select k.i, k.ver, coalesce(h.ts, c.ts) as ts, coalesce(h.del, c.del) as del, r.immutable, coalesce(h.body, c.body) as body
  from unnest($2::int4[], $3::int2[], $4::int8[], $5::int4[]) as k(i, rtype, rid, ver)
  join resource r on r.tenant = $1 and r.rtype = k.rtype and r.rid = k.rid
  left join resource c on c.tenant = $1 and c.rtype = k.rtype and c.rid = k.rid and c.ver = k.ver
  left join resource_history h on h.tenant = $1 and h.rtype = k.rtype and h.rid = k.rid and h.ver = k.ver`

interface DocumentRow {
  id: string; code: string; form: string; slot: string; title: string; patient: string; encounter: string; bundle_id: string; bundle: string; bundle_sha256: string; jws: string
  pdf: Buffer; pdf_sha256: string; account: string; practitioner: string; signer_name: string; signer_role: string; certificate_serial: string
  certificate_issuer: string; certificate_status: string; signed_at: string; created_at: string; replaces: string | null; appends: string | null; reason: string | null
}

const DOCUMENTS = `
  select id, code, form, slot, title, patient, encounter, bundle_id, bundle, bundle_sha256, jws, pdf, pdf_sha256, account, practitioner, signer_name, signer_role,
    certificate_serial, certificate_issuer, certificate_status, signed_at, created_at, replaces, appends, reason
  from document where tenant = $1 and id = any($2::uuid[])`

const utf8 = new TextEncoder()

export const loadContent = async (on: Queryable, tenant: number, refs: readonly JournalRef[]): Promise<Content> => {
  const versions = await loadVersions(on, tenant, refs)
  const documents = await loadDocuments(on, tenant, refs)
  const parts = refs.map((ref, i) => ('document' in ref ? documents.get(ref.document) : versions.get(i)))
  const found = parts.filter((part) => part !== undefined)
  return { items: found.map((part) => part.item), pieces: found.flatMap((part) => part.pieces), complete: found.length === refs.length }
}

const loadVersions = async (on: Queryable, tenant: number, refs: readonly JournalRef[]): Promise<Map<number, Part>> => {
  const wanted = refs.flatMap((ref, i) => ('document' in ref ? [] : [{ ref, i }]))
  if (wanted.length === 0) return new Map()
  const rows = await run<VersionRow>(on, VERSIONS, [
    tenant, literal(wanted.map(({ i }) => i)), literal(wanted.map(({ ref }) => typeNumber(ref.type) ?? 0)), literal(wanted.map(({ ref }) => ref.rid)), literal(wanted.map(({ ref }) => ref.ver)),
  ], 'journal-versions')
  const byPlace = new Map(rows.map((row) => [row.i, row]))
  return new Map(wanted.flatMap(({ ref, i }) => {
    const row = byPlace.get(i)
    return row === undefined || row.body === null || row.ts === null ? [] : [[i, toPart(ref, { ...row, body: row.body, ts: row.ts })]]
  }))
}

const toPart = (ref: ResourceRef, row: VersionRow & { body: string; ts: string }): Part => {
  const body = utf8.encode(row.body)
  return {
    item: { kind: 'resource', type: ref.type, id: ref.id, version: ref.ver, lastUpdated: toInstant(row.ts), deleted: row.del ?? false, immutable: row.immutable, length: body.length },
    pieces: [body],
  }
}

const loadDocuments = async (on: Queryable, tenant: number, refs: readonly JournalRef[]): Promise<Map<string, Part>> => {
  const ids = refs.flatMap((ref) => ('document' in ref ? [ref.document] : []))
  if (ids.length === 0) return new Map()
  const rows = await run<DocumentRow>(on, DOCUMENTS, [tenant, ids], 'journal-documents')
  return new Map(rows.map((row): [string, Part] => {
    const pieces = [utf8.encode(JSON.stringify(toFacts(row))), utf8.encode(row.bundle), new Uint8Array(row.pdf)] as const
    return [row.id, { item: { kind: 'document', id: row.id, lengths: [pieces[0].length, pieces[1].length, pieces[2].length] }, pieces }]
  }))
}

/** The row without its two big columns, as NewDocument names things; read back by api/center/document-facts.ts. */
const toFacts = (row: DocumentRow): object => ({
  id: row.id, code: row.code, form: row.form, slot: row.slot, title: row.title, patient: row.patient, encounter: row.encounter, bundleId: row.bundle_id, bundleSha256: row.bundle_sha256,
  jws: row.jws, pdfSha256: row.pdf_sha256, createdAt: toInstant(row.created_at),
  evidence: {
    account: row.account, practitioner: row.practitioner, name: row.signer_name, role: row.signer_role, certificateSerial: row.certificate_serial,
    certificateIssuer: row.certificate_issuer, certificateStatus: row.certificate_status, signedAt: toInstant(row.signed_at),
  },
  ...(row.replaces !== null && { relation: { kind: 'replaces', document: row.replaces, reason: row.reason ?? '' } }),
  ...(row.appends !== null && { relation: { kind: 'appends', document: row.appends, reason: row.reason ?? '' } }),
})

/** refs as the journal keeps them: written by journal-append.ts, and by nobody else. */
export const readRefs = (text: string): JournalRef[] => JSON.parse(text) as JournalRef[]

