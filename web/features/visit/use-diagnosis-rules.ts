/** The rules of the list for the codes on the sheet, in the version of the visit's day; what is not on hand yet is looked up. */
import { shallowRef, watch, type ShallowRef } from 'vue'
import { readDiagnosisRule, type DiagnosisRule } from '#api/model/diagnosis-rules.ts'
import type { Concept } from '#api/model/ports.ts'
import { findTerms } from '#web/fhir/queries.ts'
import type { Rules } from './diagnosis-rows.ts'

export interface DiagnosisRules {
  readonly rules: Readonly<ShallowRef<Rules>>
  /** Of a code that was just chosen from the list. */
  readonly learn: (concept: Concept) => void
}

export function useDiagnosisRules(codes: () => readonly string[], day: () => string): DiagnosisRules {
  const rules = shallowRef<Rules>(new Map())
  const keep = (code: string, rule: DiagnosisRule): void => { rules.value = new Map([...rules.value, [code, rule]]) }
  const learn = (concept: Concept): void => keep(concept.code, readDiagnosisRule(concept.properties))

  watch(day, () => { rules.value = new Map() })
  watch([() => codes().filter((code) => !rules.value.has(code)).join(' '), day], async () => {
    const [missing, on] = [codes().filter((code) => !rules.value.has(code)), day()]
    await Promise.all(missing.map(async (code) => {
      try {
        const found = (await findTerms('icd10', code, { on, count: 1 })).find((concept) => concept.code === code)
        if (found && on === day()) learn(found)
      } catch {
        // a hint only: without an answer nothing is said here, and the server judges before it signs
      }
    }))
  }, { immediate: true })
  return { rules, learn }
}
