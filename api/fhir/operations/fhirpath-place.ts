/**
 * Places in a resource in both ways of saying them. Findings name members of the JSON text (Observation.valueQuantity, Patient._birthDate); an OperationOutcome names elements
 * (http://hl7.org/fhir/R4/operationoutcome-definitions.html#OperationOutcome.issue.expression): Observation.value, Patient.birthDate. Pure.
 */
import { stringAt, valueAt, type JsonValue } from '../../model/json.ts'
import type { JsonPath } from '../../model/json-places.ts'
import { elementAt, shapeOf, type Shape } from '../elements.ts'

const STEP = /\.([^.[\]]+)|\[(\d+)\]/y

/** Of "Patient.name[0].given": name, 0, given. What cannot be read ends the path. */
export const toJsonPath = (expression: string): JsonPath => {
  const path: (string | number)[] = []
  STEP.lastIndex = Math.max(0, expression.search(/[.[]|$/))
  for (let found = STEP.exec(expression); found; found = STEP.exec(expression)) path.push(found[1] ?? Number(found[2]))
  return path
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/

/** `resource`: that the path starts in; it says what nested resources are. */
export const toFhirPath = (type: string, path: JsonPath, resource: JsonValue): string => {
  let text = type
  let shape: Shape | undefined = { type, path: '' }
  for (const [at, step] of path.entries()) {
    if (typeof step === 'number') {
      text += `[${step}]`
      continue
    }
    const found: ReturnType<typeof elementAt> = shape && elementAt(shape, step)
    const name = found?.element.name ?? step
    // a name that no element has; what holds it is the nearest that can be said
    if (!IDENTIFIER.test(name)) break
    text += `.${name}`
    const here = path.slice(0, at + (typeof path[at + 1] === 'number' ? 2 : 1))
    shape = shape && found ? shapeOf(shape, found.element, found.type, stringAt(valueAt(resource, ...here), 'resourceType')) : undefined
  }
  return text
}
