/** What devices of laboratory and imaging sent, as it came, and the orders that wait for them. */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const TABLES = [
  // A row for each OBR of a message; the unique key is what makes a message that comes twice count once. digest: sha-256 of the bytes.
  `create table device_message (
    tenant int4 not null,
    id uuid not null,
    device text collate "C" not null,
    control text collate "C" not null,
    digest text collate "C" not null,
    part int4 not null,
    received_at timestamptz(3) not null,
    body bytea not null,
    state text collate "C" not null,
    reason text collate "C",
    about text collate "C",
    order_id text collate "C",
    patient text collate "C",
    closed_at timestamptz(3),
    closed_by text,
    note text,
    constraint device_message_pkey primary key (tenant, id),
    constraint device_message_once unique (tenant, device, control, digest, part),
    constraint device_message_state_known check (state in ('taken', 'quarantined', 'differs', 'closed'))
  )`,
  'create index device_message_order on device_message (tenant, order_id)',
  `create index device_message_open on device_message (tenant, received_at) where state = 'quarantined'`,
  // source: the version that the order tells of, so that each is sent once.
  `create table device_order (
    tenant int4 not null,
    device text collate "C" not null,
    seq int8 not null,
    source text collate "C" not null,
    control text collate "C" not null,
    order_id text collate "C" not null,
    body text not null,
    queued_at timestamptz(3) not null,
    state text collate "C" not null default 'waiting',
    tries int4 not null default 0,
    next_try timestamptz(3) not null,
    done_at timestamptz(3),
    answer text collate "C" not null default '',
    error text collate "C" not null default '',
    constraint device_order_pkey primary key (tenant, device, seq),
    constraint device_order_once unique (tenant, device, source),
    constraint device_order_state_known check (state in ('waiting', 'done', 'skipped'))
  )`,
  `create index device_order_waiting on device_order (tenant, device, seq) where state = 'waiting'`,
  `create table device_place (
    tenant int4 not null, device text collate "C" not null, since timestamptz(3) not null,
    constraint device_place_pkey primary key (tenant, device)
  )`,
]

export class Devices extends Migration {
  override up(): void {
    for (const statement of TABLES) this.addSql(statement)
    for (const table of ['device_message', 'device_order', 'device_place']) for (const statement of protect(table, 'select, insert, update')) this.addSql(statement)
  }
}
