/** Texts of an earlier visit (invented) in the sheet of today: only where nothing is typed, and marked until they are edited. */
import { describe, expect, it } from 'vitest'
import type { Encounter } from '@medplum/fhirtypes'
import { objectFromPlain, writeJson } from '#api/model/json.ts'
import { conflictsOf } from '#web/features/visit/merge-form.ts'
import { readSheet } from '#web/features/visit/read-sheet.ts'
import { allStillTaken, mayTakeOver, stillTaken, takeOver } from '#web/features/visit/taken-over.ts'
import { buildVisitBundle } from '#web/features/visit/visit-bundle.ts'
import { emptyVisitForm, visitFormOf, type Note, type VisitForm } from '#web/features/visit/visit-form.ts'

const encounter: Encounter = { resourceType: 'Encounter', id: 'e2', meta: { versionId: '1' }, status: 'in-progress', class: { code: 'AMB' }, subject: { reference: 'Patient/p1' } }
const withNotes = (notes: Partial<Record<Note, string>>, stored: VisitForm['stored'] = {}): VisitForm => ({ ...emptyVisitForm(), notes: { ...emptyVisitForm().notes, ...notes }, stored })
const earlier = withNotes({ history: 'Tăng huyết áp 5 năm', results: 'HbA1c 7,1', plan: 'Ăn nhạt' }, { 'note:history': { id: 'cu-1', version: 1 }, 'note:results': { id: 'cu-2', version: 1 }, 'note:plan': { id: 'cu-3', version: 1 } })
const DAY = '2026-03-12'

describe('a text of an earlier visit', () => {
  it('goes into an empty field, and never over what is typed', () => {
    expect(takeOver(withNotes({}), earlier, 'history', DAY)).toMatchObject({ notes: { history: 'Tăng huyết áp 5 năm' }, takenOver: { history: { from: 'cu-1', day: DAY } } })
    const typed = withNotes({ history: 'Mới' })
    expect(takeOver(typed, earlier, 'history', DAY)).toBe(typed)
    expect([mayTakeOver(typed, earlier, 'history'), mayTakeOver(withNotes({ plan: ' ' }), earlier, 'plan'), mayTakeOver(withNotes({}), earlier, 'examination')]).toEqual([false, true, false])
  })
  it('is no result of today', () => {
    const form = withNotes({})
    expect(takeOver(form, earlier, 'results', DAY)).toBe(form)
  })
  it('is marked until a letter differs', () => {
    const form = takeOver(takeOver(withNotes({}), earlier, 'history', DAY), earlier, 'plan', DAY)
    expect(allStillTaken(form)).toEqual(['history', 'plan'])
    const edited = { ...form, notes: { ...form.notes, history: 'Tăng huyết áp 6 năm' } }
    expect([allStillTaken(edited), stillTaken(edited, 'history')]).toEqual([['plan'], undefined])
  })
  it('is said in the record to be derived from the earlier note, and read from there again; an edited one is not', () => {
    const form = takeOver(takeOver(withNotes({}), earlier, 'history', DAY), earlier, 'plan', DAY)
    const edited = { ...form, notes: { ...form.notes, history: 'Tăng huyết áp 6 năm' } }
    const bundle = JSON.parse(writeJson(buildVisitBundle(edited, { encounter, practitioner: 'pr1', practitionerName: 'BS Mẫu', at: '2026-11-22T08:00:00+07:00', newId: () => crypto.randomUUID() }))) as { entry: { resource: { resourceType: string; valueString?: string; derivedFrom?: unknown } }[] }
    const notes = bundle.entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === 'Observation')
    expect(notes.map(({ valueString, derivedFrom }) => [valueString, derivedFrom])).toEqual([['Tăng huyết áp 6 năm', undefined], ['Ăn nhạt', [{ reference: 'Observation/cu-3', display: 'Lần khám 12/03/2026' }]]])
    const again = visitFormOf(readSheet(objectFromPlain({ encounter, allergies: [], observations: [], current: notes })))
    expect([allStillTaken(again), stillTaken(again, 'plan')]).toEqual([['plan'], { text: 'Ăn nhạt', from: 'cu-3', day: DAY }])
  })
  it('makes no conflict of its own when two edit the visit', () => {
    const form = withNotes({})
    expect(conflictsOf(form, takeOver(form, earlier, 'plan', DAY), takeOver(form, earlier, 'history', DAY)).filter(({ place }) => !place.startsWith('note:'))).toEqual([])
  })
})
