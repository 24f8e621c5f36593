/** Which items of a list are asked for: by FHIRPath, by a primitive element of theirs, by their place. http://hl7.org/fhir/R4/graphql.html#list */
import type { JsonObject} from '../../model/json.ts';
import { JsonNumber, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { FhirPath } from '../../model/fhirpath-port.ts'

const SHAPING: ReadonlySet<string> = new Set(['fhirpath', '_offset', '_count'])

export const textOf = (value: JsonValue | undefined): string | undefined =>
  (typeof value === 'string' ? value : value instanceof JsonNumber ? value.source : typeof value === 'boolean' ? String(value) : undefined)

const wholeOf = (args: Readonly<Record<string, unknown>>, name: string): number | undefined => {
  const value = args[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || value < 0) throw outcome('bad-parameter', { expression: name, diagnostics: 'Expected a whole number, not negative.' })
  return value
}

/** Throws bad-parameter and too-costly. */
export const chooseItems = (items: readonly JsonObject[], args: Readonly<Record<string, unknown>>, type: string, fhirPath: FhirPath): readonly JsonObject[] => {
  const wanted = Object.entries(args).filter(([name, value]) => !SHAPING.has(name) && value !== undefined && value !== null)
  const fitting = wanted.length === 0 ? items : items.filter((item) => wanted.every(([name, value]) => textOf(item.get(name)) === String(value)))
  const { fhirpath } = args
  const found = typeof fhirpath === 'string' ? fhirPath.which(fhirpath, type, fitting) : fitting
  const from = wholeOf(args, '_offset') ?? 0
  const count = wholeOf(args, '_count')
  return from === 0 && count === undefined ? found : found.slice(from, count === undefined ? undefined : from + count)
}
