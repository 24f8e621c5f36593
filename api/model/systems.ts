/**
 * Every URI and code that more than one part uses. National identifiers follow the "VN Core" community guide's pattern
 * (http://fhir.hl7.org.vn/core/sid/…); what is our own stands under OWN, a placeholder that a customer replaces here and in fhir-profiles/input.
 */
const OWN = 'https://quany.example/fhir'
const VN_SID = 'http://fhir.hl7.org.vn/core/sid'

export const SID = {
  /** Số định danh cá nhân (CCCD), 12 digits. */
  citizen: `${VN_SID}/cccd`,
  /** Mã thẻ BHYT 15 characters, or mã số BHXH 10 digits. */
  insurance: `${VN_SID}/bhyt`,
  /** Số hiệu quân nhân. */
  military: `${OWN}/sid/so-hieu-quan-nhan`,
  /** Mã bệnh nhân of this hospital (MRN). */
  patient: `${OWN}/sid/ma-benh-nhan`,
  /** Mã liên kết đợt điều trị. */
  visit: `${VN_SID}/ma-lk`,
  /** Số chứng chỉ / giấy phép hành nghề. */
  licence: `${VN_SID}/cchn`,
  /** Mã cơ sở khám bệnh, chữa bệnh, 5 characters. */
  facility: `${VN_SID}/ma-cskcb`,
  /** Mã đơn thuốc, 14 characters (TT 26/2025/TT-BYT). */
  prescription: `${OWN}/sid/ma-don-thuoc`,
  /** Mã khoa dùng nội bộ. */
  department: `${OWN}/sid/ma-khoa`,
  /** What the QR code of a signed document carries; Bundle.identifier of the document. */
  document: `${OWN}/sid/ma-xac-minh`,
  /** Số mẫu bệnh phẩm: day and running number. */
  accession: `${OWN}/sid/so-mau`,
  /** requestId of a registration form: sending it again finds the first result. */
  request: `${OWN}/sid/request`,
} as const

/** Operations that R4 does not define. */
export const OPERATION = {
  diff: `${OWN}/OperationDefinition/Resource-diff`,
  merge: `${OWN}/OperationDefinition/Patient-merge`,
  unmerge: `${OWN}/OperationDefinition/Patient-unmerge`,
  latestQuery: `${OWN}/OperationDefinition/Observation-query-latest`,
  documentsQuery: `${OWN}/OperationDefinition/DocumentReference-query-documents`,
} as const

/** Topics of this server: what happens to resources, told by the filters of a Subscription which. */
export const TOPIC = {
  changed: `${OWN}/SubscriptionTopic/resource-changed`,
  created: `${OWN}/SubscriptionTopic/resource-created`,
  updated: `${OWN}/SubscriptionTopic/resource-updated`,
  deleted: `${OWN}/SubscriptionTopic/resource-deleted`,
} as const

export const EXTENSION = {
  /** Complex on Patient: category, rank (Coding), position, unit (string), enlisted (date), qncn (boolean). */
  military: `${OWN}/StructureDefinition/military-person`,
  ethnicity: `${OWN}/StructureDefinition/ethnicity`,
  occupation: `${OWN}/StructureDefinition/occupation`,
  /** On Address: Coding of the province and of the commune (QĐ 19/2025/QĐ-TTg). */
  province: `${OWN}/StructureDefinition/province`,
  commune: `${OWN}/StructureDefinition/commune`,
  /** integer on Encounter: số thứ tự khám. */
  queueNumber: `${OWN}/StructureDefinition/queue-number`,
  /** date on Encounter: ngày hẹn tái khám. */
  followUp: `${OWN}/StructureDefinition/follow-up`,
  /** Period on Encounter: first and last day of the sick leave that the doctor grants. */
  sickLeave: `${OWN}/StructureDefinition/sick-leave`,
  /** Complex on Encounter: why the patient is sent on (reason, Coding), transport, escort (string); where to is hospitalization.destination. */
  referral: `${OWN}/StructureDefinition/referral`,
  /** Coding on Encounter: kết quả điều trị, tình trạng ra viện. */
  treatmentResult: `${OWN}/StructureDefinition/treatment-result`,
  /** Complex on Organization (hospital): governingBody, place. */
  letterhead: `${OWN}/StructureDefinition/letterhead`,
  /** Identifier on Patient.contact: the citizen number of who comes with the patient. */
  contactCitizen: `${OWN}/StructureDefinition/contact-citizen`,
  /** string on Practitioner: cấp bậc, printed before the name. */
  rank: `${OWN}/StructureDefinition/rank`,
  /** string on Composition.relatesTo: why a signed document is replaced or added to. */
  correctionReason: `${OWN}/StructureDefinition/correction-reason`,
  /** On Provenance: hex sha-256 of the document Bundle and of the PDF revision. */
  bundleDigest: `${OWN}/StructureDefinition/bundle-digest`,
  pdfDigest: `${OWN}/StructureDefinition/pdf-digest`,
} as const

/** Canonicals of our profiles; compiled JSON is in fhir-profiles/package. */
export const PROFILE = {
  patient: `${OWN}/StructureDefinition/vn-mil-patient`,
  practitioner: `${OWN}/StructureDefinition/vn-mil-practitioner`,
  hospital: `${OWN}/StructureDefinition/vn-mil-hospital`,
  department: `${OWN}/StructureDefinition/vn-mil-department`,
  room: `${OWN}/StructureDefinition/vn-mil-room`,
  bed: `${OWN}/StructureDefinition/vn-mil-bed`,
  encounter: `${OWN}/StructureDefinition/vn-mil-encounter`,
  condition: `${OWN}/StructureDefinition/vn-mil-condition`,
  vitalSign: `${OWN}/StructureDefinition/vn-mil-vital-sign`,
  bloodPressure: `${OWN}/StructureDefinition/vn-mil-blood-pressure`,
  /** Narrative parts of a visit: Observation.valueString with a LOINC section code. */
  clinicalNote: `${OWN}/StructureDefinition/vn-mil-clinical-note`,
  medicationRequest: `${OWN}/StructureDefinition/vn-mil-medication-request`,
  serviceRequest: `${OWN}/StructureDefinition/vn-mil-service-request`,
  allergy: `${OWN}/StructureDefinition/vn-mil-allergy-intolerance`,
  composition: `${OWN}/StructureDefinition/vn-mil-composition`,
  provenance: `${OWN}/StructureDefinition/vn-mil-provenance`,
} as const

export const CODE_SYSTEM = {
  icd10: 'http://hl7.org/fhir/sid/icd-10',
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
  /** Starter lists and national lists held as our CodeSystems; the key is the `list` name of ports.Terminology. */
  medicines: `${OWN}/CodeSystem/medicines`,
  orders: `${OWN}/CodeSystem/orders`,
  departments: `${OWN}/CodeSystem/department-codes`,
  ranks: `${OWN}/CodeSystem/military-ranks`,
  categories: `${OWN}/CodeSystem/military-categories`,
  ethnicGroups: `${OWN}/CodeSystem/ethnic-groups`,
  occupations: `${OWN}/CodeSystem/occupations`,
  provinces: `${OWN}/CodeSystem/provinces`,
  communes: `${OWN}/CodeSystem/communes`,
  routes: `${OWN}/CodeSystem/medicine-routes`,
  dispositions: `${OWN}/CodeSystem/dispositions`,
  /** The tables of the safety checks (api/safety). */
  drugSubstances: `${OWN}/CodeSystem/drug-substances`,
  drugClasses: `${OWN}/CodeSystem/drug-classes`,
  drugInteractions: `${OWN}/CodeSystem/drug-interactions`,
  drugLimits: `${OWN}/CodeSystem/drug-limits`,
  departmentKind: `${OWN}/CodeSystem/department-kind`,
  orderCategory: `${OWN}/CodeSystem/order-category`,
  formSection: `${OWN}/CodeSystem/form-section`,
  treatmentResult: `${OWN}/CodeSystem/treatment-result`,
  /** What a Task of ours asks for, and how urgent a result is. */
  task: `${OWN}/CodeSystem/task`,
  severity: `${OWN}/CodeSystem/result-severity`,
  /** Why laboratory or imaging gave an order back, and what becomes of it. */
  specimenReturn: `${OWN}/CodeSystem/specimen-return`,
  referralReason: `${OWN}/CodeSystem/referral-reason`,
  /** Stable codes of OperationOutcome.issue.details: the keys of model/outcome.ts. */
  outcome: `${OWN}/CodeSystem/outcomes`,
  encounterClass: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  /** Mother, father, guardian. */
  role: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode',
  /** Contacts that are none of these. */
  contactRole: 'http://terminology.hl7.org/CodeSystem/v2-0131',
  diagnosisRole: 'http://terminology.hl7.org/CodeSystem/diagnosis-role',
} as const

/** `list` names of ports.Terminology -> CodeSystem. Lists with versions and validity dates: every stored Coding of them carries system and version. */
export const LISTS = {
  icd10: CODE_SYSTEM.icd10,
  medicines: CODE_SYSTEM.medicines,
  orders: CODE_SYSTEM.orders,
  departments: CODE_SYSTEM.departments,
  ranks: CODE_SYSTEM.ranks,
  categories: CODE_SYSTEM.categories,
  'ethnic-groups': CODE_SYSTEM.ethnicGroups,
  occupations: CODE_SYSTEM.occupations,
  provinces: CODE_SYSTEM.provinces,
  communes: CODE_SYSTEM.communes,
  routes: CODE_SYSTEM.routes,
  dispositions: CODE_SYSTEM.dispositions,
  'drug-substances': CODE_SYSTEM.drugSubstances,
  'drug-classes': CODE_SYSTEM.drugClasses,
  'drug-interactions': CODE_SYSTEM.drugInteractions,
  'drug-limits': CODE_SYSTEM.drugLimits,
} as const
export type ListName = keyof typeof LISTS

/** LOINC codes in use. Vital signs carry UCUM units. */
export const LOINC = {
  pulse: { code: '8867-4', vi: 'Mạch', en: 'Pulse', unit: '/min', shown: 'l/ph' },
  temperature: { code: '8310-5', vi: 'Nhiệt độ', en: 'Temperature', unit: 'Cel', shown: '°C' },
  bloodPressure: { code: '85354-9', vi: 'Huyết áp', en: 'Blood pressure', unit: 'mm[Hg]', shown: 'mmHg' },
  systolic: { code: '8480-6', vi: 'Huyết áp tâm thu', en: 'Systolic', unit: 'mm[Hg]', shown: 'mmHg' },
  diastolic: { code: '8462-4', vi: 'Huyết áp tâm trương', en: 'Diastolic', unit: 'mm[Hg]', shown: 'mmHg' },
  respiration: { code: '9279-1', vi: 'Nhịp thở', en: 'Respiratory rate', unit: '/min', shown: 'l/ph' },
  oxygen: { code: '59408-5', vi: 'SpO₂', en: 'SpO₂', unit: '%', shown: '%' },
  weight: { code: '29463-7', vi: 'Cân nặng', en: 'Weight', unit: 'kg', shown: 'kg' },
  height: { code: '8302-2', vi: 'Chiều cao', en: 'Height', unit: 'cm', shown: 'cm' },
  bmi: { code: '39156-5', vi: 'BMI', en: 'BMI', unit: 'kg/m2', shown: 'kg/m²' },
  history: { code: '10164-2', vi: 'Bệnh sử', en: 'History of present illness' },
  pastHistory: { code: '11348-0', vi: 'Tiền sử', en: 'Past history' },
  examination: { code: '29545-1', vi: 'Khám lâm sàng', en: 'Physical findings' },
  results: { code: '30954-2', vi: 'Tóm tắt kết quả cận lâm sàng', en: 'Relevant results' },
  plan: { code: '18776-5', vi: 'Hướng điều trị, lời dặn', en: 'Plan of care' },
  pregnancy: { code: '82810-3', vi: 'Tình trạng thai nghén', en: 'Pregnancy status' },
  gestationalAge: { code: '49051-6', vi: 'Tuổi thai', en: 'Gestational age', unit: 'wk', shown: 'tuần' },
  lactation: { code: '63895-7', vi: 'Cho con bú', en: 'Breast-feeding status' },
  creatinine: { code: '2160-0', vi: 'Creatinin huyết thanh', en: 'Creatinine' },
  creatinineMoles: { code: '14682-9', vi: 'Creatinin huyết thanh', en: 'Creatinine (moles/volume)' },
  admissionDiagnosis: { code: '42347-5', vi: 'Chẩn đoán vào viện', en: 'Admission diagnosis' },
  remarks: { code: '48767-8', vi: 'Ghi chú', en: 'Remarks' },
  summaryDocument: { code: '34133-9', vi: 'Bản tóm tắt hồ sơ bệnh án', en: 'Summary of episode' },
  appointmentDocument: { code: '56446-8', vi: 'Phiếu hẹn khám lại', en: 'Appointment summary' },
  sickLeaveDocument: { code: '51851-4', vi: 'Giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội', en: 'Sick leave certificate' },
  referralDocument: { code: '57133-1', vi: 'Phiếu chuyển cơ sở khám bệnh, chữa bệnh', en: 'Referral note' },
  prescriptionDocument: { code: '57833-6', vi: 'Đơn thuốc', en: 'Prescription for medication' },
} as const

/** FHIR id of the Organization that is the hospital itself, the same in every hospital's own base; departments are partOf it. */
export const HOSPITAL_ID = 'hospital'
