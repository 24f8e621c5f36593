/** An alert in spite of which a drug was prescribed, as FHIR keeps it (http://hl7.org/fhir/R4/detectedissue.html): what it said, why the drug stays, and who confirmed it. Pure. */
import { instantIn } from '../model/day.ts'
import { objectFromPlain, type JsonObject } from '../model/json.ts'
import { REASON_WORDS, type Check, type CheckKind, type Override } from '../model/safety.ts'

export interface SecondPerson { readonly practitioner: string; readonly name: string; readonly at: Date }

export interface KeptIssue {
  readonly id: string
  readonly patient: string
  readonly check: Check
  readonly override: Override
  readonly practitioner: { readonly id: string; readonly name: string }
  readonly second?: SecondPerson
  readonly at: Date
  readonly timeZone: string
}

/** http://hl7.org/fhir/R4/valueset-detectedissue-category.html (v3-ActCode) */
const CATEGORY: Readonly<Record<CheckKind, string>> = { allergy: 'ALGY', duplicate: 'DUPTHPY', interaction: 'DRG', dose: 'DOSE', age: 'AGE', kidney: 'LAB', pregnancy: 'COND' }
const SEVERITY = { 'second-person': 'high', reason: 'moderate', note: 'low' } as const

export const toDetectedIssue = ({ id, patient, check, override, practitioner, second, at, timeZone }: KeptIssue): JsonObject => {
  const words = REASON_WORDS[override.reason].vi
  const text = override.text.normalize('NFC').trim()
  const who = (one: { id: string; name: string }): { reference: string; display: string } => ({ reference: `Practitioner/${one.id}`, display: one.name })
  return objectFromPlain({
    resourceType: 'DetectedIssue', id, status: 'final', code: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: CATEGORY[check.kind] }], text: check.rule },
    ...(check.verdict !== 'clear' && check.verdict !== 'not-checked' && { severity: SEVERITY[check.verdict] }),
    patient: { reference: `Patient/${patient}` }, identifiedDateTime: instantIn(at, timeZone), author: who(practitioner),
    implicated: check.lines.map((line) => ({ reference: `MedicationRequest/${line}` })), detail: check.words.vi,
    mitigation: [
      { action: { text: text === '' ? words : `${words}: ${text}` }, date: instantIn(at, timeZone), author: who(practitioner) },
      ...(second ? [{ action: { text: 'Người thứ hai xác nhận' }, date: instantIn(second.at, timeZone), author: who({ id: second.practitioner, name: second.name }) }] : []),
    ],
  })
}
