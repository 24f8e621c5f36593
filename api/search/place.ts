/** Where a page begins, as conditions on its rows: a new row since the first page does not jump in, whichever way is taken (http://hl7.org/fhir/R4/http.html#paging). */
import type { CursorState } from './cursor.ts'
import type { SqlParameters } from './parameters.ts'

/** What rows are ordered by. */
export interface Key {
  readonly value: string
  /** Cast of the value when it comes back in a cursor. */
  readonly cast: string
  /** May be null; nulls come last. */
  readonly nulls: boolean
  readonly descending: boolean
}

/** `last`: the row number, which parts rows with the same keys. */
export const compilePlace = (keys: readonly Key[], place: CursorState, last: { readonly rid: string; readonly descending: boolean }, { sql }: { readonly sql: SqlParameters }): string[] => {
  const within = (): string => `r.rid <= ${sql.add(place.bound)}::int8`
  if (place.way === 'first' || place.way === 'last') return [within()]
  const back = place.way === 'back'
  const rid = `${sql.add(place.rid)}::int8`
  const bound = within()
  const beyond = (descending: boolean): string => (descending === back ? '>' : '<')
  const from = (at: number): string => {
    const key = keys[at]
    if (!key) return `${last.rid} ${beyond(last.descending)} ${rid}`
    const value = place.keys[at] ?? null
    // nulls come last: behind null stand only other nulls, and before it all that has a value
    if (value === null) return back ? `(${key.value} is not null or ${from(at + 1)})` : `(${key.value} is null and ${from(at + 1)})`
    const placed = `${sql.add(value)}::${key.cast}`
    return `(${key.value} ${beyond(key.descending)} ${placed}${key.nulls && !back ? ` or ${key.value} is null` : ''} or (${key.value} = ${placed} and ${from(at + 1)}))`
  }
  const [key, ...more] = keys
  const [first] = place.keys
  if (key && more.length === 0 && !key.nulls && key.descending === last.descending && first !== null && first !== undefined) {
    // one comparison of pairs is one place in an index
    return [`(${key.value}, ${last.rid}) ${beyond(last.descending)} (${sql.add(first)}::${key.cast}, ${rid})`, bound]
  }
  return [from(0), bound]
}
