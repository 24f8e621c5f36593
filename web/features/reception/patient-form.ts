/** The form as a FHIR Patient and back (https://hl7.org/fhir/R4/patient.html, profile vn-mil-patient). What the form does not show is kept as it was. Pure. */
import type { Address, Coding, Extension, Identifier, Patient, PatientContact } from '@medplum/fhirtypes'
import { RELATION_CODES, RELATIONS, type RelationCode } from '#api/model/contact.ts'
import { compose } from '#api/model/fold.ts'
import { parseInsuranceNumber } from '#api/model/insurance-card.ts'
import { EXTENSION, PROFILE, SID } from '#api/model/systems.ts'
import { compactDigits, type RegistrationForm } from './registration-form.ts'

/** Vietnamese order: the family name comes first, the given name last. */
export const splitName = (text: string): { family: string; given?: string[] } => {
  const [family = '', ...given] = compose(text).split(' ')
  return given.length === 0 ? { family } : { family, given }
}

const withoutUrls = (extensions: readonly Extension[] | undefined, ...urls: string[]): Extension[] =>
  (extensions ?? []).filter((extension) => !urls.includes(extension.url))

const coded = (url: string, coding: Coding | null): Extension[] => (coding ? [{ url, valueCoding: coding }] : [])
const texted = (url: string, text: string): Extension[] => (text.trim() === '' ? [] : [{ url, valueString: compose(text) }])

const buildMilitary = (form: RegistrationForm, before: Extension | undefined): Extension[] => {
  const parts = [
    ...coded('category', form.category), ...coded('rank', form.rank), ...texted('position', form.position), ...texted('unit', form.unit),
    ...withoutUrls(before?.extension, 'category', 'rank', 'position', 'unit', 'qncn'),
    ...(form.category?.code === 'QNCN' ? [{ url: 'qncn', valueBoolean: true }] : []),
  ]
  return parts.length === 0 ? [] : [{ url: EXTENSION.military, extension: parts }]
}

/** Day and place of issue of the card. */
const withIssue = ({ period, assigner, ...identifier }: Identifier, form: RegistrationForm): Identifier => {
  const { start: _s, ...end } = period ?? {}
  const { display: _d, ...by } = assigner ?? {}
  const [issued, issuer] = [form.citizenIssued, compose(form.citizenIssuer)]
  const [nextPeriod, nextAssigner] = [{ ...(issued === '' ? {} : { start: issued }), ...end }, { ...by, ...(issuer === '' ? {} : { display: issuer }) }]
  return { ...identifier, ...(Object.keys(nextPeriod).length === 0 ? {} : { period: nextPeriod }), ...(Object.keys(nextAssigner).length === 0 ? {} : { assigner: nextAssigner }) }
}

const buildIdentifiers = (form: RegistrationForm, before: readonly Identifier[] | undefined): Identifier[] => {
  const wanted: [string, string][] = [[SID.citizen, compactDigits(form.citizen)], [SID.insurance, parseInsuranceNumber(form.insurance)?.value ?? form.insurance.trim()], [SID.military, form.militaryNumber.trim()]]
  const kept = (before ?? []).filter((identifier) => !wanted.some(([system]) => identifier.system === system))
  return [...kept, ...wanted.flatMap(([system, value]) => {
    if (value === '') return []
    const old = (before ?? []).find((identifier) => identifier.system === system && identifier.value === value)
    return [system === SID.citizen ? withIssue({ ...old, system, value }, form) : { ...old, system, value }]
  })]
}

const buildAddress = (form: RegistrationForm, before: Address | undefined): Address[] => {
  const line = compose(form.addressLine)
  const text = [line, form.commune?.display, form.province?.display].filter((part) => part !== undefined && part !== '').join(', ')
  if (text === '') return []
  const extension = [...withoutUrls(before?.extension, EXTENSION.province, EXTENSION.commune), ...coded(EXTENSION.province, form.province), ...coded(EXTENSION.commune, form.commune)]
  return [{
    use: 'home', text,
    ...(line === '' ? {} : { line: [line] }),
    ...(form.commune?.display ? { city: form.commune.display } : {}),
    ...(form.province?.display ? { state: form.province.display } : {}),
    country: 'VN',
    ...(extension.length === 0 ? {} : { extension }),
  }]
}

/** The one contact that the desk shows: who has a relation of the form, else the first. */
const shownContact = (patient: Patient | undefined): PatientContact | undefined =>
  patient?.contact?.find((contact) => relationOf(contact) !== '' && relationOf(contact) !== 'O') ?? patient?.contact?.[0]

/** A relation that the form does not offer is "other"; none is none. */
const relationOf = (contact: PatientContact | undefined): RelationCode | '' => {
  const codings = contact?.relationship?.flatMap((concept) => concept.coding ?? []) ?? []
  const known = RELATION_CODES.find((code) => codings.some((coding) => coding.system === RELATIONS[code].system && coding.code === code))
  return known ?? (contact?.relationship?.some((concept) => concept.text ?? concept.coding?.length) ? 'O' : '')
}

const buildRelationship = (form: RegistrationForm, before: PatientContact | undefined): PatientContact['relationship'] => {
  const code = form.contactRelation
  if (code === '' || code === relationOf(before)) return before?.relationship
  const { system, display, vi } = RELATIONS[code]
  return [{ coding: [{ system, code, display }], text: vi }]
}

const buildContact = (form: RegistrationForm, before: PatientContact | undefined): PatientContact[] => {
  if (form.contactName.trim() === '') return []
  const { extension: _e, relationship: _r, name, telecom: _t, ...rest } = before ?? {}
  const [citizen, phone] = [compactDigits(form.contactCitizen), form.contactPhone.trim()]
  const extension: Extension[] = [...withoutUrls(before?.extension, EXTENSION.contactCitizen), ...(citizen === '' ? [] : [{ url: EXTENSION.contactCitizen, valueIdentifier: { system: SID.citizen, value: citizen } }])]
  const telecom = [...(phone === '' ? [] : [{ system: 'phone' as const, value: phone }]), ...(before?.telecom ?? []).filter((item) => item.system !== 'phone')]
  const relationship = buildRelationship(form, before)
  return [{
    ...rest,
    ...(extension.length === 0 ? {} : { extension }),
    ...(relationship ? { relationship } : {}),
    name: contactName(before) === form.contactName && name ? name : { text: compose(form.contactName), ...splitName(form.contactName) },
    ...(telecom.length === 0 ? {} : { telecom }),
  }]
}

const withProfile = (before: Patient['meta']): Patient['meta'] => ({ ...before, profile: [...new Set([...(before?.profile ?? []), PROFILE.patient])] })

/** Whether the desk changed nothing of a known patient: then the record stays at its version. */
export const isUnchanged = (form: RegistrationForm, before: Patient): boolean => {
  const read = readPatient(before)
  const { department: _d, reason: _r, ...now } = form
  return JSON.stringify(Object.entries(now).sort()) === JSON.stringify(Object.entries(read).sort())
}

/** A new Patient, or the known one with the form's fields in place of its own. */
export const buildPatient = (form: RegistrationForm, before?: Patient): Patient => {
  const extension = [
    ...withoutUrls(before?.extension, EXTENSION.military, EXTENSION.ethnicity, EXTENSION.occupation),
    ...buildMilitary(form, before?.extension?.find((part) => part.url === EXTENSION.military)),
    ...coded(EXTENSION.ethnicity, form.ethnicity),
    ...coded(EXTENSION.occupation, form.occupation),
  ]
  const identifier = buildIdentifiers(form, before?.identifier)
  const address = [...buildAddress(form, homeAddress(before)), ...(before?.address ?? []).filter((old) => old !== homeAddress(before))]
  const contact = [...buildContact(form, shownContact(before)), ...(before?.contact ?? []).filter((old) => old !== shownContact(before))]
  const phone = form.phone.trim()
  const telecom = [...(phone === '' ? [] : [{ system: 'phone' as const, value: phone, use: 'mobile' as const }]), ...(before?.telecom ?? []).filter((contact) => contact.system !== 'phone')]
  const { extension: _e, identifier: _i, address: _a, telecom: _t, gender: _g, birthDate: _b, contact: _c, ...rest } = before ?? { resourceType: 'Patient' as const }
  return {
    ...rest,
    resourceType: 'Patient',
    meta: withProfile(before?.meta),
    ...(extension.length === 0 ? {} : { extension }),
    ...(identifier.length === 0 ? {} : { identifier }),
    active: before?.active ?? true,
    name: [{ use: 'official', text: compose(form.name), ...splitName(form.name) }, ...(before?.name ?? []).filter((name) => name !== officialName(before))],
    ...(telecom.length === 0 ? {} : { telecom }),
    ...(form.gender === '' ? {} : { gender: form.gender }),
    ...(form.birthDate === '' ? {} : { birthDate: form.birthDate }),
    ...(address.length === 0 ? {} : { address }),
    ...(contact.length === 0 ? {} : { contact }),
  }
}

const contactName = (contact: PatientContact | undefined): string => contact?.name?.text ?? [contact?.name?.family, ...(contact?.name?.given ?? [])].filter(Boolean).join(' ')
const officialName = (patient: Patient | undefined) => patient?.name?.find((name) => name.use === 'official') ?? patient?.name?.[0]
const homeAddress = (patient: Patient | undefined): Address | undefined => patient?.address?.find((address) => address.use === 'home') ?? patient?.address?.[0]
const valueOf = (patient: Patient, system: string): string => patient.identifier?.find((identifier) => identifier.system === system)?.value ?? ''
const codingOf = (extensions: readonly Extension[] | undefined, url: string): Coding | null => extensions?.find((extension) => extension.url === url)?.valueCoding ?? null
const textOf = (extensions: readonly Extension[] | undefined, url: string): string => extensions?.find((extension) => extension.url === url)?.valueString ?? ''

/** The line before the coded parts: what `text` says when there is no line. */
const addressLine = (address: Address | undefined): string => address?.line?.join(', ') ?? address?.text ?? ''

/** What the desk sees of a known patient. Department and reason belong to the visit and stay empty. */
export const readPatient = (patient: Patient): Omit<RegistrationForm, 'department' | 'reason'> => {
  const military = patient.extension?.find((extension) => extension.url === EXTENSION.military)?.extension
  const name = officialName(patient)
  const address = homeAddress(patient)
  const card = patient.identifier?.find((identifier) => identifier.system === SID.citizen)
  const contact = shownContact(patient)
  return {
    citizen: valueOf(patient, SID.citizen),
    citizenIssued: card?.period?.start?.slice(0, 10) ?? '',
    citizenIssuer: card?.assigner?.display ?? '',
    name: name?.text ?? [name?.family, ...(name?.given ?? [])].filter(Boolean).join(' '),
    birthDate: patient.birthDate ?? '',
    gender: patient.gender === 'male' || patient.gender === 'female' || patient.gender === 'other' ? patient.gender : '',
    ethnicity: codingOf(patient.extension, EXTENSION.ethnicity),
    occupation: codingOf(patient.extension, EXTENSION.occupation),
    phone: patient.telecom?.find((contact) => contact.system === 'phone')?.value ?? '',
    addressLine: addressLine(address),
    province: codingOf(address?.extension, EXTENSION.province),
    commune: codingOf(address?.extension, EXTENSION.commune),
    insurance: valueOf(patient, SID.insurance),
    category: codingOf(military, 'category'),
    rank: codingOf(military, 'rank'),
    position: textOf(military, 'position'),
    unit: textOf(military, 'unit'),
    militaryNumber: valueOf(patient, SID.military),
    contactName: contactName(contact),
    contactRelation: relationOf(contact),
    contactPhone: contact?.telecom?.find((item) => item.system === 'phone')?.value ?? '',
    contactCitizen: contact?.extension?.find((part) => part.url === EXTENSION.contactCitizen)?.valueIdentifier?.value ?? '',
  }
}
