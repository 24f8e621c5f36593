/** The registration form: its fields, its empty state, what a card fills in, and what has to be right before it is sent. Pure. */
import type { Coding } from '@medplum/fhirtypes'
import { CHILD_MONTHS, isUnder, MINOR_MONTHS } from '#api/model/age.ts'
import { checkCitizenNumber, issuerOn, type CitizenCard } from '#api/model/citizen-card.ts'
import type { RelationCode } from '#api/model/contact.ts'
import { parseInsuranceNumber } from '#api/model/insurance-card.ts'

export interface RegistrationForm {
  citizen: string
  /** YYYY-MM-DD, and by whom: of the citizen card. */
  citizenIssued: string
  citizenIssuer: string
  name: string
  birthDate: string
  gender: 'male' | 'female' | 'other' | ''
  ethnicity: Coding | null
  occupation: Coding | null
  phone: string
  addressLine: string
  province: Coding | null
  commune: Coding | null
  insurance: string
  category: Coding | null
  rank: Coding | null
  position: string
  unit: string
  militaryNumber: string
  /** Father, mother, guardian or whoever comes with the patient. */
  contactName: string
  contactRelation: RelationCode | ''
  contactPhone: string
  contactCitizen: string
  department: string
  reason: string
}

export type FormField = keyof RegistrationForm

export const emptyForm = (department = ''): RegistrationForm => ({
  citizen: '', citizenIssued: '', citizenIssuer: '', name: '', birthDate: '', gender: '', ethnicity: null, occupation: null, phone: '', addressLine: '', province: null, commune: null,
  insurance: '', category: null, rank: null, position: '', unit: '', militaryNumber: '',
  contactName: '', contactRelation: '', contactPhone: '', contactCitizen: '', department, reason: '',
})

/** The card speaks for name, birth, sex and number; an address that is already known stays, since people move. */
export const applyCard = (form: RegistrationForm, card: CitizenCard): RegistrationForm => ({
  ...form,
  citizen: card.number,
  citizenIssued: card.issued,
  citizenIssuer: issuerOn(card.issued),
  name: card.name,
  birthDate: card.birthDate,
  gender: card.gender === 'unknown' ? form.gender : card.gender,
  addressLine: form.addressLine === '' ? card.address : form.addressLine,
})

/** A scanned card of a known patient says when it was issued; everything else stays as the record has it. */
export const applyIssue = (form: RegistrationForm, card: CitizenCard): RegistrationForm => {
  if (card.issued === '' || compactDigits(form.citizen) !== card.number || form.citizenIssued === card.issued) return form
  return { ...form, citizenIssued: card.issued, citizenIssuer: issuerOn(card.issued) }
}

/** Categories of those in service, who have a rank. */
const SERVING: ReadonlySet<string> = new Set(['SQ', 'QNCN', 'HSQBS', 'HV'])

/** Keys of messages (reception.error.…), one for each field that is wrong. */
export type FormFindings = Partial<Record<FormField, string>>

export interface FormCheck {
  /** Must be mended before sending. */
  readonly errors: FormFindings
  /** Should be looked at; never in the way. */
  readonly warnings: FormFindings
}

/** Digits as people group them: "001 099 012 345". */
export const compactDigits = (text: string): string => text.replace(/[\s.-]+/g, '')

const PHONE = /^\+?[\d\s.-]{8,15}$/

const checkNumbers = (form: RegistrationForm, day: string, errors: FormFindings, warnings: FormFindings): void => {
  if (form.citizen !== '') {
    const found = checkCitizenNumber(compactDigits(form.citizen), { ...(form.gender === '' ? {} : { gender: form.gender }), ...(form.birthDate === '' ? {} : { birthDate: form.birthDate }) })
    if (found.includes('length')) errors.citizen = 'citizenLength'
    else if (found.includes('gender')) warnings.citizen = 'citizenGender'
    else if (found.includes('birth-year')) warnings.citizen = 'citizenYear'
  }
  if (form.citizenIssued > day) errors.citizenIssued = 'issuedFuture'
  if (form.insurance !== '' && !parseInsuranceNumber(form.insurance)) errors.insurance = 'insuranceForm'
  if (form.phone !== '' && !PHONE.test(form.phone)) warnings.phone = 'phoneForm'
}

/** Under 16 a record names father, mother or guardian. */
export const isMinor = (form: Pick<RegistrationForm, 'birthDate'>, day: string): boolean => isUnder(MINOR_MONTHS, form.birthDate, day)
/** Under 72 months a prescription cannot be signed without the one who brought the child. */
const isChild = (form: Pick<RegistrationForm, 'birthDate'>, day: string): boolean => isUnder(CHILD_MONTHS, form.birthDate, day)

export const hasContact = (form: RegistrationForm): boolean =>
  [form.contactName, form.contactRelation, form.contactPhone, form.contactCitizen].some((text) => text.trim() !== '')

/** The fields of whoever comes along are shown without asking. */
export const asksContact = (form: RegistrationForm, day: string): boolean => isMinor(form, day) || hasContact(form)

const checkContact = (form: RegistrationForm, day: string, errors: FormFindings, warnings: FormFindings): void => {
  if (form.contactName.trim() === '') {
    if (isChild(form, day)) errors.contactName = 'contactForChild'
    else if (hasContact(form)) errors.contactName = 'contactNameMissing'
    else if (isMinor(form, day)) warnings.contactName = 'contactForMinor'
  }
  if (form.contactName.trim() !== '' && form.contactRelation === '') errors.contactRelation = 'contactRelationMissing'
  if (form.contactCitizen.trim() !== '' && checkCitizenNumber(compactDigits(form.contactCitizen)).includes('length')) errors.contactCitizen = 'citizenLength'
  if (form.contactPhone !== '' && !PHONE.test(form.contactPhone)) warnings.contactPhone = 'phoneForm'
}

/** `day`: today at the site, YYYY-MM-DD. */
export const checkForm = (form: RegistrationForm, day: string): FormCheck => {
  const errors: FormFindings = {}
  const warnings: FormFindings = {}
  if (form.name.trim() === '') errors.name = 'nameMissing'
  else if (!/\s/.test(form.name.trim())) warnings.name = 'nameOneWord'
  if (form.birthDate === '') errors.birthDate = 'birthMissing'
  else if (form.birthDate > day) errors.birthDate = 'birthFuture'
  if (form.gender === '') errors.gender = 'genderMissing'
  if (form.department === '') errors.department = 'departmentMissing'
  if (form.citizen === '' && form.name.trim() !== '') warnings.citizen = 'citizenMissing'
  const category = form.category?.code ?? ''
  if (SERVING.has(category) && !form.rank) warnings.rank = 'rankMissing'
  if (SERVING.has(category) && form.unit.trim() === '') warnings.unit = 'unitMissing'
  if (form.rank && !form.category) errors.category = 'categoryMissing'
  checkNumbers(form, day, errors, warnings)
  checkContact(form, day, errors, warnings)
  return { errors, warnings }
}

/** What to ask the server for likely duplicates; undefined while there is too little to ask with. */
export const matchQuestion = (form: Pick<RegistrationForm, 'citizen' | 'insurance' | 'militaryNumber' | 'name' | 'birthDate'>): { identifier?: string; name?: string; birthDate?: string } | undefined => {
  const insurance = parseInsuranceNumber(form.insurance)
  const identifier = /^\d{12}$/.test(compactDigits(form.citizen)) ? compactDigits(form.citizen) : insurance?.value ?? (form.militaryNumber.trim().length >= 4 ? form.militaryNumber.trim() : undefined)
  const name = form.name.trim().split(/\s+/).length >= 2 ? form.name.trim() : undefined
  if (identifier === undefined && name === undefined) return undefined
  return { ...(identifier === undefined ? {} : { identifier }), ...(name === undefined ? {} : { name }), ...(form.birthDate === '' ? {} : { birthDate: form.birthDate }) }
}
