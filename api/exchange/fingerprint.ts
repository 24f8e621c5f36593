/** What two people compare by voice: 80 bits of a sha-256 in Crockford's base 32. Whoever wants another key with the same has to try 2^80 of them. */
import { createHash, X509Certificate } from 'node:crypto'
import type { CenterIdentity, Enrolment, PublicJwk } from '../model/exchange.ts'

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const short = (text: string): string => {
  const bits = [...createHash('sha256').update(text).digest().subarray(0, 10)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{20}/g) ?? []).map((group) => (group.match(/.{5}/g) ?? []).map((five) => LETTERS[Number.parseInt(five, 2)]).join('')).join('-')
}

/** https://www.rfc-editor.org/rfc/rfc7638: the members of an EC key in this order. */
const keyText = ({ crv, kty, x, y }: PublicJwk): string => JSON.stringify({ crv, kty, x, y })

/** Of everything by which the center will believe the hospital: number, key, authority of its doctors' signatures. The name is for reading. */
export const fingerprintOfHospital = ({ tenant, publicJwk, authorityPem }: Pick<Enrolment, 'tenant' | 'publicJwk' | 'authorityPem'>): string =>
  short(`emr-hospital ${tenant} ${keyText(publicJwk)} ${new X509Certificate(authorityPem).fingerprint256}`)

export const fingerprintOfCenter = ({ publicJwk }: Pick<CenterIdentity, 'publicJwk'>): string => short(`emr-center ${keyText(publicJwk)}`)
