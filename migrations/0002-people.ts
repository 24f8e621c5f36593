/** Tables of the people: accounts and their grants, sessions, known devices, sign-in throttle, drafts, system clients, settings, the seal picture. */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const TABLES = [
  // A login is kept as it is compared: NFC, lower case. `practitioner` is a FHIR id; `password` a PHC string ($argon2id$…).
  `create table account (
    tenant int4 not null,
    id uuid not null,
    login text collate "C" not null,
    name text not null,
    title text not null default '',
    rank text not null default '',
    licence text not null default '',
    practitioner text collate "C",
    password text not null,
    active bool not null default true,
    version int4 not null default 1,
    created_at timestamptz not null,
    password_changed_at timestamptz not null,
    constraint account_pkey primary key (tenant, id),
    constraint account_login_key unique (tenant, login)
  )`,
  // '' as department means the whole site: a primary key has no nulls.
  `create table account_grant (
    tenant int4 not null,
    account uuid not null,
    role text not null,
    department text collate "C" not null default '',
    constraint account_grant_pkey primary key (tenant, account, role, department),
    constraint account_grant_role_known check (role in ('reception', 'nurse', 'doctor', 'head', 'administrator', 'center-operator'))
  )`,
  // Only the sha-256 of what the browser or client holds is stored, here and below.
  `create table session (
    tenant int4 not null,
    digest bytea not null,
    account uuid not null,
    device text not null default '',
    created_at timestamptz not null,
    used_at timestamptz not null,
    constraint session_pkey primary key (tenant, digest)
  )`,
  `create index session_account on session (tenant, account)`,
  `create table device (
    tenant int4 not null,
    account uuid not null,
    digest bytea not null,
    label text not null default '',
    created_at timestamptz not null,
    used_at timestamptz not null,
    constraint device_pkey primary key (tenant, account, digest)
  )`,
  // `tat`: theoretical arrival time of the generic cell rate algorithm; one row per bucket, changed by one atomic statement.
  `create table login_throttle (
    tenant int4 not null,
    bucket text collate "C" not null,
    tat timestamptz not null,
    noted_at timestamptz not null default '-infinity',
    constraint login_throttle_pkey primary key (tenant, bucket)
  )`,
  `create index login_throttle_tat on login_throttle (tenant, tat)`,
  `create table draft (
    tenant int4 not null,
    account uuid not null,
    key text collate "C" not null,
    version int4 not null,
    body text not null,
    device text not null default '',
    updated_at timestamptz not null,
    constraint draft_pkey primary key (tenant, account, key)
  )`,
  `create table system_client (
    tenant int4 not null,
    client text collate "C" not null,
    name text not null,
    secret text not null,
    scopes text[] not null,
    active bool not null default true,
    created_at timestamptz not null,
    constraint system_client_pkey primary key (tenant, client)
  )`,
  `create table access_token (
    tenant int4 not null,
    digest bytea not null,
    client text collate "C" not null,
    scopes text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint access_token_pkey primary key (tenant, digest)
  )`,
  `create index access_token_expiry on access_token (tenant, expires_at)`,
  `create table setting (
    tenant int4 not null,
    name text collate "C" not null,
    value text not null,
    updated_at timestamptz not null,
    constraint setting_pkey primary key (tenant, name)
  )`,
  `create table hospital_seal (
    tenant int4 not null,
    png bytea not null,
    sha256 text collate "C" not null,
    updated_at timestamptz not null,
    constraint hospital_seal_pkey primary key (tenant)
  )`,
]

const PROTECTED = ['account', 'account_grant', 'session', 'device', 'login_throttle', 'draft', 'system_client', 'access_token', 'setting', 'hospital_seal']

export class Migration0002People extends Migration {
  override up(): void {
    for (const statement of TABLES) this.addSql(statement)
    for (const table of PROTECTED) for (const statement of protect(table)) this.addSql(statement)
  }
}
