/** What is stored when a specimen is given back, or a patient did not come: the specimen cannot be used, the report is cancelled, and the order waits again or is given up (http://hl7.org/fhir/R4/valueset-specimen-status.html). Pure. */
import { objectFromPlain, stringAt, type JsonObject } from '../model/json.ts'
import { RETURN_REASON, type ReturnReason } from '../model/materials.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import { actorOf, type Maker } from './build-report.ts'

export interface Returned {
  readonly reason: ReturnReason
  readonly words: string
  /** The order waits again; else nobody does it. */
  readonly again: boolean
  readonly by: Maker
  readonly at: string
}

const whyOf = ({ reason, words }: Pick<Returned, 'reason' | 'words'>): string => [reason === 'other' && words !== '' ? undefined : RETURN_REASON[reason].vi, words].filter((part) => part !== undefined && part !== '').join(': ')

/** "Trả lại: mẫu đông. Chờ làm lại. Bùi Thị Mẫu" */
export const returnText = (returned: Returned): string => `${returned.again ? 'Trả lại' : 'Không làm'}: ${whyOf(returned)}.${returned.again ? ' Chờ làm lại.' : ''} ${returned.by.name}`.trim()

export const buildReturnedSpecimen = (specimen: JsonObject, returned: Returned): JsonObject => {
  const { condition } = RETURN_REASON[returned.reason]
  const marked = specimen.set('status', returned.reason === 'by-mistake' ? 'entered-in-error' : 'unsatisfactory').set('note', [objectFromPlain({ authorString: returned.by.name, time: returned.at, text: returnText(returned) })])
  return condition === undefined ? marked : marked.set('condition', [objectFromPlain({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0493', code: condition }] })])
}

/** The first code says why, the second what becomes of the order. */
export const buildReturnedReport = (report: JsonObject, returned: Returned): JsonObject =>
  report.set('status', 'cancelled').delete('result').set('issued', returned.at).set('conclusion', returnText(returned)).set('resultsInterpreter', [objectFromPlain(actorOf(returned.by))])
    .set('conclusionCode', [returned.reason, returned.again ? 'again' : 'given-up'].map((code) => objectFromPlain({ coding: [{ system: CODE_SYSTEM.specimenReturn, code }] })))

export const isGivenUp = (report: JsonObject): boolean => stringAt(report, 'status') === 'cancelled' && stringAt(report, 'conclusionCode', 1, 'coding', 0, 'code') === 'given-up'
