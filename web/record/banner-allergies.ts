/** What the banner says of stored allergies: their names, or the day on which somebody asked and there were none. Pure. */
import type { AllergyIntolerance } from '@medplum/fhirtypes'
import { allergyKind, currentAllergies } from '#api/model/allergy.ts'
import { dayOf } from '#web/ui/format.ts'

/** YYYY-MM-DD at the site on which it was recorded. */
export function recordedDay({ recordedDate, meta }: Pick<AllergyIntolerance, 'recordedDate' | 'meta'>): string {
  const at = recordedDate ?? meta?.lastUpdated ?? ''
  return at.length > 10 ? dayOf(at) : at
}

export function toBannerAllergies(stored: readonly AllergyIntolerance[]): { readonly known: readonly string[]; readonly asked: string | undefined } {
  const current = currentAllergies(stored, allergyKind)
  const known = current.filter((one) => allergyKind(one) === 'known').map((one) => one.code?.text ?? one.code?.coding?.[0]?.display ?? '?')
  const [first] = current
  return { known, asked: known.length > 0 || first === undefined ? undefined : recordedDay(first) }
}
