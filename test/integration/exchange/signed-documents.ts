/** Signed documents for tests of the exchange: made with the product's own keys, authority and signatures, of invented persons. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { CODE_SYSTEM, EXTENSION, LOINC, SID } from '#api/model/systems.ts'
import { objectFromPlain } from '#api/model/json.ts'
import type { NewDocument, OpenKey } from '#api/model/ports.ts'
import { createSoftKeySigner } from '#api/signing/soft-key.ts'
import { createSigningKeyStore } from '#api/store/people/signing-keys.ts'
import { DOCTOR, HOSPITAL, samplePdf } from '#test/support/signing.ts'
import { clock, ids, staff, TENANT, type TestHospital } from './sites.ts'

const PIN = '274951'

export interface Doctor {
  readonly authorityPem: string
  /** A visit of one commit: patient, encounter, and a signed summary. `replaces`: the document it corrects. */
  sign(visit: { readonly patient: string; readonly name: string; readonly replaces?: NewDocument; readonly spoil?: (document: NewDocument) => NewDocument }): Promise<NewDocument>
}

export const testDoctor = async (hospital: TestHospital): Promise<Doctor> => {
  const signer = await createSoftKeySigner({ tenant: TENANT, hospital: async () => HOSPITAL, secrets: hospital.secrets, keys: createSigningKeyStore({ database: hospital.database, clock, ids }), clock, ids })
  const account = randomUUID()
  await signer.admit(account, DOCTOR)
  await signer.enrol(account, PIN)
  return {
    authorityPem: await signer.authority(),
    async sign({ patient, name, replaces, spoil }) {
      const key = await signer.open(account, PIN)
      const made = await makeDocument(key, patient, name, replaces)
      const document = spoil?.(made) ?? made
      const person = objectFromPlain({ resourceType: 'Patient', id: patient, name: [{ text: name }], birthDate: '1985-03-02' })
      const encounter = objectFromPlain({ resourceType: 'Encounter', id: document.encounter, status: 'finished', class: { code: 'AMB' }, subject: { reference: `Patient/${patient}` } })
      await hospital.store.transact(staff, async (tx) => {
        await tx.write([{ op: 'update', key: { type: 'Patient', id: patient }, resource: person }, { op: 'update', key: { type: 'Encounter', id: document.encounter }, resource: encounter }])
        await tx.addDocument(document)
      })
      return document
    },
  }
}

const makeDocument = async (key: OpenKey, patient: string, name: string, replaces: NewDocument | undefined): Promise<NewDocument> => {
  const id = randomUUID()
  const code = randomBytes(16).toString('hex')
  const encounter = replaces?.encounter ?? randomUUID()
  const title = 'Bản tóm tắt hồ sơ bệnh án'
  const reason = 'Sai liều'
  const bundle = JSON.stringify({
    resourceType: 'Bundle', id, type: 'document', identifier: { system: SID.document, value: code }, timestamp: '2026-11-22T08:30:00+07:00',
    entry: [
      { resource: {
        resourceType: 'Composition', type: { coding: [{ system: CODE_SYSTEM.loinc, code: LOINC.summaryDocument.code }] }, subject: { reference: `Patient/${patient}` },
        encounter: { reference: `Encounter/${encounter}` }, title, date: '2026-11-22T08:30:00+07:00', author: [{ reference: `Practitioner/${key.evidence.practitioner}` }],
        ...(replaces && { relatesTo: [{ code: 'replaces', targetIdentifier: { value: `urn:uuid:${replaces.id}` }, extension: [{ url: EXTENSION.correctionReason, valueString: reason }] }] }),
      } },
      { resource: { resourceType: 'Patient', id: patient, name: [{ use: 'official', text: name }], birthDate: '1985-03-02' } },
      { resource: { resourceType: 'Encounter', id: encounter, period: { start: '2026-11-22T00:30:00.000+07:00' } } },
    ],
  })
  const bundleSha256 = createHash('sha256').update(bundle).digest('hex')
  const at = new Date(Math.floor(Date.now() / 1000) * 1000)
  const pdf = await key.signPdf(await samplePdf({ EMRBundleSHA256: bundleSha256 }), { box: { page: 0, rect: [330, 60, 560, 110] }, reason: 'Ký', location: 'Hà Nội', at })
  return {
    id, code, form: 'visit-summary', title, patient, encounter, bundleId: id, bundle, bundleSha256, jws: await key.signText(bundle, at), pdf,
    pdfSha256: createHash('sha256').update(pdf).digest('hex'), evidence: { ...key.evidence, signedAt: at.toISOString() },
    ...(replaces && { relation: { kind: 'replaces' as const, document: replaces.id, reason } }),
  }
}
