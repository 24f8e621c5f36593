/** Tables of bulk data: what was asked for, which versions an export holds (never their bodies), and what an import could not take. */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const TABLES = [
  // parameters, place: JSON text, as api/store/bulk/jobs.ts reads it; place says how far the job has come, and changes with each slice.
  // barrier: the database's own time when the job was asked for. Transactions that were open then end before an export looks.
  `create table bulk_job (
    tenant int4 not null,
    job uuid not null,
    kind text collate "C" not null,
    client text collate "C" not null,
    scopes text[] not null,
    address text,
    state text collate "C" not null,
    request text not null,
    parameters text not null,
    place text not null,
    barrier timestamptz not null default clock_timestamp(),
    asked_at timestamptz(3) not null,
    ended_at timestamptz(3),
    expires_at timestamptz(3),
    constraint bulk_job_pkey primary key (tenant, job),
    constraint bulk_job_kind_known check (kind in ('export', 'import')),
    constraint bulk_job_state_known check (state in ('waiting', 'running', 'done', 'failed', 'cancelled'))
  )`,
  `create index bulk_job_open on bulk_job (tenant, kind, asked_at) where state in ('waiting', 'running')`,
  // One file of an export; kind: output (current versions) or deleted.
  `create table bulk_file (
    tenant int4 not null,
    job uuid not null,
    file int4 not null,
    kind text collate "C" not null,
    rtype int2 not null,
    count int8 not null,
    constraint bulk_file_pkey primary key (tenant, job, file),
    constraint bulk_file_kind_known check (kind in ('output', 'deleted'))
  )`,
  // The lines of a file, a slice a row: row numbers and versions, which never change. Bodies are read when the file is.
  `create table bulk_slice (
    tenant int4 not null,
    job uuid not null,
    file int4 not null,
    slice int4 not null,
    rids int8[] not null,
    vers int4[] not null,
    constraint bulk_slice_pkey primary key (tenant, job, file, slice)
  )`,
  // A line of an import that was refused; outcome: the OperationOutcome that says why. put_aside: it waits for what it refers to.
  `create table bulk_line (
    tenant int4 not null,
    job uuid not null,
    line int8 not null,
    put_aside bool not null,
    start int8 not null,
    length int4 not null,
    outcome text,
    constraint bulk_line_pkey primary key (tenant, job, line),
    constraint bulk_line_one check (put_aside = (outcome is null))
  )`,
]

export class BulkData extends Migration {
  override up(): void {
    for (const statement of TABLES) this.addSql(statement)
    for (const table of ['bulk_job', 'bulk_file', 'bulk_slice', 'bulk_line']) for (const statement of protect(table)) this.addSql(statement)
  }
}
