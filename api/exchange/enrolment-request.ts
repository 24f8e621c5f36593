/** The hospital's request as it travels by mail or stick: its enrolment as a compact JWS under its own new key, which proves that the sender holds it. */
import type { Enrolment } from '../model/exchange.ts'
import { outcome } from '../model/outcome.ts'
import { createMessageSigner, messageVerifier } from './envelope.ts'
import { nodeName, parseEnrolment, readOrMakeNodeKey } from './node-key.ts'
import { fingerprintOfHospital } from './fingerprint.ts'

const TYPE = 'xp1-enrolment'

export const writeEnrolmentRequest = async (secrets: string, enrolment: Enrolment): Promise<string> => {
  const { key } = await readOrMakeNodeKey(secrets)
  return createMessageSigner(enrolment.node, key).signValue(TYPE, enrolment)
}

/** Throws enrolment-invalid for anything but a whole request that its own key has signed. */
export const readEnrolmentRequest = async (request: string): Promise<Enrolment> => {
  try {
    const claimed = parseEnrolment(JSON.parse(Buffer.from(request.split('.')[1] ?? '', 'base64url').toString('utf8')))
    const enrolment = parseEnrolment(await messageVerifier.openValue(TYPE, claimed.publicJwk, request))
    if (enrolment.node !== nodeName(enrolment.tenant)) throw new Error('node-name-mismatch')
    fingerprintOfHospital(enrolment) // its authority must be a certificate
    return enrolment
  } catch (cause) {
    throw outcome('enrolment-invalid', { ...(cause instanceof Error && { cause: cause.name }) })
  }
}
