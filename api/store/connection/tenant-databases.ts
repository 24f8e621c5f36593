/** The center's pools: one for each hospital's tenant, opened when first needed and kept, each seeing its tenant only. */
import type { Tenant } from '../../model/resource.ts'
import { openDatabase, type Database, type DatabaseOptions } from './database.ts'

export interface TenantDatabases {
  /** A failed opening is forgotten, so that the next call tries again. */
  of(tenant: Tenant): Promise<Database>
  close(): Promise<void>
}

export const openTenantDatabases = (options: Omit<DatabaseOptions, 'tenant'>): TenantDatabases => {
  const opened = new Map<Tenant, Promise<Database>>()
  return {
    of(tenant) {
      const known = opened.get(tenant)
      if (known !== undefined) return known
      const opening = openDatabase({ connections: 4, ...options, tenant })
      opened.set(tenant, opening)
      opening.catch(() => opened.delete(tenant))
      return opening
    },
    async close() {
      const all = await Promise.allSettled(opened.values())
      opened.clear()
      for (const result of all) if (result.status === 'fulfilled') await result.value.close()
    },
  }
}
