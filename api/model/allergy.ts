/**
 * What an AllergyIntolerance says (http://hl7.org/fhir/R4/allergyintolerance.html): something that is not borne, that somebody asked and there is nothing, that nobody asked, or what is over or was refuted.
 * No row at all says that nobody asked. The same on the server and on the screens. Pure.
 */
import type { AllergyIntolerance } from '@medplum/fhirtypes'
import { fold } from './fold.ts'
import { arrayAt, objectFromPlain, stringAt, type JsonObject, type JsonValue } from './json.ts'

const SNOMED = 'http://snomed.info/sct'
const ABSENT = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips'
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'

/** "No known allergy": SNOMED CT 716186003, and no-known-allergies of the International Patient Summary (http://hl7.org/fhir/uv/ips/STU1.1/CodeSystem-absent-unknown-uv-ips.html). */
export const NONE_KNOWN = {
  coding: [{ system: SNOMED, code: '716186003', display: 'No known allergy' }, { system: ABSENT, code: 'no-known-allergies', display: 'No known allergies' }],
  text: 'Không ghi nhận dị ứng',
} as const
/** The same of drugs only, which is enough for a check of drugs and says nothing of food: SNOMED CT 409137002, and no-known-medication-allergies of the summary. */
export const NONE_OF_DRUGS = {
  coding: [{ system: SNOMED, code: '409137002', display: 'No known drug allergy' }, { system: ABSENT, code: 'no-known-medication-allergies', display: 'No known medication allergies' }],
  text: 'Không ghi nhận dị ứng thuốc',
} as const
/** Of the summary's list: nobody knows, or what was asked is not drugs. Neither something to be warned of nor an answer. */
const UNASKED_CODES: ReadonlySet<string> = new Set(['no-allergy-info', 'no-known-environmental-allergies', 'no-known-food-allergies'])
/** How it was typed as if it were an allergy that nobody asked or nobody could say. "Chưa ghi nhận dị ứng thuốc" is how the forms word that there is none of drugs, and stands below. */
const UNASKED_WORDS: ReadonlySet<string> = new Set([
  'chua ghi nhan', 'chua ghi nhan di ung', 'chua ghi nhan tien su di ung', 'chua hoi', 'chua hoi di ung', 'chua hoi tien su di ung', 'chua khai thac', 'chua khai thac di ung', 'chua khai thac tien su di ung', 'chua khai thac duoc',
  'chua ro', 'chua ro di ung', 'khong ro', 'khong ro di ung', 'khong ro tien su di ung', 'chua biet', 'chua biet di ung', 'khong biet',
])
/** How "none" was typed as if it were an allergy. */
const NONE_WORDS: ReadonlySet<string> = new Set(['khong di ung', 'khong co di ung', 'khong ghi nhan di ung', 'khong co tien su di ung', 'khong co', 'khong', 'chua phat hien di ung'])
const NONE_OF_DRUGS_WORDS: ReadonlySet<string> = new Set(['khong', 'khong co', 'khong ghi nhan', 'khong co tien su', 'khong ghi nhan tien su', 'chua phat hien', 'chua ghi nhan', 'chua ghi nhan tien su'].map((word) => `${word} di ung thuoc`))

const plain = (text: string): string => fold(text).replace(/[.!\s]+$/, '')
/** "Không dị ứng." typed in words. */
export const saysNone = (text: string): boolean => NONE_WORDS.has(plain(text))
/** "Chưa ghi nhận dị ứng.": no answer, and nothing to be warned of. */
export const saysUnasked = (text: string): boolean => UNASKED_WORDS.has(plain(text))
/** "Không có tiền sử dị ứng thuốc.": of drugs, and no more than that. */
export const saysNoneOfDrugs = (text: string): boolean => NONE_OF_DRUGS_WORDS.has(plain(text))

type Codes = readonly (string | undefined)[]
const hasCode = (codes: Codes, { coding }: { readonly coding: readonly { readonly code: string }[] }): boolean => coding.some(({ code }) => codes.includes(code))

/** What is shown of one that says that there is none; of drugs only as it was written, so that it claims no more. undefined: it says something else. */
export const noneWords = (codes: Codes, text: string | undefined): string | undefined => {
  if (hasCode(codes, NONE_KNOWN)) return NONE_KNOWN.text
  if (hasCode(codes, NONE_OF_DRUGS) || saysNoneOfDrugs(text ?? '')) return text ?? NONE_OF_DRUGS.text
  return saysNone(text ?? '') ? NONE_KNOWN.text : undefined
}

/** `known`: it is to be warned of. `none-known`: somebody asked. `unasked`: it says that nobody knows. `past`: over, refuted or entered in error; kept, and no part of what is current. */
export type AllergyKind = 'known' | 'none-known' | 'unasked' | 'past'

interface Said { readonly clinical: string | undefined; readonly verification: string | undefined; readonly codes: Codes; readonly text: string | undefined }

const kindOf = ({ clinical, verification, codes, text }: Said): AllergyKind => {
  if (clinical === 'inactive' || clinical === 'resolved' || verification === 'refuted' || verification === 'entered-in-error') return 'past'
  if (noneWords(codes, text) !== undefined) return 'none-known'
  return codes.some((code) => code !== undefined && UNASKED_CODES.has(code)) || saysUnasked(text ?? '') ? 'unasked' : 'known'
}

export const allergyKind = (allergy: AllergyIntolerance): AllergyKind => kindOf({
  clinical: allergy.clinicalStatus?.coding?.[0]?.code, verification: allergy.verificationStatus?.coding?.[0]?.code, codes: allergy.code?.coding?.map(({ code }) => code) ?? [], text: allergy.code?.text,
})

/** Of a stored body. */
export const allergyKindOf = (resource: JsonValue | undefined): AllergyKind => kindOf({
  clinical: stringAt(resource, 'clinicalStatus', 'coding', 0, 'code'), verification: stringAt(resource, 'verificationStatus', 'coding', 0, 'code'),
  codes: arrayAt(resource, 'code', 'coding').map((coding) => stringAt(coding, 'code')), text: stringAt(resource, 'code', 'text'),
})

/** What counts now: the known ones, or, where there are none, that somebody asked. A known one beside "none known" wins, whoever wrote them. */
export const currentAllergies = <T>(all: readonly T[], kind: (one: T) => AllergyKind): T[] => {
  const known = all.filter((one) => kind(one) === 'known')
  return known.length > 0 ? known : all.filter((one) => kind(one) === 'none-known')
}

/** Why it is not current or not as grave any more, by whom: stays with the resource. */
export interface AllergyChange { readonly why: string; readonly at?: string | undefined; readonly author?: { readonly reference: string; readonly display?: string } }

const noted = (allergy: JsonObject, { why, at, author }: AllergyChange): JsonObject =>
  allergy.set('note', [...arrayAt(allergy, 'note'), objectFromPlain({ ...(author && { authorReference: author }), ...(at !== undefined && { time: at }), text: why })])

/** Not true, or no more: kept with its reason, without a place among what is current (invariant ait-1 wants a clinical status). */
export const refuteAllergy = (allergy: JsonObject, change: AllergyChange): JsonObject => noted(allergy
  .set('clinicalStatus', objectFromPlain({ coding: [{ system: CLINICAL, code: 'inactive' }] }))
  .set('verificationStatus', objectFromPlain({ coding: [{ system: VERIFICATION, code: 'refuted' }] })), change)

/** As grave as is known now. */
export const gradeAllergy = (allergy: JsonObject, criticality: NonNullable<AllergyIntolerance['criticality']>, change: AllergyChange): JsonObject => noted(allergy.set('criticality', criticality), change)
