/** The verifier's stable reasons (api/signing) in the few kinds that a reader can do something with. Pure. */

export type ReasonKind = 'changed' | 'signature' | 'certificate' | 'revoked' | 'notSigned' | 'time' | 'unreadable' | 'elsewhere'

const KINDS: Readonly<Record<ReasonKind, readonly string[]>> = {
  changed: [
    'digest-mismatch', 'pdf-digest-mismatch', 'bundle-digest-mismatch', 'record-mismatch', 'bytes-after-the-end', 'catalog-changed', 'trailer-changed', 'page-changed', 'object-redefined',
    'forbidden-content', 'gap-not-zero', 'gap-not-hex', 'byte-range', 'contents',
  ],
  signature: ['signature', 'signatures-differ', 'one-signature', 'signature-before-the-update', 'cms', 'field', 'sub-filter', 'not-certifying', 'jws-form', 'jws-header'],
  certificate: ['certificate', 'signing-certificate', 'certificate-not-issued-by-authority', 'certificate-of-another-site', 'unknown-authority'],
  revoked: ['certificate-revoked'],
  notSigned: ['not-signed', 'bundle-digest-missing'],
  time: ['signing-time', 'signed-in-the-future'],
  unreadable: ['unreadable', 'structure'],
  elsewhere: ['not-in-register'],
}

/** Of a file that is not ours, only what helps: a fault in someone else's signature is not ours to judge. */
export const isWorthSaying = (verdict: string, reason: string): boolean =>
  verdict !== 'unknown' || ['notSigned', 'unreadable', 'elsewhere'].includes(kindOfReason(reason))

/** A reason that is not known yet is a wrong signature: never better than that. */
export const kindOfReason = (reason: string): ReasonKind => {
  for (const [kind, reasons] of Object.entries(KINDS)) if (reasons.includes(reason)) return kind as ReasonKind
  return 'signature'
}
