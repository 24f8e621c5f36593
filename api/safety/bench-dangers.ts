/** What laboratory and imaging have to know of a patient before they touch them: the same facts, read the same way, as those of the checks of drugs. Pure. */
import { allergyKindOf, currentAllergies, NONE_KNOWN, noneWords } from '../model/allergy.ts'
import { isContrastAllergy } from '../model/contrast-allergy.ts'
import { dayIn } from '../model/day.ts'
import { arrayAt, stringAt, type JsonObject } from '../model/json.ts'
import type { WorkDangers } from '../model/results.ts'
import { mayBePregnant } from '../model/safety.ts'
import type { PatientFacts } from './case.ts'
import { glomerularFiltration } from './kidney-function.ts'
import { readCase } from './read-case.ts'

export interface DangerSource {
  readonly patient: JsonObject
  readonly allergies: readonly JsonObject[]
  /** Of any time, the newest first. */
  readonly creatinine: readonly JsonObject[]
  readonly heights: readonly JsonObject[]
  readonly pregnancies: readonly JsonObject[]
  /** Reference of the visit that ordered it. */
  readonly encounter: string
  readonly at: Date
  readonly timeZone: string
}

const codingsOf = (allergy: JsonObject) => arrayAt(allergy, 'code', 'coding').map((coding) => ({ system: stringAt(coding, 'system'), code: stringAt(coding, 'code'), display: stringAt(coding, 'display') }))

const allergiesOf = (all: readonly JsonObject[]): WorkDangers['allergies'] => {
  const current = currentAllergies(all, allergyKindOf)
  const [first] = current
  if (first === undefined) return { state: 'unasked', rows: [] }
  if (allergyKindOf(first) === 'none-known') {
    const words = current.map((one) => noneWords(codingsOf(one).map(({ code }) => code), stringAt(one, 'code', 'text')))
    return { state: 'none-known', none: words.includes(NONE_KNOWN.text) ? NONE_KNOWN.text : words[0] ?? NONE_KNOWN.text, rows: [] }
  }
  const rows = current.map((one) => {
    const codings = codingsOf(one)
    const text = stringAt(one, 'code', 'text') ?? codings.flatMap(({ display, code }) => display ?? code ?? [])[0] ?? '?'
    return { text, high: stringAt(one, 'criticality') === 'high', contrast: isContrastAllergy(text, codings) }
  })
  return { state: 'known', rows: rows.toSorted((a, b) => Number(b.contrast) - Number(a.contrast) || Number(b.high) - Number(a.high)) }
}

const kidneyOf = ({ creatinine, months, gender, height }: PatientFacts): NonNullable<WorkDangers['kidney']> => {
  if (creatinine === undefined) return 'none'
  if (creatinine === 'unreadable') return 'unreadable'
  const rate = months === undefined || gender === undefined ? undefined : glomerularFiltration({ years: Math.floor(months / 12), female: gender === 'female', creatinine: creatinine.value, height })
  return { creatinine: Math.round(creatinine.value), day: creatinine.day, daysAgo: creatinine.daysAgo, ...(rate !== undefined && { rate: Math.round(rate) }) }
}

/** That somebody was pregnant is told whenever it was said; that somebody was not, with its day. */
const pregnancyOf = ({ pregnancy, months, gender }: PatientFacts, { pregnancies: [newest], encounter, timeZone }: DangerSource): WorkDangers['pregnancy'] => {
  if (pregnancy === undefined || newest === undefined) return mayBePregnant({ gender, months }) ? 'unknown' : undefined
  const said = stringAt(newest, 'effectiveDateTime') ?? stringAt(newest, 'issued') ?? stringAt(newest, 'meta', 'lastUpdated') ?? ''
  const time = Date.parse(said)
  return { ...pregnancy, day: Number.isNaN(time) ? said.slice(0, 10) : dayIn(new Date(time), timeZone), ofVisit: stringAt(newest, 'encounter', 'reference') === encounter }
}

export const dangersOf = (source: DangerSource, kind: 'lab' | 'imaging'): WorkDangers => {
  const { patient, creatinine, at, timeZone } = source
  const allergies = allergiesOf(source.allergies)
  if (kind === 'lab') return { allergies }
  const { facts } = readCase({ patient, medications: [], running: [], allergies: [], observations: [...source.pregnancies.slice(0, 1), ...source.heights], creatinine, medicine: () => undefined, at, timeZone })
  const pregnancy = pregnancyOf(facts, source)
  return { allergies, kidney: kidneyOf(facts), ...(pregnancy !== undefined && { pregnancy }) }
}
