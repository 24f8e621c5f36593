/** The Provenance of a signed document (http://hl7.org/fhir/R4/provenance.html), outside the Bundle: who signed it when, its signature, and the digests of Bundle and PDF. Pure. */
import { objectFromPlain, type JsonObject } from '../model/json.ts'
import type { NewCosignature, NewDocument, StoredDocument } from '../model/ports.ts'
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

/** ASTM E1762: signature of somebody who has verified what another wrote. */
const VERIFICATION = { system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.5', display: 'Verification Signature' }

/** Of the second revision of the PDF: who signed it, in whose place, and the digests of Bundle and of both revisions together, which the Binary holds. */
export const buildCosignProvenance = (id: string, document: StoredDocument, cosignature: NewCosignature, binary: string): JsonObject => {
  const who = { reference: `Practitioner/${cosignature.practitioner}`, display: cosignature.name }
  const onBehalfOf = cosignature.behalf && { reference: `Practitioner/${cosignature.behalf.practitioner}`, display: cosignature.behalf.name }
  return objectFromPlain({
    resourceType: 'Provenance', id, meta: { profile: [PROFILE.provenance] },
    extension: [{ url: EXTENSION.bundleDigest, valueString: document.bundleSha256 }, { url: EXTENSION.pdfDigest, valueString: cosignature.pdfSha256 }],
    target: [{ reference: `Bundle/${document.bundleId}` }, { reference: `Encounter/${document.encounter}` }, { reference: `Patient/${document.patient}` }],
    recorded: cosignature.signedAt,
    agent: [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'verifier' }] }, who, ...(onBehalfOf && { onBehalfOf }) }],
    entity: [{ role: 'derivation', what: { reference: `Binary/${binary}` } }],
    signature: [{
      type: [VERIFICATION], when: cosignature.signedAt, who, ...(onBehalfOf && { onBehalfOf }), targetFormat: 'application/fhir+json', sigFormat: 'application/jose', data: Buffer.from(cosignature.jws).toString('base64'),
    }],
  })
}

/** The PDF with both signatures, for those who read it by FHIR. */
export const buildCosignBinary = (id: string, { patient }: StoredDocument, { pdf }: NewCosignature): JsonObject =>
  objectFromPlain({ resourceType: 'Binary', id, contentType: 'application/pdf', securityContext: { reference: `Patient/${patient}` }, data: Buffer.from(pdf).toString('base64') })
