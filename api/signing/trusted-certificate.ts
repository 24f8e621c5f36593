/** The check of a signer's certificate that PDF and JWS share: issued by a trusted authority, for signing documents, valid and not revoked when it signed. */
import { isIssuedBy, parseCertificate, pemToDer, refuseSigner, type Certificate } from './certificate.ts'
import { refuse, type TrustedAuthority } from './trust.ts'

export interface TrustedSigner {
  readonly certificate: Certificate
  readonly authority: Certificate
  readonly tenant: number
  /** FHIR id of the Practitioner that the certificate names. */
  readonly practitioner: string
}

const MAX_CACHED = 2000
/** A claimed time a little ahead of this clock is a clock, not a forgery. */
const CLOCK_SKEW = 5 * 60_000

export interface CertificateCheck {
  /** `authority`: the authority's certificate as it came with the signature; must be the trusted one, byte for byte. */
  check(certificate: Buffer, authority: Buffer, at: Date, trust: readonly TrustedAuthority[]): TrustedSigner
}

/** Parsing and the authority's signature are remembered by the certificate's bytes; dates and revocation are asked each time. */
export const certificateCheck = (now: () => Date): CertificateCheck => {
  const parsed = new Map<string, Certificate>()
  const issued = new Map<string, boolean>()
  const remember = <T>(cache: Map<string, T>, key: string, make: () => T): T => {
    const known = cache.get(key)
    if (known !== undefined) return known
    const made = make()
    if (cache.size >= MAX_CACHED) cache.clear()
    cache.set(key, made)
    return made
  }
  const parse = (der: Buffer): Certificate => remember(parsed, der.toString('latin1'), () => parseCertificate(Buffer.from(der)))
  const authorities = new Map<string, Buffer>()
  return {
    check(certificateDer, authorityDer, at, trust) {
      const trusted = trust.find((entry) => remember(authorities, entry.authorityPem, () => pemToDer(entry.authorityPem)).equals(authorityDer))
        ?? refuse('unknown-authority')
      const authority = parse(authorityDer)
      const certificate = parse(certificateDer)
      if (!remember(issued, `${certificate.sha256} ${authority.sha256}`, () => isIssuedBy(certificate, authority))) refuse('certificate-not-issued-by-authority')
      const prefix = `urn:emr:${trusted.tenant}:practitioner:`
      if (!certificate.uri?.startsWith(prefix)) refuse('certificate-of-another-site')
      if (at.getTime() > now().getTime() + CLOCK_SKEW) refuse('signed-in-the-future')
      const unfit = refuseSigner(certificate, authority, at)
      if (unfit !== undefined) refuse(unfit)
      const revocation = trusted.revoked.find((entry) => entry.serial === certificate.serial)
      if (revocation && new Date(revocation.at) <= at) refuse('certificate-revoked')
      return { certificate, authority, tenant: trusted.tenant, practitioner: certificate.uri?.slice(prefix.length) ?? '' }
    },
  }
}
