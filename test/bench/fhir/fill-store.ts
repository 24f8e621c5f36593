/** Fills a store directly, by large transactions: for amounts that would take hours by HTTP. Without validation and journal; search rows and audit are those of every write. */
import { systemClock } from '#api/model/ids.ts'
import { parseJsonObject } from '#api/model/json.ts'
import type { Caller, Write } from '#api/model/ports.ts'
import type { Database } from '#api/store/connection/database.ts'
import { createResourceStore } from '#api/store/resource-store.ts'
import { recordOf, type Sizes } from './data.ts'

/** Records in a transaction, and transactions at a time: one is made while PostgreSQL stores another. */
const TOGETHER = 50, AT_A_TIME = 2
const TELL_EVERY_MS = 60_000

/** `tell`: now and then, with how many patients are there. */
export const fillStore = async (database: Database, sizes: Sizes, tell: (patients: number) => void): Promise<void> => {
  const store = createResourceStore({ database, clock: systemClock, journal: false })
  const caller: Caller = { actor: { kind: 'internal', tenant: database.tenant, name: 'bench' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN' }
  let next = 0
  let told = performance.now()
  await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
    for (let from = next; from < sizes.patients; from = next) {
      next = Math.min(sizes.patients, from + TOGETHER)
      const writes = Array.from({ length: next - from }, (_, at) => recordOf(from + at, sizes)).flat().map((resource): Write =>
        ({ op: 'create', key: { type: String(resource.resourceType), id: String(resource.id) }, resource: parseJsonObject(JSON.stringify(resource)), fresh: true }))
      await store.transact(caller, (tx) => tx.write(writes))
      if (performance.now() - told < TELL_EVERY_MS) continue
      told = performance.now()
      tell(next)
    }
  }))
}
