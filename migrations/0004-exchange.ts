/**
 * Tables of the exchange: at a hospital the head of its journal and what it knows of the center; at the center the inbox of each hospital, the
 * register of nodes, the list of received documents, and the views across hospitals. Both sites have all of them, so that one schema is tested.
 */
import { Migration } from '@mikro-orm/migrations'
import { openToCenterViews, protect } from './table.ts'

const HOSPITAL = [
  // The header as the sealer wrote and hashed it, and the hash before it: what is shipped later is what was sealed, whatever release ships it.
  'alter table journal add column header text, add column prev_hash bytea',
  'alter table journal add constraint journal_header_sealed check ((seq is null) = (header is null) and (seq is null) = (prev_hash is null))',
  // One row: its lock is what makes the sealer the only one.
  `create table journal_head (
    tenant int4 not null, epoch uuid not null, seq int8 not null, hash bytea not null, since timestamptz not null,
    constraint journal_head_pkey primary key (tenant),
    constraint journal_head_hash_whole check (length(hash) = 32)
  )`,
  // received, applied: {"cursor","ranges"} as JSON text; quarantined: [{"seq","reason"}]. receipt: newest compact JWS.
  `create table peer (
    tenant int4 not null, node text collate "C" not null, epoch text collate "C" not null, received text not null, applied text not null, parked int8 not null,
    quarantined text not null, quarantined_count int8 not null, receipt text, last_contact timestamptz, last_error text, attempts int4 not null, next_try timestamptz,
    constraint peer_pkey primary key (tenant, node)
  )`,
]

const CENTER = [
  // tenant is 0; hospital is the tenant whose records the node sends. hello: what the node last said about itself, JSON text.
  `create table node (
    tenant int4 not null, node text collate "C" not null, hospital int4 not null, name text not null, public_jwk text not null, authority_pem text not null,
    enrolled_at timestamptz not null, last_contact timestamptz, hello text, last_error text, last_error_at timestamptz,
    constraint node_pkey primary key (tenant, node),
    constraint node_hospital_key unique (tenant, hospital),
    constraint node_at_center check (tenant = 0 and hospital > 0)
  )`,
  // Dedupe, for ever: the primary key. raw: the entry as it came, Zstandard. patient null: outside any record, or not readable.
  `create table inbox (
    tenant int4 not null, node text collate "C" not null, epoch text collate "C" not null, seq int8 not null, raw bytea not null,
    entry_hash bytea not null, prev_hash bytea, patient text collate "C", pseq int8 not null, receipt int8 not null,
    state text collate "C" not null, reason text collate "C", received_at timestamptz(3) not null, settled_at timestamptz(3),
    constraint inbox_entry_key primary key (tenant, node, epoch, seq),
    constraint inbox_state_known check (state in ('received', 'applied', 'parked', 'quarantined')),
    constraint inbox_reason_given check ((state = 'quarantined') = (reason is not null))
  )`,
  `create index inbox_parked on inbox (tenant, node, patient, pseq) where state = 'parked'`,
  `create index inbox_quarantined on inbox (tenant, node, epoch, seq) where state = 'quarantined'`,
  // received, applied: {"cursor","ranges"} as JSON text. Moves in the same transaction as the entries.
  `create table inbox_progress (
    tenant int4 not null, node text collate "C" not null, epoch text collate "C" not null, received text not null, applied text not null,
    received_count int8 not null, applied_count int8 not null, head_seen int8 not null, parked int8 not null, quarantined int8 not null, receipts int8 not null, updated_at timestamptz not null,
    constraint inbox_progress_pkey primary key (tenant, node, epoch)
  )`,
  `create table inbox_receipt (
    tenant int4 not null, node text collate "C" not null, epoch text collate "C" not null, receipt int8 not null, text text not null,
    constraint inbox_receipt_pkey primary key (tenant, node, epoch, receipt)
  )`,
  // Last place of each patient's own order that took effect. Outlives an epoch.
  `create table applied_order (
    tenant int4 not null, node text collate "C" not null, patient text collate "C" not null, pseq int8 not null,
    constraint applied_order_pkey primary key (tenant, node, patient)
  )`,
  // One line of the center's list for each signed document; verdict of the strict verifier when it took effect.
  `create table received_document (
    tenant int4 not null, document text collate "C" not null, form text collate "C" not null, title text not null, patient text collate "C" not null,
    patient_name text not null, birth_date text, visit_date text not null, signer text not null, signed_at timestamptz(3) not null, received_at timestamptz(3) not null,
    verdict text collate "C" not null, reason text collate "C", replaces text collate "C",
    constraint received_document_pkey primary key (tenant, document),
    constraint received_document_verdict_known check (verdict in ('valid', 'invalid'))
  )`,
  'create index received_document_at on received_document (tenant, received_at desc, document)',
  'create index received_document_replaces on received_document (tenant, replaces) where replaces is not null',
]

const VIEWS = [
  `create view center_hospital as
    select n.hospital as tenant, n.node, n.name, n.last_contact, n.hello, n.last_error, n.last_error_at, n.enrolled_at,
      p.received, p.received_count, p.applied_count, p.head_seen, p.parked, p.quarantined
    from node n left join lateral (
      select * from inbox_progress p where p.tenant = n.hospital and p.node = n.node order by p.updated_at desc limit 1
    ) p on true`,
  // superseded: a valid document of the same hospital replaces it.
  `create view center_received as
    select r.*, n.name as hospital,
      exists (select from received_document s where s.tenant = r.tenant and s.replaces = r.document and s.verdict = 'valid') as superseded
    from received_document r join node n on n.hospital = r.tenant`,
]

const RIGHTS: Readonly<Record<string, string>> = {
  journal_head: 'select, insert, update', peer: 'select, insert, update',
  node: 'select, insert, update', inbox: 'select, insert, update', inbox_progress: 'select, insert, update', inbox_receipt: 'select, insert',
  applied_order: 'select, insert, update', received_document: 'select, insert',
}

export class ExchangeTables extends Migration {
  override up(): void {
    for (const statement of [...HOSPITAL, ...CENTER]) this.addSql(statement)
    for (const [table, rights] of Object.entries(RIGHTS)) for (const statement of protect(table, rights)) this.addSql(statement)
    for (const table of ['node', 'inbox_progress', 'received_document']) for (const statement of openToCenterViews(table)) this.addSql(statement)
    for (const statement of VIEWS) this.addSql(statement)
    // Nobody may read them yet: grantCenterViews (api/store/center/grants.ts) opens them to the servers of a data center.
    for (const view of ['center_hospital', 'center_received']) this.addSql(`alter view ${view} owner to emr_center_views`)
  }
}
