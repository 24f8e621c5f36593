/** Codes of required bindings (http://hl7.org/fhir/R4/terminologies.html#required), from the sets that the validator judges by. */
import { readFileSync } from 'node:fs'
import { chosen } from './choose.ts'

type Sets = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

const SETS = JSON.parse(readFileSync(new URL('../../../fhir-profiles/package/required-value-sets.json', import.meta.url), 'utf8')) as Sets

/** Sets that cannot be listed. */
const OPEN: Readonly<Record<string, string>> = { mimetypes: 'application/pdf', languages: 'vi', 'all-languages': 'vi-VN', 'ucum-units': 'mg' }

export interface Code { readonly system: string; readonly code: string }

/** A code of the set for that place. */
export const codeAt = (valueSet: string, place: string): Code => {
  const all = Object.entries(SETS[valueSet] ?? {}).flatMap(([system, codes]) => codes.map((code) => ({ system, code })))
  return all.length === 0 ? { system: 'http://example.org/codes', code: OPEN[valueSet.slice(valueSet.lastIndexOf('/') + 1)] ?? 'code-a' } : chosen(all, place)
}
