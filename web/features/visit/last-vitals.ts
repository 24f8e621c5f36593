/** The last value of each vital sign before this visit, as it was written, with its day. Pure. */
import type { Observation } from '@medplum/fhirtypes'
import { CODE_SYSTEM, LOINC } from '#api/model/systems.ts'
import { measureKey, type OpenSheet } from './read-sheet.ts'
import { VITALS, type Vital } from './visit-form.ts'

export interface LastValue { readonly value: string; readonly at: string }
export type LastVitals = Readonly<Partial<Record<Vital, LastValue>>>

const holds = (code: Observation['code'], loinc: string): boolean => code.coding?.some((coding) => coding.system === CODE_SYSTEM.loinc && coding.code === loinc) === true

export function lastVitals(sheet: OpenSheet): LastVitals {
  const found: Partial<Record<Vital, LastValue>> = {}
  const keep = (name: Vital, digits: string | number | undefined, at: string): void => {
    const before = found[name]
    if (digits !== undefined && (before === undefined || Date.parse(before.at) < Date.parse(at))) found[name] = { value: String(digits).replace('.', ','), at }
  }
  for (const o of sheet.observations) {
    const at = o.effectiveDateTime
    // only what was measured at another visit: this visit's own values stand in the fields
    if (at === undefined || o.status === 'entered-in-error' || o.encounter?.reference === `Encounter/${sheet.encounter.id}`) continue
    for (const name of VITALS) {
      const { code } = LOINC[name]
      if (holds(o.code, code)) keep(name, sheet.digits?.get(measureKey(o.id)) ?? o.valueQuantity?.value, at)
      const part = o.component?.find((component) => holds(component.code, code))
      if (part) keep(name, sheet.digits?.get(measureKey(o.id, code)) ?? part.valueQuantity?.value, at)
    }
  }
  return found
}
