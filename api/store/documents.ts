/**
 * Signed documents on PostgreSQL (port DocumentStore). Rows are inserted and read, never changed: the servers have no right to more. Which
 * document is current is derived; that there is one per visit and slot is held by unique indexes (migrations/0003-signing.ts).
 */
import type { PoolClient } from 'pg'
import { outcome } from '../model/outcome.ts'
import type { DocumentStore, FormCode, NewDocument, StoredDocument } from '../model/ports.ts'
import type { Tenant } from '../model/resource.ts'
import type { Database } from './connection/database.ts'
import { errorCode } from './connection/database-errors.ts'
import { run, toInstant } from './connection/rows.ts'

interface Row {
  id: string; code: string; form: FormCode; slot: string; title: string; patient: string; encounter: string; bundle_id: string; bundle_sha256: string; jws: string; pdf_sha256: string
  account: string; practitioner: string; signer_name: string; signer_role: string; certificate_serial: string; certificate_issuer: string
  certificate_status: StoredDocument['evidence']['certificateStatus']; signed_at: string; created_at: string
  replaces: string | null; appends: string | null; reason: string | null
  newer: { id: string; code: string; at: string } | null
  addenda: { id: string; code: string; at: string }[] | null
  second: { pdfSha256: string; jws: string; practitioner: string; name: string; signedAt: string; behalf_practitioner: string | null; behalf_name: string | null } | null
  request: { id: string; state: string; askedName: string; decidedName: string | null; reason: string | null } | null
}

const LINK = `json_build_object('id', n.id, 'code', n.code, 'at', to_char(n.signed_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`

const SELECT = `
  select d.id, d.code, d.form, d.slot, d.title, d.patient, d.encounter, d.bundle_id, d.bundle_sha256, d.jws, d.pdf_sha256, d.account, d.practitioner, d.signer_name, d.signer_role,
    d.certificate_serial, d.certificate_issuer, d.certificate_status, d.signed_at, d.created_at, d.replaces, d.appends, d.reason,
    (select ${LINK} from document n where n.tenant = d.tenant and n.replaces = d.id) as newer,
    (select json_agg(${LINK} order by n.signed_at, n.id) from document n where n.tenant = d.tenant and n.appends = d.id) as addenda,
    (select json_build_object('pdfSha256', c.pdf_sha256, 'jws', c.jws, 'practitioner', c.practitioner, 'name', c.signer_name, 'signedAt', to_char(c.signed_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'behalf_practitioner', c.behalf_practitioner,
      'behalf_name', c.behalf_name) from document_cosignature c where c.tenant = d.tenant and c.document = d.id) as second,
    (select json_build_object('id', q.id, 'state', q.state, 'askedName', q.asked_name, 'decidedName', q.decided_name, 'reason', q.reason) from cosign_request q where q.tenant = d.tenant and q.document = d.id
      order by q.asked_at desc, q.id desc limit 1) as request
  from document d where d.tenant = $1`

const relationOf = (row: Row): NewDocument['relation'] => {
  const document = row.replaces ?? row.appends
  return document === null ? undefined : { kind: row.replaces === null ? 'appends' : 'replaces', document, reason: row.reason ?? '' }
}

const secondOf = ({ second }: Row): StoredDocument['cosignature'] => {
  if (second === null) return undefined
  const { behalf_practitioner: practitioner, behalf_name: name, ...cosignature } = second
  return { ...cosignature, ...(practitioner !== null && name !== null && { behalf: { practitioner, name } }) }
}

/** Of a question that is open or was refused. */
const requestOf = ({ request }: Row): StoredDocument['request'] => {
  if (request === null || (request.state !== 'asked' && request.state !== 'refused')) return undefined
  const { id, state, askedName, decidedName, reason } = request
  return { id, state, askedName, ...(decidedName !== null && { decidedName }), ...(reason !== null && { reason }) }
}

const toDocument = (tenant: Tenant, row: Row): StoredDocument => {
  const relation = relationOf(row), cosignature = secondOf(row), request = requestOf(row)
  return {
    tenant, id: row.id, code: row.code, form: row.form, slot: row.slot, title: row.title, patient: row.patient, encounter: row.encounter, bundleId: row.bundle_id,
    bundleSha256: row.bundle_sha256, jws: row.jws, pdfSha256: row.pdf_sha256, createdAt: toInstant(row.created_at), addenda: row.addenda ?? [],
    evidence: {
      account: row.account, practitioner: row.practitioner, name: row.signer_name, role: row.signer_role, certificateSerial: row.certificate_serial,
      certificateIssuer: row.certificate_issuer, certificateStatus: row.certificate_status, signedAt: toInstant(row.signed_at),
    },
    ...(row.newer && { supersededBy: row.newer }), ...(relation && { relation }), ...(cosignature && { cosignature }), ...(request && { request }),
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const createDocumentStore = ({ database }: { readonly database: Database }): DocumentStore => {
  const { tenant, pool } = database
  const select = async (where: string, values: readonly unknown[], name: string): Promise<StoredDocument[]> =>
    (await run<Row>(pool, `${SELECT} ${where}`, [tenant, ...values], name)).map((row) => toDocument(tenant, row))
  const first = async (where: string, value: string, name: string): Promise<StoredDocument | undefined> => (await select(where, [value], name))[0]
  return {
    find: ({ encounter, patient, count }) => encounter !== undefined
      ? select('and d.encounter = $2 order by d.signed_at desc, d.id desc limit $3', [encounter, count ?? 200], 'document-by-encounter')
      : select('and d.patient = $2 order by d.signed_at desc, d.id desc limit $3', [patient ?? '', count ?? 200], 'document-by-patient'),
    get: async (id) => (UUID.test(id) ? first('and d.id = $2', id, 'document-by-id') : undefined),
    byCode: (code) => first('and d.code = $2', code, 'document-by-code'),
    byPdfDigest: (sha256) => first('and (d.pdf_sha256 = $2 or d.id in (select c.document from document_cosignature c where c.tenant = $1 and c.pdf_sha256 = $2)) limit 1', sha256, 'document-by-pdf'),
    async pdf(id) {
      const [row] = UUID.test(id) ? await run<{ pdf: Buffer }>(pool, 
        `select d.pdf || coalesce(c.increment, '') as pdf from document d left join document_cosignature c on c.tenant = d.tenant and c.document = d.id where d.tenant = $1 and d.id = $2`, [tenant, id], 'document-pdf') : []
      return row?.pdf
    },
    async bundle(id) {
      const [row] = UUID.test(id) ? await run<{ bundle: string }>(pool, 'select bundle from document where tenant = $1 and id = $2', [tenant, id], 'document-bundle') : []
      return row?.bundle
    },
  }
}

const INSERT = `
  insert into document (tenant, id, code, form, slot, title, patient, encounter, bundle_id, bundle, bundle_sha256, jws, pdf, pdf_sha256, account, practitioner, signer_name, signer_role,
    certificate_serial, certificate_issuer, certificate_status, signed_at, created_at, replaces, appends, reason)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)`

/** For a row that came from another site: stored as it is, whatever it relates to has come or will. Throws version-conflict when its place is taken. */
export const insertReceivedDocument = async (client: PoolClient, tenant: Tenant, document: NewDocument, createdAt: string): Promise<void> => {
  const { evidence, relation } = document
  const related = (kind: 'replaces' | 'appends'): string | null => (relation?.kind === kind ? relation.document : null)
  await run(client, INSERT, [
    tenant, document.id, document.code, document.form, document.slot ?? document.form, document.title, document.patient, document.encounter, document.bundleId, document.bundle, document.bundleSha256,
    document.jws, Buffer.from(document.pdf), document.pdfSha256, evidence.account, evidence.practitioner, evidence.name, evidence.role, evidence.certificateSerial,
    evidence.certificateIssuer, evidence.certificateStatus, evidence.signedAt, createdAt, related('replaces'), related('appends'), relation?.reason ?? null,
  ], 'document-insert').catch((error: unknown) => {
    throw errorCode(error) === '23505' ? outcome('version-conflict', { expression: `document/${document.id}`, diagnostics: 'The visit has a newer document in this place.' }) : error
  })
}

/**
 * Inserts a document made here, inside the clinical transaction. What it replaces or adds to must stand in the same visit (and slot) and be
 * current: throws version-conflict when somebody else has replaced it meanwhile.
 */
export const insertDocument = async (client: PoolClient, tenant: Tenant, document: NewDocument, createdAt: string): Promise<void> => {
  // Documents of one visit are made one after the other, so that nothing is added to a document while it is being replaced.
  await run(client, 'select pg_advisory_xact_lock($1, hashtext($2))', [tenant, `document ${document.encounter}`])
  const { relation } = document
  if (relation !== undefined) {
    const [target] = await run<{ slot: string; replaced: boolean }>(client, `
      select d.slot, exists (select from document n where n.tenant = d.tenant and n.replaces = d.id) as replaced
      from document d where d.tenant = $1 and d.id = $2 and d.encounter = $3`, [tenant, relation.document, document.encounter])
    if (target === undefined || target.replaced || (relation.kind === 'replaces' && target.slot !== (document.slot ?? document.form))) {
      throw outcome('version-conflict', { expression: `document/${relation.document}`, diagnostics: 'The document to correct is not the current one of this visit.' })
    }
  }
  await insertReceivedDocument(client, tenant, document, createdAt)
}
