/** Which other pages there are beside one (http://hl7.org/fhir/R4/http.html#paging): told by what was read, without another statement. Pure. */
import type { PageCursors } from '../model/ports.ts'
import { isBackwards, type Way } from './cursor.ts'

export interface PageRead<Row> {
  /** In the order of the answer. */
  readonly rows: readonly Row[]
  readonly cursors: PageCursors
}

/**
 * `found`: as the statement gave them, one more than `count` when there are further ones. `place`: undefined on the first page. `write`: a cursor at a row,
 * or at the beginning or the end. The last page is a full one, counted from the end.
 */
export const readPage = <Row>(found: readonly Row[], count: number, place: { readonly way?: Way } | undefined, write: (way: Way | undefined, row: Row | undefined) => string): PageRead<Row> => {
  const backwards = isBackwards(place)
  const further = found.length > count
  const page = found.slice(0, count)
  const rows = backwards ? page.toReversed() : page
  const [first, last] = [rows[0], rows.at(-1)]
  // whoever came from somewhere can go back there, also when nothing is left between
  const before = backwards ? further : place !== undefined && place.way !== 'first'
  const behind = place?.way === 'back' || (!backwards && further)
  const known = place !== undefined || further
  return {
    rows,
    cursors: {
      ...(place !== undefined && { first: write('first', undefined) }),
      ...(before && { previous: first === undefined ? write('last', undefined) : write('back', first) }),
      ...(behind && { next: last === undefined ? write('first', undefined) : write(undefined, last) }),
      ...(known && { last: write('last', undefined) }),
    },
  }
}
