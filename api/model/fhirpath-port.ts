/** Port for FHIRPath that a client has written (https://hl7.org/fhir/R4/fhirpath.html), as GraphQL and FHIRPath Patch take it. It is bounded in time: one for each request. */
import type { JsonObject, JsonValue } from './json.ts'

export interface FhirPath {
  /** Those of which the expression is true, or finds anything that is not false. Throws bad-parameter, too-costly. */
  which(expression: string, type: string, items: readonly JsonObject[]): readonly JsonObject[]
  /** For each item what the expression finds first, as text; '' where it finds nothing. */
  texts(expression: string, type: string, items: readonly JsonValue[]): readonly string[]
  /** Where the elements of a resource stand that the expression finds: "name[1].given[0]", a choice by its name; '' for the resource itself. Throws bad-parameter for what is no element. */
  places(expression: string, type: string, resource: JsonObject): readonly string[]
}

/** `milliseconds`: for all expressions together. */
export type OpenFhirPath = (milliseconds: number) => FhirPath
