/**
 * The soft-key provider of the Signer port, for development and demonstrations: each person's key lies in the database under the person's
 * PIN, the demo authority of the hospital vouches for it. Whatever is signed is verified by the strict verifier before it is answered.
 */
import { createPrivateKey } from 'node:crypto'
import { outcome } from '../model/outcome.ts'
import type { Clock, DocumentVerifier, IdSource, OpenKey, Signer, SigningKeyInfo, VerifiedSignature } from '../model/ports.ts'
import type { Admission, SigningAdmissions, SigningKeyStore, StoredKey } from '../model/signing-keys.ts'
import { openAuthority, short, type Authority } from './authority.ts'
import { pemToDer } from './certificate.ts'
import { signText } from './jws.ts'
import { openKeyVault } from './key-vault.ts'
import { requirePin } from './pin.ts'
import { cosignPdf, signPdf } from './sign-pdf.ts'
import type { Trust, TrustedAuthority } from './trust.ts'
import { createVerifier } from './verifier.ts'

export interface SoftKeyOptions {
  readonly tenant: number
  /** Name of the hospital, for the authority when it is made and for certificates; '' before the hospital is set up. */
  readonly hospital: () => Promise<string>
  /** Folder of the site's secrets, mode 700. */
  readonly secrets: string
  readonly keys: SigningKeyStore
  readonly clock: Clock
  readonly ids: IdSource
  /** A PIN that the rule for PINs lets pass: the one that the demo prints. */
  readonly demoPin?: string
}

export interface SoftKeySigner extends Signer, DocumentVerifier, SigningAdmissions {
  /** The trust list of this hospital alone. */
  readonly trust: Trust
}

/** The revocation list is asked for at most this often; this process's own revocations show at once. */
const TRUST_MS = 1000

export const createSoftKeySigner = async (options: SoftKeyOptions): Promise<SoftKeySigner> => {
  const { keys, clock, ids, tenant } = options
  const now = (): Date => clock.now()
  const vault = await openKeyVault(options.secrets)
  // Made when it is first needed: a hospital that has no name yet has nobody who signs either.
  let opened: Promise<Authority> | undefined
  const requireAuthority = (): Promise<Authority> => {
    opened ??= options.hospital().then((hospital) => openAuthority({ secrets: options.secrets, tenant, hospital, now }))
    opened.catch(() => { opened = undefined })
    return opened
  }

  let known: { until: number; list: Promise<readonly TrustedAuthority[]> } | undefined
  const readTrust = async (): Promise<readonly TrustedAuthority[]> => (opened === undefined && await options.hospital() === '') ? [] : [{ tenant, authorityPem: (await requireAuthority()).pem, revoked: await keys.revocations() }]
  const trust = (): Promise<readonly TrustedAuthority[]> => {
    if (known === undefined || known.until < performance.now()) {
      known = { until: performance.now() + TRUST_MS, list: readTrust() }
      known.list.catch(() => { known = undefined })
    }
    return known.list
  }
  const verifier = createVerifier({ trust, now })

  const keyInfo = async (account: string): Promise<SigningKeyInfo> => {
    const { current, admitted, revoked, secondPersonNeeded } = await keys.state(account)
    const waits = secondPersonNeeded && { waitsForOther: true as const }
    if (current === undefined) return { state: admitted ? 'admitted' : revoked ? 'revoked' : 'none', ...waits }
    const state = current.locked ? 'locked' : new Date(current.notAfter) < now() ? 'revoked' : 'active'
    return { state, certificateSerial: current.serial, notAfter: current.notAfter, ...waits }
  }

  const requireAdmission = async (account: string): Promise<Admission> => {
    const admission = await keys.admission(account)
    if (admission === undefined) throw outcome('key-not-allowed')
    return admission
  }

  const make = async (account: string, pin: string, replacing?: string): Promise<SigningKeyInfo> => {
    if ((await keys.state(account)).secondPersonNeeded) throw outcome('key-needs-second-person')
    if (pin !== options.demoPin || !/^\d{6,12}$/.test(pin)) requirePin(pin)
    const admission = await requireAdmission(account)
    const { privateKey, pem, serial, issuer, notAfter } = await (await requireAuthority()).issue(admission)
    const id = ids.uuid()
    const sealed = await vault.seal(privateKey, pin, bindingOf(tenant, id))
    privateKey.fill(0)
    await keys.add({ ...admission, id, account, serial, issuer, certificate: pem, notAfter: notAfter.toISOString(), sealed }, replacing)
    known = undefined
    return keyInfo(account)
  }

  const requireValid = (answer: VerifiedSignature): void => {
    if (!answer.valid) throw outcome('signature-failed', { diagnostics: `The own signature did not verify: ${answer.reason ?? ''}` })
  }

  const toOpenKey = (stored: StoredKey, privateKey: Buffer, authorityDer: Buffer): OpenKey => {
    const key = createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' })
    privateKey.fill(0)
    const certificate = pemToDer(stored.certificate)
    const whole = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)
    return {
      evidence: {
        account: stored.account, practitioner: stored.practitioner, name: stored.name, role: stored.role, certificateSerial: stored.serial, certificateIssuer: stored.issuer,
        certificateStatus: 'good',
      },
      async signPdf(pdf, { box, room, reason, location, at }) {
        const signed = await signPdf(pdf, { key, certificate, authority: authorityDer, name: stored.name, role: stored.role, reason, location, at: whole(at), box, ...(room && { room }) })
        requireValid(await verifier.verifyPdf(signed))
        return signed
      },
      async cosignPdf(pdf, { lead, reason, location, at }) {
        const signed = await cosignPdf(pdf, { key, certificate, authority: authorityDer, name: stored.name, role: stored.role, reason, location, at: whole(at) }, lead)
        requireValid(await verifier.verifyPdf(signed))
        return signed
      },
      async signText(text, at) {
        const jws = signText(text, { key, certificate, authority: authorityDer, at: whole(at) })
        requireValid(await verifier.verifyText(text, jws))
        return jws
      },
    }
  }

  return {
    ...verifier,
    trust,
    keyInfo,
    authority: async () => (await requireAuthority()).pem,
    admit: (account, { name, role, practitioner }, caller) => keys.admit(account, { name: short(name), role: short(role), practitioner }, caller),
    hands: () => keys.hands(),
    enrol: (account, pin) => make(account, pin),
    async replace(account, pin) {
      const { current, revoked } = await keys.state(account)
      if (current === undefined && !revoked) throw outcome('key-missing')
      return make(account, pin, 'replaced by its holder')
    },
    async revoke(account, reason) {
      if (!(await keys.revoke(account, reason))) throw outcome('key-missing')
      known = undefined
    },
    async open(account, pin) {
      const attempt = await keys.attempt(account)
      if (attempt === undefined) throw outcome('key-missing')
      if (attempt === 'locked') throw outcome('key-locked')
      if (attempt === 'busy') throw outcome('overloaded', { diagnostics: 'too many signatures of one key at once' })
      const { key } = attempt
      const privateKey = await vault.open(key.sealed, pin, bindingOf(tenant, key.id))
      if (privateKey === undefined) {
        const left = await keys.failed(attempt)
        throw left === 0 ? outcome('key-locked') : outcome('pin-wrong', { left })
      }
      await keys.succeeded(attempt)
      if (new Date(key.notAfter) < now()) throw outcome('key-missing', { diagnostics: 'The certificate has expired.' })
      return toOpenKey(key, privateKey, pemToDer((await requireAuthority()).pem))
    },
  }
}

const bindingOf = (tenant: number, id: string): string => `emr signing key ${tenant} ${id}`
