/** The case of the checks from FHIR: lines of the visit, what runs from before, allergies, and the facts of the patient. Pure. */
import { allergyKindOf, currentAllergies } from '../model/allergy.ts'
import { monthsOn } from '../model/age.ts'
import { dayIn } from '../model/day.ts'
import { arrayAt, JsonNumber, stringAt, valueAt, type JsonObject, type JsonValue } from '../model/json.ts'
import type { Concept } from '../model/ports.ts'
import { PREGNANCY_ANSWERS } from '../model/safety.ts'
import { CODE_SYSTEM, LOINC } from '../model/systems.ts'
import { judgedRoute, type AllergyFact, type DrugLine, type PatientFacts, type PregnancyFact, type RunningLine, type SafetyCase } from './case.ts'
import { isCreatinine } from './kidney-function.ts'

export interface CaseSource {
  readonly patient: JsonObject
  readonly medications: readonly JsonObject[]
  readonly running: readonly JsonObject[]
  readonly allergies: readonly JsonObject[]
  /** Of this visit. */
  readonly observations: readonly JsonObject[]
  /** Of any time, the newest first. */
  readonly creatinine: readonly JsonObject[]
  /** Row of the formulary. */
  readonly medicine: (code: string) => Concept | undefined
  readonly at: Date
  readonly timeZone: string
}

const numberOf = (value: JsonValue | undefined): number | undefined => (value instanceof JsonNumber ? Number(value.source) : undefined)

export const medicineCode = (medication: JsonObject): string | undefined => {
  const coding = arrayAt(medication, 'medicationCodeableConcept', 'coding').find((one) => stringAt(one, 'system') === CODE_SYSTEM.medicines)
  return stringAt(coding, 'code')
}

const toLine = (medication: JsonObject, { medicine }: CaseSource): DrugLine => {
  const code = medicineCode(medication)
  const own = code === undefined ? undefined : medicine(code)
  const [dosage, ...more] = arrayAt(medication, 'dosageInstruction')
  const repeat = valueAt(dosage, 'timing', 'repeat')
  const perDay = numberOf(valueAt(repeat, 'period')) === 1 && stringAt(repeat, 'periodUnit') === 'd'
  const dose = valueAt(dosage, 'doseAndRate', 0, 'doseQuantity')
  return {
    id: stringAt(medication, 'id') ?? '', code: code ?? '', name: stringAt(medication, 'medicationCodeableConcept', 'text') ?? own?.display ?? code ?? '?',
    inn: own?.properties.inn ?? '', strength: own?.properties.strength ?? '', unit: own?.properties.unit ?? '', doseUnit: stringAt(dose, 'unit') ?? '',
    dose: more.length > 0 ? undefined : numberOf(valueAt(dose, 'value')), frequency: more.length > 0 || !perDay ? undefined : numberOf(valueAt(repeat, 'frequency')),
    route: judgedRoute(stringAt(dosage, 'route', 'coding', 0, 'code') ?? '', own?.properties.route ?? ''),
  }
}

const DAY_MS = 86_400_000

const toRunning = (medication: JsonObject, source: CaseSource): RunningLine => {
  const days = numberOf(valueAt(medication, 'dispenseRequest', 'expectedSupplyDuration', 'value'))
  const from = Date.parse(stringAt(medication, 'authoredOn') ?? '')
  return { ...toLine(medication, source), daysLeft: days === undefined || Number.isNaN(from) ? undefined : Math.ceil((from + days * DAY_MS - source.at.getTime()) / DAY_MS) }
}

const toAllergy = (allergy: JsonObject): AllergyFact => ({
  text: stringAt(allergy, 'code', 'text') ?? arrayAt(allergy, 'code', 'coding').flatMap((coding) => stringAt(coding, 'display') ?? stringAt(coding, 'code') ?? [])[0] ?? '?',
  high: stringAt(allergy, 'criticality') === 'high',
})

const isOf = (observation: JsonObject, ...kinds: readonly { readonly code: string }[]): boolean =>
  arrayAt(observation, 'code', 'coding').some((coding) => stringAt(coding, 'system') === CODE_SYSTEM.loinc && kinds.some(({ code }) => code === stringAt(coding, 'code')))

/** kg, and cm, in one of the unit (UCUM, https://ucum.org/ucum). What is written in another unit is not known. */
const KILOGRAMS: Readonly<Record<string, number>> = { kg: 1, g: 0.001, '[lb_av]': 0.453_592_37 }
const CENTIMETRES: Readonly<Record<string, number>> = { cm: 1, m: 100, '[in_i]': 2.54 }
/** What nobody weighs, a slip of the pen or of the unit. */
const WEIGHTS = { from: 0.3, to: 350 } as const

const unitOf = (observation: JsonObject | undefined): string => stringAt(observation, 'valueQuantity', 'code') ?? stringAt(observation, 'valueQuantity', 'unit') ?? ''

const measured = (observations: readonly JsonObject[], kind: { readonly code: string }, units: Readonly<Record<string, number>>): number | undefined => {
  const found = observations.find((observation) => isOf(observation, kind))
  const value = numberOf(valueAt(found, 'valueQuantity', 'value'))
  const factor = Object.hasOwn(units, unitOf(found)) ? units[unitOf(found)] : undefined
  return value !== undefined && value > 0 && factor !== undefined ? value * factor : undefined
}

const weightOf = (observations: readonly JsonObject[]): number | undefined => {
  const weight = measured(observations, LOINC.weight, KILOGRAMS)
  return weight !== undefined && weight >= WEIGHTS.from && weight <= WEIGHTS.to ? weight : undefined
}

/** µmol/l in one of the unit (UCUM). */
const UNITS: Readonly<Record<string, number>> = { 'umol/L': 1, 'µmol/L': 1, 'umol/l': 1, 'mg/dL': 88.4, 'mg/dl': 88.4 }

const FINAL: ReadonlySet<string> = new Set(['final', 'amended', 'corrected'])

/** The newest that the laboratory stands for. Where that one cannot be read, an older one is no stand-in. */
const creatinineOf = ({ creatinine, at, timeZone }: CaseSource): PatientFacts['creatinine'] => {
  const newest = creatinine.find((observation) => FINAL.has(stringAt(observation, 'status') ?? ''))
  if (newest === undefined) return undefined
  const value = numberOf(valueAt(newest, 'valueQuantity', 'value'))
  const unit = Object.hasOwn(UNITS, unitOf(newest)) ? UNITS[unitOf(newest)] : undefined
  const taken = Date.parse(stringAt(newest, 'effectiveDateTime') ?? stringAt(newest, 'issued') ?? '')
  if (value === undefined || unit === undefined || Number.isNaN(taken) || !isCreatinine(value * unit)) return 'unreadable'
  return { value: value * unit, daysAgo: Math.max(0, Math.floor((at.getTime() - taken) / DAY_MS)), day: dayIn(new Date(taken), timeZone) }
}

const pregnancyOf = (observations: readonly JsonObject[]): PregnancyFact | undefined => {
  const found = observations.find((observation) => isOf(observation, LOINC.pregnancy))
  const answer = stringAt(found, 'valueCodeableConcept', 'coding', 0, 'code')
  const component = (kind: { readonly code: string }): JsonValue | undefined => arrayAt(found, 'component').find((part) => arrayAt(part, 'code', 'coding').some((coding) => stringAt(coding, 'code') === kind.code))
  if (answer === PREGNANCY_ANSWERS.yes) {
    const weeks = numberOf(valueAt(component(LOINC.gestationalAge), 'valueQuantity', 'value'))
    return { status: 'yes', ...(weeks !== undefined && { weeks }) }
  }
  if (answer !== PREGNANCY_ANSWERS.no) return undefined
  return { status: component(LOINC.lactation) === undefined ? 'no' : 'lactating' }
}

/** Of a year without a day the youngest that one can be, where that is certainly grown up. */
const monthsOf = (birthDate: string, day: string): number | undefined => {
  const exact = monthsOn(birthDate, day)
  if (exact !== undefined) return exact
  const least = /^\d{4}/.test(birthDate) ? monthsOn(`${birthDate.slice(0, 4)}-12-31`, day) : undefined
  return least !== undefined && least >= 18 * 12 ? least : undefined
}

export const readCase = (source: CaseSource): SafetyCase => {
  const { patient, observations, at, timeZone } = source
  const gender = stringAt(patient, 'gender')
  const allergies = currentAllergies(source.allergies, allergyKindOf), known = allergies.filter((allergy) => allergyKindOf(allergy) === 'known')
  return {
    lines: source.medications.map((medication) => toLine(medication, source)), running: source.running.map((medication) => toRunning(medication, source)), allergies: known.map(toAllergy),
    noneKnown: allergies.length > known.length,
    facts: {
      months: monthsOf(stringAt(patient, 'birthDate') ?? '', dayIn(at, timeZone)), gender: gender === 'male' || gender === 'female' ? gender : undefined,
      weight: weightOf(observations), height: measured(observations, LOINC.height, CENTIMETRES), creatinine: creatinineOf(source), pregnancy: pregnancyOf(observations),
    },
  }
}
