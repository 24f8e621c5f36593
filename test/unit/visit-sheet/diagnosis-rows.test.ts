/** The rules of the ICD-10 list: how a file marks them, what they speak against, and what the sheet does with a row. */
import { describe, expect, it } from 'vitest'
import { judgeDiagnosis, readDiagnosisRule, type DiagnosisRule } from '#api/model/diagnosis-rules.ts'
import { addDiagnosis, makeMain, removeDiagnosis, type Rules } from '#web/features/visit/diagnosis-rows.ts'
import type { DiagnosisRow } from '#web/features/visit/visit-form.ts'
import { readStarter } from '../terminology/starter-files.ts'

const rule = (given: Partial<DiagnosisRule> = {}): DiagnosisRule => ({ notMain: false, discouraged: false, forbidden: false, deathOnly: false, ...given })
const row = (code: string, role: DiagnosisRow['role'] = 'accompanying'): DiagnosisRow => ({ id: code, code: { system: 's', version: 'v', code, display: code }, role, certainty: 'confirmed' })
const rules: Rules = new Map([['STAR', rule({ notMain: true })], ['GONE', rule({ forbidden: true })], ['FLU', rule()]])
const roles = (rows: readonly DiagnosisRow[]): string[] => rows.map(({ code, role }) => `${code.code} ${role}`)

describe('the rule of a code', () => {
  it('is read from the marks that published files use, and from one or two columns for the sex', () => {
    for (const mark of ['x', 'X', '1', 'có', 'Yes', 'Không dùng']) expect(readDiagnosisRule({ forbidden: mark }), mark).toEqual(rule({ forbidden: true }))
    for (const mark of ['', '0', 'không', 'No', '-']) expect(readDiagnosisRule({ forbidden: mark }), mark).toEqual(rule())
    expect([readDiagnosisRule({ sex: 'male' }).sex, readDiagnosisRule({ femaleOnly: 'x' }).sex, readDiagnosisRule({ maleOnly: '1', femaleOnly: '' }).sex, readDiagnosisRule({ maleOnly: 'x', femaleOnly: 'x' }).sex])
      .toEqual(['male', 'female', 'male', undefined])
  })
  it('speaks against a use by its place, the outcome and the sex', () => {
    const use = { main: false, died: false, gender: 'male' }
    expect(judgeDiagnosis(rule(), { ...use, main: true })).toEqual([])
    expect([judgeDiagnosis(rule({ notMain: true }), use), judgeDiagnosis(rule({ notMain: true }), { ...use, main: true })]).toEqual([[], ['not-main']])
    expect([judgeDiagnosis(rule({ deathOnly: true }), use), judgeDiagnosis(rule({ deathOnly: true }), { ...use, died: true })]).toEqual([['death-only'], []])
    expect([undefined, 'unknown', 'other', 'female', 'male'].map((gender) => judgeDiagnosis(rule({ sex: 'female' }), { ...use, gender }))).toEqual([[], [], [], [], ['sex']])
    expect(judgeDiagnosis(rule({ forbidden: true, discouraged: true }), use)).toEqual(['forbidden', 'discouraged'])
  })
  it('has an example of each kind in the starter list', async () => {
    const marked = (await readStarter('icd10')).map((c) => [c.code, readDiagnosisRule(c.properties)] as const)
    const codes = (name: 'notMain' | 'discouraged' | 'forbidden' | 'deathOnly') => marked.filter(([, found]) => found[name]).map(([code]) => code)
    expect([codes('notMain'), codes('discouraged'), codes('forbidden'), codes('deathOnly')]).toEqual([['B95', 'G63', 'H36', 'W19'], ['R69', 'T14'], ['I84'], ['R96', 'R98']])
    expect(marked.find(([code]) => code === 'N40')?.[1].sex).toBe('male')
  })
})

describe('a row of a diagnosis', () => {
  it('is the main one when there is none, unless its code may not be it', () => {
    expect(roles(addDiagnosis([], row('FLU'), rules).rows)).toEqual(['FLU main'])
    const star = addDiagnosis([], row('STAR'), rules)
    expect([roles(star.rows), star.refusal]).toEqual([['STAR accompanying'], 'demoted'])
    expect(roles(addDiagnosis(star.rows, row('FLU'), rules).rows)).toEqual(['FLU main', 'STAR accompanying'])
  })
  it('is not added when its code may not be used, nor as the thirteenth that accompanies', () => {
    expect(addDiagnosis([row('FLU', 'main')], row('GONE'), rules)).toEqual({ rows: [row('FLU', 'main')], refusal: 'refused' })
    const twelve = Array.from({ length: 12 }, (_, at) => row(`A${at}`))
    expect(addDiagnosis([row('FLU', 'main'), ...twelve], row('B'), rules).refusal).toBe('full')
    expect(addDiagnosis([row('FLU', 'main'), ...twelve.slice(1)], row('B'), rules).rows).toHaveLength(13)
    expect(addDiagnosis(twelve, row('B'), rules).refusal).toBeUndefined()
  })
  it('follows the main one that is taken off only when its code may be main', () => {
    expect(roles(removeDiagnosis([row('FLU', 'main'), row('STAR'), row('B')], 'FLU', rules))).toEqual(['B main', 'STAR accompanying'])
    expect(roles(removeDiagnosis([row('FLU', 'main'), row('STAR')], 'FLU', rules))).toEqual(['STAR accompanying'])
    expect(roles(removeDiagnosis([row('FLU', 'main'), row('STAR')], 'STAR', rules))).toEqual(['FLU main'])
    expect(roles(makeMain([row('FLU', 'main'), row('B')], 'B'))).toEqual(['B main', 'FLU accompanying'])
  })
})
