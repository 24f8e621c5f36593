/** Links of a page (http://hl7.org/fhir/R4/bundle.html#link, http://hl7.org/fhir/R4/http.html#paging): itself as it was understood, and where the others are. */
import type { PageCursors } from '../model/ports.ts'
import type { BundleLink } from './bundle-text.ts'

/** Parameter that carries the place of a page. */
export const CURSOR = '_cursor'

const OTHERS = ['first', 'previous', 'next', 'last'] as const

/** `url`: without a query. */
export const linksOf = (url: string, page: { readonly understood: readonly (readonly [string, string])[] } & PageCursors): BundleLink[] => {
  const query = (pairs: readonly (readonly [string, string])[]): string => {
    const text = new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString()
    return text === '' ? url : `${url}?${text}`
  }
  const rest = page.understood.filter(([name]) => name !== CURSOR)
  const others = OTHERS.flatMap((relation): BundleLink[] => {
    const cursor = page[relation]
    return cursor === undefined ? [] : [{ relation, url: query([...rest, [CURSOR, cursor]]) }]
  })
  return [{ relation: 'self', url: query(page.understood) }, ...others]
}
