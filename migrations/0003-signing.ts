/** Tables of signing: who is admitted, each person's key and certificate, signed documents (rows are inserted and never changed), and what a signed document has closed. */
import { Migration } from '@mikro-orm/migrations'
import { openToCenterViews, protect } from './table.ts'

const TABLES = [
  `create table signing_admission (
    tenant int4 not null,
    account uuid not null,
    name text not null,
    role text not null,
    practitioner text collate "C" not null,
    admitted_at timestamptz(3) not null,
    constraint signing_admission_pkey primary key (tenant, account)
  )`,
  // A row stays for ever: it is the register of certificates and, by revoked_at, the revocation list. `sealed` is erased when the key is revoked.
  // failures: attempts since the last right PIN, counted before each is tried; at ten the key is locked.
  `create table signing_key (
    tenant int4 not null,
    id uuid not null,
    account uuid not null,
    name text not null,
    role text not null,
    practitioner text collate "C" not null,
    serial text collate "C" not null,
    issuer text not null,
    certificate text not null,
    not_after timestamptz(3) not null,
    sealed text,
    failures int4 not null default 0,
    created_at timestamptz(3) not null,
    revoked_at timestamptz(3),
    revoked_reason text,
    constraint signing_key_pkey primary key (tenant, id),
    constraint signing_key_serial_key unique (tenant, serial),
    constraint signing_key_erased check ((sealed is null) = (revoked_at is not null))
  )`,
  'create unique index signing_key_current on signing_key (tenant, account) where revoked_at is null',
  'create index signing_key_revoked on signing_key (tenant, revoked_at) where revoked_at is not null',
  // slot: what there can be one current document of per visit: the form, and for prescriptions the kind of drugs ("prescription-C").
  // The two unique indexes make each slot a single line: one original, and each document replaced at most once.
  `create table document (
    tenant int4 not null,
    id uuid not null,
    code text collate "C" not null,
    form text collate "C" not null,
    slot text collate "C" not null,
    title text not null,
    patient text collate "C" not null,
    encounter text collate "C" not null,
    bundle_id text collate "C" not null,
    bundle text not null,
    bundle_sha256 text collate "C" not null,
    jws text not null,
    pdf bytea not null,
    pdf_sha256 text collate "C" not null,
    account text collate "C" not null,
    practitioner text collate "C" not null,
    signer_name text not null,
    signer_role text not null,
    certificate_serial text collate "C" not null,
    certificate_issuer text not null,
    certificate_status text collate "C" not null,
    signed_at timestamptz(3) not null,
    created_at timestamptz(3) not null,
    replaces uuid,
    appends uuid,
    reason text,
    constraint document_pkey primary key (tenant, id),
    constraint document_code_key unique (tenant, code),
    constraint document_place_key unique (tenant, id, encounter),
    constraint document_slot_key unique (tenant, id, encounter, slot),
    constraint document_one_relation check (replaces is null or appends is null),
    constraint document_reason_given check ((reason is null) = (replaces is null and appends is null)),
    constraint document_status_known check (certificate_status in ('good', 'revoked', 'unknown'))
  )`,
  // A replacing document stands in the visit and slot of what it replaces, an appending one in its visit. At a data center a correction may arrive
  // before what it corrects, so the references are checked where documents are made (api/store/documents.ts) and not by foreign keys.
  'create unique index document_original on document (tenant, encounter, slot) where replaces is null and appends is null',
  'create unique index document_replaced_once on document (tenant, replaces) where replaces is not null',
  'create index document_appended on document (tenant, appends) where appends is not null',
  'create index document_encounter on document (tenant, encounter, signed_at)',
  'create index document_patient on document (tenant, patient, signed_at)',
  'create index document_pdf on document (tenant, pdf_sha256)',
]

const READ_ADD = 'select, insert'

export class Migration0003Signing extends Migration {
  override up(): void {
    for (const statement of TABLES) this.addSql(statement)
    for (const statement of protect('signing_admission')) this.addSql(statement)
    for (const statement of protect('signing_key', 'select, insert, update')) this.addSql(statement)
    for (const statement of [...protect('document', READ_ADD), ...openToCenterViews('document')]) this.addSql(statement)
    // PDFs and Bundles do not shrink under TOAST compression worth the time; the signed bytes are compressed already.
    this.addSql('alter table document alter column pdf set storage external')
  }
}
