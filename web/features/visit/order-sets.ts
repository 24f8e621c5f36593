/** Order sets on the sheet: found by words, put in line by line as the list of the day has them, and made of what stands there. Pure but for the look-up. */
import { fold } from '#api/model/fold.ts'
import { keptNote } from '#api/model/favourites.ts'
import type { Concept } from '#api/model/ports.ts'
import type { OrderSet, SetLine } from '#api/model/visit-aids.ts'
import type { FindCode } from './find-code.ts'
import type { DrugRow, OrderRow, VisitForm } from './visit-form.ts'

/** Those whose name has every word typed; one's own before the department's before the hospital's. */
export function findSets(words: string, sets: readonly OrderSet[]): OrderSet[] {
  const wanted = fold(words).split(' ').filter(Boolean)
  const rank = { person: 0, department: 1, hospital: 2 } as const
  return sets.filter(({ name }) => wanted.every((word) => fold(name).includes(word))).toSorted((a, b) => rank[a.scope] - rank[b.scope])
}

export interface SetRows {
  readonly drugs: readonly DrugRow[]
  readonly orders: readonly OrderRow[]
  /** How many of its lines were on the sheet already. */
  readonly present: number
  /** Names of what the list of the day no longer holds. */
  readonly gone: readonly string[]
}

export interface SetTools {
  readonly find: FindCode
  readonly toDrug: (concept: Concept, line: SetLine) => Promise<DrugRow>
  readonly toOrder: (concept: Concept) => OrderRow
}

/** Rows of the set that this form has not. */
export async function rowsOfSet({ body: { lines } }: OrderSet, form: VisitForm, { find, toDrug, toOrder }: SetTools): Promise<SetRows> {
  const isThere = ({ kind, code }: SetLine): boolean => (kind === 'drug' ? form.drugs : form.orders).some((row) => row.code.code === code)
  const wanted = lines.filter((line) => !isThere(line))
  const found = await Promise.all(wanted.map(async (line) => ({ line, concept: await find(line.kind === 'drug' ? 'medicines' : 'orders', line.code) })))
  const drugs: DrugRow[] = [], orders: OrderRow[] = []
  for (const { line, concept } of found) {
    if (!concept) continue
    if (line.kind === 'drug') drugs.push(await toDrug(concept, line))
    else orders.push(toOrder(concept))
  }
  return { drugs, orders, present: lines.length - wanted.length, gone: found.flatMap(({ line, concept }) => (concept ? [] : [line.display])) }
}

/** What stands on the sheet as lines of a set; a note that could be about this patient stays behind. */
export const linesOf = ({ drugs, orders }: Pick<VisitForm, 'drugs' | 'orders'>): SetLine[] => [
  ...drugs.map(({ code, dose, frequency, days, note, route }): SetLine => ({
    kind: 'drug', code: code.code, display: code.display, dosage: { dose, frequency, days, note: keptNote(note.normalize('NFC').trim()), ...(route && { route: route.code }) },
  })),
  ...orders.map(({ code }): SetLine => ({ kind: 'order', code: code.code, display: code.display })),
]
