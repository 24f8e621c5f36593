/** Audit rows of reads and refusals (ports.AuditLog): rows of concurrent requests share one insert and one commit; each caller waits for it. */
import type { AuditLog, AuditQuery, AuditRow, AuditSpan, Caller, Clock, StoredAuditRow } from '../../model/ports.ts'
import type { ResourceKey } from '../../model/resource.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { AUDIT_COLUMNS, verifyAuditChain, type AuditRecord } from './chain.ts'
import { insertAuditRows, type AuditInsert } from './rows.ts'
import type { Database } from '../connection/database.ts'
import { gather } from '../connection/gather.ts'
import { run, toInstant } from '../connection/rows.ts'
import { withinTime } from '../read/search-time.ts'

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

/** One value meets an index in the order of the answer, so it is compared by itself. */
const anyOf = (column: string, type: string, given: string | readonly string[], sql: SqlParameters): string => {
  const values = typeof given === 'string' ? [given] : given
  const [only] = values
  return only !== undefined && values.length === 1 ? `${column} = ${sql.add(only)}::${type}` : `${column} = any(${sql.add([...values])}::${type}[])`
}

const TEXTS = ['account', 'patient', 'interaction', 'action', 'outcome'] as const

const within = ({ from, to }: AuditSpan, sql: SqlParameters): string =>
  [...(from === undefined ? [] : [`a.at >= ${sql.add(from)}::timestamptz`]), ...(to === undefined ? [] : [`a.at < ${sql.add(to)}::timestamptz`])].join(' and ') || 'true'

const touched = ({ type, id }: ResourceKey, sql: SqlParameters): string =>
  // the last condition is that of the index
  (type === 'Patient' ? `a.patient = ${sql.add(id)}` : `(a.rtype = ${sql.add(type)} and a.resource_id = ${sql.add(id)} and a.rtype <> 'Patient')`)

/** The statement of a search, newest first. */
export const compileAudit = (tenant: number, query: AuditQuery): { readonly text: string; readonly values: readonly unknown[] } => {
  const sql = new SqlParameters(tenant)
  const where = ['a.tenant = $1', within(query, sql)]
  if (query.id !== undefined) where.push(anyOf('a.aid', 'int8', [query.id].flat().map((id) => (/^\d{1,18}$/.test(id) ? id : '0')), sql))
  for (const name of TEXTS) {
    const values = query[name]
    if (values !== undefined) where.push(anyOf(`a.${name}`, 'text', values, sql))
  }
  for (const spans of query.times ?? []) where.push(`(${spans.map((span) => within(span, sql)).join(' or ') || 'false'})`)
  if (query.entity !== undefined) where.push(`(${query.entity.map((key) => touched(key, sql)).join(' or ') || 'false'})`)
  if (query.before !== undefined) {
    const id = sql.add(/^\d{1,18}$/.test(query.before) ? query.before : '0')
    where.push(`(a.at, a.aid) < (select b.at, b.aid from audit_log b where b.tenant = $1 and b.aid = ${id}::int8)`)
  }
  const text = `
    select ${AUDIT_COLUMNS}, c.seq from audit_log a left join audit_chain c on c.tenant = $1 and c.aid = a.aid
    where ${where.join(' and ')} order by a.at desc, a.aid desc limit ${sql.add(query.count)}`
  return { text, values: sql.values }
}

/** What no index answers may not hold a connection for long. */
const findRows = async (database: Database, query: AuditQuery): Promise<StoredAuditRow[]> => {
  const { text, values } = compileAudit(database.tenant, query)
  return (await withinTime(database.pool, true, (on) => run<FoundRow>(on, text, values))).map(toStored)
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
