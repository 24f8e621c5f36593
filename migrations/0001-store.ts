/**
 * Tables of the FHIR store: resources with versions, search rows ("postings"), counters, care relations, audit rows and their chain, and the
 * journal that leaves with each commit. `tenant` is the hospital and comes first in every key, so that the same tables distribute by hospital.
 */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const RESOURCES = [
  // rid: 41 bit ms | 10 bit node | 12 bit sequence, given by the application; local to one database, never leaves it.
  // rtype: number of the resource type in api/search/resource-types.ts, never reused. body: exactly what a read answers.
  // pat: FHIR id of the patient whose record it belongs to; '' = belongs to a record, but nobody can say to whose (seen by nobody without full sight);
  //      null = belongs to no record. d: clinical date, '-infinity' without one. present: numbers of the
  //      search parameters that have a value (:missing). phash, pver: digest of the search rows, and the rules they were made by.
  `create table resource (
    tenant int4 not null,
    rtype int2 not null,
    rid int8 not null,
    id text collate "C" not null,
    ver int4 not null,
    ts timestamptz(3) not null,
    method "char" not null,
    del bool not null,
    immutable bool not null default false,
    pat text collate "C",
    d timestamptz not null,
    present int2[] not null,
    phash int8 not null,
    pver int2 not null,
    actor text not null,
    body text not null,
    constraint resource_pkey primary key (tenant, rtype, rid),
    constraint resource_method_known check (method in ('C', 'U', 'D'))
  )`,
  'create unique index resource_id_key on resource (tenant, rtype, id) include (rid, ver)',
  'create index resource_patient on resource (tenant, pat, rtype, d desc, rid desc) where not del and pat is not null',
  'create index resource_updated on resource (tenant, rtype, ts, rid)',
  // Superseded versions only: the current one stands in `resource`.
  `create table resource_history (
    tenant int4 not null,
    rtype int2 not null,
    rid int8 not null,
    ver int4 not null,
    ts timestamptz(3) not null,
    method "char" not null,
    del bool not null,
    pat text collate "C",
    actor text not null,
    body text not null,
    constraint resource_history_pkey primary key (tenant, rtype, rid, ver)
  )`,
  'create index resource_history_updated on resource_history (tenant, rtype, ts, rid)',
]

const SEARCH = [
  // h: 64-bit digest of type, parameter, form and value (api/search/hash.ts). Tokens, references, uris, exact strings, composites.
  `create table posting (
    tenant int4 not null, h int8 not null, d timestamptz not null, rid int8 not null,
    constraint posting_pkey primary key (tenant, h, d, rid)
  )`,
  // [lo, hi): a date without time covers its whole day in the site's time zone. The key answers "does this row match", the index finds rows.
  `create table pst_date (
    tenant int4 not null, h int8 not null, rid int8 not null, lo timestamptz not null, hi timestamptz not null,
    constraint pst_date_pkey primary key (tenant, h, rid, lo, hi)
  )`,
  'create index pst_date_value on pst_date (tenant, h, lo, hi, rid)',
  // Nearly all ranges are short: "ends after" looks 25 hours back in pst_date_value, and here for the long ones.
  // (Before version 17 PostgreSQL cannot subtract an open end. The words of the condition are those of api/search/filters.ts.)
  `create index pst_date_long on pst_date (tenant, h, hi, rid) where case when isfinite(lo) and isfinite(hi) then hi - lo > interval '25 hours' else true end`,
  // h also carries the unit, and for a composite the code; lo = hi but for ranges.
  `create table pst_num (
    tenant int4 not null, h int8 not null, rid int8 not null, lo float8 not null, hi float8 not null,
    constraint pst_num_pkey primary key (tenant, h, rid, lo, hi)
  )`,
  'create index pst_num_value on pst_num (tenant, h, lo, hi, rid)',
  // norm: folded (api/model/fold.ts) and cut to 200 characters.
  `create table pst_str (
    tenant int4 not null, h int8 not null, rid int8 not null, norm text collate "C" not null,
    constraint pst_str_pkey primary key (tenant, h, rid, norm)
  )`,
  'create index pst_str_value on pst_str (tenant, h, norm, rid)',
  // The same references as in posting, joinable: h is digest of type, parameter and target type; target is the FHIR id. For chains and _has.
  `create table pst_ref (
    tenant int4 not null, h int8 not null, rid int8 not null, target text collate "C" not null,
    constraint pst_ref_pkey primary key (tenant, h, rid, target)
  )`,
  'create index pst_ref_target on pst_ref (tenant, h, target, rid)',
  // Exact counts and plans hang on what the planner knows about h; insert-only tables are otherwise vacuumed too late for index-only scans.
  ...['posting', 'pst_date', 'pst_num', 'pst_str', 'pst_ref'].flatMap((table) => [
    `alter table ${table} alter column h set statistics 1000`,
    `alter table ${table} set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.05)`,
  ]),
]

const GUARDS = [
  // One row per condition of a conditional create: two at once meet here.
  `create table cond_key (
    tenant int4 not null, condition bytea not null, rtype int2 not null, id text collate "C" not null,
    constraint cond_key_pkey primary key (tenant, condition)
  )`,
  `create table counter (
    tenant int4 not null, name text collate "C" not null, value int8 not null,
    constraint counter_pkey primary key (tenant, name)
  )`,
  // '' stands for "none" in department and account, so that both can be part of the key.
  `create table care_relation (
    tenant int4 not null, patient text collate "C" not null, kind text collate "C" not null, department text collate "C" not null,
    account text collate "C" not null, since timestamptz not null, until timestamptz not null, reason text,
    constraint care_relation_pkey primary key (tenant, patient, kind, department, account),
    constraint care_relation_kind_known check (kind in ('encounter', 'break-glass')),
    constraint care_relation_someone check (department <> '' or account <> '')
  )`,
  `create index care_relation_department on care_relation (tenant, department, until, patient) where department <> ''`,
  `create index care_relation_account on care_relation (tenant, account, until, patient) where account <> ''`,
]

const AUDIT = [
  `create table audit_log (
    tenant int4 not null, aid int8 not null, at timestamptz(3) not null, action "char" not null, interaction text collate "C" not null,
    rtype text collate "C", resource_id text collate "C", version int4, patient text collate "C", outcome text collate "C" not null, detail text,
    who text not null, account text collate "C", purpose text collate "C" not null, address text,
    constraint audit_log_pkey primary key (tenant, aid),
    constraint audit_log_action_known check (action in ('C', 'R', 'U', 'D', 'E')),
    constraint audit_log_outcome_known check (outcome in ('success', 'refused', 'failed'))
  )`,
  'create index audit_log_at on audit_log (tenant, at, aid)',
  'create index audit_log_patient on audit_log (tenant, patient, at, aid) where patient is not null',
  'create index audit_log_account on audit_log (tenant, account, at, aid) where account is not null',
  // Rows wait here for the sealer, which numbers, hashes and chains them.
  'create table audit_pending (tenant int4 not null, aid int8 not null, constraint audit_pending_pkey primary key (tenant, aid))',
  `create table audit_chain (
    tenant int4 not null, seq int8 not null, aid int8 not null, hash bytea not null,
    constraint audit_chain_pkey primary key (tenant, seq),
    constraint audit_chain_aid_key unique (tenant, aid)
  )`,
]

const JOURNAL = [
  // One lock per patient gives pseq in the clinical transaction; seq, epoch and hashes are set afterwards by the sealer.
  `create table patient_head (
    tenant int4 not null, patient_key text collate "C" not null, pseq int8 not null,
    constraint patient_head_pkey primary key (tenant, patient_key)
  )`,
  // patient_key null: outside any patient's record, pseq 0. refs: [{"type","id","rid","ver"} | {"document"}], as JSON text.
  `create table journal (
    tenant int4 not null, jid int8 not null, epoch uuid, seq int8, kind text collate "C" not null, patient_key text collate "C", pseq int8 not null,
    prio int2 not null, schema int2 not null, refs text not null, body_sha256 bytea, entry_hash bytea, created_at timestamptz(3) not null,
    constraint journal_pkey primary key (tenant, jid),
    constraint journal_sealed_whole check ((seq is null) = (epoch is null) and (seq is null) = (entry_hash is null))
  )`,
  'create unique index journal_seq_key on journal (tenant, epoch, seq) where seq is not null',
  'create unique index journal_pseq_key on journal (tenant, patient_key, pseq) where patient_key is not null',
  'create index journal_unsealed on journal (tenant, jid) where seq is null',
]

const READ_ADD = 'select, insert'
const RIGHTS: Readonly<Record<string, string>> = {
  resource: 'select, insert, update',
  resource_history: READ_ADD,
  posting: 'select, insert, delete', pst_date: 'select, insert, delete', pst_num: 'select, insert, delete', pst_str: 'select, insert, delete', pst_ref: 'select, insert, delete',
  cond_key: 'select, insert, update', counter: 'select, insert, update', care_relation: 'select, insert, update',
  audit_log: READ_ADD, audit_pending: 'select, insert, delete', audit_chain: READ_ADD,
  patient_head: 'select, insert, update', journal: 'select, insert, update, delete',
}

export class StoreTables extends Migration {
  override up(): void {
    for (const statement of [...RESOURCES, ...SEARCH, ...GUARDS, ...AUDIT, ...JOURNAL]) this.addSql(statement)
    for (const [table, rights] of Object.entries(RIGHTS)) for (const statement of protect(table, rights)) this.addSql(statement)
    // Each process that opens the store takes the next node number for its rids.
    this.addSql('create sequence store_node as int4 minvalue 0 maxvalue 1023 cycle')
    this.addSql('grant usage on sequence store_node to emr_app')
  }
}
