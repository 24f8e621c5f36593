/** A patient's record beside the work: what is known at a glance, the visits page by page, what was measured, and words wherever they stand. Shapes are in api/model/chart.ts. */
import type { AllergyIntolerance } from '@medplum/fhirtypes'
import { z } from 'zod'
import { findResults } from '../chart/find-results.ts'
import { hasWords, findText, snippetOf, toWords } from '../chart/find-text.ts'
import { newestFirst } from '../chart/dates.ts'
import { toMedicines } from '../chart/medicines.ts'
import { toProblems } from '../chart/problems.ts'
import { toSeries } from '../chart/series.ts'
import { RELEASED_REPORT, RELEASED_VALUE } from '../chart/withdrawn.ts'
import type { ChartHits, ChartSeries, ChartSeriesList, PatientChart } from '../model/chart.ts'
import { allergyKind } from '../model/allergy.ts'
import { dayIn } from '../model/day.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, Clock } from '../model/ports.ts'
import { toTyped } from '../model/resource.ts'
import { CODE_SYSTEM, LOINC } from '../model/systems.ts'
import { rolesFor } from '../security/policy.ts'
import { readImages } from './chart-images.ts'
import { readNewest, recordChart, requireChart, type ChartReadDeps } from './chart-reads.ts'
import { readTimeline, type TimelineDeps } from './chart-timeline.ts'
import { parseInput, queryObject } from './input.ts'
import { type GuardedRequest, type Reply, type Route } from './route.ts'

export type PatientChartDeps = ChartReadDeps & TimelineDeps & { readonly clock: Clock; readonly timeZone: string }

const Cursor = z.object({ cursor: z.string().max(2000).optional() })
const Words = z.object({ q: z.string().trim().min(2).max(200) })
const Code = z.object({ code: z.string().max(300).regex(/^[^|,\\\s]*\|[^|,\\\s]+$/, 'system|code') })

const GROUPS: readonly ChartSeries['group'][] = ['vital-signs', 'laboratory']
/** Of a laboratory what it has released, as far back as there is room: what waits at its bench takes no place. */
const LABORATORY = [['category', 'laboratory'], ['status', RELEASED_VALUE.join(',')]] as const
/** Points of each series beside the others: enough for a line that shows where it goes. */
const POINTS = 12
const HITS = 100
/** Pages of a thousand that a search for words reads of each type. */
const SEARCHED = 4
const NOTE_CODES = [LOINC.history, LOINC.pastHistory, LOINC.examination, LOINC.results, LOINC.plan, LOINC.admissionDiagnosis, LOINC.remarks].map(({ code }) => `${CODE_SYSTEM.loinc}|${code}`).join(',')

const about = (patient: string): readonly [string, string] => ['patient', `Patient/${patient}`]

/** JSON text of PatientChart: FHIR bodies are answered as they are stored. */
const chartText = async (deps: PatientChartDeps, caller: Caller, patient: string): Promise<string> => {
  const today = dayIn(deps.clock.now(), deps.timeZone)
  const [stored, allergies, conditions, requests, timeline] = await Promise.all([
    deps.store.read(caller, { type: 'Patient', id: patient }), readNewest(deps, caller, 'AllergyIntolerance', [about(patient)]),
    readNewest(deps, caller, 'Condition', [about(patient), ['_sort', '-recorded-date']]), readNewest(deps, caller, 'MedicationRequest', [about(patient), ['_sort', '-authoredon']]),
    readTimeline(deps, caller, patient),
  ])
  if (stored === undefined || stored.deleted) throw outcome('not-found')
  const plain: Omit<PatientChart, 'patient' | 'allergies'> = {
    ...timeline, problems: toProblems(conditions.matches, deps.timeZone), medicines: toMedicines(requests.matches, today, deps.timeZone),
    cut: [...(conditions.cut ? ['problems' as const] : []), ...(requests.cut ? ['medicines' as const] : [])],
  }
  const current = allergies.matches.filter((each) => allergyKind(toTyped<AllergyIntolerance>(each)) !== 'past').map(({ body }) => body)
  return `{"patient":${stored.body},"allergies":[${current.join(',')}],${JSON.stringify(plain).slice(1)}`
}

const readSeries = async (deps: PatientChartDeps, caller: Caller, patient: string): Promise<ChartSeriesList> => {
  const found = await Promise.all(GROUPS.map((group) => readNewest(deps, caller, 'Observation', [about(patient), ...(group === 'laboratory' ? LABORATORY : [['category', group] as const]), ['_sort', '-date']])))
  return { series: found.flatMap(({ matches }, at) => toSeries(matches, GROUPS[at] ?? 'laboratory', POINTS)), cut: GROUPS.filter((_, at) => found[at]?.cut) }
}

/** Blood pressure is found by the code of its components. */
const readValues = async (deps: PatientChartDeps, caller: Caller, patient: string, code: string): Promise<ChartSeries | undefined> => {
  const { matches } = await readNewest(deps, caller, 'Observation', [about(patient), ['combo-code', code], ['_sort', '-date']])
  return toSeries(matches, 'laboratory', matches.length).find((series) => series.code === code)
}

const search = async (deps: PatientChartDeps, caller: Caller, patient: string, words: readonly string[]): Promise<ChartHits> => {
  const read = (type: string, sort: string, ...more: readonly (readonly [string, string])[]) => readNewest(deps, caller, type, [about(patient), ['_sort', sort], ...more], { pages: SEARCHED })
  const [found, values, documents] = await Promise.all([
    Promise.all([
      read('Condition', '-recorded-date'), read('MedicationRequest', '-authoredon'), read('ServiceRequest', '-authored'), read('Observation', '-date', ['code', NOTE_CODES]),
      read('AllergyIntolerance', '-date'), read('DiagnosticReport', '-date', ['status', RELEASED_REPORT.join(',')]),
    ]),
    read('Observation', '-date', ...LABORATORY),
    deps.documents.find({ patient }),
  ])
  const titles = documents.filter(({ title, code }) => hasWords(words, title, code))
    .map(({ title, code, encounter, evidence }) => ({ kind: 'document' as const, title: '', text: snippetOf(`${title} ${code}`, words), at: evidence.signedAt, encounter }))
  const hits = [...found.flatMap(({ matches }) => findText(matches, words)), ...findResults(values.matches, words), ...titles].sort(newestFirst)
  return { hits: hits.slice(0, HITS), more: hits.length > HITS || [...found, values].some(({ cut }) => cut) }
}

/** GET /api/patients/:patient/chart ; …/timeline?cursor= ; …/series ; …/series/values?code= ; …/images ; …/chart-search?q= */
export const patientChartRoutes = (deps: PatientChartDeps): Route[] => {
  const reads = { method: 'GET', site: 'hospital', access: { roles: rolesFor('chart.read') } } as const
  /** Asked, read, on record, answered. */
  const page = (url: string, interaction: string, answer: (request: GuardedRequest, patient: string) => Promise<string>): Route => ({
    ...reads, url: `/api/patients/:patient/${url}`,
    handler: async (request: GuardedRequest): Promise<Reply> => {
      const patient = await requireChart(deps, request)
      const body = await answer(request, patient)
      await recordChart(deps, request.caller, patient, { interaction })
      return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body }
    },
  })
  return [
    page('chart', 'chart', ({ caller }, patient) => chartText(deps, caller, patient)),
    page('timeline', 'chart-timeline', async (request, patient) => JSON.stringify(await readTimeline(deps, request.caller, patient, { cursor: parseInput(Cursor, queryObject(request)).cursor, results: true }))),
    page('series', 'chart-results', async ({ caller }, patient) => JSON.stringify(await readSeries(deps, caller, patient))),
    page('images', 'chart-images', async ({ caller }, patient) => JSON.stringify(await readImages(deps, caller, patient))),
    page('series/values', 'chart-results', async (request, patient) => {
      const found = await readValues(deps, request.caller, patient, parseInput(Code, queryObject(request)).code)
      if (found === undefined) throw outcome('not-found')
      return JSON.stringify(found)
    }),
    page('chart-search', 'chart-search', async (request, patient) => JSON.stringify(await search(deps, request.caller, patient, toWords(parseInput(Words, queryObject(request)).q)))),
  ]
}
