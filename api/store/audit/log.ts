/** Audit rows of reads and refusals (ports.AuditLog): rows of concurrent requests share one insert and one commit; each caller waits for it. */
import type { AuditLog, AuditQuery, AuditRow, Caller, Clock, StoredAuditRow } from '../../model/ports.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { AUDIT_COLUMNS, verifyAuditChain, type AuditRecord } from './chain.ts'
import { insertAuditRows, type AuditInsert } from './rows.ts'
import type { Database } from '../connection/database.ts'
import { gather } from '../connection/gather.ts'
import { run, toInstant } from '../connection/rows.ts'

/** Rows in one insert: bounds the time that the first of them waits. */
const BATCH = 500

export const createAuditLog = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): AuditLog => {
  const insert = gather(async (rows: readonly AuditInsert[]) => {
    await insertAuditRows(database.pool, database, rows)
    return rows.map(() => undefined)
  }, { together: BATCH })
  return {
    record: (caller: Caller, row: AuditRow) => insert({ caller, row, at: clock.now() }),
    find: (query) => findRows(database, query),
    verifyChain: () => verifyAuditChain(database),
  }
}

type FoundRow = { -readonly [K in keyof AuditRecord]: AuditRecord[K] } & { seq: string | null }

const findRows = async (database: Database, query: AuditQuery): Promise<StoredAuditRow[]> => {
  const sql = new SqlParameters(database.tenant)
  const where = ['a.tenant = $1']
  if (query.id !== undefined) where.push(`a.aid = ${sql.add(/^\d{1,18}$/.test(query.id) ? query.id : '0')}::int8`)
  if (query.from !== undefined) where.push(`a.at >= ${sql.add(query.from)}::timestamptz`)
  if (query.to !== undefined) where.push(`a.at < ${sql.add(query.to)}::timestamptz`)
  if (query.account !== undefined) where.push(`a.account = ${sql.add(query.account)}`)
  if (query.patient !== undefined) where.push(`a.patient = ${sql.add(query.patient)}`)
  if (query.interaction !== undefined) where.push(`a.interaction = ${sql.add(query.interaction)}`)
  if (query.before !== undefined) {
    const id = sql.add(/^\d{1,18}$/.test(query.before) ? query.before : '0')
    where.push(`(a.at, a.aid) < (select b.at, b.aid from audit_log b where b.tenant = $1 and b.aid = ${id}::int8)`)
  }
  const rows = await run<FoundRow>(database.pool, `
    select ${AUDIT_COLUMNS}, c.seq from audit_log a left join audit_chain c on c.tenant = $1 and c.aid = a.aid
    where ${where.join(' and ')} order by a.at desc, a.aid desc limit ${sql.add(query.count)}`, sql.values)
  return rows.map(toStored)
}

const ACTIONS: ReadonlyMap<string, AuditRow['action']> = new Map([['C', 'C'], ['R', 'R'], ['U', 'U'], ['D', 'D'], ['E', 'E']])
const OUTCOMES: ReadonlyMap<string, AuditRow['outcome']> = new Map([['success', 'success'], ['refused', 'refused'], ['failed', 'failed']])

const toStored = (row: FoundRow): StoredAuditRow => ({
  id: row.aid, at: toInstant(row.at), action: ACTIONS.get(row.action) ?? 'E', interaction: row.interaction, outcome: OUTCOMES.get(row.outcome) ?? 'failed',
  who: row.who, purpose: row.purpose,
  ...(row.rtype !== null && { type: row.rtype }),
  ...(row.resource_id !== null && { resourceId: row.resource_id }),
  ...(row.version !== null && { version: row.version }),
  ...(row.patient !== null && { patient: row.patient }),
  ...(row.detail !== null && { detail: row.detail }),
  ...(row.account !== null && { account: row.account }),
  ...(row.address !== null && { address: row.address }),
  ...(row.seq !== null && { seq: Number(row.seq) }),
})
