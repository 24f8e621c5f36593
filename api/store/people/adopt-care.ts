/** Care relations of a patient who is merged into another, and their way back (ports.StoreTransaction.adoptCare). */
import type { PoolClient } from 'pg'
import { run } from '../connection/rows.ts'

/** Only those of visits: whoever broke the glass did so for one record, and says why for the other. One that is there already ends at the later of both times, and keeps its own mark. */
export const adoptCare = async (client: PoolClient, tenant: number, from: string, to: string, mark: string, now: Date): Promise<void> => {
  await run(client, `
    insert into care_relation as c (tenant, patient, kind, department, account, since, until, reason)
    select o.tenant, $3, o.kind, o.department, o.account, $5, o.until, $4 from care_relation o where o.tenant = $1 and o.patient = $2 and o.kind = 'encounter' and o.until > $5
    on conflict (tenant, patient, kind, department, account) do update set until = greatest(c.until, excluded.until)`, [tenant, from, to, mark, now.toISOString()], 'store-adopt-care')
}

/** They end now; that they were stays on record. */
export const dropCare = async (client: PoolClient, tenant: number, patient: string, mark: string, now: Date): Promise<void> => {
  await run(client, 'update care_relation c set until = least(c.until, $4) where c.tenant = $1 and c.patient = $2 and c.reason = $3', [tenant, patient, mark, now.toISOString()], 'store-drop-care')
}
