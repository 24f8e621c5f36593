/** At the center: seals the audit chain of the center itself and of each hospital whose records it holds. A hospital that is in trouble does not hold up the others. */
import type { Tenant } from '../../model/resource.ts'

export interface SealTenantsDeps {
  readonly tenants: () => Promise<readonly Tenant[]>
  /** Answers how many rows it sealed. */
  readonly seal: (tenant: Tenant) => Promise<number>
}

export const sealTenants = ({ tenants, seal }: SealTenantsDeps) => async (): Promise<number> => {
  const results = await Promise.allSettled((await tenants()).map((tenant) => seal(tenant)))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0)
}
