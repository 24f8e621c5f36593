/** Port of the table of signing keys: who is admitted, each person's key under the person's own PIN, what was revoked. Private keys pass only encrypted. */

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
}

/** Who asks for a change audits it: only the routes know the caller. */
export interface SigningKeyStore {
  state(account: string): Promise<KeyState>
  admission(account: string): Promise<Admission | undefined>
  admit(account: string, admission: Admission): Promise<void>
  /** Throws key-exists when the account has a key in use; with `replacing`, that key is revoked in the same transaction and for that reason. */
  add(key: StoredKey, replacing?: string): Promise<void>
  /** Ends the admission and the key; false when there was neither. */
  revoke(account: string, reason: string): Promise<boolean>
  /**
   * Counts an attempt before the PIN is tried, durably and one by one: answers the key and how many attempts are left after this one,
   * `locked` when none was left, undefined without a key.
   */
  attempt(account: string): Promise<{ readonly key: StoredKey; readonly left: number } | 'locked' | undefined>
  /** The PIN was right: the counter starts again. */
  succeeded(account: string, id: string): Promise<void>
  revocations(): Promise<{ readonly serial: string; readonly at: string }[]>
}

/** Wrong PINs in a row that lock a key. */
export const MAX_PIN_FAILURES = 10
