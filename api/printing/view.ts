/** Reads a parsed FHIR body (https://hl7.org/fhir/R4/json.html) that nobody has typed: each step may be missing or of another kind, and then the answer is empty. */
import { JsonNumber, JsonObject } from '../model/json.ts'

export type Step = string | number

/** The value at a path; plain objects and the lossless reader's are both understood. */
export const at = (value: unknown, ...path: readonly Step[]): unknown => {
  let here = value
  for (const step of path) {
    if (typeof step === 'number') here = Array.isArray(here) ? here[step] : undefined
    else here = member(here, step)
  }
  return here
}

const member = (value: unknown, name: string): unknown => {
  if (value instanceof JsonObject) return value.get(name)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}

/** Text at a path without outer space; a number as it was written; '' when there is neither. */
export const text = (value: unknown, ...path: readonly Step[]): string => {
  const here = at(value, ...path)
  if (typeof here === 'string') return here.trim()
  if (here instanceof JsonNumber) return here.source
  return typeof here === 'number' && Number.isFinite(here) ? String(here) : ''
}

export const list = (value: unknown, ...path: readonly Step[]): readonly unknown[] => {
  const here = at(value, ...path)
  return Array.isArray(here) ? here : []
}

export const flag = (value: unknown, ...path: readonly Step[]): boolean => at(value, ...path) === true

/** The extension with this URL, of an element or of a complex extension. */
export const extension = (value: unknown, url: string): unknown => list(value, 'extension').find((item) => text(item, 'url') === url)

/** What a reader sees of a Coding or a CodeableConcept: the typed text, else the display, else the code. */
export const shown = (value: unknown, ...path: readonly Step[]): string => {
  const here = at(value, ...path)
  return text(here, 'text') || text(here, 'display') || list(here, 'coding').map((coding) => text(coding, 'display') || text(coding, 'code')).find(Boolean) || text(here, 'code')
}

/** The value[x] of an extension that is a Coding, a CodeableConcept or a string. */
export const shownValue = (value: unknown): string =>
  shown(value, 'valueCoding') || shown(value, 'valueCodeableConcept') || text(value, 'valueString') || text(value, 'valueDate')

/** The identifier of one system. */
export const identifier = (value: unknown, system: string): string => text(list(value, 'identifier').find((item) => text(item, 'system') === system), 'value')
