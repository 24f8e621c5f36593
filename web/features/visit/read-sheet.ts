/** The answer of GET /api/visits/:encounter with the digits of what was measured: a plain number has lost the zero of 37.0. Pure. */
import { arrayAt, JsonNumber, stringAt, toPlain, valueAt, type JsonObject, type JsonValue } from '#api/model/json.ts'
import type { VisitSheet } from '#api/model/site.ts'

/** Decimals as stored, by measureKey. */
export type Digits = ReadonlyMap<string, string>

/** What the sheet is opened with. */
export interface OpenSheet extends VisitSheet { readonly digits?: Digits }

/** `part`: LOINC code of the component, e.g. of a side of a blood pressure. */
export const measureKey = (observation: string | undefined, part = ''): string => `${observation ?? ''} ${part}`

const digitsOf = (holder: JsonValue): string | undefined => {
  const value = valueAt(holder, 'valueQuantity', 'value')
  return value instanceof JsonNumber ? value.source : undefined
}

export function readSheet(answer: JsonObject): OpenSheet {
  const digits = new Map<string, string>()
  const keep = (key: string, found: string | undefined): void => { if (found !== undefined) digits.set(key, found) }
  for (const resource of [...arrayAt(answer, 'observations'), ...arrayAt(answer, 'current')]) {
    const id = stringAt(resource, 'id')
    keep(measureKey(id), digitsOf(resource))
    for (const component of arrayAt(resource, 'component')) {
      for (const coding of arrayAt(component, 'code', 'coding')) keep(measureKey(id, stringAt(coding, 'code')), digitsOf(component))
    }
  }
  return { ...toPlain(answer) as VisitSheet, digits }
}
