/** What makes concurrent transactions agree on one winner: conditions of conditional creates, gapless counters, care relations. */
import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { outcome } from '../../model/outcome.ts'
import type { CareRelation } from '../../model/ports.ts'
import type { ResourceKey } from '../../model/resource.ts'
import { typeName, typeNumber } from '../../search/resource-types.ts'
import { run } from '../connection/rows.ts'

const CLAIM = `
  insert into cond_key as k (tenant, condition, rtype, id) values ($1, $2, $3, $4)
  on conflict (tenant, condition) do update set condition = k.condition
  returning k.rtype, k.id`

/**
 * Waits for whoever holds the condition. Free, or held by a resource that is gone: it is ours. Else throws already-exists with the
 * resource's type and id. `k.condition = k.condition` only takes the row's lock.
 */
export const claim = async (client: PoolClient, tenant: number, condition: string, key: ResourceKey): Promise<ResourceKey> => {
  const rtype = typeNumber(key.type)
  if (rtype === undefined) throw outcome('unknown-type', { expression: key.type })
  const digest = createHash('sha256').update(condition).digest()
  const [row] = await run<{ rtype: number; id: string }>(client, CLAIM, [tenant, digest, rtype, key.id], 'store-claim')
  if (!row || (row.rtype === rtype && row.id === key.id)) return key
  // the statement above saw the world from before it waited: look again
  const [held] = await run<{ del: boolean }>(client, 'select r.del from resource r where r.tenant = $1 and r.rtype = $2 and r.id = $3', [tenant, row.rtype, row.id], 'store-claim-held')
  if (held && !held.del) throw outcome('already-exists', { type: typeName(row.rtype), id: row.id })
  await run(client, 'update cond_key set rtype = $3, id = $4 where tenant = $1 and condition = $2', [tenant, digest, rtype, key.id], 'store-claim-take')
  return key
}

export const nextNumber = async (client: PoolClient, tenant: number, counter: string): Promise<number> => {
  const [row] = await run<{ value: string }>(client,
    'insert into counter as c (tenant, name, value) values ($1, $2, 1) on conflict (tenant, name) do update set value = c.value + 1 returning c.value', [tenant, counter], 'store-number')
  return Number(row?.value)
}

/** A relation that is there already ends at the later of both times. */
export const relate = async (client: PoolClient, tenant: number, relation: CareRelation, now: Date): Promise<void> => {
  await run(client, `
    insert into care_relation as c (tenant, patient, kind, department, account, since, until, reason) values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (tenant, patient, kind, department, account)
    do update set until = greatest(c.until, excluded.until), reason = coalesce(excluded.reason, c.reason)`,
  [tenant, relation.patient, relation.kind, relation.department ?? '', relation.account ?? '', now.toISOString(), relation.until, relation.reason ?? null], 'store-relate')
}
