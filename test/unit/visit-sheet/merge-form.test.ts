import { describe, expect, it } from 'vitest'
import { mergeForm, rebaseForm } from '#web/features/visit/merge-form.ts'
import { unreadableVitals } from '#web/features/visit/vital-ranges.ts'
import { emptyVisitForm, removedRows, type DiagnosisRow, type VisitForm } from '#web/features/visit/visit-form.ts'

const blank = emptyVisitForm()
/** What the nurse filed after the doctor's draft was begun. */
const nurse: VisitForm = {
  ...blank, vitals: { ...blank.vitals, pulse: '84', systolic: '130', diastolic: '85' },
  allergies: [{ id: 'a1', version: 1, text: 'Penicillin', criticality: 'high' }],
  stored: { 'vital:pulse': { id: 'o1', version: 1 }, 'vital:bloodPressure': { id: 'o2', version: 1 } },
}

describe('a draft beside what others filed meanwhile', () => {
  it('shows the nurse\'s measurements and allergies where the doctor typed none', () => {
    const draft: VisitForm = { ...blank, reason: 'Đau họng', allergies: [{ id: 'a2', text: 'Tôm', criticality: 'low' }] }
    const merged = mergeForm(draft, nurse)
    expect(merged.reason).toBe('Đau họng')
    expect(merged.vitals).toMatchObject({ pulse: '84', systolic: '130', diastolic: '85' })
    expect(merged.stored).toEqual(nurse.stored)
    expect(merged.allergies.map((a) => a.text)).toEqual(['Penicillin', 'Tôm'])
  })
  it('keeps what the doctor typed, and never mixes two blood pressures', () => {
    const merged = rebaseForm({ ...blank, vitals: { ...blank.vitals, systolic: '150', pulse: '90' } }, nurse)
    expect(merged.vitals).toMatchObject({ pulse: '90', systolic: '150', diastolic: '' })
  })
  it('leaves a measurement emptied that was there before the draft', () => {
    expect(mergeForm({ ...blank, stored: nurse.stored }, nurse).vitals.pulse).toBe('')
  })
})

describe('rows that another system or person stored after the draft was begun', () => {
  const code = { system: 'x', version: '1', code: 'J00', display: 'Cảm lạnh' }
  const diagnosis = (id: string, role: DiagnosisRow['role'], version?: number): DiagnosisRow => ({ id, code, role, certainty: 'confirmed', ...(version && { version }) })
  const stored: VisitForm = {
    ...blank, diagnoses: [diagnosis('c1', 'main', 1)], orders: [{ id: 's1', version: 1, code, category: 'lab' }], foreign: [{ id: 'm9', version: 3, type: 'MedicationRequest', text: 'Thuốc ngoài danh mục' }], shown: ['c1', 's1', 'm9'],
  }

  it('are shown beside what is typed, and never removed by a form that did not show them', () => {
    const draft: VisitForm = { ...blank, diagnoses: [diagnosis('c2', 'main')] }
    expect(removedRows(stored, draft)).toEqual([])
    for (const merged of [mergeForm(draft, stored), rebaseForm(draft, stored)]) {
      expect(merged.diagnoses.map(({ id, role }) => [id, role])).toEqual([['c2', 'main'], ['c1', 'accompanying']])
      expect(merged.orders.map(({ id }) => id)).toEqual(['s1'])
      expect(merged.foreign.map(({ id }) => id)).toEqual(['m9'])
      expect(removedRows(stored, merged)).toEqual([])
    }
  })
  it('stay off when they were taken off here, and are removed as they are stored now', () => {
    const draft: VisitForm = { ...stored, diagnoses: [], foreign: [] }
    const merged = rebaseForm(draft, { ...stored, diagnoses: [diagnosis('c1', 'main', 2)] })
    expect([merged.diagnoses, merged.foreign]).toEqual([[], []])
    expect(removedRows({ ...stored, diagnoses: [diagnosis('c1', 'main', 2)] }, merged)).toEqual([{ type: 'Condition', id: 'c1', version: 2 }, { type: 'MedicationRequest', id: 'm9', version: 3 }])
  })
})

describe('vital signs as they are typed', () => {
  it('finds letters, impossible values and half a blood pressure', () => {
    expect(unreadableVitals({ ...blank.vitals, pulse: '8O', oxygen: '980', systolic: '120' })).toEqual(['pulse', 'oxygen', 'diastolic'])
    expect(unreadableVitals({ ...blank.vitals, pulse: '80', temperature: '37,0', systolic: '120', diastolic: '80' })).toEqual([])
  })
})
