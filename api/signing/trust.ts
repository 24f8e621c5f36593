/** Whom a site believes: the authority of each hospital and the certificates that it has taken back. Handed in; a verifier asks no network. */
export interface TrustedAuthority {
  /** The hospital whose documents this authority signs. */
  readonly tenant: number
  readonly authorityPem: string
  /** Certificates no longer valid, and since when. */
  readonly revoked: readonly { readonly serial: string; readonly at: string }[]
}

export type Trust = () => readonly TrustedAuthority[] | Promise<readonly TrustedAuthority[]>

/** Why a signature is not valid: stable words for screens, logs and tests. */
export class Refusal extends Error {
  readonly reason: string
  constructor(reason: string, detail?: string) {
    super(detail === undefined ? reason : `${reason}: ${detail}`)
    this.reason = reason
  }
}

export const refuse = (reason: string, detail?: string): never => { throw new Refusal(reason, detail) }
