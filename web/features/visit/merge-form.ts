/**
 * Three versions of a visit sheet: what was read, what is typed here, what is stored now. What one side changed is taken, whoever it was; where both changed the same place to different things
 * nothing is decided: what is typed stays on the sheet, and the place is told until somebody chooses. Pure.
 */
import { NOTES, type FormRow, type VisitForm } from './visit-form.ts'

const LISTS = ['diagnoses', 'drugs', 'orders', 'allergies', 'foreign'] as const
type List = (typeof LISTS)[number]

/** "reason", "note:history", "vital:pulse", "vital:bloodPressure", "drugs:ID" … */
export type Place = string
export interface Conflict { readonly place: Place; readonly mine: unknown; readonly theirs: unknown }

/** Beside the row itself: its stored version, and what drafts of before held of the list. */
const plainRow = ({ version: _version, ...row }: FormRow & Readonly<Record<string, unknown>>): object => ({ ...row, ingredient: undefined, drugClass: undefined })

/** As a measurement is shown: a field hands on a point. */
const number = (text: string): string => text.trim().replace('.', ',')
const emptied = (value: unknown): unknown => (value === '' ? undefined : value)

/** Every place that holds something. */
const placesOf = (form: VisitForm): Map<Place, unknown> => {
  const { stored: _stored, shown: _shown, overrides: _overrides, takenOver: _takenOver, notes, vitals, diagnoses, drugs, orders, allergies, foreign, ...single } = form
  const { systolic, diastolic, ...measured } = vitals
  const all: [Place, unknown][] = [
    ...Object.entries(single), ...NOTES.map((name): [Place, unknown] => [`note:${name}`, notes[name]]), ...Object.entries(measured).map(([name, text]): [Place, unknown] => [`vital:${name}`, number(text)]),
    // one measurement, which is never put together from two
    ['vital:bloodPressure', systolic === '' && diastolic === '' ? undefined : `${number(systolic)}/${number(diastolic)}`],
    ...Object.entries({ diagnoses, drugs, orders, allergies, foreign }).flatMap(([list, rows]) => rows.map((row): [Place, unknown] => [`${list}:${row.id}`, row])),
  ]
  return new Map(all.flatMap(([place, value]) => (emptied(value) === undefined ? [] : [[place, value]])))
}

const isRow = (value: unknown): value is FormRow & Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && 'id' in value
const comparable = (value: unknown): string => JSON.stringify(isRow(value) ? plainRow(value) : value ?? null, (_, inner: unknown) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner))
const same = (one: unknown, other: unknown): boolean => comparable(one) === comparable(other)

const split = (place: Place): [string, string] => { const at = place.indexOf(':'); return at < 0 ? ['', place] : [place.slice(0, at), place.slice(at + 1)] }
const isList = (name: string): name is List => LISTS.some((list) => list === name)

/** The form with what another one has at a place, or with nothing there. */
export function takePlace(form: VisitForm, from: VisitForm, place: Place): VisitForm {
  const [kind, name] = split(place)
  if (kind === 'note') return { ...form, notes: { ...form.notes, [name]: from.notes[name as keyof VisitForm['notes']] } }
  if (place === 'vital:bloodPressure') return { ...form, vitals: { ...form.vitals, systolic: from.vitals.systolic, diastolic: from.vitals.diastolic } }
  if (kind === 'vital') return { ...form, vitals: { ...form.vitals, [name]: from.vitals[name as keyof VisitForm['vitals']] } }
  if (isList(kind)) {
    const theirs: readonly FormRow[] = from[kind], mine: readonly FormRow[] = form[kind]
    const row = theirs.find(({ id }) => id === name)
    const rows = row === undefined ? mine.filter(({ id }) => id !== name) : mine.some(({ id }) => id === name) ? mine.map((each) => (each.id === name ? row : each)) : [...mine, row]
    return { ...form, [kind]: rows }
  }
  const { [name as keyof VisitForm]: _old, ...rest } = form
  const value: unknown = from[name as keyof VisitForm]
  return { ...rest, ...(value === undefined ? {} : { [name]: value }) } as VisitForm
}

/**
 * Of a merged form: places that others changed and that are not as they have them, since both changed them and nobody has chosen yet. Nothing while what was read is what is stored: the usual
 * case costs nothing.
 */
export function conflictsOf(base: VisitForm, mine: VisitForm, theirs: VisitForm): Conflict[] {
  if (base === theirs) return []
  const [before, typed, now] = [placesOf(base), placesOf(mine), placesOf(theirs)]
  const places = new Set([...before.keys(), ...now.keys()])
  return [...places].flatMap((place) => (same(before.get(place), now.get(place)) || same(typed.get(place), now.get(place)) ? [] : [{ place, mine: typed.get(place), theirs: now.get(place) }]))
}

/** Rows of the form with the versions that are stored now; one that is stored no more is a new one. */
const reversion = <Row extends FormRow>(mine: readonly Row[], stored: readonly FormRow[]): Row[] => mine.map((row) => {
  const now = stored.find(({ id }) => id === row.id)
  const { version: _old, ...rest } = row
  return (now?.version ? { ...rest, version: now.version } : rest) as Row
})

/** One main diagnosis: that of whoever types, where there is one. */
const oneMain = (form: VisitForm, mine: VisitForm): VisitForm => {
  const chosen = mine.diagnoses.find(({ role }) => role === 'main') ?? form.diagnoses.find(({ role }) => role === 'main')
  return { ...form, diagnoses: form.diagnoses.map((row) => (row.role === 'main' && row.id !== chosen?.id ? { ...row, role: 'accompanying' } : row)) }
}

export interface Merged {
  readonly form: VisitForm
  /** What was read, with what is stored now wherever nothing has to be chosen: the next merge starts from it. */
  readonly base: VisitForm
}

/** Takes what others stored meanwhile wherever it does not meet what is typed here. */
export function mergeForms(base: VisitForm, mine: VisitForm, theirs: VisitForm): Merged {
  const [before, typed, now] = [placesOf(base), placesOf(mine), placesOf(theirs)]
  const changed = [...new Set([...before.keys(), ...now.keys()])].filter((place) => !same(before.get(place), now.get(place)))
  const untouched = changed.filter((place) => same(typed.get(place), before.get(place)))
  const open = changed.filter((place) => !untouched.includes(place) && !same(typed.get(place), now.get(place)))
  const taken = untouched.reduce((form, place) => takePlace(form, theirs, place), mine)
  const rows = {
    diagnoses: reversion(taken.diagnoses, theirs.diagnoses), drugs: reversion(taken.drugs, theirs.drugs), orders: reversion(taken.orders, theirs.orders),
    allergies: reversion(taken.allergies, theirs.allergies), foreign: reversion(taken.foreign, theirs.foreign),
  }
  const form: VisitForm = { ...taken, ...rows, stored: theirs.stored, shown: [...new Set([...mine.shown, ...theirs.shown])] }
  return {
    // nobody can write a row of another system here: one that is gone is gone
    form: oneMain({ ...form, foreign: form.foreign.filter(({ id }) => theirs.foreign.some((row) => row.id === id)) }, mine),
    base: open.reduce((next, place) => takePlace(next, base, place), theirs),
  }
}

/** A draft of a time when drafts did not say what had been read: what it saw in the version that is stored now was read so, everything else was empty. */
export function baseOfOldDraft(mine: VisitForm, stored: VisitForm, empty: VisitForm): VisitForm {
  const unchanged = (place: Place): boolean => {
    const [kind, name] = split(place)
    if (kind === 'note' || kind === 'vital') return mine.stored[place]?.version === stored.stored[place]?.version
    return isList(kind) ? mine.shown.includes(name) : true
  }
  return [...placesOf(stored).keys()].filter(unchanged).reduce((base, place) => takePlace(base, stored, place), { ...empty, stored: stored.stored })
}
