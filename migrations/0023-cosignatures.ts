/** Second signatures of documents, who was asked for one, and who may sign in a head's place from when to when. */
import { Migration } from '@mikro-orm/migrations'
import { openToCenterViews, protect } from './table.ts'

const TABLES = [
  // increment: the bytes behind the first signer's PDF; both together are the document. Rows are inserted and never changed.
  `create table document_cosignature (
    tenant int4 not null,
    document uuid not null,
    increment bytea not null,
    pdf_sha256 text collate "C" not null,
    jws text not null,
    practitioner text collate "C" not null,
    signer_name text not null,
    behalf_practitioner text collate "C",
    behalf_name text,
    signed_at timestamptz(3) not null,
    created_at timestamptz(3) not null,
    constraint document_cosignature_pkey primary key (tenant, document),
    constraint document_cosignature_behalf check ((behalf_practitioner is null) = (behalf_name is null))
  )`,
  'create index document_cosignature_pdf on document_cosignature (tenant, pdf_sha256)',
  'alter table document_cosignature alter column increment set storage external',
  `create table cosign_request (
    tenant int4 not null,
    id uuid not null,
    document uuid not null,
    department text collate "C" not null,
    asked_by text collate "C" not null,
    asked_name text not null,
    asked_at timestamptz(3) not null,
    note text not null,
    state text collate "C" not null,
    decided_name text,
    decided_at timestamptz(3),
    reason text,
    constraint cosign_request_pkey primary key (tenant, id),
    constraint cosign_request_state_known check (state in ('asked', 'refused', 'signed', 'withdrawn')),
    constraint cosign_request_decided check ((state = 'asked') = (decided_at is null)),
    constraint cosign_request_reason_given check ((state = 'refused') = (reason is not null))
  )`,
  // one question at a time about a document
  `create unique index cosign_request_open on cosign_request (tenant, document) where state = 'asked'`,
  'create index cosign_request_document on cosign_request (tenant, document, asked_at)',
  'create index cosign_request_waiting on cosign_request (tenant, department, asked_at) where state = \'asked\'',
  // giver and delegate: accounts. first_day, last_day: both included, at the site.
  `create table cosign_delegation (
    tenant int4 not null,
    id uuid not null,
    department text collate "C" not null,
    giver text collate "C" not null,
    delegate text collate "C" not null,
    first_day date not null,
    last_day date not null,
    created_at timestamptz(3) not null,
    ended_at timestamptz(3),
    constraint cosign_delegation_pkey primary key (tenant, id),
    constraint cosign_delegation_days check (first_day <= last_day),
    constraint cosign_delegation_other check (giver <> delegate)
  )`,
  'create index cosign_delegation_delegate on cosign_delegation (tenant, delegate, last_day)',
]

export class Cosignatures extends Migration {
  override up(): void {
    for (const statement of TABLES) this.addSql(statement)
    for (const statement of [...protect('document_cosignature', 'select, insert'), ...openToCenterViews('document_cosignature')]) this.addSql(statement)
    for (const table of ['cosign_request', 'cosign_delegation']) for (const statement of protect(table, 'select, insert, update')) this.addSql(statement)
    // A file with both signatures is found by its digest too.
    this.addSql(`create or replace view center_document as
      select d.tenant, d.id, d.code, d.pdf_sha256, r.received_at from node n join document d on d.tenant = n.hospital left join received_document r on r.tenant = d.tenant and r.document = d.id::text
      union all
      select c.tenant, c.document, null::text collate "C", c.pdf_sha256, r.received_at from node n join document_cosignature c on c.tenant = n.hospital left join received_document r on r.tenant = c.tenant and r.document = c.document::text`)
  }
}
