/**
 * Ports of apps that act for persons (https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html): launches, what persons granted, and the tokens of it.
 * Codes, tokens and launches pass through here only as sha-256.
 */
import type { Person } from './actor.ts'
import type { Caller } from './ports.ts'

/** How an app is registered, beside what it shares with system clients. */
export interface AppFacts {
  /** It cannot keep a secret: it proves itself by nothing but its codes. */
  readonly public: boolean
  /** Where it may be sent back to, compared letter by letter. */
  readonly redirectUris: readonly string[]
  /** Where it is started from a chart; '': it is not. */
  readonly launchUrl: string
}

export interface LaunchContext {
  /** FHIR id; '': none. */
  readonly patient: string
  /** FHIR id; '': none is open. */
  readonly encounter: string
}

export interface NewLaunch extends LaunchContext {
  readonly digest: Uint8Array
  readonly client: string
  readonly account: string
  readonly expires: Date
}

/** What a person granted an app, for as long as it lasts. */
export interface AppGrant extends LaunchContext {
  readonly id: string
  readonly client: string
  readonly account: string
  readonly scopes: readonly string[]
  /** Goes on when the person has signed out. */
  readonly offline: boolean
  readonly nonce: string
  readonly signedInAt: Date
  readonly createdAt: Date
  readonly expires: Date
}

/** What its code is bound to. */
export interface CodeTerms {
  readonly redirectUri: string
  /** BASE64URL(SHA256(code_verifier)): https://datatracker.ietf.org/doc/html/rfc7636#section-4.2 */
  readonly challenge: string
}

export interface NewGrant extends Omit<AppGrant, 'createdAt'>, CodeTerms {
  /** sha-256 of the session in which it was granted. */
  readonly session: Uint8Array
  readonly code: Uint8Array
  readonly codeExpires: Date
  /** The launch that is used up by it. */
  readonly launch?: Uint8Array
  /** The registration that the person was shown. */
  readonly version: number
}

export interface NewAppTokens {
  readonly access: { readonly digest: Uint8Array; readonly expires: Date }
  /** Lasts as long as its grant. */
  readonly refresh?: Uint8Array
}

export interface AppTokens { readonly grant: AppGrant; readonly person: Person; readonly scopes: readonly string[] }

/** `reused`: it had been used before, and all that came of it has ended now. `ended`: its time, the session, the person or the app is gone. */
export type Exchanged = ({ readonly kind: 'made' } & AppTokens) | { readonly kind: 'unknown' | 'reused' | 'refused' | 'ended' }

/** An access token in use: who acts by which app, within which scopes. */
export interface AppSession { readonly person: Person; readonly grant: AppGrant; readonly scopes: readonly string[] }

export interface AppTokenInfo extends AppSession { readonly at: Date; readonly expires: Date }

export interface Apps {
  /** Those that are on. */
  active(): Promise<readonly (AppFacts & { readonly client: string; readonly name: string; readonly scopes: readonly string[] })[]>
  addLaunch(caller: Caller, launch: NewLaunch): Promise<void>
  /** Of this app for this account, not used yet. */
  findLaunch(digest: Uint8Array, of: { readonly client: string; readonly account: string }): Promise<LaunchContext | undefined>
  /** False: the launch was used, or the app was changed, in the meantime. On record. */
  grant(caller: Caller, grant: NewGrant): Promise<boolean>
  /** Once for each code. `fits`: what the app shows of the terms; where it does not fit, the grant ends. */
  exchange(code: Uint8Array, client: string, fits: (terms: CodeTerms) => boolean, make: (grant: AppGrant) => NewAppTokens): Promise<Exchanged>
  /** Once for each refresh token. `narrow`: the scopes for the access token, undefined for more than was granted. */
  refresh(token: Uint8Array, client: string, narrow: (scopes: readonly string[]) => readonly string[] | undefined, make: (grant: AppGrant) => NewAppTokens): Promise<Exchanged>
  /** Asked with every request: session, account, roles and registration as they are now. */
  byToken(digest: Uint8Array): Promise<AppSession | undefined>
  /** An access or refresh token that is good now, with its times. */
  findToken(digest: Uint8Array): Promise<AppTokenInfo | undefined>
  /** A refresh token takes all tokens of its grant with it (https://datatracker.ietf.org/doc/html/rfc7009#section-2.1). */
  revoke(digest: Uint8Array, client: string): Promise<void>
  /** Of an account, newest first. */
  grantsOf(account: string): Promise<readonly AppGrant[]>
  /** Of the caller's own account. */
  endGrant(caller: Caller, id: string): Promise<void>
}
