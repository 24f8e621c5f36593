/** Priorities of an order that are before routine: http://hl7.org/fhir/R4/valueset-request-priority.html */
const BEFORE_ROUTINE: readonly string[] = ['urgent', 'asap', 'stat']

export const isUrgent = (priority: string | undefined): boolean => priority !== undefined && BEFORE_ROUTINE.includes(priority)
