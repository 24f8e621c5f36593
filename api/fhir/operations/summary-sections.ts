/**
 * The sections of an International Patient Summary (http://hl7.org/fhir/uv/ips/STU1.1/StructureDefinition-Composition-uv-ips.html) as a table: LOINC code, titles, and the searches that fill each.
 * What is over, refuted or entered in error stands in none but the past.
 */
type Pairs = readonly (readonly [string, string])[]

export interface SectionSearch {
  readonly type: string
  readonly parameters: Pairs
  /** Only the newest of each code ($lastn). */
  readonly last?: boolean
}

export interface SummarySection {
  readonly code: string
  readonly display: string
  readonly vi: string
  readonly en: string
  readonly searches: readonly SectionSearch[]
  /** Present in every summary; what stands in it when nothing is known (http://hl7.org/fhir/uv/ips/STU1.1/CodeSystem-absent-unknown-uv-ips.html). */
  readonly absent?: { readonly type: 'AllergyIntolerance' | 'Condition' | 'MedicationStatement'; readonly code: string; readonly vi: string; readonly en: string }
}

const NEWEST = (name: string): readonly [string, string] => ['_sort', `-${name}`]
const REAL = ['verification-status:not', 'entered-in-error,refuted'] as const
/** What somebody stands for. A value that the laboratory has not released is none of a summary, and hides none that it has. */
const RELEASED = 'final,amended,corrected'
const lastOf = (name: string, value: string, status = RELEASED): SectionSearch => ({ type: 'Observation', parameters: [[name, value], ['status', status]], last: true })
const OBSERVATION_CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category|'

export const SUMMARY_SECTIONS: readonly SummarySection[] = [
  {
    code: '48765-2', display: 'Allergies and adverse reactions Document', vi: 'Dị ứng và phản ứng có hại', en: 'Allergies and adverse reactions',
    searches: [{ type: 'AllergyIntolerance', parameters: [['clinical-status:not', 'inactive,resolved'], REAL, NEWEST('date')] }],
    absent: { type: 'AllergyIntolerance', code: 'no-allergy-info', vi: 'Không có thông tin về dị ứng', en: 'No information about allergies' },
  },
  {
    code: '11450-4', display: 'Problem list - Reported', vi: 'Các vấn đề sức khỏe', en: 'Problem list',
    searches: [{ type: 'Condition', parameters: [['clinical-status:not', 'inactive,resolved,remission'], REAL, NEWEST('recorded-date')] }],
    absent: { type: 'Condition', code: 'no-problem-info', vi: 'Không có thông tin về vấn đề sức khỏe', en: 'No information about problems' },
  },
  {
    code: '10160-0', display: 'History of Medication use Narrative', vi: 'Thuốc đang dùng', en: 'Medication summary',
    searches: [
      { type: 'MedicationStatement', parameters: [['status', 'active,intended,on-hold,unknown'], NEWEST('effective')] },
      { type: 'MedicationRequest', parameters: [['status', 'active,on-hold'], NEWEST('authoredon')] },
    ],
    absent: { type: 'MedicationStatement', code: 'no-medication-info', vi: 'Không có thông tin về thuốc', en: 'No information about medications' },
  },
  { code: '11369-6', display: 'History of Immunization Narrative', vi: 'Tiêm chủng', en: 'Immunizations', searches: [{ type: 'Immunization', parameters: [['status', 'completed'], NEWEST('date')] }] },
  {
    code: '30954-2', display: 'Relevant diagnostic tests/laboratory data Narrative', vi: 'Kết quả cận lâm sàng', en: 'Results',
    searches: [
      lastOf('category', `${OBSERVATION_CATEGORY}laboratory,${OBSERVATION_CATEGORY}imaging`),
      { type: 'DiagnosticReport', parameters: [['status', 'final,amended,corrected,appended'], NEWEST('date')] },
    ],
  },
  { code: '8716-3', display: 'Vital signs', vi: 'Dấu hiệu sinh tồn', en: 'Vital signs', searches: [lastOf('category', `${OBSERVATION_CATEGORY}vital-signs`, `${RELEASED},preliminary`)] },
  { code: '47519-4', display: 'History of Procedures Document', vi: 'Thủ thuật, phẫu thuật', en: 'Procedures', searches: [{ type: 'Procedure', parameters: [['status', 'in-progress,completed'], NEWEST('date')] }] },
  { code: '46264-8', display: 'History of medical device use', vi: 'Thiết bị y tế', en: 'Medical devices', searches: [{ type: 'DeviceUseStatement', parameters: [] }] },
  { code: '11348-0', display: 'History of Past illness Narrative', vi: 'Tiền sử bệnh', en: 'Past illnesses', searches: [
    { type: 'Condition', parameters: [['clinical-status', 'inactive,resolved,remission'], REAL, NEWEST('recorded-date')] }, lastOf('code', 'http://loinc.org|11348-0'),
  ] },
  { code: '18776-5', display: 'Plan of care note', vi: 'Hướng điều trị', en: 'Plan of care', searches: [{ type: 'CarePlan', parameters: [['status', 'active'], NEWEST('date')] }, lastOf('code', 'http://loinc.org|18776-5')] },
  { code: '29762-2', display: 'Social history Narrative', vi: 'Tiền sử xã hội', en: 'Social history', searches: [lastOf('category', `${OBSERVATION_CATEGORY}social-history`)] },
]

/** What the whole document is. */
export const SUMMARY_TYPE = { code: '60591-5', display: 'Patient summary Document', vi: 'Tóm tắt hồ sơ người bệnh' } as const
