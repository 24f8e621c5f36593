/** Reports of imaging in a patient's record, over all visits; what nobody has released yet says so. */
import { accessionOf, stateOf } from '../laboratory/read-result.ts'
import type { ChartImages } from '../model/chart.ts'
import { parseJsonObject, stringAt } from '../model/json.ts'
import type { Caller } from '../model/ports.ts'
import { readNewest, type ChartReadDeps } from './chart-reads.ts'
import { idOfReference } from './registration-encounter.ts'

/** Section RAD of http://terminology.hl7.org/CodeSystem/v2-0074, as build-report.ts writes it. */
const IMAGING = 'http://terminology.hl7.org/CodeSystem/v2-0074|RAD'

export const readImages = async (deps: ChartReadDeps, caller: Caller, patient: string): Promise<ChartImages> => {
  const { matches, cut } = await readNewest(deps, caller, 'DiagnosticReport', [['patient', `Patient/${patient}`], ['category', IMAGING], ['_sort', '-date']])
  return {
    cut,
    images: matches.map((stored) => {
      const report = parseJsonObject(stored.body)
      const status = stringAt(report, 'status')
      const encounter = idOfReference(stringAt(report, 'encounter', 'reference'), 'Encounter')
      return {
        report: stored.id, test: stringAt(report, 'code', 'text') ?? stringAt(report, 'code', 'coding', 0, 'display') ?? '', at: stringAt(report, 'issued') ?? stringAt(report, 'effectiveDateTime') ?? '', state: stateOf(report),
        amended: status === 'amended', conclusion: stringAt(report, 'conclusion') ?? '', by: stringAt(report, 'resultsInterpreter', 0, 'display') ?? '', accession: accessionOf(report) ?? '', ...(encounter !== undefined && { encounter }),
      }
    }),
  }
}
