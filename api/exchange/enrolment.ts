/** Both ends of the enrolment (ports HospitalEnrolment, CenterEnrolment). Nothing is believed before the fingerprint that a person compared fits what is there now. */
import type { CenterEnrolment, CenterOffer, EnrolmentReading, HospitalEnrolment } from '../model/enrolment.ts'
import type { Enrolment, NodeRegistry } from '../model/exchange.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller } from '../model/ports.ts'
import { readEnrolmentRequest, writeEnrolmentRequest } from './enrolment-request.ts'
import { fingerprintOfCenter, fingerprintOfHospital } from './fingerprint.ts'
import { readCenterIdentity, readTrustedCenter, trustCenter, writeEnrolment, type TrustedCenter } from './node-key.ts'
import { fetchCenterIdentity } from './transport/https.ts'

export interface HospitalEnrolmentDeps {
  readonly tenant: number
  readonly secrets: string
  readonly fixedUrl: string | undefined
  readonly name: () => Promise<string>
  /** PEM of the authority behind the doctors' signatures. */
  readonly authority: () => Promise<string>
}

export const createHospitalEnrolment = ({ tenant, secrets, fixedUrl, name, authority }: HospitalEnrolmentDeps): HospitalEnrolment => {
  const ask = async (url: string): Promise<TrustedCenter & CenterOffer> => {
    const wanted = fixedUrl ?? url
    const identity = await fetchCenterIdentity(wanted).catch((error: unknown) => { throw outcome('center-not-found', { diagnostics: error instanceof Error ? error.message : 'failed' }) })
    return { ...identity, url: wanted, fingerprint: fingerprintOfCenter(identity) }
  }
  return {
    async describe() {
      const enrolment = await writeEnrolment(secrets, { tenant, name: await name(), authorityPem: await authority() })
      const center = await readTrustedCenter(secrets)
      return {
        tenant, name: enrolment.name, fingerprint: fingerprintOfHospital(enrolment), request: await writeEnrolmentRequest(secrets, enrolment),
        ...(fixedUrl !== undefined && { fixedUrl }),
        ...(center !== undefined && { center: { url: fixedUrl ?? center.url ?? '', fingerprint: fingerprintOfCenter(center) } }),
      }
    },
    async look(url) {
      const { url: asked, fingerprint } = await ask(url)
      return { url: asked, fingerprint }
    },
    async trust(url, compared) {
      const { fingerprint, ...center } = await ask(url)
      if (fingerprint !== compared) throw outcome('fingerprint-differs')
      await trustCenter(secrets, center)
    },
  }
}

export interface CenterEnrolmentDeps {
  readonly secrets: string
  readonly registry: Pick<NodeRegistry, 'find' | 'list'>
  /** Admits the hospital and puts it on record, in one. Throws node-taken. */
  readonly enrol: (caller: Caller, enrolment: Enrolment) => Promise<void>
}

export const createCenterEnrolment = ({ secrets, registry, enrol }: CenterEnrolmentDeps): CenterEnrolment => {
  const describe = async (enrolment: Enrolment): Promise<EnrolmentReading> => {
    const { tenant, name } = enrolment
    const fingerprint = fingerprintOfHospital(enrolment)
    const known = (await registry.list()).find((node) => node.tenant === tenant || node.node === enrolment.node)
    return { tenant, name, fingerprint, state: known === undefined ? 'new' : fingerprintOfHospital(known) === fingerprint ? 'registered' : 'taken' }
  }
  return {
    identity: () => readCenterIdentity(secrets),
    fingerprint: async () => fingerprintOfCenter(await readCenterIdentity(secrets)),
    read: async (request) => describe(await readEnrolmentRequest(request)),
    async register(caller, request, compared) {
      const enrolment = await readEnrolmentRequest(request)
      const reading = await describe(enrolment)
      if (reading.fingerprint !== compared) throw outcome('fingerprint-differs')
      if (reading.state === 'taken') throw outcome('node-taken')
      await enrol(caller, enrolment)
      return { ...reading, state: 'registered' }
    },
  }
}
