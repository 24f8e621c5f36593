/** Released results for the timeline of a record: of a laboratory what was out of the usual, of imaging what was concluded (http://hl7.org/fhir/R4/diagnosticreport.html). Pure. */
import { isReleased, resultIds, toLine } from '../laboratory/read-result.ts'
import type { TimelineResult } from '../model/chart.ts'
import { arrayAt, parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import type { StoredVersion } from '../model/resource.ts'

/** Section RAD of http://terminology.hl7.org/CodeSystem/v2-0074. */
const isImaging = (report: JsonObject): boolean => arrayAt(report, 'category').some((category) => stringAt(category, 'coding', 0, 'code') === 'RAD')

/** `values`: Observations of the reports, as far as they were read. */
export const toTimelineResults = (reports: readonly StoredVersion[], values: readonly StoredVersion[]): TimelineResult[] => {
  const lines = new Map(values.map((stored) => [stored.id, toLine(parseJsonObject(stored.body))]))
  return reports.flatMap((stored): TimelineResult[] => {
    const report = parseJsonObject(stored.body)
    if (!isReleased(report)) return []
    const encounter = stringAt(report, 'encounter', 'reference')?.split('/')[1]
    const ids = resultIds(report)
    return [{
      report: stored.id, at: stringAt(report, 'issued') ?? stringAt(report, 'effectiveDateTime') ?? '', kind: isImaging(report) ? 'imaging' : 'laboratory',
      test: stringAt(report, 'code', 'text') ?? stringAt(report, 'code', 'coding', 0, 'display') ?? '', conclusion: stringAt(report, 'conclusion') ?? '',
      unusual: ids.flatMap((id) => {
        const line = lines.get(id)
        return line?.flag === undefined || line.flag === 'N' ? [] : [{ name: line.name, text: line.text, unit: line.unit, flag: line.flag }]
      }),
      ...(ids.some((id) => !lines.has(id)) && { unread: true as const }), ...(encounter !== undefined && { encounter }),
    }]
  })
}
