/** What of a Patient tells one person from another, in comparable form. Pure. */
import type { Address, Patient } from '@medplum/fhirtypes'
import { fold } from './fold.ts'
import { parseInsuranceNumber } from './insurance-card.ts'
import { plainNumber, plainPhone } from './likeness.ts'
import { EXTENSION, SID } from './systems.ts'

export interface PersonNumber {
  /** Empty when it was not said. */
  readonly system: string
  readonly value: string
}

export interface PersonFacts {
  readonly numbers: readonly PersonNumber[]
  readonly names: readonly string[]
  readonly birthDate: string
  readonly gender: string
  readonly phones: readonly string[]
  /** Folded lines. */
  readonly addresses: readonly string[]
  /** Codes of communes. */
  readonly communes: readonly string[]
  /** Which of twins. */
  readonly birthOrder: number | undefined
}

/** The name that is shown: the official one, as it is written. */
export const displayName = (patient: Patient): string => {
  const name = patient.name?.find((item) => item.use === 'official') ?? patient.name?.[0]
  return name === undefined ? '' : nameText(name)
}

const nameText = ({ text, family, given = [] }: NonNullable<Patient['name']>[number]): string => text ?? [family, ...given].filter((part) => part !== undefined).join(' ')

/** Of a card its social insurance number, which stays when the card changes; a citizen number given as an insurance number is what it is. */
export const comparableNumber = ({ system, value }: PersonNumber): PersonNumber => {
  const plain = plainNumber(value)
  if (system !== SID.insurance) return { system, value: plain }
  const kind = parseInsuranceNumber(plain)?.kind
  return kind === 'citizen' ? { system: SID.citizen, value: plain } : { system, value: kind === 'card' ? plain.slice(-10) : plain }
}

const lineOf = ({ text, line = [], district, city }: Address): string => fold(text ?? [...line, district, city].filter((part) => part !== undefined).join(', '))

const communeOf = ({ extension = [] }: Address): string[] => extension.flatMap(({ url, valueCoding }) => (url === EXTENSION.commune && valueCoding?.code !== undefined ? [valueCoding.code] : []))

export const toFacts = (patient: Patient): PersonFacts => ({
  numbers: (patient.identifier ?? []).flatMap(({ system = '', value = '', use }) => (value === '' || use === 'old' && system === SID.insurance ? [] : [comparableNumber({ system, value })])),
  names: (patient.name ?? []).map(nameText).filter((name) => fold(name) !== ''),
  birthDate: patient.birthDate ?? '',
  gender: patient.gender ?? '',
  phones: (patient.telecom ?? []).flatMap(({ system, value = '' }) => (system === undefined || system === 'phone' || system === 'sms' ? [plainPhone(value)] : [])).filter((phone) => phone !== ''),
  addresses: (patient.address ?? []).map(lineOf).filter((line) => line !== ''),
  communes: (patient.address ?? []).flatMap(communeOf),
  birthOrder: patient.multipleBirthInteger,
})
