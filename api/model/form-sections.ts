/**
 * The sections of a signed form, as Composition.section.code in CODE_SYSTEM.formSection, in print order; api/visit writes them, api/printing reads them.
 * Beside the record and the prescription stand the papers that a patient takes home; each is made only for a visit on or after the day from which its form is in force.
 *
 * Every section has: title (Vietnamese heading), code, text (narrative XHTML, for any FHIR reader) and, where it rests on resources, entry references.
 * References inside a document Bundle are relative ("Condition/<id>") and each target is an entry of the same Bundle with fullUrl "<base>/Condition/<id>":
 * look an entry up by resourceType and id. A section without content is present with emptyReason, so that a form can print "Không".
 */
import type { FormCode } from './ports.ts'

interface Section {
  readonly vi: string
  readonly en: string
  /** Types that section.entry points at. */
  readonly entries: readonly string[]
}

export const FORM_SECTIONS = {
  /** Why this version replaces an earlier document: first, so that nobody overlooks it. Text only; Composition.relatesTo names the document. */
  correction: { vi: 'Đính chính', en: 'Correction', entries: [] },
  /** Why something is added to a signed document. Text only. */
  addendum: { vi: 'Bổ sung', en: 'Addendum', entries: [] },
  /** Name, birth date, sex, ethnicity, occupation, unit, insurance, citizen id, address, contact; visit from and to, department; on a prescription the weight, when measured. */
  administrative: { vi: 'Hành chính', en: 'Administrative data', entries: ['Patient', 'Encounter', 'Organization', 'Observation'] },
  /** Observation.valueString, LOINC 42347-5 */
  'admission-diagnosis': { vi: 'Chẩn đoán vào viện', en: 'Admission diagnosis', entries: ['Observation'] },
  'main-diagnosis': { vi: 'Bệnh chính', en: 'Main diagnosis', entries: ['Condition'] },
  'other-diagnoses': { vi: 'Bệnh kèm theo', en: 'Other diagnoses', entries: ['Condition'] },
  /** Encounter.reasonCode[].text */
  reason: { vi: 'Lý do đến khám', en: 'Reason for the visit', entries: ['Encounter'] },
  /** Observation.valueString, LOINC 10164-2 */
  history: { vi: 'Quá trình bệnh lý và diễn biến lâm sàng', en: 'History of present illness', entries: ['Observation'] },
  /** Observation.valueString, LOINC 11348-0 */
  'past-history': { vi: 'Tiền sử bệnh', en: 'Past history', entries: ['Observation'] },
  allergies: { vi: 'Dị ứng', en: 'Allergies', entries: ['AllergyIntolerance'] },
  /** Observation.valueString, LOINC 29545-1 */
  examination: { vi: 'Những dấu hiệu lâm sàng chính', en: 'Main clinical findings', entries: ['Observation'] },
  'vital-signs': { vi: 'Dấu hiệu sinh tồn', en: 'Vital signs', entries: ['Observation'] },
  /** Observation.valueString, LOINC 30954-2, and any measured result of the visit. */
  results: { vi: 'Tóm tắt kết quả cận lâm sàng có giá trị chẩn đoán', en: 'Relevant results', entries: ['Observation'] },
  orders: { vi: 'Chỉ định cận lâm sàng, thủ thuật', en: 'Laboratory, imaging and procedure orders', entries: ['ServiceRequest'] },
  /** Drug lines, in the order of the prescription. */
  medications: { vi: 'Thuốc điều trị', en: 'Medicines', entries: ['MedicationRequest'] },
  /** EXTENSION.treatmentResult on the Encounter. */
  result: { vi: 'Tình trạng ra viện', en: 'Result of the treatment', entries: ['Encounter'] },
  /** Encounter.hospitalization.dischargeDisposition */
  outcome: { vi: 'Tình trạng khi kết thúc khám', en: 'Condition at the end of the visit', entries: ['Encounter'] },
  /** EXTENSION.referral and hospitalization.destination on the Encounter. */
  referral: { vi: 'Chuyển cơ sở khám bệnh, chữa bệnh', en: 'Referral', entries: ['Encounter'] },
  /** Observation.valueString, LOINC 18776-5 */
  plan: { vi: 'Hướng điều trị, lời dặn', en: 'Plan and advice', entries: ['Observation'] },
  /** EXTENSION.followUp on the Encounter. */
  'follow-up': { vi: 'Hẹn tái khám', en: 'Follow-up', entries: ['Encounter'] },
  /** EXTENSION.sickLeave on the Encounter. */
  'sick-leave': { vi: 'Nghỉ việc', en: 'Sick leave', entries: ['Encounter'] },
  /** Observation.valueString, LOINC 48767-8 */
  remarks: { vi: 'Ghi chú', en: 'Remarks', entries: ['Observation'] },
} as const satisfies Record<string, Section>

export type FormSection = keyof typeof FORM_SECTIONS

interface Form {
  readonly vi: string
  readonly en: string
  /** Heading of a document that appends to a signed one. */
  readonly viAddendum: string
  /** LOINC code in Composition.type. */
  readonly type: 'summaryDocument' | 'prescriptionDocument' | 'appointmentDocument' | 'sickLeaveDocument' | 'referralDocument'
  /** The regulation that prescribes the form, as it is printed, and the first day on which it counts. */
  readonly basis: string
  readonly from: string
  readonly sections: readonly FormSection[]
  /** Sections that are left out when empty; every other one is present, empty with emptyReason. */
  readonly optional: readonly FormSection[]
}

/** What each form holds, in print order. A document that appends holds `addendum`, `administrative` and then only the sections that it adds to. */
export const FORMS: Readonly<Record<FormCode, Form>> = {
  'visit-summary': {
    vi: 'Bản tóm tắt hồ sơ bệnh án', en: 'Visit summary', viAddendum: 'Phiếu bổ sung bản tóm tắt hồ sơ bệnh án', type: 'summaryDocument',
    basis: 'Mẫu 03 – TT 25/2025/TT-BYT', from: '2025-07-01',
    sections: ['correction', 'addendum', 'administrative', 'admission-diagnosis', 'main-diagnosis', 'other-diagnoses', 'reason', 'history', 'past-history', 'allergies',
      'examination', 'vital-signs', 'results', 'orders', 'medications', 'result', 'outcome', 'referral', 'plan', 'follow-up', 'sick-leave', 'remarks'],
    optional: ['correction', 'addendum', 'admission-diagnosis', 'result', 'referral', 'follow-up', 'sick-leave', 'remarks'],
  },
  /** The prescription's 14-character code is Composition.identifier (SID.prescription) and MedicationRequest.groupIdentifier. */
  prescription: {
    vi: 'Đơn thuốc', en: 'Prescription', viAddendum: 'Đơn thuốc bổ sung', type: 'prescriptionDocument',
    basis: 'Phụ lục I – TT 26/2025/TT-BYT', from: '2025-07-01',
    sections: ['correction', 'addendum', 'administrative', 'main-diagnosis', 'other-diagnoses', 'medications', 'plan', 'follow-up'],
    optional: ['correction', 'addendum', 'follow-up'],
  },
  /** Made where the doctor names a day of the next visit. */
  'appointment-slip': {
    vi: 'Phiếu hẹn khám lại', en: 'Follow-up appointment slip', viAddendum: 'Phiếu hẹn khám lại bổ sung', type: 'appointmentDocument',
    basis: 'Phụ lục V – TT 01/2025/TT-BYT', from: '2025-01-01',
    sections: ['correction', 'administrative', 'main-diagnosis', 'other-diagnoses', 'follow-up'],
    optional: ['correction'],
  },
  /** Made where the doctor grants days of sick leave after an outpatient visit. */
  'sick-leave': {
    vi: 'Giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội', en: 'Sick leave certificate', viAddendum: 'Giấy chứng nhận nghỉ việc bổ sung', type: 'sickLeaveDocument',
    basis: 'Mẫu 07 – TT 25/2025/TT-BYT', from: '2025-07-01',
    sections: ['correction', 'administrative', 'main-diagnosis', 'other-diagnoses', 'medications', 'plan', 'sick-leave'],
    optional: ['correction'],
  },
  /** Made where the visit ends with the patient being sent to another facility. */
  referral: {
    vi: 'Phiếu chuyển cơ sở khám bệnh, chữa bệnh', en: 'Referral', viAddendum: 'Phiếu chuyển cơ sở khám bệnh, chữa bệnh bổ sung', type: 'referralDocument',
    basis: 'Phụ lục VI – TT 01/2025/TT-BYT', from: '2025-01-01',
    sections: ['correction', 'administrative', 'examination', 'vital-signs', 'results', 'main-diagnosis', 'other-diagnoses', 'orders', 'medications', 'result', 'referral', 'plan'],
    optional: ['correction', 'result'],
  },
}

export const isFormCode = (text: string): text is FormCode => Object.hasOwn(FORMS, text)
