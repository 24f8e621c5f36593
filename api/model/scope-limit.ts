/**
 * What is left of a type by scopes with search parameters (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#finer-grained-resource-constraints-using-search-parameters),
 * and by those about one patient. Pure data.
 */

/** One parameter of a scope, as the digests of its values in the search rows (api/search/hash.ts), in decimal: a resource has one of them; `not`: none. */
export interface DigestTest {
  readonly digests: readonly string[]
  readonly not: boolean
}

/** The resource stands in the record of this patient. */
export interface PatientTest { readonly patient: string }

export type LimitTest = DigestTest | PatientTest

/** A resource of the type passes when it meets all tests of any alternative; without an alternative none does. */
export interface Limit {
  readonly type: string
  readonly any: readonly (readonly LimitTest[])[]
}

/** `has`: whether the resource has a search row with the digest. `patient`: in whose record it stands. */
export const fits = ({ any }: Limit, has: (digest: string) => boolean, patient: string | undefined): boolean =>
  any.some((tests) => tests.every((test) => ('patient' in test ? test.patient === patient : test.digests.some(has) !== test.not)))
