/** The safety checks of a visit as it would be: what is stored and what the sheet sent, over the tables in force on the day. */
import { dayIn, instantIn } from '../model/day.ts'
import { parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import type { Caller, Clock, Concept, ResourceStore, Terminology } from '../model/ports.ts'
import type { CheckReport } from '../model/safety.ts'
import { CODE_SYSTEM, LOINC } from '../model/systems.ts'
import { narrow } from '../security/policy.ts'
import { checkLines } from '../safety/check-lines.ts'
import { medicineCode, readCase } from '../safety/read-case.ts'
import { readTables, SAFETY_LISTS, type SafetyRows } from '../safety/tables.ts'
import { isWithdrawn } from '../visit/settle-changes.ts'
import type { VisitChart } from '../visit/chart.ts'
import type { OpenVisit } from './visit-access.ts'
import { readRunning } from './visit-sheet.ts'

export interface ReportDeps {
  readonly store: ResourceStore
  readonly terminology: Terminology
  readonly clock: Clock
  readonly timeZone: string
}

export type CheckedChart = Pick<VisitChart, 'patient' | 'medications' | 'allergies' | 'observations'>

const CREATININE = `${CODE_SYSTEM.loinc}|${LOINC.creatinine.code},${CODE_SYSTEM.loinc}|${LOINC.creatinineMoles.code}`

const readCreatinine = async (deps: ReportDeps, caller: Caller, visit: OpenVisit): Promise<JsonObject[]> => {
  const page = await deps.store.search(narrow(caller, 'search-type', 'Observation'), { type: 'Observation', parameters: [['patient', `Patient/${visit.patient}`], ['code', CREATININE], ['_sort', '-date'], ['_count', '10']], strict: true })
  return page.matches.map(({ body }) => parseJsonObject(body)).filter((observation) => !isWithdrawn(observation))
}

const readRows = async ({ terminology }: ReportDeps, day: string): Promise<SafetyRows> => {
  const [substances, classes, interactions, limits] = await Promise.all(SAFETY_LISTS.map((list) => terminology.rows(list, day)))
  return { 'drug-substances': substances ?? [], 'drug-classes': classes ?? [], 'drug-interactions': interactions ?? [], 'drug-limits': limits ?? [] }
}

const readMedicines = async ({ terminology }: ReportDeps, medications: readonly JsonObject[], day: string): Promise<(code: string) => Concept | undefined> => {
  const codes = [...new Set(medications.flatMap((medication) => medicineCode(medication) ?? []))]
  const found = new Map(await Promise.all(codes.map(async (code) => [code, await terminology.lookup(CODE_SYSTEM.medicines, code, day)] as const)))
  return (code) => found.get(code)
}

/** Nothing of it is stored; whoever answers it to a person records that first. */
export const reportOf = async (deps: ReportDeps, caller: Caller, visit: OpenVisit, chart: CheckedChart): Promise<CheckReport> => {
  const at = deps.clock.now()
  const day = dayIn(new Date(stringAt(visit.encounter, 'period', 'start') ?? at), deps.timeZone)
  const [rows, running, creatinine] = await Promise.all([readRows(deps, day), readRunning(deps, caller, visit), readCreatinine(deps, caller, visit)])
  const medicine = await readMedicines(deps, [...chart.medications, ...running], day)
  const tables = readTables(rows)
  const { patient, medications, allergies, observations } = chart
  return { at: instantIn(at, deps.timeZone), tables: tables.versions, lines: checkLines(readCase({ patient, medications, running, allergies, observations, creatinine, medicine, at, timeZone: deps.timeZone }), tables) }
}
