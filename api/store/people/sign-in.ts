/**
 * What sign-in needs of the database (port SignIn): facts of a login, leaky buckets that hold under concurrency and restarts
 * (generic cell rate algorithm, ITU-T I.371 annex A), and the opening of a session with its device.
 */
import type { PoolClient } from 'pg'
import type { Bucket, SignIn } from '../../model/people.ts'
import { insertAuditRows } from '../audit/rows.ts'
import type { Database } from '../connection/database.ts'

/** A device is forgotten when it was not used for so long; and of one account the oldest above so many. */
const DEVICE_DAYS = 180
const DEVICES = 50
const SWEEP = 100

interface FactsRow { id: string; name: string; password: string; active: boolean; known: boolean }

// Accepted when the bucket's theoretical arrival time is at most (burst - 1) intervals ahead. One statement: check and act are one.
const TAKE = `insert into login_throttle as t (tenant, bucket, tat) values ($1, $2, $3::timestamptz + $4 * interval '1 millisecond')
  on conflict (tenant, bucket) do update set tat = greatest(t.tat, $3::timestamptz) + $4 * interval '1 millisecond'
  where t.tat <= $3::timestamptz + ($5 - 1) * $4 * interval '1 millisecond'`

const WAIT = `select ceil(extract(epoch from tat - $3::timestamptz) * 1000 - ($5 - 1) * $4)::float8 as wait from login_throttle where tenant = $1 and bucket = $2`

class Full extends Error {
  readonly wait: number
  constructor(wait: number) {
    super('bucket full')
    this.wait = wait
  }
}

/** Always in the same order, so that two sign-ins never wait for each other in a circle. */
const inOrder = (buckets: readonly Bucket[]): Bucket[] => buckets.toSorted((a, b) => (a.name < b.name ? -1 : 1))

export const createSignInStore = (deps: { readonly database: Database }): SignIn => {
  const { database } = deps
  const { tenant, pool } = database
  const takeAll = async (client: PoolClient, buckets: readonly Bucket[], at: Date): Promise<void> => {
    for (const bucket of inOrder(buckets)) {
      const values = [tenant, bucket.name, at, bucket.every, bucket.burst]
      const { rowCount } = await client.query({ name: 'throttle-take', text: TAKE, values })
      if (rowCount !== 0) continue
      const { rows } = await client.query<{ wait: number }>(WAIT, values)
      throw new Full(Math.max(1, rows[0]?.wait ?? 1))
    }
  }
  return {
    async facts(login, device) {
      const { rows } = await pool.query<FactsRow>({
        name: 'sign-in-facts',
        text: `select a.id, a.name, a.password, a.active, d.digest is not null as known
          from account a left join device d on d.tenant = a.tenant and d.account = a.id and d.digest = $3 where a.tenant = $1 and a.login = $2`,
        values: [tenant, login, device ?? null],
      })
      const row = rows[0]
      return { account: row === undefined ? undefined : { id: row.id, name: row.name, password: row.password, active: row.active }, knownDevice: row?.known ?? false }
    },
    async take(buckets, at) {
      try {
        await database.withTransaction((client) => takeAll(client, buckets, at))
        return 0
      } catch (error) {
        if (error instanceof Full) return error.wait
        throw error
      }
    },
    giveBack: (buckets) => database.withTransaction(async (client) => {
      for (const bucket of inOrder(buckets)) {
        await client.query(`update login_throttle set tat = tat - $3 * interval '1 millisecond' where tenant = $1 and bucket = $2`, [tenant, bucket.name, bucket.every])
      }
    }),
    async worthNoting(bucket, at) {
      const { rowCount } = await pool.query(
        `update login_throttle set noted_at = $3 where tenant = $1 and bucket = $2 and noted_at < $3::timestamptz - interval '1 minute'`, [tenant, bucket, at])
      return rowCount === 1
    },
    open: (caller, session) => database.withTransaction(async (client) => {
      const account = caller.actor.kind === 'person' ? caller.actor.account : null
      await client.query(
        `insert into session (tenant, digest, account, device, created_at, used_at) values ($1, $2, $3, $4, $5, $5)`,
        [tenant, session.digest, account, session.label, session.at])
      await client.query(
        `insert into device (tenant, account, digest, label, created_at, used_at) values ($1, $2, $3, $4, $5, $5)
         on conflict (tenant, account, digest) do update set used_at = excluded.used_at, label = excluded.label`,
        [tenant, account, session.device, session.label, session.at])
      const row = { action: 'E', interaction: 'sign-in', ...(account === null ? {} : { id: account }), outcome: 'success' } as const
      await insertAuditRows(client, database, [{ caller, row, at: session.at }])
      await sweep(client, session.at, session.expireBefore, account)
    }),
  }

  async function sweep(client: PoolClient, at: Date, expireBefore: Date, account: string | null): Promise<void> {
    // Rows that another sign-in is sweeping or using are left alone: nobody waits here.
    const dead = (table: string, where: string): string => `delete from ${table} where ctid = any (array(select ctid from ${table} where tenant = $1 and ${where} limit ${SWEEP} for update skip locked))`
    await client.query(dead('session', 'used_at < $2'), [tenant, expireBefore])
    for (const table of ['access_token', 'app_token', 'app_grant', 'app_launch']) await client.query(dead(table, 'expires_at < $2'), [tenant, at])
    await client.query(dead('login_throttle', `tat < $2::timestamptz - interval '1 day'`), [tenant, at])
    await client.query(dead('device', `account = $2 and used_at < $3::timestamptz - interval '${DEVICE_DAYS} days'`), [tenant, account, at])
    await client.query(
      `delete from device where tenant = $1 and account = $2 and digest in (select digest from device where tenant = $1 and account = $2 order by used_at desc offset ${DEVICES})`,
      [tenant, account])
  }
}
