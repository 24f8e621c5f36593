/** What a shipped entry may do in its hospital's tables at the center, on the connection of the inbox's transaction. Nothing of it is journaled again. */
import type { PoolClient } from 'pg'
import type { ApplyTransaction, EnrolledNode } from '../../model/exchange.ts'
import type { Caller } from '../../model/ports.ts'
import type { Database } from '../connection/database.ts'
import { insertReceivedCosignature } from '../cosignatures.ts'
import { insertReceivedDocument } from '../documents.ts'
import { transactionParts, type StoreOptions } from '../resource-store.ts'
import { run } from '../connection/rows.ts'
import { openTransaction } from '../connection/transaction.ts'

const RECEIVED = `
  insert into received_document (tenant, document, form, title, patient, patient_name, birth_date, visit_date, signer, signed_at, received_at, verdict, reason, replaces)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

/** Who it was, for audit rows. */
export const exchangeCaller = (node: EnrolledNode): Caller =>
  ({ actor: { kind: 'internal', tenant: node.tenant, name: `exchange from ${node.node}` }, visibility: { kind: 'all' }, purpose: 'HDATAEXCH' })

export const openApplyTransaction = (options: Omit<StoreOptions, 'database' | 'journal'>) => (database: Database, client: PoolClient, node: EnrolledNode): ApplyTransaction => {
  const tx = openTransaction(transactionParts({ ...options, database, journal: false }), client, exchangeCaller(node))
  return {
    write: (writes) => tx.write(writes),
    addDocument: (document, createdAt) => insertReceivedDocument(client, database.tenant, document, createdAt),
    addCosignature: (cosignature, createdAt) => insertReceivedCosignature(client, database.tenant, cosignature, createdAt),
    addReceived: async (row) => void await run(client, RECEIVED, [
      database.tenant, row.document, row.form, row.title, row.patient, row.patientName, row.birthDate, row.visitDate, row.signer, row.signedAt, options.clock.now(),
      row.verdict, row.reason, row.replaces,
    ], 'received-insert'),
    audit: (row) => tx.audit(row),
  }
}
