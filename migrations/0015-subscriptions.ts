/** Tables of subscriptions: whose they are and how far they have been told, their numbered events, how far the journal has been gone through, and tokens that bind a websocket. */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const TABLES = [
  // One beside each Subscription. plan: JSON text, as api/store/subscription/rows.ts reads it; channel, heartbeat (seconds) and ends stand in it too. headers: sealed, because they are secrets of the receiver.
  // written: counts how often the owner has written it. shown_status, shown_error: as the resource says.
  `create table subscription (
    tenant int4 not null,
    id text collate "C" not null,
    client text collate "C" not null,
    scopes text[] not null,
    plan text not null,
    channel text collate "C" not null,
    heartbeat int4,
    ends timestamptz(3),
    headers text collate "C",
    written int4 not null default 1,
    status text collate "C" not null,
    error text,
    shown_status text collate "C" not null,
    shown_error text,
    made int8 not null default 0,
    told int8 not null default 0,
    greeted bool not null default false,
    tries int4 not null default 0,
    next_try timestamptz(3),
    last_sent timestamptz(3),
    since timestamptz not null default clock_timestamp(),
    constraint subscription_pkey primary key (tenant, id),
    constraint subscription_status_known check (status in ('requested', 'active', 'error', 'off')),
    constraint subscription_told_made check (told <= made)
  )`,
  'create index subscription_client on subscription (tenant, client)',
  // A change that is to be told. The primary key is what makes numbers unique; the second key, that no version is told twice.
  `create table subscription_event (
    tenant int4 not null,
    id text collate "C" not null,
    number int8 not null,
    rtype int2 not null,
    rid int8 not null,
    ver int4 not null,
    method "char" not null,
    at timestamptz(3) not null,
    constraint subscription_event_pkey primary key (tenant, id, number),
    constraint subscription_event_once unique (tenant, id, rid, ver)
  )`,
  'create index subscription_event_at on subscription_event (tenant, at)',
  // One row: its lock is what makes one process at a time give numbers.
  `create table subscription_place (
    tenant int4 not null, epoch uuid not null, seq int8 not null,
    constraint subscription_place_pkey primary key (tenant)
  )`,
  `create table subscription_token (
    tenant int4 not null, digest bytea not null, client text collate "C" not null, ids text[] not null, expires_at timestamptz(3) not null,
    constraint subscription_token_pkey primary key (tenant, digest)
  )`,
]

export class Subscriptions extends Migration {
  override up(): void {
    for (const statement of TABLES) this.addSql(statement)
    for (const table of ['subscription', 'subscription_event', 'subscription_place', 'subscription_token']) for (const statement of protect(table)) this.addSql(statement)
  }
}
