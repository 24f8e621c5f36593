/** The first administrator of a site (at the data center: its first operator), made once, by whoever holds the code that the start shows. */
import type { NewAccount } from './people.ts'
import type { Caller, StoreTransaction } from './ports.ts'

export interface SetupStore {
  /** True until an account that may administrate is active. */
  needed(): Promise<boolean>
  /** From now on only the code with this digest counts, until then; false, and nothing kept, when no set-up is needed. */
  offer(digest: string, until: Date): Promise<boolean>
  /** Whether this is the code that counts now. */
  fits(digest: string): Promise<boolean>
  /**
   * Profile (what `write` does), account, audit rows and the end of the code in one transaction; of several at once one wins.
   * Throws setup-done, setup-code-wrong, login-taken, and what `write` throws; then the code stays good.
   */
  complete(caller: Caller, digest: string, account: NewAccount, write: (tx: StoreTransaction) => Promise<void>): Promise<void>
}

/** POST /api/setup {code, hospital (not at the data center), administrator} -> 201 ; 409 setup-done for ever after. */
export interface SetupRequest {
  readonly code: string
  readonly hospital?: { readonly governingBody: string; readonly name: string; readonly facilityCode: string; readonly address: string; readonly phone: string; readonly place: string }
  readonly administrator: { readonly name: string; readonly rank: string; readonly login: string; readonly password: string }
}
