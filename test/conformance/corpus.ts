/**
 * The corpus of the project's own making: at least three resources of every R4 type (http://hl7.org/fhir/R4/resourcelist.html), each element of each definition in one of
 * them, made from the definitions alone. Nothing in it is of a person. corpus/fit.ts makes the plan anew when definitions, values or the validator change.
 */
import { objectFromPlain, type JsonObject } from '#api/model/json.ts'
import { buildResource } from './corpus/build.ts'
import plan from './corpus/plan.json' with { type: 'json' }

export interface Specimen {
  /** "Patient#2" */
  readonly name: string
  readonly type: string
  readonly resource: JsonObject
}

/** The same each time. */
export const buildCorpus = (): Specimen[] =>
  Object.entries(plan).flatMap(([type, omitted]) =>
    omitted.map((omit, number) => ({ name: `${type}#${number}`, type, resource: objectFromPlain(buildResource(type, number, new Set(omit))) })))
