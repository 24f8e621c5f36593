/** Who takes part in whose care now (ports.CareRelations). Relations from encounters are made in the transaction that admits the patient (StoreTransaction.relate). */
import type { Caller, CareRelations, Clock } from '../../model/ports.ts'
import { outcome } from '../../model/outcome.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { related } from '../../search/visibility.ts'
import { insertAuditRows } from '../audit/rows.ts'
import type { Database } from '../connection/database.ts'
import { relate } from '../write/guards.ts'
import { run } from '../connection/rows.ts'

export const createCareRelations = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): CareRelations => ({
  async holds({ visibility }, patient) {
    if (visibility.kind === 'all') return true
    const sql = new SqlParameters(database.tenant, patient, clock.now().toISOString())
    const rows = await run(database.pool,
      `select 1 from care_relation care where care.tenant = $1 and care.patient = $2 and care.until > $3::timestamptz and ${related(visibility, sql)} limit 1`,
      sql.values, visibility.wholeSite ? 'care-holds-site' : 'care-holds')
    return rows.length > 0
  },
  breakGlass: (caller: Caller, patient, reason, until) => database.withTransaction(async (client) => {
    if (caller.actor.kind !== 'person') throw outcome('forbidden', { diagnostics: 'Only a person breaks the glass' })
    const now = clock.now()
    await relate(client, database.tenant, { patient, department: null, account: caller.actor.account, kind: 'break-glass', until, reason }, now)
    const row = { action: 'E', interaction: 'break-glass', type: 'Patient', id: patient, patient, outcome: 'success', detail: reason } as const
    await insertAuditRows(client, database, [{ caller: { ...caller, purpose: 'BTG', reason }, row, at: now }])
  }),
})
