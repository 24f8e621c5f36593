/** Signing keys on PostgreSQL (port SigningKeyStore): attempts on one key take turns at its row, so that ten at once are ten. SQL and no entity: nearly every method is one statement that decides and acts, or holds the row while it counts. */
import type { PoolClient } from 'pg'
import { outcome } from '../../model/outcome.ts'
import type { Clock, IdSource } from '../../model/ports.ts'
import { ATTEMPT_SECONDS, MAX_PIN_FAILURES, type Admission, type SigningKeyStore, type StoredKey } from '../../model/signing-keys.ts'
import { insertAuditRows } from '../audit/rows.ts'
import type { Database } from '../connection/database.ts'
import { errorCode } from '../connection/database-errors.ts'
import { run, toInstant } from '../connection/rows.ts'
import { findHands, settleHands } from './account-hands.ts'

const STATE = `
  select exists (select from signing_admission a where a.tenant = $1 and a.account = $2) as admitted,
    exists (select from signing_key k where k.tenant = $1 and k.account = $2 and k.revoked_at is not null) as revoked,
    exists (select from account_hand h where h.tenant = $1 and h.account = $2) as watched,
    k.serial, k.not_after, k.failures
  from (select 1) as one left join signing_key k on k.tenant = $1 and k.account = $2 and k.revoked_at is null`

const ADMIT = `
  insert into signing_admission (tenant, account, name, role, practitioner, admitted_at, admitted_by) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (tenant, account) do update set name = excluded.name, role = excluded.role, practitioner = excluded.practitioner,
    admitted_at = excluded.admitted_at, admitted_by = excluded.admitted_by`

const ADD = `
  insert into signing_key (tenant, id, account, name, role, practitioner, serial, issuer, certificate, not_after, sealed, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

const REVOKE = `
  update signing_key set revoked_at = $3, revoked_reason = $4, sealed = null where tenant = $1 and account = $2 and revoked_at is null`

const LOCK_KEY = `
  select id, name, role, practitioner, serial, issuer, certificate, not_after, sealed, failures from signing_key
  where tenant = $1 and account = $2 and revoked_at is null for update`

const OPEN = 'select count(*)::int4 as n from signing_attempt where tenant = $1 and account = $2'
const DROP_STALE = 'delete from signing_attempt where tenant = $1 and account = $2 and at < $3'
const BEGIN = 'insert into signing_attempt (tenant, id, account, at) values ($1, $2, $3, $4)'
const END = 'delete from signing_attempt where tenant = $1 and id = $2'
const FAILED = 'update signing_key set failures = failures + 1 where tenant = $1 and id = $2 returning failures'
const SUCCEEDED = 'update signing_key set failures = 0 where tenant = $1 and id = $2'

interface KeyRow {
  id: string; name: string; role: string; practitioner: string; serial: string; issuer: string; certificate: string; not_after: string; sealed: string; failures: number
}

const toKey = (account: string, { not_after: notAfter, failures: _failures, ...row }: KeyRow): StoredKey => ({ ...row, account, notAfter: toInstant(notAfter) })

export const createSigningKeyStore = ({ database, clock, ids }: { readonly database: Database; readonly clock: Clock; readonly ids: IdSource }): SigningKeyStore => {
  const { tenant, pool } = database
  const revokeIn = async (client: PoolClient, account: string, reason: string): Promise<number> =>
    (await client.query(REVOKE, [tenant, account, clock.now(), reason])).rowCount ?? 0
  return {
    async state(account) {
      const [row] = await run<{ admitted: boolean; revoked: boolean; watched: boolean; serial: string | null; not_after: string; failures: number }>(pool, STATE, [tenant, account], 'signing-key-state')
      return {
        admitted: row?.admitted ?? false, revoked: row?.revoked ?? false, secondPersonNeeded: row?.watched ?? false,
        ...(row && row.serial !== null && { current: { serial: row.serial, notAfter: toInstant(row.not_after), locked: row.failures >= MAX_PIN_FAILURES } }),
      }
    },
    async admission(account) {
      const [row] = await run<{ name: string; role: string; practitioner: string }>(
        pool, 'select name, role, practitioner from signing_admission where tenant = $1 and account = $2', [tenant, account])
      return row satisfies Admission | undefined
    },
    admit: (account, { name, role, practitioner }, caller) => database.withTransaction(async (client) => {
      const by = caller?.actor.kind === 'person' ? caller.actor.account : undefined
      await settleHands(client, tenant, account, by)
      await run(client, ADMIT, [tenant, account, name, role, practitioner, clock.now(), by ?? null])
      if (caller !== undefined) await insertAuditRows(client, database, [{ caller, at: clock.now(), row: { action: 'C', interaction: 'signing-admit', id: account, outcome: 'success' } }])
    }),
    hands: () => findHands(database),
    async add(key, replacing) {
      await database.withTransaction(async (client) => {
        if (replacing !== undefined) await revokeIn(client, key.account, replacing)
        await client.query(ADD, [tenant, key.id, key.account, key.name, key.role, key.practitioner, key.serial, key.issuer, key.certificate, key.notAfter, key.sealed, clock.now()])
          .catch((error: unknown) => { throw errorCode(error) === '23505' ? outcome('key-exists') : error })
      })
    },
    revoke: (account, reason) => database.withTransaction(async (client) => {
      const keys = await revokeIn(client, account, reason)
      const admissions = await client.query('delete from signing_admission where tenant = $1 and account = $2', [tenant, account])
      return keys + (admissions.rowCount ?? 0) > 0
    }),
    attempt: (account) => database.withTransaction(async (client) => {
      const [row] = await run<KeyRow>(client, LOCK_KEY, [tenant, account], 'signing-key-lock')
      if (row === undefined) return undefined
      if (row.failures >= MAX_PIN_FAILURES) return 'locked'
      const now = clock.now()
      await run(client, DROP_STALE, [tenant, account, new Date(now.getTime() - ATTEMPT_SECONDS * 1000)], 'signing-attempt-stale')
      const [open] = await run<{ n: number }>(client, OPEN, [tenant, account], 'signing-attempt-open')
      if (row.failures + (open?.n ?? 0) >= MAX_PIN_FAILURES) return 'busy'
      const id = ids.uuid()
      await run(client, BEGIN, [tenant, id, account, now], 'signing-attempt-begin')
      return { id, key: toKey(account, row) }
    }),
    failed: ({ id, key }) => database.withTransaction(async (client) => {
      await run(client, END, [tenant, id], 'signing-attempt-end')
      const [row] = await run<{ failures: number }>(client, FAILED, [tenant, key.id], 'signing-key-failed')
      return Math.max(0, MAX_PIN_FAILURES - (row?.failures ?? MAX_PIN_FAILURES))
    }),
    succeeded: ({ id, key }) => database.withTransaction(async (client) => {
      await run(client, END, [tenant, id], 'signing-attempt-end')
      await run(client, SUCCEEDED, [tenant, key.id], 'signing-key-succeeded')
    }),
    async revocations() {
      const rows = await run<{ serial: string; revoked_at: string }>(
        pool, 'select serial, revoked_at from signing_key where tenant = $1 and revoked_at is not null', [tenant], 'signing-key-revocations')
      return rows.map((row) => ({ serial: row.serial, at: toInstant(row.revoked_at) }))
    },
  }
}
