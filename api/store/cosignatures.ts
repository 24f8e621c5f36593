/** Puts a second signature behind a document, on the connection of the transaction that makes or receives it. What is stored is what the second revision adds. */
import type { PoolClient } from 'pg'
import { outcome } from '../model/outcome.ts'
import type { NewCosignature } from '../model/ports.ts'
import type { Tenant } from '../model/resource.ts'
import { run } from './connection/rows.ts'

/** Only behind the very bytes that the first person signed. */
const INSERT = `
  insert into document_cosignature (tenant, document, increment, pdf_sha256, jws, practitioner, signer_name, behalf_practitioner, behalf_name, signed_at, created_at)
  select d.tenant, d.id, substring($3::bytea from length(d.pdf) + 1), $4, $5, $6, $7, $8, $9, $10, $11 from document d
  where d.tenant = $1 and d.id = $2 and substring($3::bytea for length(d.pdf)) = d.pdf and encode(sha256($3::bytea), 'hex') = $4
  on conflict do nothing returning document`

/** What is delivered again changes nothing. */
const SAME = 'select document from document_cosignature where tenant = $1 and document = $2 and pdf_sha256 = $3'

/** False: there is no such document, its bytes are others, or it has another second signature already. */
export const insertReceivedCosignature = async (client: PoolClient, tenant: Tenant, signed: NewCosignature, createdAt: string): Promise<boolean> => {
  const { document, pdf, pdfSha256, jws, practitioner, name, behalf, signedAt } = signed
  const rows = await run(client, INSERT, [tenant, document, Buffer.from(pdf), pdfSha256, jws, practitioner, name, behalf?.practitioner ?? null, behalf?.name ?? null, signedAt, createdAt], 'cosignature-insert')
  return rows.length > 0 || (await run(client, SAME, [tenant, document, pdfSha256])).length > 0
}

const CLOSE = `update cosign_request set state = 'signed', decided_name = $3, decided_at = $4 where tenant = $1 and id = $2 and state = 'asked' returning document`
const CURRENT = `select d.encounter from document d where d.tenant = $1 and d.id = $2 and not exists (select from document n where n.tenant = d.tenant and n.replaces in (d.id, d.appends))`

/** With the question that it answers. Throws cosign-closed: it was answered, withdrawn, or the document was replaced meanwhile. */
export const insertCosignature = async (client: PoolClient, tenant: Tenant, signed: NewCosignature, request: string, at: string): Promise<void> => {
  const closed = (): Error => outcome('cosign-closed', { expression: `document/${signed.document}` })
  const [place] = await run<{ encounter: string }>(client, CURRENT, [tenant, signed.document])
  if (place === undefined) throw closed()
  // As documents of a visit are made: nothing is signed while it is being replaced.
  await run(client, 'select pg_advisory_xact_lock($1, hashtext($2))', [tenant, `document ${place.encounter}`])
  if ((await run(client, CURRENT, [tenant, signed.document])).length === 0) throw closed()
  const [answered] = await run<{ document: string }>(client, CLOSE, [tenant, request, signed.name, at])
  if (answered?.document !== signed.document || !await insertReceivedCosignature(client, tenant, signed, at)) throw closed()
}
