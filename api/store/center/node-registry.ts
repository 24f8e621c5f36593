/** The center's register of hospitals that may send (port NodeRegistry): key, authority, last contact. Rows of tenant 0. */
import type { InferEntity } from '@mikro-orm/postgresql'
import { z } from 'zod'
import type { EnrolledNode, Enrolment, NodeRegistry } from '../../model/exchange.ts'
import { outcome } from '../../model/outcome.ts'
import type { AuditRow, Caller, Clock } from '../../model/ports.ts'
import { insertAuditRows } from '../audit/rows.ts'
import { errorCode } from '../connection/database-errors.ts'
import type { Database } from '../connection/database.ts'
import { Node } from '../entities/node.ts'
import { run } from '../connection/rows.ts'

const publicJwk = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() })
const toNode = (row: InferEntity<typeof Node>): EnrolledNode =>
  ({ tenant: row.hospital, node: row.node, name: row.name, publicJwk: publicJwk.parse(JSON.parse(row.publicJwk)), authorityPem: row.authorityPem })

// SQL, because the decision is in the statement: of two that enrol the same node at once, one sees the other's key.
const ENROL = `
  insert into node (tenant, node, hospital, name, public_jwk, authority_pem, enrolled_at) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (tenant, node) do update set name = excluded.name
  where node.hospital = excluded.hospital and node.public_jwk = excluded.public_jwk and node.authority_pem = excluded.authority_pem
  returning node`

export const createNodeRegistry = (database: Database): NodeRegistry => {
  const { tenant } = database
  return {
    async find(node) {
      const row = await database.entities().findOne(Node, { tenant, node })
      return row === null ? undefined : toNode(row)
    },
    list: async () => (await database.entities().find(Node, { tenant }, { orderBy: { hospital: 'asc' } })).map(toNode),
    async contact(node, at, hello) {
      await database.entities().nativeUpdate(Node, { tenant, node }, { lastContact: new Date(at), lastError: null, lastErrorAt: null, ...(hello !== undefined && { hello: JSON.stringify(hello) }) })
    },
    async refused(node, at, reason) {
      await database.entities().nativeUpdate(Node, { tenant, node }, { lastContact: new Date(at), lastError: reason, lastErrorAt: new Date(at) })
    },
  }
}

/**
 * Admits a hospital at the center, by whoever may write in the center's database (tenant 0). Doing it again changes the name only: another key
 * or authority for a known node is refused, because with it someone else could speak for the hospital.
 * With a caller it is on record in the same transaction.
 */
export const enrolNode = (database: Database, enrolment: Enrolment, clock: Clock = { now: () => new Date() }, caller?: Caller): Promise<void> => database.withTransaction(async (client) => {
  const { kty, crv, x, y } = enrolment.publicJwk
  const rows = await run(client, ENROL, [
    database.tenant, enrolment.node, enrolment.tenant, enrolment.name, JSON.stringify({ kty, crv, x, y }), enrolment.authorityPem, clock.now(),
  ]).catch((error: unknown) => {
    throw errorCode(error) === '23505' ? outcome('node-taken', { diagnostics: `Hospital ${enrolment.tenant} is enrolled under another name of a node.` }) : error
  })
  if (rows.length === 0) throw outcome('node-taken', { diagnostics: `Node ${enrolment.node} is enrolled with another key or authority; an administrator of the center must settle that first` })
  const row: AuditRow = { action: 'C', interaction: 'hospital-enrol', id: enrolment.node, outcome: 'success', detail: enrolment.name }
  if (caller !== undefined) await insertAuditRows(client, database, [{ caller, row, at: clock.now() }])
})
