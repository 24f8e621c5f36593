/**
 * Who had a hand in an account (table account_hand): made it, set its password for somebody else, gave it the role by which it signs. SQL, in the transaction of the deed and of
 * its audit row; decided in one place, where somebody is admitted to signing.
 */
import type { PoolClient } from 'pg'
import { outcome } from '../../model/outcome.ts'
import type { Caller } from '../../model/ports.ts'
import type { Database } from '../connection/database.ts'
import { run } from '../connection/rows.ts'

export type Deed = 'created' | 'password' | 'role'

const NOTE = `insert into account_hand (tenant, account, by_account, deed, at) values ($1, $2, $3, $4, $5)
  on conflict (tenant, account, by_account, deed) do update set at = excluded.at`

/** Nobody has a hand in the own account, and the product itself in none. */
export const noteHand = async (client: PoolClient, tenant: number, caller: Caller, account: string, deed: Deed, at: Date): Promise<void> => {
  const { actor } = caller
  if (actor.kind === 'person' && actor.account !== account) await run(client, NOTE, [tenant, account, actor.account, deed, at], 'account-hand-note')
}

const LOCK = 'select password_changed_at from account where tenant = $1 and id = any($2::uuid[]) order by id for update'
const BARRED = `select
  exists (select from account_hand h where h.tenant = $1 and h.account = $2 and h.by_account = $3) as hand,
  exists (select from account_hand h join account a on a.tenant = h.tenant and a.id = h.account
    where h.tenant = $1 and h.account = $3 and h.deed in ('created', 'password') and a.password_changed_at <= h.at) as known`

/**
 * Throws for who had a hand in the account or is its holder, and for who still has the password that somebody else set: that one may be somebody else. What is left to settle is
 * settled then: the admission that follows, in the same transaction, is by somebody who had no part in it.
 */
export const settleHands = async (client: PoolClient, tenant: number, account: string, by: string | undefined): Promise<void> => {
  if (by === account) throw outcome('admission-needs-another')
  await run(client, LOCK, [tenant, by === undefined ? [account] : [account, by]], 'account-hand-lock')
  if (by !== undefined) {
    const [row] = await run<{ hand: boolean; known: boolean }>(client, BARRED, [tenant, account, by], 'account-hand-barred')
    if (row?.hand === true) throw outcome('admission-needs-another')
    if (row?.known === true) throw outcome('admission-needs-own-password')
  }
  await run(client, 'delete from account_hand where tenant = $1 and account = $2', [tenant, account], 'account-hand-settle')
}

/** By account, who had a hand in it since somebody else last admitted it. */
export const findHands = async ({ tenant, pool }: Database): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  const rows = await run<{ account: string; by_account: string }>(pool, 'select account, by_account from account_hand where tenant = $1', [tenant], 'account-hands')
  return new Map([...Map.groupBy(rows, ({ account }) => account)].map(([account, hands]) => [account, new Set(hands.map((hand) => hand.by_account))]))
}
