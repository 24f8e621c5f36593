/** What was taken back is kept for those who must know, and is no part of what is read beside the work. Pure. */
import type { StoredVersion } from '../model/resource.ts'

/** Entered in error, by status or by verification status (http://hl7.org/fhir/R4/valueset-observation-status.html). */
export const isTakenBack = ({ body }: Pick<StoredVersion, 'body'>): boolean => body.includes('"entered-in-error"')
