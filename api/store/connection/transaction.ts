/** One PostgreSQL transaction of the store (ports.StoreTransaction): what it touches is gathered, and the journal rows are its last act. */
import type { PoolClient } from 'pg'
import type { Caller, StoreTransaction } from '../../model/ports.ts'
import { insertCosignature } from '../cosignatures.ts'
import { adoptCare, dropCare } from '../people/adopt-care.ts'
import { applyJobs, toWritten } from '../write/apply-writes.ts'
import { insertAuditRows } from '../audit/rows.ts'
import { claim, nextNumber, relate } from '../write/guards.ts'
import type { WithCommit } from './entity-driver.ts'
import { appendJournal } from '../journal/append.ts'
import { isWithin, readHeads, readVersion } from '../read/reading.ts'
import { Touched } from '../write/touched.ts'
import type { TransactionParts } from '../write/transaction-parts.ts'

/** `finish` writes the journal: call it last, before the commit; with `withCommit` its answer comes with that of the commit. */
export interface OpenTransaction extends StoreTransaction { finish(withCommit?: WithCommit): Promise<void> }

/** For parts that hold a transaction of their own (the exchange receiver). */
export const openTransaction = (parts: TransactionParts, client: PoolClient, caller: Caller): OpenTransaction => {
  const { database, clock } = parts
  const { tenant } = database
  const touched = new Touched()
  return {
    read: (key, visibility = caller.visibility) => readVersion(client, tenant, { ...caller, visibility }, key, clock.now()),
    heads: (keys) => readHeads(client, tenant, keys),
    search: (request) => parts.search(client, caller, request),
    isWithin: (key, limit) => isWithin(client, tenant, key, limit),
    async write(writes) {
      const [applied] = await applyJobs(parts, client, [{ caller, writes }])
      if (!applied?.ok) throw applied?.error
      touched.add(applied.steps)
      return applied.steps.map(toWritten)
    },
    claimCondition: (condition, key) => claim(client, tenant, condition, key),
    nextNumber: (counter) => nextNumber(client, tenant, counter),
    relate: (relation) => relate(client, tenant, relation, clock.now()),
    adoptCare: (from, to, mark) => adoptCare(client, tenant, from, to, mark, clock.now()),
    dropCare: (patient, mark) => dropCare(client, tenant, patient, mark, clock.now()),
    async addDocument(document) {
      if (!parts.insertDocument) throw new Error('This store was built without documents')
      await parts.insertDocument(client, document)
      touched.addDocument(document.patient, document.id)
    },
    addCosignature: (cosignature, request) => insertCosignature(client, tenant, cosignature, request, clock.now().toISOString()),
    async dropDraft(account, key) {
      if (!parts.deleteDraft) throw new Error('This store was built without drafts')
      await parts.deleteDraft(client, account, key)
    },
    async countOrders(count) {
      if (!parts.countOrders) throw new Error('This store was built without favourites')
      await parts.countOrders(client, count)
    },
    async countKeptAlerts(encounter, alerts) {
      if (!parts.countKeptAlerts) throw new Error('This store was built without safety alerts')
      await parts.countKeptAlerts(client, encounter, alerts)
    },
    async changeDevices(change) {
      if (!parts.changeDevices) throw new Error('This store was built without devices')
      await parts.changeDevices(client, change)
    },
    async subscribe(registration) {
      if (!parts.subscriptions) throw new Error('This store was built without subscriptions')
      await parts.subscriptions.subscribe(client, caller, registration)
    },
    async unsubscribe(id) {
      if (!parts.subscriptions) throw new Error('This store was built without subscriptions')
      await parts.subscriptions.unsubscribe(client, caller, id)
    },
    audit: (row) => insertAuditRows(client, database, [{ caller, row, at: clock.now() }]),
    async finish(withCommit) {
      if (!parts.journal) return
      const sent = appendJournal(client, database, touched.entries(), clock.now())
      if (withCommit === undefined) await sent
      else withCommit(sent)
    },
  }
}
