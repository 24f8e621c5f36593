/** Released results for the timeline of a record: of a laboratory what was out of the usual, of imaging what was concluded (http://hl7.org/fhir/R4/diagnosticreport.html), and procedures that were done. Pure. */
import type { TimelineResult } from '../model/chart.ts'
import { arrayAt, parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import { toState } from '../model/procedure-state.ts'
import type { StoredVersion } from '../model/resource.ts'
import { measurements } from './series.ts'
import { isReleasedStatus, isTakenBack } from './withdrawn.ts'

/** Sections of http://terminology.hl7.org/CodeSystem/v2-0074. */
const IMAGING = new Set(['RAD', 'IMG', 'CT', 'CUS', 'NMR', 'NMS', 'OUS', 'RUS', 'RX', 'VUS', 'XRC'])
const LABORATORY = new Set(['LAB', 'BG', 'BLB', 'CG', 'CH', 'CP', 'GE', 'HM', 'IMM', 'MB', 'MCB', 'MYC', 'OSL', 'PAR', 'PAT', 'SP', 'SR', 'TX', 'VR'])

const kindOf = (report: JsonObject): TimelineResult['kind'] => {
  const sections = arrayAt(report, 'category').flatMap((category) => arrayAt(category, 'coding').map((coding) => stringAt(coding, 'code') ?? ''))
  return sections.some((section) => IMAGING.has(section)) ? 'imaging' : sections.some((section) => LABORATORY.has(section)) ? 'laboratory' : 'other'
}

/** Of a value that was taken back, or is not released, nothing. */
const flaggedIn = (stored: StoredVersion): TimelineResult['unusual'] => {
  const observation = parseJsonObject(stored.body)
  return isReleasedStatus(observation) ? measurements(observation).flatMap(({ name, unit, point: { value, flag } }) => (flag === undefined ? [] : [{ name, text: value, unit, flag }])) : []
}

/** A released DiagnosticReport, and the ids of its values. */
export interface ReleasedReport { readonly stored: StoredVersion; readonly ids: readonly string[] }

/** `values`: Observations of the reports, as far as they were read. */
export const toTimelineResults = (reports: readonly ReleasedReport[], values: readonly StoredVersion[]): TimelineResult[] => {
  const flagged = new Map(values.map((stored) => [stored.id, flaggedIn(stored)]))
  return reports.filter(({ stored }) => !isTakenBack(stored)).map(({ stored, ids }): TimelineResult => {
    const report = parseJsonObject(stored.body)
    const encounter = stringAt(report, 'encounter', 'reference')?.split('/')[1]
    const unusual = ids.flatMap((id) => flagged.get(id) ?? [])
    const unread = ids.some((id) => !flagged.has(id))
    return {
      report: stored.id, at: stringAt(report, 'issued') ?? stringAt(report, 'effectiveDateTime') ?? '', kind: kindOf(report),
      test: stringAt(report, 'code', 'text') ?? stringAt(report, 'code', 'coding', 0, 'display') ?? '', conclusion: stringAt(report, 'conclusion') ?? '',
      unusual, ...(unread && { unread: true as const }), ...(!unread && ids.length > 0 && unusual.length === 0 && { unflagged: true as const }), ...(encounter !== undefined && { encounter }),
    }
  })
}

/** What was done, at its own time, with who did it. Of what was marked by mistake nothing. */
export const toTimelineProcedures = (procedures: readonly StoredVersion[]): TimelineResult[] => procedures.flatMap((stored): TimelineResult[] => {
  const procedure = parseJsonObject(stored.body)
  const { done } = toState(stored.id, stored.version, procedure)
  const encounter = stringAt(procedure, 'encounter', 'reference')?.split('/')[1]
  return done === undefined ? [] : [{
    report: stored.id, at: done.at, kind: 'procedure', test: stringAt(procedure, 'code', 'text') ?? stringAt(procedure, 'code', 'coding', 0, 'display') ?? '', conclusion: [done.by, done.note].filter(Boolean).join('\n'), unusual: [],
    ...(encounter !== undefined && { encounter }),
  }]
})
