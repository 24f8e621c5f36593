/** From a signed document to its line in the center's list: names and dates are read out of the signed Bundle, not out of anything beside it. */
import type { ReceivedRow } from '../model/exchange.ts'
import { arrayAt, parseJson, stringAt, valueAt, type JsonValue } from '../model/json.ts'
import type { NewDocument, VerifiedSignature } from '../model/ports.ts'

export const buildReceivedRow = (document: NewDocument, verified: VerifiedSignature): ReceivedRow => {
  const bundle = readBundle(document.bundle)
  const composition = resourceOf(bundle, 'Composition')
  const patient = resourceOf(bundle, 'Patient')
  const encounter = resourceOf(bundle, 'Encounter')
  return {
    document: document.id, form: document.form, title: document.title, patient: document.patient, patientName: nameOf(patient),
    birthDate: stringAt(patient, 'birthDate') ?? null,
    // the day as the hospital wrote it, in its own time zone
    visitDate: (stringAt(encounter, 'period', 'start') ?? stringAt(composition, 'date') ?? document.evidence.signedAt).slice(0, 10),
    signer: verified.signer ?? document.evidence.name, signedAt: verified.signedAt ?? document.evidence.signedAt,
    verdict: verified.valid ? 'valid' : 'invalid', reason: verified.valid ? null : verified.reason ?? 'not-verified',
    replaces: document.relation?.kind === 'replaces' ? document.relation.document : null,
  }
}

/** A Bundle that cannot be read is listed all the same: the verdict says that it is invalid. */
const readBundle = (text: string): JsonValue => {
  try {
    return parseJson(text)
  } catch {
    return null
  }
}

const resourceOf = (bundle: JsonValue, type: string): JsonValue | undefined =>
  arrayAt(bundle, 'entry').map((entry) => valueAt(entry, 'resource')).find((resource) => stringAt(resource, 'resourceType') === type)

const nameOf = (patient: JsonValue | undefined): string => {
  const names = arrayAt(patient, 'name')
  const name = names.find((each) => stringAt(each, 'use') === 'official') ?? names[0]
  const parts = [stringAt(name, 'family'), ...arrayAt(name, 'given').filter((given) => typeof given === 'string')]
  return stringAt(name, 'text') ?? parts.filter((part) => part !== undefined).join(' ')
}
