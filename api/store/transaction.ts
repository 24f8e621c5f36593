/** One PostgreSQL transaction of the store (ports.StoreTransaction): what it touches is gathered, and the journal rows are its last act. */
import type { PoolClient } from 'pg'
import type { JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, Clock, NewDocument, SearchPage, SearchRequest, StoreTransaction, Write, Written } from '../model/ports.ts'
import { ID_PATTERN, type ResourceKey } from '../model/resource.ts'
import { typeNumber } from '../search/resource-types.ts'
import { insertAuditRows } from './audit-rows.ts'
import type { Database } from './database.ts'
import { claim, nextNumber, relate } from './guards.ts'
import { appendJournal, type JournalEntry, type JournalRef } from './journal-append.ts'
import { addPostings, removePostings } from './posting-rows.ts'
import { diffPostings, NO_POSTINGS, type PostingSet } from './posting-set.ts'
import { readHeads, readVersion } from './reading.ts'
import type { Queryable } from './rows.ts'
import { planWrite, type PlanContext, type Step } from './write-plan.ts'
import { lockRows, storePast, storeVersions } from './write-rows.ts'

/** Throw it to run the whole transaction again: another one came first, in a way that a second try can see. */
export class Overtaken extends Error {}

export interface TransactionParts {
  readonly database: Database
  readonly clock: Clock
  readonly patientOf: (resource: JsonObject, type: string, id: string) => string | null
  readonly postingsOf: (resource: JsonObject, type: string) => PostingSet
  readonly search: (on: Queryable, caller: Caller, request: SearchRequest) => Promise<SearchPage>
  /** False where other sites' records are only kept (the data center): nothing leaves from here. */
  readonly journal: boolean
  readonly insertDocument?: (client: PoolClient, document: NewDocument) => Promise<void>
  readonly deleteDraft?: (client: PoolClient, account: string, key: string) => Promise<void>
}

/** `finish` writes the journal: call it last, before the commit. */
export interface OpenTransaction extends StoreTransaction { finish(): Promise<void> }

/** For parts that hold a transaction of their own (the exchange receiver). */
export const openTransaction = (parts: TransactionParts, client: PoolClient, caller: Caller): OpenTransaction => {
  const { database, clock } = parts
  const { tenant } = database
  const touched = new Map<string | null, JournalRef[]>()
  const touch = (patient: string | null, ref: JournalRef): void => {
    const refs = touched.get(patient || null)
    if (refs) refs.push(ref)
    else touched.set(patient || null, [ref])
  }
  return {
    read: (key) => readVersion(client, tenant, caller, key, clock.now()),
    heads: (keys) => readHeads(client, tenant, keys),
    search: (request) => parts.search(client, caller, request),
    async write(writes) {
      const steps = await applyWrites(parts, client, caller, writes)
      for (const step of steps) {
        if (step.op === 'unchanged') continue
        const ref: JournalRef = { type: step.type, id: step.id, rid: String(step.rid), ver: step.ver }
        touch(step.pat, ref)
        if (step.patBefore !== undefined) touch(step.patBefore, ref)
      }
      return steps.map(toWritten)
    },
    claimCondition: (condition, key) => claim(client, tenant, condition, key),
    nextNumber: (counter) => nextNumber(client, tenant, counter),
    relate: (relation) => relate(client, tenant, relation, clock.now()),
    async addDocument(document) {
      if (!parts.insertDocument) throw new Error('This store was built without documents')
      await parts.insertDocument(client, document)
      touch(document.patient, { document: document.id })
    },
    async dropDraft(account, key) {
      if (!parts.deleteDraft) throw new Error('This store was built without drafts')
      await parts.deleteDraft(client, account, key)
    },
    audit: (row) => insertAuditRows(client, database, [{ caller, row, at: clock.now() }]),
    async finish() {
      const entries: JournalEntry[] = [...touched].map(([patient, refs]) => ({ patient, refs }))
      if (parts.journal) await appendJournal(client, database, entries, clock.now())
    },
  }
}

const applyWrites = async (parts: TransactionParts, client: PoolClient, caller: Caller, writes: readonly Write[]): Promise<Step[]> => {
  const { database, clock } = parts
  const { tenant } = database
  const keys = writes.map((write) => requireKey(write.key))
  const places = new Set(keys.map(({ rtype, id }) => `${rtype}/${id}`))
  if (places.size < keys.length) throw outcome('bad-request', { diagnostics: 'The same resource is written twice in one transaction' })
  const now = clock.now()
  const context: PlanContext = { now, nextRid: () => database.rids.next(), postingsOf: parts.postingsOf, patientOf: parts.patientOf }
  const locked = new Map((await lockRows(client, tenant, keys)).map((row) => [`${row.rtype}/${row.id}`, row]))
  const steps = writes.map((write, at) => {
    const { rtype, id } = keys[at] ?? { rtype: 0, id: '' }
    return planWrite(write, rtype, locked.get(`${rtype}/${id}`), context)
  })
  const past = steps.filter((step) => step.past)
  if (past.length > 0) await storePast(client, tenant, actorOf(caller), past)
  const stored = steps.filter((step) => step.op !== 'unchanged' && !step.past)
  if (stored.length > 0) {
    // a row that was not there when we locked has been made meanwhile: look again from the start
    if (await storeVersions(client, tenant, actorOf(caller), stored) < stored.length) throw new Overtaken('another transaction created the same resource')
    await changePostings(client, tenant, stored)
  }
  await insertAuditRows(client, database, steps.filter((step) => step.ver > 0).map((step) => ({ caller, at: now, row: auditOf(step) })))
  return steps
}

const changePostings = async (client: PoolClient, tenant: number, steps: readonly Step[]): Promise<void> => {
  const changes = steps.flatMap((step) => (step.before ? [{ rid: step.rid, ...diffPostings(step.before, step.method === 'D' ? NO_POSTINGS : step.postings, step.stale) }] : []))
  await removePostings(client, tenant, changes.flatMap(({ rid, gone }) => gone.map((row) => ({ rid, row }))))
  await addPostings(client, tenant, changes.flatMap(({ rid, added }) => added.map((row) => ({ rid, row }))))
}

const requireKey = ({ type, id }: ResourceKey): { rtype: number; id: string } => {
  const rtype = typeNumber(type)
  if (rtype === undefined) throw outcome('unknown-type', { expression: type })
  if (!ID_PATTERN.test(id)) throw outcome('bad-id', { expression: `${type}/${id.slice(0, 80)}` })
  return { rtype, id }
}

const actorOf = ({ actor }: Caller): string =>
  actor.kind === 'person' ? `account/${actor.account}` : actor.kind === 'system' ? `client/${actor.client}` : `internal/${actor.name}`

const INTERACTION = { created: ['C', 'create'], updated: ['U', 'update'], deleted: ['D', 'delete'], unchanged: ['U', 'update'] } as const

const auditOf = (step: Step): Parameters<StoreTransaction['audit']>[0] => {
  const [action, interaction] = INTERACTION[step.op]
  return {
    action, interaction, type: step.type, id: step.id, version: step.ver, outcome: 'success', ...(step.pat && { patient: step.pat }),
    ...(step.op === 'unchanged' && { detail: 'unchanged' }),
  }
}

const toWritten = (step: Step): Written => ({
  op: step.op, type: step.type, id: step.id, version: step.ver, lastUpdated: step.ts, deleted: step.method === 'D', body: step.body,
  ...(step.pat !== null && { patient: step.pat }),
})

