/** The set-up of a site (port SetupStore): the code's digest lies among the settings until it is used, replaced or too old. */
import type { PoolClient } from 'pg'
import { outcome } from '../../model/outcome.ts'
import type { SetupStore } from '../../model/setup.ts'
import { insertAccount } from './accounts.ts'
import { transactionParts, type StoreOptions } from '../resource-store.ts'
import { run, type Queryable } from '../connection/rows.ts'
import { openTransaction } from '../connection/transaction.ts'

const NAME = 'setup-code'

const HELD = `select exists (
  select from account a join account_grant g on g.tenant = a.tenant and g.account = a.id where a.tenant = $1 and a.active and g.role = $2) as held`
const OFFER = `insert into setting (tenant, name, value, updated_at) values ($1, '${NAME}', $2, $3)
  on conflict (tenant, name) do update set value = excluded.value, updated_at = excluded.updated_at`
const FIND = `select value from setting where tenant = $1 and name = '${NAME}'`
const USE = `delete from setting where tenant = $1 and name = '${NAME}'`
/** Whoever offers or uses the code takes turns. */
const TURN = `select pg_advisory_xact_lock(hashtext('emr-setup'), $1)`

export const createSetupStore = (options: StoreOptions): SetupStore => {
  const { database, clock } = options
  const { tenant, pool } = database
  const parts = transactionParts(options)
  const role = tenant === 0 ? 'center-operator' : 'administrator'

  const isDone = async (on: Queryable): Promise<boolean> => (await run<{ held: boolean }>(on, HELD, [tenant, role], 'setup-held'))[0]?.held ?? false
  const fits = async (on: Queryable, digest: string): Promise<boolean> => {
    const [row] = await run<{ value: string }>(on, FIND, [tenant], 'setup-code')
    const [kept, until] = row?.value.split(' ') ?? []
    return kept === digest && until !== undefined && clock.now() < new Date(until)
  }
  const inTurn = <T>(work: (client: PoolClient) => Promise<T>): Promise<T> => database.withTransaction(async (client) => {
    await run(client, TURN, [tenant])
    return work(client)
  })

  return {
    needed: async () => !await isDone(pool),
    offer: (digest, until) => inTurn(async (client) => {
      if (await isDone(client)) return false
      await run(client, OFFER, [tenant, `${digest} ${until.toISOString()}`, clock.now()])
      return true
    }),
    fits: (digest) => fits(pool, digest),
    complete: (caller, digest, account, write) => inTurn(async (client) => {
      if (await isDone(client)) throw outcome('setup-done')
      if (!await fits(client, digest)) throw outcome('setup-code-wrong')
      await run(client, USE, [tenant])
      const tx = openTransaction(parts, client, caller)
      await write(tx)
      await insertAccount(client, { database, clock }, caller, account)
      await tx.audit({ action: 'C', interaction: 'site-setup', id: account.id, outcome: 'success' })
      await tx.finish()
    }),
  }
}
