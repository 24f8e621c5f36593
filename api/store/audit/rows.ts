/** Audit rows as they are inserted: who and when come from the caller and the clock, and each row waits for the sealer from its first moment. */
import type { AuditRow, Caller } from '../../model/ports.ts'
import type { Database } from '../connection/database.ts'
import { instants, int4s, int8s, texts } from '../connection/binary-array.ts'
import { run, type Queryable } from '../connection/rows.ts'

export interface AuditInsert {
  readonly caller: Caller
  readonly row: AuditRow
  readonly at: Date
}

/** What a person sees of a record in the hours after breaking its glass is seen for that reason, and the review finds it by its purpose. */
const BROKEN = `a.purpose = 'TREAT' and exists (
  select from care_relation care where care.tenant = $1 and care.patient = a.patient and care.kind = 'break-glass' and care.department = ''
    and care.account = a.account and care.since <= a.at and care.until > a.at)`

const INSERT = `
  with made as (
    insert into audit_log (tenant, aid, at, action, interaction, rtype, resource_id, version, patient, outcome, detail, who, account, purpose, address)
    select $1, a.aid, a.at, a.action::"char", a.interaction, a.rtype, a.resource_id, a.version, a.patient, a.outcome, a.detail, a.who, a.account,
      case when ${BROKEN} then 'BTG' else a.purpose end, a.address
    from unnest($2::int8[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int4[], $9::text[], $10::text[], $11::text[],
      $12::text[], $13::text[], $14::text[], $15::text[])
      as a(aid, at, action, interaction, rtype, resource_id, version, patient, outcome, detail, who, account, purpose, address)
    returning aid
  )
  insert into audit_pending (tenant, aid) select $1, aid from made`

export const insertAuditRows = async (on: Queryable, database: Pick<Database, 'tenant' | 'rids'>, rows: readonly AuditInsert[]): Promise<void> => {
  if (rows.length === 0) return
  await run(on, INSERT, [
    database.tenant, int8s(rows.map(() => database.rids.next())), instants(rows.map(({ at }) => at.toISOString())), texts(rows.map(({ row }) => row.action)),
    texts(rows.map(({ row }) => clean(row.interaction))), texts(rows.map(({ row }) => clean(row.type))), texts(rows.map(({ row }) => clean(row.id))), int4s(rows.map(({ row }) => row.version ?? null)),
    texts(rows.map(({ row }) => clean(row.patient))), texts(rows.map(({ row }) => row.outcome)), texts(rows.map(({ row, caller }) => clean(row.detail ?? caller.reason))),
    texts(rows.map(({ caller }) => clean(whoOf(caller)) ?? '')), texts(rows.map(({ caller }) => accountOf(caller))), texts(rows.map(({ caller }) => caller.purpose)),
    texts(rows.map(({ caller }) => clean(caller.address))),
  ], 'audit-insert')
}

/** PostgreSQL text cannot hold U+0000; what a client sends must not make its own audit row fail. */
const clean = (text: string | undefined): string | null => text?.replaceAll('\0', '').slice(0, 2000).toWellFormed() ?? null

/** An app that acts for a person is named beside the person. */
const whoOf = ({ actor }: Caller): string => (actor.kind === 'person' ? `${actor.name} (${actor.login})${actor.app === undefined ? '' : ` [${actor.app.client}]`}` : actor.kind === 'system' ? actor.client : actor.name)

/** The account of a person, the id of a system client; null for the product itself. */
const accountOf = ({ actor }: Caller): string | null => (actor.kind === 'person' ? actor.account : actor.kind === 'system' ? actor.client : null)
