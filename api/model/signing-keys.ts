/** Port of the table of signing keys: who is admitted, each person's key under the person's own PIN, what was revoked. Private keys pass only encrypted. */
import type { Caller } from './ports.ts'

export interface Admission {
  /** Name, with title and rank, and role, as the certificate will say them. */
  readonly name: string
  readonly role: string
  readonly practitioner: string
}

export interface StoredKey extends Admission {
  readonly id: string
  readonly account: string
  readonly serial: string
  /** Common name of the authority. */
  readonly issuer: string
  /** PEM. */
  readonly certificate: string
  readonly notAfter: string
  /** The private key under the PIN; opaque to the store. Erased when the key is revoked. */
  readonly sealed: string
}

export interface KeyState {
  readonly admitted: boolean
  /** The key in use or locked, if there is one; `revoked`: there was one, and none followed. */
  readonly current?: { readonly serial: string; readonly notAfter: string; readonly locked: boolean }
  readonly revoked: boolean
  /**
   * Somebody made the account, set its password or gave it the role by which it signs, and nobody else has admitted it since: whoever asks for a key may be that one.
   */
  readonly secondPersonNeeded: boolean
}

export interface OpenAttempt { readonly id: string; readonly key: StoredKey }

export interface SigningAdmissions {
  /**
   * With its audit row; without a caller the product itself admits. Throws admission-needs-another for who had a hand in the account, and admission-needs-own-password for who has
   * not changed the password that somebody else set for them.
   */
  admit(account: string, admission: Admission, caller?: Caller): Promise<void>
  /** By account, who had a hand in it since somebody else last admitted it. */
  hands(): Promise<ReadonlyMap<string, ReadonlySet<string>>>
}

/** Who asks for a change audits it, but for an admission: only the routes know the caller. */
export interface SigningKeyStore extends SigningAdmissions {
  state(account: string): Promise<KeyState>
  admission(account: string): Promise<Admission | undefined>
  /** Throws key-exists when the account has a key in use; with `replacing`, that key is revoked in the same transaction and for that reason. */
  add(key: StoredKey, replacing?: string): Promise<void>
  /** Ends the admission and the key; false when there was neither. */
  revoke(account: string, reason: string): Promise<boolean>
  /**
   * Opens an attempt before the PIN is tried, durably and one by one: answers the key, `locked` after ten wrong PINs, `busy` when so many are
   * being tried that the wrong ones among them could be more than ten, undefined without a key. One that is never judged (the server died over
   * it) told nobody anything and is void after ATTEMPT_SECONDS.
   */
  attempt(account: string): Promise<OpenAttempt | 'locked' | 'busy' | undefined>
  /** The PIN was wrong; answers how many more may be. Must be durable before the answer leaves. */
  failed(attempt: OpenAttempt): Promise<number>
  /** The PIN was right: the counter starts again. */
  succeeded(attempt: OpenAttempt): Promise<void>
  revocations(): Promise<{ readonly serial: string; readonly at: string }[]>
}

/** Wrong PINs in a row that lock a key. */
export const MAX_PIN_FAILURES = 10

/** How long an attempt that nobody judged counts as if it had been wrong. */
export const ATTEMPT_SECONDS = 30
