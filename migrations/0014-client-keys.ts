/** Public keys of system clients, and the signed assertions that were used: none is taken twice, whatever process or restart comes between. */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const TABLES = [
  // JSON text of the keys of a JWK Set (RFC 7517 5.1), as api/model/client-keys.ts reads it. A secret of '' is none.
  `alter table system_client add column keys text not null default '[]'`,
  // digest: sha-256 of the assertion's jti, which its client chose.
  `create table client_assertion (
    tenant int4 not null,
    client text collate "C" not null,
    digest bytea not null,
    expires_at timestamptz not null,
    constraint client_assertion_pkey primary key (tenant, client, digest)
  )`,
  `create index client_assertion_expiry on client_assertion (tenant, expires_at)`,
]

export class ClientKeys extends Migration {
  override up(): void {
    for (const statement of TABLES) this.addSql(statement)
    for (const statement of protect('client_assertion')) this.addSql(statement)
  }
}
