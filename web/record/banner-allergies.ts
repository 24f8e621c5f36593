/** What the banner says of stored allergies: their names, or the day on which somebody asked and there were none. Pure. */
import type { AllergyIntolerance } from '@medplum/fhirtypes'
import { allergyKind, currentAllergies, NONE_KNOWN, noneWords } from '#api/model/allergy.ts'
import { dayOf } from '#web/ui/format.ts'

/** YYYY-MM-DD at the site on which it was recorded. */
export function recordedDay({ recordedDate, meta }: Pick<AllergyIntolerance, 'recordedDate' | 'meta'>): string {
  const at = recordedDate ?? meta?.lastUpdated ?? ''
  return at.length > 10 ? dayOf(at) : at
}

/** What one says that says that there is none; of drugs only as it was written. */
export const noneWordsOf = ({ code }: AllergyIntolerance): string | undefined => noneWords(code?.coding?.map((coding) => coding.code) ?? [], code?.text)

/** `none`: what was written, where it is of drugs only. */
export function toBannerAllergies(stored: readonly AllergyIntolerance[]): { readonly known: readonly string[]; readonly asked: string | undefined; readonly none?: string | undefined } {
  const current = currentAllergies(stored, allergyKind)
  const known = current.filter((one) => allergyKind(one) === 'known').map((one) => one.code?.text ?? one.code?.coding?.[0]?.display ?? '?')
  const said = current.find((one) => noneWordsOf(one) === NONE_KNOWN.text) ?? current[0]
  if (known.length > 0 || said === undefined) return { known, asked: undefined }
  const words = noneWordsOf(said)
  return { known, asked: recordedDay(said), none: words === NONE_KNOWN.text ? undefined : words }
}
