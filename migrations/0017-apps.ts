/** Apps that act for persons (https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html): where they may be sent back to, launches from a chart, what persons granted, and its tokens. */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const TABLES = [
  // A system client acts for itself, an app for a person. One that is public has neither secret nor keys.
  `alter table system_client
    add column kind text collate "C" not null default 'system',
    add column public bool not null default false,
    add column redirect_uris text[] not null default '{}',
    add column launch_url text not null default '',
    add constraint system_client_kind_known check (kind in ('system', 'app')),
    add constraint system_client_public_is_app check (kind = 'app' or not public)`,
  // Used once; `encounter` is '' when none is open. Digests are sha-256 of what the browser or the app holds, here and below.
  `create table app_launch (
    tenant int4 not null,
    digest bytea not null,
    client text collate "C" not null,
    account uuid not null,
    patient text collate "C" not null,
    encounter text collate "C" not null default '',
    expires_at timestamptz not null,
    constraint app_launch_pkey primary key (tenant, digest)
  )`,
  'create index app_launch_expiry on app_launch (tenant, expires_at)',
  // session: of sign-in; the grant ends with it, unless it is offline. patient and encounter: '' is none. The code that stands for it is good once.
  `create table app_grant (
    tenant int4 not null,
    id uuid not null,
    client text collate "C" not null,
    account uuid not null,
    session bytea not null,
    offline bool not null,
    scopes text[] not null,
    patient text collate "C" not null default '',
    encounter text collate "C" not null default '',
    code bytea not null,
    code_expires_at timestamptz not null,
    code_spent bool not null default false,
    redirect_uri text not null,
    challenge text collate "C" not null,
    nonce text not null default '',
    signed_in_at timestamptz not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint app_grant_pkey primary key (tenant, id),
    constraint app_grant_code_key unique (tenant, code)
  )`,
  'create index app_grant_client on app_grant (tenant, client)',
  'create index app_grant_account on app_grant (tenant, account)',
  'create index app_grant_expiry on app_grant (tenant, expires_at)',
  // A refresh token that is spent stays as long as its grant, so that its second use is seen.
  `create table app_token (
    tenant int4 not null,
    digest bytea not null,
    app_grant uuid not null,
    kind text collate "C" not null,
    scopes text[] not null,
    spent bool not null default false,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint app_token_pkey primary key (tenant, digest),
    constraint app_token_grant_fkey foreign key (tenant, app_grant) references app_grant (tenant, id) on delete cascade,
    constraint app_token_kind_known check (kind in ('access', 'refresh'))
  )`,
  'create index app_token_grant on app_token (tenant, app_grant)',
  'create index app_token_expiry on app_token (tenant, expires_at)',
]

export class Apps extends Migration {
  override up(): void {
    for (const statement of TABLES) this.addSql(statement)
    for (const table of ['app_launch', 'app_grant', 'app_token']) for (const statement of protect(table)) this.addSql(statement)
  }
}
