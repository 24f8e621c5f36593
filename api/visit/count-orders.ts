/** What a signed visit says about its doctor's habits: codes of our own lists, with the dose of drugs. Pure. */
import { categoryOf, keptNote, type CountedCode, type Dosage, type OrderCount } from '../model/favourites.ts'
import { JsonNumber, stringAt, valueAt, type JsonObject } from '../model/json.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import type { VisitChart } from './chart.ts'

const codeOf = (resource: JsonObject, system: string, member: string): string | undefined => {
  const coding = valueAt(resource, member, 'coding', 0)
  return stringAt(coding, 'system') === system ? stringAt(coding, 'code') : undefined
}

const digits = (value: unknown): string | undefined => (value instanceof JsonNumber ? value.source : undefined)

/** undefined: not said in the way the sheet says it, so that nothing can be repeated. */
const dosageOf = (medication: JsonObject): Dosage | undefined => {
  const said = valueAt(medication, 'dosageInstruction', 0)
  const dose = digits(valueAt(said, 'doseAndRate', 0, 'doseQuantity', 'value'))
  const frequency = Number(digits(valueAt(said, 'timing', 'repeat', 'frequency')))
  const days = Number(digits(valueAt(medication, 'dispenseRequest', 'expectedSupplyDuration', 'value')))
  const route = stringAt(said, 'route', 'coding', 0, 'code')
  if (dose === undefined || !Number.isInteger(frequency) || !Number.isInteger(days) || frequency < 1 || days < 1) return undefined
  return { dose, frequency, days, note: keptNote(stringAt(said, 'patientInstruction') ?? ''), ...(route !== undefined && { route }) }
}

/** The chart's first condition is the main diagnosis. */
export const countOrders = ({ conditions, medications, orders }: Pick<VisitChart, 'conditions' | 'medications' | 'orders'>): Pick<OrderCount, 'category' | 'codes'> => {
  const count = (kind: CountedCode['kind'], code: string | undefined, dosage?: Dosage): CountedCode[] => (code === undefined ? [] : [{ kind, code, ...(dosage && { dosage }) }])
  const [main] = conditions
  return {
    category: categoryOf((main && codeOf(main, CODE_SYSTEM.icd10, 'code')) ?? ''),
    codes: [
      ...conditions.flatMap((condition) => count('diagnosis', codeOf(condition, CODE_SYSTEM.icd10, 'code'))),
      ...medications.flatMap((medication) => count('drug', codeOf(medication, CODE_SYSTEM.medicines, 'medicationCodeableConcept'), dosageOf(medication))),
      ...orders.flatMap((order) => count('order', codeOf(order, CODE_SYSTEM.orders, 'code'))),
    ],
  }
}
