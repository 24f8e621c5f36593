/**
 * The last act of a writing transaction: one journal row for each patient touched, which is also the outbox to the data center. Only the
 * patient's head is locked here; the sealer numbers, hashes and chains the rows after the commit, so that no two patients wait for each other.
 */
import type { PoolClient } from 'pg'
import type { Database } from '../connection/database.ts'
import { int2s, int8s, texts } from '../connection/binary-array.ts'
import { run } from '../connection/rows.ts'

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

const APPEND = `
  with head as (
    insert into patient_head as p (tenant, patient_key, pseq) select $1, key, 1 from unnest($3::text[]) as k(key) order by key
    on conflict (tenant, patient_key) do update set pseq = p.pseq + 1
    returning p.patient_key, p.pseq
  )
  insert into journal (tenant, jid, kind, patient_key, pseq, prio, schema, refs, created_at)
  select $1, j.jid, case when j.patient_key is null then 'site' else 'patient' end, j.patient_key, coalesce(head.pseq, 0), j.prio, ${JOURNAL_SCHEMA}, j.refs, $2
  from unnest($4::int8[], $5::text[], $6::int2[], $7::text[]) as j(jid, patient_key, prio, refs) left join head on head.patient_key = j.patient_key`

/** Lane 1: identity, allergies, signed documents; 2: all else. */
const URGENT_TYPES: ReadonlySet<string> = new Set(['Patient', 'RelatedPerson', 'AllergyIntolerance', 'Flag', 'Composition', 'DocumentReference'])

const prioOf = (refs: readonly JournalRef[]): number => (refs.some((ref) => 'document' in ref || URGENT_TYPES.has(ref.type)) ? 1 : 2)

/** Heads are locked in the order of their keys. Call it once, after all other writes of the transaction. */
export const appendJournal = async (client: PoolClient, database: Pick<Database, 'tenant' | 'rids'>, entries: readonly JournalEntry[], now: Date): Promise<void> => {
  if (entries.length === 0) return
  const patients = entries.flatMap((entry) => (entry.patient === null ? [] : [entry.patient]))
  await run(client, APPEND, [
    database.tenant, now.toISOString(), texts(patients), int8s(entries.map(() => database.rids.next())), texts(entries.map((e) => e.patient)),
    int2s(entries.map((e) => prioOf(e.refs))), texts(entries.map((e) => JSON.stringify(e.refs))),
  ], 'journal-append')
}
