/** What $merge and $unmerge answer. http://hl7.org/fhir/patient-operation-merge.html */
import type { GuardedRequest } from '../../http/route.ts'
import { parseJsonObject } from '../../model/json.ts'
import { writeParameters } from './parameters-body.ts'

/** `result`: the text of the target patient. */
export const writeMerged = (request: GuardedRequest, said: string, result: string): string => writeParameters([
  { name: 'input', resource: request.bytes.length === 0 ? { resourceType: 'Parameters' } : request.json() },
  { name: 'outcome', resource: { resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', details: { text: said } }] } },
  { name: 'result', resource: parseJsonObject(result) },
])
