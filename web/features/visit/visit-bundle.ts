/** The visit form as one FHIR transaction Bundle (http://hl7.org/fhir/R4/http.html#transaction): PUT by id, ifMatch on what is stored. Pure: no Vue. */
import type { AllergyIntolerance, Encounter } from '@medplum/fhirtypes'
import { gradeAllergy, NONE_KNOWN, NONE_OF_DRUGS, refuteAllergy } from '#api/model/allergy.ts'
import { JsonNumber, type JsonObject, objectFromPlain } from '#api/model/json.ts'
import { CODE_SYSTEM, EXTENSION, LOINC, PROFILE } from '#api/model/systems.ts'
import { PREGNANCY_ANSWERS, YES_ANSWER } from '#api/model/safety.ts'
import { REFERRAL_REASONS, TRANSFER, type ReferralReason } from '#api/model/referral-reason.ts'
import { TREATMENT_RESULTS } from '#api/model/treatment-result.ts'
import { derivedFrom } from './taken-note.ts'
import { stillTaken } from './taken-over.ts'
import { allergiesNow, noneOfDrugs, NOTES, type AllergyRow, type DiagnosisRow, type DrugRow, type ListCode, type Note, type OrderRow, type PregnancyForm, type ReferralForm, type Vital, type VisitForm } from './visit-form.ts'

export interface VisitContext {
  readonly encounter: Encounter
  /** FHIR id of the signed-in doctor's or nurse's Practitioner. */
  readonly practitioner: string
  readonly practitionerName: string
  /** Instant with zone at which it was typed. */
  readonly at: string
  /** As they are stored: what is said of one now is added to it. */
  readonly allergies?: readonly AllergyIntolerance[]
  /** New FHIR ids. */
  readonly newId: () => string
  /** Rows of the stored visit that the form no longer has: "Condition/x" with their versions. */
  readonly removed?: readonly { readonly type: string; readonly id: string; readonly version: number }[]
}

type Plain = Record<string, unknown>

const tidy = (text: string): string => text.normalize('NFC').trim()
const coding = (code: ListCode): Plain => ({ coding: [{ ...code }], text: code.display })
const category = (system: string, code: string): Plain => ({ coding: [{ system, code }] })

/** Decimal comma or point, digits kept: "37,0" -> 37.0 . undefined when it is no number. */
export const toDecimal = (text: string): JsonNumber | undefined => {
  const tidy = text.trim().replace(',', '.')
  return /^\d{1,6}(\.\d{1,4})?$/.test(tidy) ? new JsonNumber(tidy.replace(/^0+(?=\d)/, '')) : undefined
}

const quantity = (value: JsonNumber, kind: { unit: string; shown: string }): Plain => ({ value, unit: kind.shown, system: CODE_SYSTEM.ucum, code: kind.unit })

/** What is asked about pregnancy, in words for the forms too. Weeks that are no number are not kept. */
function pregnancyBody({ status, weeks }: PregnancyForm): Plain {
  const part = (kind: { code: string; vi: string }, value: Plain): Plain => ({ code: { coding: [{ system: CODE_SYSTEM.loinc, code: kind.code, display: kind.vi }], text: kind.vi }, ...value })
  const counted = status === 'yes' && /^\d{1,2}$/.test(weeks.trim()) ? new JsonNumber(String(Number(weeks))) : undefined
  const words = status === 'yes' ? (counted ? `Có thai, ${counted.source} tuần` : 'Có thai') : status === 'lactating' ? 'Không có thai, đang cho con bú' : 'Không có thai'
  const component = [
    ...(counted ? [part(LOINC.gestationalAge, { valueQuantity: quantity(counted, LOINC.gestationalAge) })] : []),
    ...(status === 'lactating' ? [part(LOINC.lactation, { valueCodeableConcept: { coding: [{ system: CODE_SYSTEM.loinc, code: YES_ANSWER, display: 'Có' }] } })] : []),
  ]
  return {
    code: { coding: [{ system: CODE_SYSTEM.loinc, code: LOINC.pregnancy.code, display: LOINC.pregnancy.vi }], text: LOINC.pregnancy.vi },
    valueCodeableConcept: { coding: [{ system: CODE_SYSTEM.loinc, code: PREGNANCY_ANSWERS[status === 'yes' ? 'yes' : 'no'] }], text: words }, ...(component.length > 0 ? { component } : {}),
  }
}

/** Whole form as a transaction; each entry is one resource of this visit. */
export function buildVisitBundle(form: VisitForm, context: VisitContext): JsonObject {
  const { encounter } = context
  const subject = encounter.subject, own = { reference: `Encounter/${encounter.id}` }
  const performer = { reference: `Practitioner/${context.practitioner}`, display: context.practitionerName }
  const loinc = (kind: { code: string; vi: string }): Plain => ({ coding: [{ system: CODE_SYSTEM.loinc, code: kind.code, display: kind.vi }], text: kind.vi })

  const entry = (resource: Plain & { resourceType: string; id: string }, version?: number): Plain => ({
    fullUrl: `urn:uuid:${resource.id}`, resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}`, ...(version ? { ifMatch: `W/"${version}"` } : {}) },
  })
  const observation = (key: string, profile: string | undefined, body: Plain, observed: string): Plain => {
    const stored = form.stored[key]
    return entry({
      resourceType: 'Observation', id: stored?.id ?? context.newId(), ...(profile ? { meta: { profile: [profile] } } : {}), status: 'final',
      category: [category(CODE_SYSTEM.observationCategory, observed)], subject, encounter: own, effectiveDateTime: context.at, performer: [performer], ...body,
    }, stored?.version)
  }

  /** A stored measurement whose field was emptied: it must not stand on the record any more. */
  const takenBack = (key: string): Plain[] => {
    const stored = form.stored[key]
    return stored ? [removal({ type: 'Observation', ...stored })] : []
  }
  const note = (name: Note): Plain[] => {
    const text = form.notes[name].normalize('NFC').trim(), taken = stillTaken(form, name)
    return text === '' && !form.stored[`note:${name}`] ? []
      : [observation(`note:${name}`, PROFILE.clinicalNote, { code: loinc(LOINC[name]), valueString: text === '' ? '—' : text, ...(text !== '' && taken && { derivedFrom: derivedFrom(taken) }) }, 'exam')]
  }
  const vital = (name: Exclude<Vital, 'systolic' | 'diastolic'>): Plain[] => {
    const value = toDecimal(form.vitals[name])
    if (!value) return takenBack(`vital:${name}`)
    return [observation(`vital:${name}`, PROFILE.vitalSign, { code: loinc(LOINC[name]), valueQuantity: quantity(value, LOINC[name]) }, 'vital-signs')]
  }
  const bloodPressure = (): Plain[] => {
    const high = toDecimal(form.vitals.systolic), low = toDecimal(form.vitals.diastolic)
    if (!high || !low) return takenBack('vital:bloodPressure')
    return [observation('vital:bloodPressure', PROFILE.bloodPressure, {
      code: loinc(LOINC.bloodPressure),
      component: [{ code: loinc(LOINC.systolic), valueQuantity: quantity(high, LOINC.systolic) }, { code: loinc(LOINC.diastolic), valueQuantity: quantity(low, LOINC.diastolic) }],
    }, 'vital-signs')]
  }
  const pregnancy = (): Plain[] => (form.pregnancy ? [observation('pregnancy', undefined, pregnancyBody(form.pregnancy), 'social-history')] : takenBack('pregnancy'))
  const diagnosis = (d: DiagnosisRow): Plain => entry({
    resourceType: 'Condition', id: d.id, meta: { profile: [PROFILE.condition] },
    clinicalStatus: category('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active'),
    verificationStatus: category('http://terminology.hl7.org/CodeSystem/condition-ver-status', d.certainty),
    category: [category('http://terminology.hl7.org/CodeSystem/condition-category', 'encounter-diagnosis')],
    code: coding(d.code), subject, encounter: own, recordedDate: context.at, recorder: performer,
  }, d.version)
  const drug = (d: DrugRow): Plain => {
    const dose = toDecimal(d.dose) ?? new JsonNumber('1')
    return entry({
      resourceType: 'MedicationRequest', id: d.id, meta: { profile: [PROFILE.medicationRequest] }, status: 'active', intent: 'order',
      medicationCodeableConcept: coding(d.code), subject, encounter: own, authoredOn: context.at, requester: performer,
      dosageInstruction: [{
        text: dosageText(d), timing: { repeat: { boundsDuration: { value: d.days, unit: 'ngày', system: CODE_SYSTEM.ucum, code: 'd' }, frequency: d.frequency, period: 1, periodUnit: 'd' } },
        ...(d.route ? { route: coding(d.route) } : {}), doseAndRate: [{ doseQuantity: { value: dose, unit: d.doseUnit } }],
        ...(d.note.trim() === '' ? {} : { patientInstruction: d.note.normalize('NFC').trim() }),
      }],
      dispenseRequest: { quantity: { value: d.quantity, unit: d.unit }, expectedSupplyDuration: { value: d.days, unit: 'ngày', system: CODE_SYSTEM.ucum, code: 'd' } },
    }, d.version)
  }
  const order = (o: OrderRow): Plain => entry({
    resourceType: 'ServiceRequest', id: o.id, meta: { profile: [PROFILE.serviceRequest] }, status: 'active', intent: 'order', ...(o.priority ? { priority: o.priority } : {}),
    category: [category(CODE_SYSTEM.orderCategory, o.category)], code: coding(o.code), subject, encounter: own, authoredOn: context.at, requester: performer, ...(tidy(o.question ?? '') === '' ? {} : { reasonCode: [{ text: tidy(o.question ?? '') }] }),
  }, o.version)
  const stored = (a: AllergyRow): Plain[] => {
    const before = context.allergies?.find(({ id }) => id === a.id)
    const why = a.refuted ?? a.regraded
    if (why === undefined) return []
    // a correction is never left out without a word
    if (before === undefined) throw new Error('the allergy that is corrected is not among those that are stored')
    const change = { why: `${a.refuted === undefined ? 'Đổi mức' : 'Bác bỏ'}: ${tidy(why)}`, at: context.at, author: performer }
    const now = a.refuted === undefined ? gradeAllergy(objectFromPlain(before), a.criticality, change) : refuteAllergy(objectFromPlain(before), change)
    return [{ fullUrl: `urn:uuid:${a.id}`, resource: now, request: { method: 'PUT', url: `AllergyIntolerance/${a.id}`, ifMatch: `W/"${a.version}"` } }]
  }
  const allergy = (a: AllergyRow): Plain[] => a.version ? stored(a) : a.refuted !== undefined ? [] : [entry({
    resourceType: 'AllergyIntolerance', id: a.id, meta: { profile: [PROFILE.allergy] }, clinicalStatus: category('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'active'),
    verificationStatus: category('http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', 'unconfirmed'),
    ...(a.noneKnown === undefined ? { criticality: a.criticality, code: { text: tidy(a.text) } } : { code: noneOfDrugs(a) === undefined ? NONE_KNOWN : { ...NONE_OF_DRUGS, text: tidy(a.text) } }), patient: subject, encounter: own, recordedDate: context.at, recorder: performer,
  })]

  const { known } = allergiesNow(form.allergies)
  const entries = [
    encounterEntry(form, encounter),
    ...NOTES.flatMap(note),
    ...(['pulse', 'temperature', 'respiration', 'oxygen', 'weight', 'height'] as const).flatMap(vital), ...bloodPressure(), ...pregnancy(),
    ...form.allergies.filter(({ noneKnown, version }) => noneKnown === undefined || version !== undefined || known.length === 0).flatMap(allergy), ...form.diagnoses.map(diagnosis), ...form.orders.map(order), ...form.drugs.map(drug),
    ...(context.removed ?? []).map(removal),
  ]
  return objectFromPlain({ resourceType: 'Bundle', type: 'transaction', entry: entries })
}

const removal = (r: { readonly type: string; readonly id: string; readonly version: number }): Plain =>
  ({ request: { method: 'DELETE', url: `${r.type}/${r.id}`, ifMatch: `W/"${r.version}"` } })

const referralParts = (reason: ReferralReason, { transport, escort }: ReferralForm): Plain[] => [
  { url: 'reason', valueCoding: { system: CODE_SYSTEM.referralReason, code: reason, display: REFERRAL_REASONS[reason].vi } },
  ...Object.entries({ transport, escort }).filter(([, text]) => tidy(text) !== '').map(([url, text]) => ({ url, valueString: tidy(text) })),
]

/** The Encounter with reason, diagnoses in rank order, disposition, result and follow-up; everything else of it as it was read. */
function encounterEntry(form: VisitForm, encounter: Encounter): Plain {
  const { reasonCode: _reason, diagnosis: _diagnosis, hospitalization, ...rest } = encounter
  // only a visit that ends with a transfer sends the patient anywhere, whatever was typed before
  const sent = form.disposition?.code === TRANSFER ? form.referral : undefined
  const { destination: _destination, ...stay } = hospitalization ?? {}
  const extension = [
    ...(encounter.extension ?? []).filter((e) => e.url !== EXTENSION.followUp && e.url !== EXTENSION.sickLeave && e.url !== EXTENSION.referral && e.url !== EXTENSION.treatmentResult),
    ...(form.followUp ? [{ url: EXTENSION.followUp, valueDate: form.followUp }] : []),
    ...(form.sickLeave ? [{ url: EXTENSION.sickLeave, valuePeriod: { start: form.sickLeave.from, end: form.sickLeave.to } }] : []),
    ...(sent?.reason ? [{ url: EXTENSION.referral, extension: referralParts(sent.reason, sent) }] : []),
    ...(form.result ? [{ url: EXTENSION.treatmentResult, valueCoding: { system: CODE_SYSTEM.treatmentResult, code: form.result, display: TREATMENT_RESULTS[form.result].vi } }] : []),
  ]
  // rank 1 is the main diagnosis: while none is made main, nobody has it
  const first = form.diagnoses.some((d) => d.role === 'main') ? 1 : 2
  const ranked = [...form.diagnoses].sort((a, b) => (a.role === b.role ? 0 : a.role === 'main' ? -1 : 1))
  const resource = {
    ...rest, ...(extension.length > 0 ? { extension } : {}),
    ...(form.reason.trim() === '' ? {} : { reasonCode: [{ text: form.reason.normalize('NFC').trim() }] }),
    ...(ranked.length > 0 ? {
      diagnosis: ranked.map((d, i) => ({
        condition: { reference: `Condition/${d.id}` },
        use: { coding: [{ system: CODE_SYSTEM.diagnosisRole, code: d.role === 'main' ? 'DD' : 'CM' }] }, rank: first + i,
      })),
    } : {}),
    ...(form.disposition ? { hospitalization: { ...stay, ...(sent && tidy(sent.to) !== '' ? { destination: { display: tidy(sent.to) } } : {}), dischargeDisposition: coding(form.disposition) } } : {}),
  }
  return {
    fullUrl: `urn:uuid:${encounter.id}`, resource,
    request: { method: 'PUT', url: `Encounter/${encounter.id}`, ifMatch: `W/"${encounter.meta?.versionId ?? ''}"` },
  }
}

const decimalShown = (text: string): string => text.replace('.', ',')

/** "Uống mỗi lần 1 viên, ngày 3 lần, trong 7 ngày": what stands on the prescription and in dosageInstruction.text. No abbreviations (TT 32/2023 Đ52k2c). */
export const dosageText = (d: Pick<DrugRow, 'route' | 'dose' | 'doseUnit' | 'frequency' | 'days' | 'note'>): string =>
  [`${d.route?.display ?? 'Dùng'} mỗi lần ${decimalShown(d.dose)} ${d.doseUnit}`, `ngày ${d.frequency} lần`, `trong ${d.days} ngày`, d.note.trim()].filter(Boolean).join(', ')
