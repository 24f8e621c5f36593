/** Diagnoses of all visits (http://hl7.org/fhir/R4/condition.html), each once, with when it was first and last made. Pure. */
import type { Condition } from '@medplum/fhirtypes'
import type { ChartProblem } from '../model/chart.ts'
import { toTyped, type StoredVersion } from '../model/resource.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import { dayOf } from './dates.ts'
import { isTakenBack } from './withdrawn.ts'

/** http://terminology.hl7.org/CodeSystem/condition-ver-status: nobody has confirmed it yet. */
const UNCONFIRMED: ReadonlySet<string> = new Set(['provisional', 'differential', 'unconfirmed'])
const isProvisional = ({ verificationStatus }: Condition): boolean => verificationStatus?.coding?.some(({ code }) => code !== undefined && UNCONFIRMED.has(code)) === true

const codeOf = (condition: Condition): string => condition.code?.coding?.find(({ system }) => system === CODE_SYSTEM.icd10)?.code ?? ''

/** Provisional is what was never confirmed, in no visit. `conditions` newest first; what was made most recently comes first. */
export const toProblems = (conditions: readonly StoredVersion[], timeZone: string): ChartProblem[] => {
  const found = new Map<string, ChartProblem>()
  for (const stored of conditions) {
    const condition = toTyped<Condition>(stored)
    const name = condition.code?.text ?? condition.code?.coding?.[0]?.display ?? ''
    const code = codeOf(condition)
    const day = dayOf(condition.recordedDate ?? condition.onsetDateTime, timeZone)
    const key = code === '' ? name : code
    const known = found.get(key)
    if (isTakenBack(stored) || key === '') continue
    const encounter = condition.encounter?.reference?.split('/')[1]
    const { provisional, ...rest } = known ?? { code, name, first: day, last: day, times: 0, provisional: true, ...(encounter !== undefined && { encounter }) }
    found.set(key, { ...rest, first: day === '' ? rest.first : day, times: rest.times + 1, ...(provisional === true && isProvisional(condition) && { provisional: true }) })
  }
  return [...found.values()]
}
