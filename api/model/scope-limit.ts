/** What is left of a type by scopes with search parameters (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#finer-grained-resource-constraints-using-search-parameters). Pure data. */

/** One parameter of a scope, as the digests of its values in the search rows (api/search/hash.ts), in decimal: a resource has one of them; `not`: none. */
export interface LimitTest {
  readonly digests: readonly string[]
  readonly not: boolean
}

/** A resource of the type passes when it meets all tests of any alternative; without an alternative none does. */
export interface Limit {
  readonly type: string
  readonly any: readonly (readonly LimitTest[])[]
}

/** `has`: whether the resource has a search row with the digest. */
export const fits = ({ any }: Limit, has: (digest: string) => boolean): boolean => any.some((tests) => tests.every(({ digests, not }) => digests.some(has) !== not))
