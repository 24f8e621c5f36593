/** Questions for a second signature, and delegations (port Cosigning). Each change is one statement that also decides, with its audit row in its transaction. */
import type { PoolClient } from 'pg'
import type { CosignRequest, Cosigning, Delegation } from '../model/cosigning.ts'
import { outcome } from '../model/outcome.ts'
import type { AuditRow, Caller, Clock } from '../model/ports.ts'
import { insertAuditRows } from './audit/rows.ts'
import type { Database } from './connection/database.ts'
import { errorCode } from './connection/database-errors.ts'
import { toInstant } from './connection/rows.ts'

interface Row { id: string; document: string; department: string; asked_by: string; asked_name: string; asked_at: string; note: string; state: CosignRequest['state']; decided_name: string | null; reason: string | null }
interface DelegationRow { id: string; department: string; giver: string; delegate: string; first_day: string; last_day: string }

const COLUMNS = 'id, document, department, asked_by, asked_name, asked_at, note, state, decided_name, reason'
const DELEGATION = `id, department, giver, delegate, to_char(first_day, 'YYYY-MM-DD') as first_day, to_char(last_day, 'YYYY-MM-DD') as last_day`
const MOST = 300
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const toRequest = ({ id, document, department, asked_by: askedBy, asked_name: askedName, asked_at: askedAt, note, state, decided_name: decidedName, reason }: Row): CosignRequest =>
  ({ id, document, department, askedBy, askedName, askedAt: toInstant(askedAt), note, state, ...(decidedName !== null && { decidedName }), ...(reason !== null && { reason }) })
const toDelegation = ({ first_day: from, last_day: to, ...rest }: DelegationRow): Delegation => ({ ...rest, from, to })

export const createCosigning = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): Cosigning => {
  const { tenant, pool } = database
  const select = async (where: string, ...values: unknown[]): Promise<CosignRequest[]> =>
    (await pool.query<Row>(`select ${COLUMNS} from cosign_request where tenant = $1 and ${where} limit ${MOST}`, [tenant, ...values])).rows.map(toRequest)
  const selectDelegations = async (where: string, ...values: unknown[]): Promise<Delegation[]> =>
    (await pool.query<DelegationRow>(`select ${DELEGATION} from cosign_delegation where tenant = $1 and ${where} limit ${MOST}`, [tenant, ...values])).rows.map(toDelegation)
  const inTransaction = (caller: Caller, row: AuditRow, work: (client: PoolClient) => Promise<void>): Promise<void> => database.withTransaction(async (client) => {
    await work(client)
    await insertAuditRows(client, database, [{ caller, at: clock.now(), row }])
  })
  /** Throws cosign-closed when the statement found nothing to change. */
  const decide = (caller: Caller, row: AuditRow, statement: string, values: readonly unknown[]): Promise<void> => inTransaction(caller, row, async (client) => {
    const { rowCount } = await client.query(statement, [tenant, ...values])
    if (rowCount === 0) throw outcome('cosign-closed')
  })
  const putAway = `update cosign_request set state = 'withdrawn', decided_at = $3, decided_name = asked_name, reason = null where tenant = $1`
  return {
    waiting: (departments) => select(`state = 'asked' and ($2::text[] is null or department = any($2)) order by asked_at, id`, departments ?? null),
    refused: (account) => select(`state = 'refused' and asked_by = $2 order by decided_at desc, id`, account),
    find: async (id) => (UUID.test(id) ? (await select('id = $2', id))[0] : undefined),
    async ask(caller, { id, document, department, askedBy, askedName, note }, patient) {
      await inTransaction(caller, { action: 'C', interaction: 'cosign-ask', type: 'Bundle', id: document, patient, outcome: 'success' }, async (client) => {
        await client.query(`${putAway} and document = $2 and state = 'refused'`, [tenant, document, clock.now()])
        await client.query(`insert into cosign_request (tenant, id, document, department, asked_by, asked_name, asked_at, note, state) values ($1, $2, $3, $4, $5, $6, $7, $8, 'asked')`,
          [tenant, id, document, department, askedBy, askedName, clock.now(), note])
          .catch((error: unknown) => { throw errorCode(error) === '23505' ? outcome('cosign-asked') : error })
      })
    },
    refuse: (caller, id, by, reason, { patient, bundleId }) => decide(caller, { action: 'U', interaction: 'cosign-refuse', type: 'Bundle', id: bundleId, patient, outcome: 'success', detail: reason },
      `update cosign_request set state = 'refused', decided_name = $3, decided_at = $4, reason = $5 where tenant = $1 and id = $2 and state = 'asked'`, [id, by, clock.now(), reason]),
    withdraw: (caller, id, account, { patient, bundleId }) => decide(caller, { action: 'U', interaction: 'cosign-withdraw', type: 'Bundle', id: bundleId, patient, outcome: 'success' },
      `${putAway} and id = $2 and asked_by = $4 and state in ('asked', 'refused')`, [id, clock.now(), account]),
    delegations: (day, { giver, delegate, departments }) => selectDelegations(
      'ended_at is null and last_day >= $2 and ($3::text is null or giver = $3) and ($4::text is null or delegate = $4) and ($5::text[] is null or department = any($5)) order by first_day, id',
      day, giver ?? null, delegate ?? null, departments ?? null),
    findDelegation: async (id) => (UUID.test(id) ? (await selectDelegations('ended_at is null and id = $2', id))[0] : undefined),
    delegate: (caller, { id, department, giver, delegate, from, to }) => inTransaction(caller, { action: 'C', interaction: 'delegation-create', id: delegate, outcome: 'success' }, async (client) => {
      await client.query('insert into cosign_delegation (tenant, id, department, giver, delegate, first_day, last_day, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)', [tenant, id, department, giver, delegate, from, to, clock.now()])
    }),
    endDelegation: (caller, { id, delegate }) => inTransaction(caller, { action: 'U', interaction: 'delegation-end', id: delegate, outcome: 'success' }, async (client) => {
      await client.query('update cosign_delegation set ended_at = $3 where tenant = $1 and id = $2 and ended_at is null', [tenant, id, clock.now()])
    }),
  }
}
