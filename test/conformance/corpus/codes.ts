/** Codes of required bindings (http://hl7.org/fhir/R4/terminologies.html#required), from the sets that the validator judges by. */
import { readFileSync } from 'node:fs'
import { chosen } from './choose.ts'

type Sets = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

const SETS = JSON.parse(readFileSync(new URL('../../../fhir-profiles/package/required-value-sets.json', import.meta.url), 'utf8')) as Sets

export interface Code { readonly system: string; readonly code: string }

/** Sets that cannot be listed: any code of their grammar. */
const BCP47 = 'urn:ietf:bcp:47'
const OPEN: Readonly<Record<string, Code>> = {
  mimetypes: { system: 'urn:ietf:bcp:13', code: 'application/pdf' }, languages: { system: BCP47, code: 'vi' }, 'all-languages': { system: BCP47, code: 'vi-VN' },
  'ucum-units': { system: 'http://unitsofmeasure.org', code: 'mg' },
}

/** A code of the set for that place. */
export const codeAt = (valueSet: string, place: string): Code => {
  const all = Object.entries(SETS[valueSet] ?? {}).flatMap(([system, codes]) => codes.map((code) => ({ system, code })))
  return all.length === 0 ? (OPEN[valueSet.slice(valueSet.lastIndexOf('/') + 1)] ?? { system: 'http://example.org/codes', code: 'code-a' }) : chosen(all, place)
}
