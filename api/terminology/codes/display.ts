/** Which name of a code is shown: in the language asked for when there is one, else its own (http://hl7.org/fhir/R4/valueset-operation-expand.html, displayLanguage). Pure. */
import type { Designation } from '../../model/ports.ts'

/** "vi-VN" is Vietnamese when "vi" is asked for, not the other way round. */
const speaks = (language: string | undefined, wanted: string): boolean => {
  const [own, asked] = [language?.toLowerCase() ?? '', wanted.trim().toLowerCase()]
  return own === asked || own.startsWith(`${asked}-`)
}

/** `wanted` may be a list in order of preference, as in Accept-Language, with or without weights. */
export const displayIn = (named: { readonly display?: string | undefined; readonly language?: string | undefined; readonly designations: readonly Designation[] }, wanted: string | undefined): string | undefined => {
  for (const asked of (wanted ?? '').split(',').map((item) => item.split(';')[0] ?? '')) {
    if (asked.trim() === '') continue
    if (speaks(named.language, asked)) return named.display
    const found = named.designations.find(({ language }) => speaks(language, asked))
    if (found) return found.value
  }
  return named.display
}

/** Designations of the languages or uses asked for; all when none are. */
export const designationsFor = (designations: readonly Designation[], wanted: readonly string[]): readonly Designation[] =>
  (wanted.length === 0 ? designations : designations.filter(({ language, use }) => wanted.some((asked) => speaks(language, asked) || asked === `${use?.system ?? ''}|${use?.code ?? ''}` || asked === `urn:ietf:bcp:47|${language ?? ''}`)))
