/**
 * Ports of the people's part: accounts, sessions, the sign-in throttle, drafts, system clients. Implemented in api/store on PostgreSQL.
 * Secrets pass through here only as hashes: passwords as PHC strings, tokens as sha-256.
 */
import type { Person, RoleGrant } from './actor.ts'
import type { AppFacts } from './app-ports.ts'
import type { ClientKey } from './client-keys.ts'
import type { AuditRow, Caller } from './ports.ts'
import type { Draft } from './site.ts'

export interface Account {
  /** UUIDv7. */
  readonly id: string
  /** NFC, lower case. */
  readonly login: string
  /** Full name without title and rank. */
  readonly name: string
  /** Professional title before the name, e.g. "BS CKI". */
  readonly title: string
  /** Rank in full, e.g. "Thiếu tá". */
  readonly rank: string
  /** Number of the practice licence. */
  readonly licence: string
  readonly practitioner: string | null
  readonly active: boolean
  readonly version: number
  readonly grants: readonly RoleGrant[]
}

/** What stands on forms: "Thiếu tá, BS Trần Văn Mẫu". */
export const nameOnForms = (person: Pick<Account, 'name' | 'title' | 'rank'>): string =>
  [person.rank, [person.title, person.name].filter((part) => part !== '').join(' ')].filter((part) => part !== '').join(', ')

/** Logins are compared without regard to case and Unicode form. */
export const toLogin = (typed: string): string => typed.normalize('NFC').trim().toLowerCase()

export interface NewAccount extends Omit<Account, 'version'> { readonly password: string }

/** Each change writes its audit row in its own transaction. */
export interface Accounts {
  list(): Promise<Account[]>
  find(account: string): Promise<Account | undefined>
  byLogin(login: string): Promise<Account | undefined>
  /** Throws login-taken. */
  create(caller: Caller, account: NewAccount): Promise<Account>
  /** Replaces everything but login and password; throws not-found, version-conflict. */
  change(caller: Caller, account: Omit<Account, 'version' | 'login'>, expected: number): Promise<Account>
  /** Sets the password and ends the account's sessions, but the one kept. */
  setPassword(caller: Caller, account: string, password: string, keep?: Uint8Array): Promise<void>
  /** The PHC string of an active account. */
  password(account: string): Promise<string | undefined>
}

export interface OpenSession {
  readonly person: Person
  readonly createdAt: Date
  readonly usedAt: Date
  /** Label of the device it was opened on. */
  readonly device: string
}

export interface Sessions {
  /** One round trip: the session with its account and grants as they are now; undefined when unknown or the account is disabled. */
  find(digest: Uint8Array): Promise<OpenSession | undefined>
  touch(digest: Uint8Array, at: Date): Promise<void>
  close(digest: Uint8Array): Promise<void>
}

/** What sign-in must know of a login, found in one round trip whether it exists or not. */
export interface SignInFacts {
  readonly account: { readonly id: string; readonly name: string; readonly password: string; readonly active: boolean } | undefined
  /** This device has opened a session for this account before. */
  readonly knownDevice: boolean
}

/** One leaky bucket: `burst` at once, then one each `every` milliseconds; so at most burst + window/every in any window. */
export interface Bucket {
  readonly name: string
  readonly burst: number
  readonly every: number
}

export interface SignIn {
  facts(login: string, device: Uint8Array | undefined): Promise<SignInFacts>
  /** Takes one place in every bucket, or none: 0, or the milliseconds until there is one. Atomic and durable. */
  take(buckets: readonly Bucket[], at: Date): Promise<number>
  /** Gives the places back: the attempt was no wrong guess. */
  giveBack(buckets: readonly Bucket[]): Promise<void>
  /** True at most once a minute for a bucket: a flood of refusals leaves few audit rows. */
  worthNoting(bucket: string, at: Date): Promise<boolean>
  /** Session, device and audit row in one transaction; sweeps a little of what has expired. */
  open(caller: Caller, session: { digest: Uint8Array; device: Uint8Array; label: string; at: Date; expireBefore: Date }): Promise<void>
}

/** Of one account. A visit sheet has some 20 kB, and what is filed or discarded is gone: who works never comes near. */
export const DRAFT_BOUNDS = { drafts: 200, bytesOfOne: 1_000_000, bytesOfAll: 20_000_000 } as const

export interface Drafts {
  list(account: string): Promise<Omit<Draft, 'body'>[]>
  find(account: string, key: string): Promise<Draft | undefined>
  /** `base`: the version that was read, 0 for none. Throws version-conflict with `found`. */
  put(account: string, draft: { key: string; body: string; base: number; device: string }): Promise<Draft>
  /** Without `base` whatever is there; throws version-conflict. */
  drop(account: string, key: string, base?: number): Promise<void>
}

export interface Client {
  readonly client: string
  readonly name: string
  /** PHC string; '': it has none. */
  readonly secret: string
  /** Public keys by which it signs (private_key_jwt). */
  readonly keys?: readonly ClientKey[]
  readonly scopes: readonly string[]
  readonly active: boolean
  /** Counts what administrators change. */
  readonly version?: number
  /** It acts for persons; undefined: for itself. */
  readonly app?: AppFacts
}

/** An access token as introspection shows it. */
export interface IssuedToken { readonly client: string; readonly scopes: readonly string[]; readonly at: Date; readonly expires: Date }

export interface SystemClients {
  find(client: string): Promise<Client | undefined>
  /** Adds the client or replaces it. */
  save(client: Client): Promise<void>
  /** False: the client was changed since `version`, or switched off; there is no token then. */
  issue(token: { digest: Uint8Array; client: string; scopes: readonly string[]; at: Date; expires: Date; version?: number | undefined }): Promise<boolean>
  /** Client and scopes of a token that has not expired, of a client that is active. */
  byToken(digest: Uint8Array, at: Date): Promise<{ client: string; scopes: readonly string[] } | undefined>
  /** The same, with its times. */
  findToken(digest: Uint8Array, at: Date): Promise<IssuedToken | undefined>
  /** Ends the token, and says whether there was one of this client. */
  revoke(digest: Uint8Array, client: string): Promise<boolean>
  /** False: this assertion was used before. Durable, and atomic among all processes of the site. */
  spendAssertion(assertion: { client: string; digest: Uint8Array; at: Date; expires: Date }): Promise<boolean>
}

export interface Settings {
  find(name: string): Promise<string | undefined>
  save(name: string, value: string): Promise<void>
  /** The value that stands, or this one when there was none; the same for all who ask at once. */
  keep(name: string, value: string): Promise<string>
}

/** The hospital's seal picture, a PNG. */
export interface Seals {
  find(): Promise<Uint8Array | undefined>
  save(caller: Caller, png: Uint8Array, row: AuditRow): Promise<void>
}
