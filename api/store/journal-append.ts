/**
 * The last act of a writing transaction: one journal row for each patient touched, which is also the outbox to the data center. Only the
 * patient's head is locked here; the sealer numbers, hashes and chains the rows after the commit, so that no two patients wait for each other.
 */
import type { PoolClient } from 'pg'
import type { Database } from './database.ts'
import { literal, run } from './rows.ts'

export type JournalRef =
  | { readonly type: string; readonly id: string; readonly rid: string; readonly ver: number }
  | { readonly document: string }

export interface JournalEntry {
  /** FHIR id of the patient; null: outside any patient's record. */
  readonly patient: string | null
  readonly refs: readonly JournalRef[]
}

/** Shape of `refs` and of what they lead to. */
export const JOURNAL_SCHEMA = 1

const HEADS = `
  insert into patient_head as p (tenant, patient_key, pseq) select $1, key, 1 from unnest($2::text[]) as k(key) order by key
  on conflict (tenant, patient_key) do update set pseq = p.pseq + 1
  returning p.patient_key, p.pseq`

const APPEND = `
  insert into journal (tenant, jid, kind, patient_key, pseq, prio, schema, refs, created_at)
  select $1, j.jid, j.kind, j.patient_key, j.pseq, j.prio, ${JOURNAL_SCHEMA}, j.refs, $2
  from unnest($3::int8[], $4::text[], $5::text[], $6::int8[], $7::int2[], $8::text[]) as j(jid, kind, patient_key, pseq, prio, refs)`

/** Lane 1: identity, allergies, signed documents; 2: all else. */
const URGENT_TYPES: ReadonlySet<string> = new Set(['Patient', 'RelatedPerson', 'AllergyIntolerance', 'Flag', 'Composition', 'DocumentReference'])

const prioOf = (refs: readonly JournalRef[]): number => (refs.some((ref) => 'document' in ref || URGENT_TYPES.has(ref.type)) ? 1 : 2)

/** Heads are locked in the order of their keys. Call it once, after all other writes of the transaction. */
export const appendJournal = async (client: PoolClient, database: Pick<Database, 'tenant' | 'rids'>, entries: readonly JournalEntry[], now: Date): Promise<void> => {
  if (entries.length === 0) return
  const patients = entries.flatMap((entry) => (entry.patient === null ? [] : [entry.patient]))
  const heads = patients.length === 0 ? [] : await run<{ patient_key: string; pseq: string }>(client, HEADS, [database.tenant, patients.sort()], 'journal-heads')
  const pseq = new Map(heads.map((head) => [head.patient_key, head.pseq]))
  await run(client, APPEND, [
    database.tenant, now.toISOString(), literal(entries.map(() => database.rids.next())), literal(entries.map((e) => (e.patient === null ? 'site' : 'patient'))),
    entries.map((e) => e.patient), literal(entries.map((e) => (e.patient === null ? 0 : pseq.get(e.patient) ?? 0))),
    literal(entries.map((e) => prioOf(e.refs))), entries.map((e) => JSON.stringify(e.refs)),
  ], 'journal-append')
}
