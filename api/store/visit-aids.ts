/** Order sets and phrases (port VisitAidStore): optimistic versions, one name once for an owner, each change with its audit row in the same transaction. */
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { outcome } from '../model/outcome.ts'
import type { AuditRow, Caller, Clock } from '../model/ports.ts'
import { PHRASE_SECTIONS, type AidScope, type KeptAid, type PhraseBody, type SetBody } from '../model/visit-aids.ts'
import { MOST_AIDS, type VisitAidStore } from '../model/visit-aid-ports.ts'
import { insertAuditRows } from './audit/rows.ts'
import type { Database } from './connection/database.ts'
import { errorCode } from './connection/database-errors.ts'

interface Row { readonly id: string; readonly scope: AidScope; readonly owner: string; readonly name: string; readonly body: string; readonly version: number }

const Dosage = z.object({ dose: z.string(), frequency: z.number(), days: z.number(), note: z.string(), route: z.string().exactOptional() })
const Body = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('order-set'), lines: z.array(z.object({ kind: z.enum(['drug', 'order']), code: z.string(), display: z.string(), dosage: Dosage.exactOptional() })) }),
  z.object({ kind: z.literal('phrase'), text: z.string(), section: z.enum(PHRASE_SECTIONS).exactOptional() }),
])

const toAid = ({ id, scope, owner, name, body, version }: Row): KeptAid => ({ id, scope, owner, name, version, body: Body.parse(JSON.parse(body)) })

const COLUMNS = 'id, scope, owner, name, body, version'
const LIST = `select ${COLUMNS} from visit_aid where tenant = $1 and (scope = 'hospital' or (scope = 'person' and owner = $2) or (scope = 'department' and ($3::text[] is null or owner = any($3)))) order by name, id`
const FIND = `select ${COLUMNS} from visit_aid where tenant = $1 and id = $2`
const INSERT = `
  insert into visit_aid (tenant, id, kind, scope, owner, name, body, version, changed_at)
  select $1, $2, $3, $4, $5, $6, $7, 1, $8 where (select count(*) from visit_aid where tenant = $1 and scope = $4 and owner = $5 and kind = $3) < ${MOST_AIDS} returning ${COLUMNS}`
const UPDATE = `update visit_aid set name = $3, body = $4, version = version + 1, changed_at = $6 where tenant = $1 and id = $2 and version = $5 returning ${COLUMNS}`
const DELETE = `delete from visit_aid where tenant = $1 and id = $2 and version = $3 returning ${COLUMNS}`

const VERBS = { create: 'C', change: 'U', remove: 'D' } as const satisfies Record<string, AuditRow['action']>

const taken = (error: unknown): never => { throw errorCode(error) === '23505' ? outcome('aid-name-taken', { expression: 'name' }) : error }

export const createVisitAidStore = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): VisitAidStore => {
  const { tenant, pool } = database
  const find: VisitAidStore['find'] = async (id) => {
    const { rows: [row] } = await pool.query<Row>(FIND, [tenant, id])
    return row && toAid(row)
  }
  /** Runs the statement and writes down what it did; undefined when it did nothing. */
  const write = (caller: Caller, verb: keyof typeof VERBS, kind: (SetBody | PhraseBody)['kind'], statement: string, values: readonly unknown[]): Promise<KeptAid | undefined> =>
    database.withTransaction(async (client: PoolClient) => {
      const { rows: [row] } = await client.query<Row>(statement, [tenant, ...values]).catch(taken)
      if (row === undefined) return undefined
      await insertAuditRows(client, database, [{ caller, at: clock.now(), row: { action: VERBS[verb], interaction: `${kind}-${verb}`, id: row.id, version: row.version, outcome: 'success' } }])
      return toAid(row)
    })
  const requireStored = async (id: string, expected: number): Promise<KeptAid> => {
    const stored = await find(id)
    if (stored === undefined) throw outcome('not-found')
    if (stored.version !== expected) throw outcome('version-conflict', { expected, found: stored.version })
    return stored
  }
  return {
    list: async (account, departments) => (await pool.query<Row>(LIST, [tenant, account, departments ?? null])).rows.map(toAid),
    find,
    async create(caller, { id, scope, owner, name, body }) {
      const made = await write(caller, 'create', body.kind, INSERT, [id, body.kind, scope, owner, name, JSON.stringify(body), clock.now()])
      if (made === undefined) throw outcome('too-many-aids')
      return made
    },
    async change(caller, id, { name, body }, expected) {
      const stored = await requireStored(id, expected)
      if (stored.body.kind !== body.kind) throw outcome('bad-request', { expression: 'body', diagnostics: 'A set stays a set, a phrase a phrase.' })
      const changed = await write(caller, 'change', body.kind, UPDATE, [id, name, JSON.stringify(body), expected, clock.now()])
      return changed ?? requireStored(id, expected)
    },
    async remove(caller, id, expected) {
      const stored = await requireStored(id, expected)
      if (await write(caller, 'remove', stored.body.kind, DELETE, [id, expected]) === undefined && await find(id) !== undefined) await requireStored(id, expected)
    },
  }
}
