/** What a drug line is compared with: allergies, the other lines, and what the patient already takes. */
import { describe, expect, it } from 'vitest'
import { checkDrugs, type RunningDrug } from '#web/features/visit/drug-checks.ts'
import type { DrugRow } from '#web/features/visit/visit-form.ts'

const drug = (code: string, ingredient: string): DrugRow => ({
  id: code, code: { system: 's', version: 'v', code, display: code }, unit: 'viên', doseUnit: 'viên', dose: '1', frequency: 1, days: 5, quantity: 5, note: '', ingredient, drugClass: '',
})
const running = (code: string, ingredient: string, id = `cũ-${code}`): RunningDrug => ({ id, name: `${code} đang dùng`, code, ingredient })
const found = (drugs: readonly DrugRow[], taken: readonly RunningDrug[] = []): string[] => checkDrugs(drugs, [], taken).map(({ drug: name, kind, with: other }) => `${name} ${kind} ${other}`)

describe('drugs that the patient already takes', () => {
  it('warn by the substance: another strength, another form, a combination', () => {
    expect(found([drug('AMOX500', 'Amoxicillin')], [running('AMOX250', 'amoxicillin')])).toEqual(['AMOX500 active AMOX250 đang dùng'])
    expect(found([drug('PARA500', 'Paracetamol')], [running('PARACOD', 'Paracetamol + codein')])).toEqual(['PARA500 active PARACOD đang dùng'])
  })
  it('warn by the code when the list no longer knows the substance', () => {
    expect(found([drug('AMOX500', '')], [running('AMOX500', '')])).toEqual(['AMOX500 active AMOX500 đang dùng'])
  })
  it('do not warn of another substance, nor of the line itself', () => {
    expect(found([drug('AMOX500', 'Amoxicillin'), drug('PARA500', 'Paracetamol')], [running('IBU400', 'Ibuprofen'), running('AMOX500', 'Amoxicillin', 'AMOX500'), running('X', '')])).toEqual([])
  })
})

describe('drugs of the same sheet', () => {
  it('warn once, at the later line, also of a substance in a combination', () => {
    expect(found([drug('PARA500', 'Paracetamol'), drug('PARATRA', 'Paracetamol + tramadol')])).toEqual(['PARATRA duplicate PARA500'])
  })
})
