/** Holds what is said about a document (its row) against what is signed in it: no column can be changed without contradicting the signed Bundle or the certificate. */
import { z } from 'zod'
import { FORMS } from '../model/form-sections.ts'
import type { DocumentFacts, FormCode } from '../model/ports.ts'
import { CODE_SYSTEM, EXTENSION, LOINC, SID } from '../model/systems.ts'
import type { TrustedSigner } from './trusted-certificate.ts'

const Reference = z.object({ reference: z.string() })
const Coding = z.object({ system: z.string(), code: z.string() })
const Composition = z.object({
  resourceType: z.literal('Composition'), identifier: z.object({ system: z.string(), value: z.string() }).optional(), type: z.object({ coding: z.array(Coding) }), subject: Reference, encounter: Reference, title: z.string(), author: z.array(Reference).min(1),
  relatesTo: z.array(z.object({
    code: z.enum(['replaces', 'appends']), targetIdentifier: z.object({ value: z.string() }), extension: z.array(z.object({ url: z.string(), valueString: z.string() })),
  })).max(1).optional(),
})
const DocumentBundle = z.object({
  resourceType: z.literal('Bundle'), type: z.literal('document'), id: z.string(), identifier: z.object({ system: z.literal(SID.document), value: z.string() }),
  entry: z.tuple([z.object({ resource: Composition })], z.unknown()),
})

const relationOf = (composition: z.infer<typeof Composition>): DocumentFacts['relation'] => {
  const [relation] = composition.relatesTo ?? []
  return relation && {
    kind: relation.code, document: relation.targetIdentifier.value.replace(/^urn:uuid:/, ''),
    reason: relation.extension.find((extension) => extension.url === EXTENSION.correctionReason)?.valueString ?? '',
  }
}

/** A prescription's place carries the kind of drugs, the last letter of its code. */
const slotOf = (form: FormCode, identifier: { system: string; value: string } | undefined): string =>
  (form === 'prescription' && identifier?.system === SID.prescription ? `prescription-${identifier.value.at(-1)}` : form)

/** The first thing in which row and signed content differ; undefined when they agree. */
export const documentMismatch = (row: DocumentFacts, bundle: unknown, signer: TrustedSigner & { at: Date }): string | undefined => {
  const parsed = DocumentBundle.safeParse(bundle)
  if (!parsed.success) return 'bundle'
  const composition = parsed.data.entry[0].resource
  const relation = relationOf(composition)
  const facts: readonly (readonly [string, unknown, unknown])[] = [
    ['id', row.id, parsed.data.id], ['bundleId', row.bundleId, parsed.data.id], ['code', row.code, parsed.data.identifier.value],
    ['form', LOINC[FORMS[row.form].type].code, composition.type.coding.find((coding) => coding.system === CODE_SYSTEM.loinc)?.code],
    ['slot', row.slot ?? row.form, slotOf(row.form, composition.identifier)], ['title', row.title, composition.title], ['patient', `Patient/${row.patient}`, composition.subject.reference], ['encounter', `Encounter/${row.encounter}`, composition.encounter.reference],
    ['author', `Practitioner/${row.evidence.practitioner}`, composition.author[0]?.reference], ['practitioner', row.evidence.practitioner, signer.practitioner],
    ['name', row.evidence.name, signer.certificate.commonName], ['role', row.evidence.role, signer.certificate.title],
    ['certificateSerial', row.evidence.certificateSerial, signer.certificate.serial], ['certificateIssuer', row.evidence.certificateIssuer, signer.authority.commonName],
    ['signedAt', new Date(row.evidence.signedAt).getTime(), signer.at.getTime()],
    ['relation', row.relation?.kind, relation?.kind], ['relation', row.relation?.document, relation?.document], ['relation', row.relation?.reason, relation?.reason],
  ]
  return facts.find(([, said, signed]) => said !== signed)?.[0]
}
