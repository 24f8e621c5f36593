/** How far a procedure that was ordered is: what its Procedure says (http://hl7.org/fhir/R4/valueset-event-status.html). One that was marked by mistake is not done. Pure. */
import { arrayAt, stringAt, type JsonObject } from './json.ts'
import type { ProcedureDone, ProcedureState } from './procedures.ts'

export const isDone = (procedure: JsonObject | undefined): boolean => procedure !== undefined && stringAt(procedure, 'status') === 'completed'

const doneOf = (procedure: JsonObject): ProcedureDone => ({
  at: stringAt(procedure, 'performedDateTime') ?? stringAt(procedure, 'performedPeriod', 'end') ?? stringAt(procedure, 'performedPeriod', 'start') ?? '', by: stringAt(procedure, 'performer', 0, 'actor', 'display') ?? '',
  note: arrayAt(procedure, 'note').map((note) => stringAt(note, 'text') ?? '').filter(Boolean).join('\n'),
})

export const toState = (order: string, version: number, procedure: JsonObject | undefined): ProcedureState =>
  ({ order, version, ...(procedure !== undefined && isDone(procedure) && { done: doneOf(procedure) }) })
