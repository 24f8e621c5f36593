/**
 * What is done to a patient on an order (http://hl7.org/fhir/R4/procedure.html). It has the id of its order, so that there is one for each; the order itself is the doctor's, perhaps signed, and never changes: whether it is
 * done is what its Procedure says. What was marked by mistake stays on record as entered in error, and the order waits again. Pure.
 */
import { arrayAt, objectFromPlain, stringAt, valueAt, type JsonObject } from '../model/json.ts'

/** Who did it: the person who says so. */
export interface Performer { readonly practitioner: string | null; readonly name: string }

const actorOf = ({ practitioner, name }: Performer): object => ({ ...(practitioner !== null && { reference: `Practitioner/${practitioner}` }), display: name })

export const buildProcedure = (order: JsonObject, by: Performer, at: string, note: string): JsonObject => objectFromPlain({
  resourceType: 'Procedure', id: stringAt(order, 'id'), basedOn: [{ reference: `ServiceRequest/${stringAt(order, 'id') ?? ''}` }], status: 'completed', code: valueAt(order, 'code'),
  subject: { reference: stringAt(order, 'subject', 'reference') }, encounter: valueAt(order, 'encounter'), performedDateTime: at, recorder: actorOf(by), performer: [{ actor: actorOf(by) }],
  ...(note !== '' && { note: [{ text: note }] }),
})

/** Who took it back, when and why stands behind what was written before. */
export const withdrawProcedure = (procedure: JsonObject, by: Performer, at: string, reason: string): JsonObject =>
  procedure.set('status', 'entered-in-error').set('statusReason', objectFromPlain({ text: reason }))
    .set('note', [...arrayAt(procedure, 'note'), objectFromPlain({ ...(by.practitioner === null ? { authorString: by.name } : { authorReference: actorOf(by) }), time: at, text: `Rút lại: ${reason}` })])
