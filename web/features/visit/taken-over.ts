/**
 * A text of an earlier visit, taken over into a field that is empty. Until somebody edits it the sheet says where it is from, and so does the record
 * (taken-note.ts). Pure.
 */
import type { TakenOver } from './taken-note.ts'
import type { Note, VisitForm } from './visit-form.ts'

/** What may still hold, and is worth reading before it is typed anew. Results and diagnoses belong to their visit alone. */
export const CARRIED = ['history', 'pastHistory', 'examination', 'plan'] as const satisfies readonly Note[]
export type Carried = (typeof CARRIED)[number]
export const isCarried = (name: Note): name is Carried => CARRIED.some((carried) => carried === name)

/** Nothing that was typed is written over: only an empty field takes a text. */
export const mayTakeOver = (form: VisitForm, earlier: VisitForm, name: Note): name is Carried => isCarried(name) && form.notes[name].trim() === '' && earlier.notes[name].trim() !== ''

export const takeOver = (form: VisitForm, earlier: VisitForm, name: Note, day: string): VisitForm => {
  const from = earlier.stored[`note:${name}`]?.id
  if (!mayTakeOver(form, earlier, name) || from === undefined) return form
  const text = earlier.notes[name]
  return { ...form, notes: { ...form.notes, [name]: text }, takenOver: { ...form.takenOver, [name]: { text, from, day } } }
}

/** Undefined as soon as a letter differs. */
export const stillTaken = (form: VisitForm, name: Note): TakenOver | undefined => {
  const taken = form.takenOver?.[name]
  return taken && taken.text.trim() === form.notes[name].trim() ? taken : undefined
}
export const allStillTaken = (form: VisitForm): Carried[] => CARRIED.filter((name) => stillTaken(form, name) !== undefined)
