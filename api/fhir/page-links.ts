/** Links of a page (http://hl7.org/fhir/R4/bundle.html#link, http://hl7.org/fhir/R4/http.html#paging): itself as it was understood, and where it goes on. */
import type { BundleLink } from './bundle-text.ts'

/** Parameter that carries the place of the next page. */
export const CURSOR = '_cursor'

/** `url`: without a query. */
export const linksOf = (url: string, page: { readonly understood: readonly (readonly [string, string])[]; readonly next?: string }): BundleLink[] => {
  const query = (pairs: readonly (readonly [string, string])[]): string => {
    const text = new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString()
    return text === '' ? url : `${url}?${text}`
  }
  const self: BundleLink = { relation: 'self', url: query(page.understood) }
  return page.next === undefined ? [self] : [self, { relation: 'next', url: query([...page.understood.filter(([name]) => name !== CURSOR), [CURSOR, page.next]]) }]
}
