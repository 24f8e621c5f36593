/** Port for FHIRPath that a client has written (https://hl7.org/fhir/R4/fhirpath.html), as GraphQL takes it. It is bounded in time: one for each request. */
import type { JsonObject, JsonValue } from './json.ts'

export interface FhirPath {
  /** Those of which the expression is true, or finds anything that is not false. Throws bad-parameter, too-costly. */
  which(expression: string, type: string, items: readonly JsonObject[]): readonly JsonObject[]
  /** For each item what the expression finds first, as text; '' where it finds nothing. */
  texts(expression: string, type: string, items: readonly JsonValue[]): readonly string[]
}

/** `milliseconds`: for all expressions together. */
export type OpenFhirPath = (milliseconds: number) => FhirPath
