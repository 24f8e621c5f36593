/** Three versions of a sheet. Whatever two people do to one visit, nothing that one of them stored or typed goes away without a choice. */
import { describe, expect, it } from 'vitest'
import { baseOfOldDraft, conflictsOf, mergeForms, takePlace } from '#web/features/visit/merge-form.ts'
import { placeName, showPlace } from '#web/features/visit/place-words.ts'
import { unreadableVitals } from '#web/features/visit/vital-ranges.ts'
import { emptyVisitForm, removedRows, VITALS, type DiagnosisRow, type VisitForm } from '#web/features/visit/visit-form.ts'

const blank = emptyVisitForm()
/** What the nurse filed after the doctor's sheet was read. */
const nurse: VisitForm = {
  ...blank, vitals: { ...blank.vitals, pulse: '84', systolic: '130', diastolic: '85' },
  allergies: [{ id: 'a1', version: 1, text: 'Penicillin', criticality: 'high' }],
  stored: { 'vital:pulse': { id: 'o1', version: 1 }, 'vital:bloodPressure': { id: 'o2', version: 1 } },
}
const places = (base: VisitForm, mine: VisitForm, theirs: VisitForm): string[] => conflictsOf(base, mine, theirs).map(({ place }) => place)
const code = { system: 'x', version: '1', code: 'J00', display: 'Cảm lạnh' }
const diagnosis = (id: string, role: DiagnosisRow['role'], version?: number): DiagnosisRow => ({ id, code, role, certainty: 'confirmed', ...(version && { version }) })

describe('what others stored meanwhile', () => {
  it('is taken where nothing is typed', () => {
    const typed: VisitForm = { ...blank, reason: 'Đau họng', allergies: [{ id: 'a2', text: 'Tôm', criticality: 'low' }] }
    const { form, base } = mergeForms(blank, typed, nurse)
    expect(form).toMatchObject({ reason: 'Đau họng', vitals: { pulse: '84', systolic: '130', diastolic: '85' }, stored: nurse.stored })
    expect(form.allergies.map(({ text, version }) => [text, version])).toEqual([['Tôm', undefined], ['Penicillin', 1]])
    expect(base).toBe(nurse)
  })
  it('is taken where what was read still stands here, though it is not empty', () => {
    const later: VisitForm = { ...nurse, vitals: { ...nurse.vitals, pulse: '120' }, stored: { ...nurse.stored, 'vital:pulse': { id: 'o1', version: 2 } } }
    const { form } = mergeForms(nurse, { ...nurse, notes: { ...blank.notes, examination: 'Họng đỏ' } }, later)
    expect([form.vitals.pulse, form.notes.examination, form.stored['vital:pulse']?.version]).toEqual(['120', 'Họng đỏ', 2])
  })
  it('leaves a measurement emptied that was emptied here', () => {
    expect(mergeForms(nurse, { ...nurse, vitals: blank.vitals }, nurse).form.vitals.pulse).toBe('')
  })
  it('is taken when it was taken off: a row, a note, a date', () => {
    const read: VisitForm = { ...blank, notes: { ...blank.notes, plan: 'Nghỉ ngơi' }, followUp: '2026-12-01', diagnoses: [diagnosis('c1', 'main', 1)], shown: ['c1'] }
    expect(mergeForms(read, read, blank).form).toMatchObject({ notes: blank.notes, diagnoses: [] })
    expect(mergeForms(read, read, blank).form).not.toHaveProperty('followUp')
  })
})

describe('where both changed the same', () => {
  it('what is typed stays, both are told, and two blood pressures are never mixed', () => {
    const mine: VisitForm = { ...blank, vitals: { ...blank.vitals, systolic: '150', pulse: '90' } }
    const { form, base } = mergeForms(blank, mine, nurse)
    expect(form.vitals).toMatchObject({ pulse: '90', systolic: '150', diastolic: '' })
    expect(conflictsOf(base, form, nurse)).toEqual([{ place: 'vital:pulse', mine: '90', theirs: '84' }, { place: 'vital:bloodPressure', mine: '150/', theirs: '130/85' }])
  })
  it('a choice for the other version takes it whole, a choice for this one leaves it, and both are made once', () => {
    const mine: VisitForm = { ...blank, vitals: { ...blank.vitals, systolic: '150', pulse: '90' } }
    const merged = mergeForms(blank, mine, nurse)
    const [taken, read] = [takePlace(merged.form, nurse, 'vital:bloodPressure'), takePlace(merged.base, nurse, 'vital:bloodPressure')]
    expect(taken.vitals).toMatchObject({ systolic: '130', diastolic: '85', pulse: '90' })
    expect(places(read, taken, nurse)).toEqual(['vital:pulse'])
    expect(places(takePlace(read, nurse, 'vital:pulse'), taken, nurse)).toEqual([])
  })
  it('nothing has to be chosen when both typed the same', () => {
    expect(places(blank, { ...blank, vitals: { ...blank.vitals, pulse: '84', systolic: '130', diastolic: '85' }, allergies: nurse.allergies }, nurse)).toEqual([])
  })
  it('nothing has to be chosen between a point and a comma', () => {
    expect(places(blank, { ...blank, vitals: { ...blank.vitals, temperature: '38.0' } }, { ...blank, vitals: { ...blank.vitals, temperature: '38,0' } })).toEqual([])
  })
  it('a row that one took off and the other changed is told, and comes back when it is chosen', () => {
    const read: VisitForm = { ...blank, diagnoses: [diagnosis('c1', 'main', 1)], shown: ['c1'] }
    const changed: VisitForm = { ...read, diagnoses: [{ ...diagnosis('c1', 'main', 2), certainty: 'provisional' }] }
    const { form, base } = mergeForms(read, { ...read, diagnoses: [] }, changed)
    expect([form.diagnoses, places(base, form, changed)]).toEqual([[], ['diagnoses:c1']])
    expect(takePlace(form, changed, 'diagnoses:c1').diagnoses).toEqual(changed.diagnoses)
    const other = mergeForms(read, changed, { ...read, diagnoses: [] })
    expect([other.form.diagnoses[0]?.version, places(other.base, other.form, { ...read, diagnoses: [] })]).toEqual([undefined, ['diagnoses:c1']])
  })
  it('stays told by the next merge until it is chosen', () => {
    const mine: VisitForm = { ...blank, vitals: { ...blank.vitals, pulse: '90' } }
    const once = mergeForms(blank, mine, nurse)
    const later: VisitForm = { ...nurse, reason: 'Sốt' }
    const twice = mergeForms(once.base, once.form, later)
    expect([twice.form.reason, places(twice.base, twice.form, later)]).toEqual(['Sốt', ['vital:pulse']])
  })
})

describe('rows that another system or person stored meanwhile', () => {
  const stored: VisitForm = {
    ...blank, diagnoses: [diagnosis('c1', 'main', 1)], orders: [{ id: 's1', version: 1, code, category: 'lab' }], foreign: [{ id: 'm9', version: 3, type: 'MedicationRequest', text: 'Thuốc ngoài danh mục' }], shown: ['c1', 's1', 'm9'],
  }
  it('are shown beside what is typed, and never removed by a form that did not show them', () => {
    const draft: VisitForm = { ...blank, diagnoses: [diagnosis('c2', 'main')] }
    expect(removedRows(stored, draft)).toEqual([])
    const { form } = mergeForms(blank, draft, stored)
    expect(form.diagnoses.map(({ id, role }) => [id, role])).toEqual([['c2', 'main'], ['c1', 'accompanying']])
    expect([form.orders.map(({ id }) => id), form.foreign.map(({ id }) => id), removedRows(stored, form)]).toEqual([['s1'], ['m9'], []])
  })
  it('stay off when they were taken off here, and are removed as they are stored now', () => {
    const now: VisitForm = { ...stored, diagnoses: [diagnosis('c1', 'main', 2)] }
    const { form, base } = mergeForms(stored, { ...stored, diagnoses: [], foreign: [] }, now)
    expect([form.diagnoses, form.foreign, places(base, form, now)]).toEqual([[], [], []])
    expect(removedRows(now, form)).toEqual([{ type: 'Condition', id: 'c1', version: 2 }, { type: 'MedicationRequest', id: 'm9', version: 3 }])
  })
})

describe('a draft that does not say what had been read', () => {
  it('keeps what it changed of a version that is stored still, and takes what came since', () => {
    const draft: VisitForm = { ...nurse, vitals: { ...nurse.vitals, pulse: '' }, stored: nurse.stored }
    const now: VisitForm = { ...nurse, notes: { ...blank.notes, history: 'Sốt' }, stored: { ...nurse.stored, 'note:history': { id: 'o9', version: 1 }, 'vital:bloodPressure': { id: 'o2', version: 2 } }, vitals: { ...nurse.vitals, systolic: '140' } }
    const base = baseOfOldDraft(draft, now, blank)
    const { form } = mergeForms(base, draft, now)
    expect([form.vitals.pulse, form.notes.history]).toEqual(['', 'Sốt'])
    // what it saw of the blood pressure is not known any more: somebody chooses
    expect(places(base, form, now)).toEqual(['vital:bloodPressure'])
  })
})

describe('any two changes of one sheet', () => {
  const FIELDS = ['reason', ...VITALS.filter((name) => name !== 'systolic' && name !== 'diastolic')] as const
  const put = (form: VisitForm, field: (typeof FIELDS)[number], text: string): VisitForm => (field === 'reason' ? { ...form, reason: text } : { ...form, vitals: { ...form.vitals, [field]: text } })
  const get = (form: VisitForm, field: (typeof FIELDS)[number]): string => (field === 'reason' ? form.reason : form.vitals[field])
  it('are both there, or told', () => {
    const values = ['', '70', '80']
    for (const field of FIELDS) {
      for (const was of values) for (const typed of values) for (const now of values) {
        const [base, mine, theirs] = [put(blank, field, was), put(blank, field, typed), put(blank, field, now)]
        const merged = mergeForms(base, mine, theirs)
        const told = conflictsOf(merged.base, merged.form, theirs).length > 0
        expect([field, was, typed, now, get(merged.form, field), told]).toEqual([field, was, typed, now, typed === was ? now : typed, typed !== was && now !== was && typed !== now])
      }
    }
  })
})

describe('the words for a place', () => {
  const t = (key: string): string => `<${key}>`
  it('are those of the sheet', () => {
    expect([placeName('reason', t), placeName('note:history', t), placeName('vital:pulse', t), placeName('diagnoses:c1', t)]).toEqual(['<visit.reason>', '<visit.history>', '<visit.vital.pulse>', '<visit.section.diagnoses>'])
    expect([showPlace('followUp', '2026-12-01', t), showPlace('vital:pulse', undefined, t), showPlace('diagnoses:c1', undefined, t), showPlace('result', 2, t)]).toEqual(['01/12/2026', '<visit.merge.empty>', '<visit.merge.removed>', '<visit.resultCode.2>'])
    expect(showPlace('diagnoses:c1', diagnosis('c1', 'main'), t)).toBe('J00 Cảm lạnh, <visit.diagnosis.main>, <visit.diagnosis.confirmed>')
  })
})

describe('vital signs as they are typed', () => {
  it('finds letters, impossible values and half a blood pressure', () => {
    expect(unreadableVitals({ ...blank.vitals, pulse: '8O', oxygen: '980', systolic: '120' })).toEqual(['pulse', 'oxygen', 'diastolic'])
    expect(unreadableVitals({ ...blank.vitals, pulse: '80', temperature: '37,0', systolic: '120', diastolic: '80' })).toEqual([])
  })
})
