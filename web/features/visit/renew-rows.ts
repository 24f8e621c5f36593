/**
 * Rows of an earlier visit as new rows of this one. Each is looked up again in the list of this visit's day: a code that the list no longer holds is not carried
 * on but named, so that the doctor chooses anew. What this form has already is left out. Pure but for the look-up.
 */
import { readDiagnosisRule } from '#api/model/diagnosis-rules.ts'
import type { Concept } from '#api/model/ports.ts'
import type { ListName } from '#api/model/systems.ts'
import type { FindCode } from './find-code.ts'
import { toListCode } from './list-lookup.ts'
import type { DiagnosisRow, DrugRow, ListCode, OrderRow, VisitForm } from './visit-form.ts'

export interface Renewed<Row> {
  readonly rows: readonly Row[]
  /** Names of what today's list no longer holds. */
  readonly gone: readonly string[]
}

interface Coded { readonly code: ListCode }

async function renew<Row extends Coded>(list: ListName, rows: readonly Row[], present: readonly Coded[], find: FindCode, toRow: (row: Row, concept: Concept) => Row): Promise<Renewed<Row>> {
  const wanted = rows.filter(({ code }) => !present.some((other) => other.code.code === code.code))
  const found = await Promise.all(wanted.map(async (row) => ({ row, concept: await find(list, row.code.code) })))
  return {
    rows: found.flatMap(({ row, concept }) => (concept ? [toRow(row, concept)] : [])),
    gone: found.flatMap(({ row, concept }) => (concept ? [] : [row.code.display])),
  }
}

/** The earlier main diagnosis stays the main one unless this visit has one, or today's list says that it may not be; what may not be used any more is gone, as if it were in no list. */
export async function renewDiagnoses(earlier: VisitForm, form: VisitForm, find: FindCode, newId: () => string): Promise<Renewed<DiagnosisRow>> {
  const taken = form.diagnoses.some(({ role }) => role === 'main')
  const findUsable: FindCode = async (list, code) => {
    const concept = await find(list, code)
    return concept && readDiagnosisRule(concept.properties).forbidden ? undefined : concept
  }
  return renew('icd10', earlier.diagnoses, form.diagnoses, findUsable, (row, concept) =>
    ({ id: newId(), code: toListCode(concept), role: taken || readDiagnosisRule(concept.properties).notMain ? 'accompanying' : row.role, certainty: row.certainty }))
}

/** Dose, times, days, amount and note as they were; ingredient and class as today's list says, for the checks. */
export const renewDrugs = (earlier: VisitForm, form: VisitForm, find: FindCode, newId: () => string): Promise<Renewed<DrugRow>> =>
  renew('medicines', earlier.drugs, form.drugs, find, ({ version: _stored, ...row }, concept) =>
    ({ ...row, id: newId(), code: toListCode(concept) }))

export const renewOrders = (earlier: VisitForm, form: VisitForm, find: FindCode, newId: () => string): Promise<Renewed<OrderRow>> =>
  renew('orders', earlier.orders, form.orders, find, (row, concept) => ({ id: newId(), code: toListCode(concept), category: row.category }))
