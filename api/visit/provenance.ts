/** The Provenance of a signed document (http://hl7.org/fhir/R4/provenance.html), outside the Bundle: who signed it when, its signature, and the digests of Bundle and PDF. Pure. */
import { objectFromPlain, type JsonObject } from '../model/json.ts'
import type { NewDocument } from '../model/ports.ts'
import { EXTENSION, PROFILE } from '../model/systems.ts'

/** ASTM E1762: author's signature. */
const SIGNATURE_TYPE = { system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.1', display: "Author's Signature" }

export const buildProvenance = (id: string, document: NewDocument): JsonObject => {
  const { evidence } = document
  const who = { reference: `Practitioner/${evidence.practitioner}`, display: evidence.name }
  return objectFromPlain({
    resourceType: 'Provenance', id, meta: { profile: [PROFILE.provenance] },
    extension: [{ url: EXTENSION.bundleDigest, valueString: document.bundleSha256 }, { url: EXTENSION.pdfDigest, valueString: document.pdfSha256 }],
    target: [{ reference: `Bundle/${document.bundleId}` }, { reference: `Encounter/${document.encounter}` }, { reference: `Patient/${document.patient}` }],
    recorded: evidence.signedAt,
    agent: [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }] }, who }],
    signature: [{
      type: [SIGNATURE_TYPE], when: evidence.signedAt, who, targetFormat: 'application/fhir+json', sigFormat: 'application/jose', data: Buffer.from(document.jws).toString('base64'),
    }],
  })
}
