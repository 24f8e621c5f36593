// Small lists of our own that profiles bind to. The codes are those of api/model (form-sections.ts, hospital.ts); a test compares them.

CodeSystem: DepartmentKind
Id: department-kind
Title: "Loại khoa, phòng"
Description: "Loại đơn vị trong bệnh viện."
* ^caseSensitive = true
* ^experimental = false
* #clinic "Khoa khám bệnh"
* #ward "Khoa điều trị"
* #paraclinical "Khoa cận lâm sàng"
* #office "Phòng, ban"

ValueSet: DepartmentKindVS
Id: department-kind
Title: "Loại khoa, phòng"
Description: "Mọi loại khoa, phòng."
* ^experimental = false
* include codes from system DepartmentKind

CodeSystem: OrderCategory
Id: order-category
Title: "Loại chỉ định"
Description: "Xét nghiệm; chẩn đoán hình ảnh, thăm dò chức năng; hoặc thủ thuật."
* ^caseSensitive = true
* ^experimental = false
* #lab "Xét nghiệm"
* #imaging "Chẩn đoán hình ảnh"
* #procedure "Thủ thuật"

ValueSet: OrderCategoryVS
Id: order-category
Title: "Loại chỉ định"
Description: "Mọi loại chỉ định."
* ^experimental = false
* include codes from system OrderCategory

CodeSystem: TreatmentResult
Id: treatment-result
Title: "Kết quả điều trị"
Description: "Tình trạng của người bệnh khi ra viện hoặc kết thúc khám (KET_QUA_DTRI)."
* ^caseSensitive = true
* ^experimental = false
* #1 "Khỏi"
* #2 "Đỡ"
* #3 "Không thay đổi"
* #4 "Nặng hơn"
* #5 "Tử vong"
* #6 "Tiên lượng nặng xin về"
* #7 "Chưa xác định"

ValueSet: TreatmentResultVS
Id: treatment-result
Title: "Kết quả điều trị"
Description: "Mọi kết quả điều trị."
* ^experimental = false
* include codes from system TreatmentResult

CodeSystem: ReferralReason
Id: referral-reason
Title: "Lý do chuyển cơ sở"
Description: "Lý do chuyển người bệnh tới cơ sở khám bệnh, chữa bệnh khác."
* ^caseSensitive = true
* ^experimental = false
* #1a "Đủ điều kiện chuyển: phù hợp với quy định chuyển cấp chuyên môn kỹ thuật"
* #1b "Đủ điều kiện chuyển: không phù hợp với khả năng đáp ứng của cơ sở"
* #2 "Theo yêu cầu của người bệnh hoặc người đại diện"

ValueSet: ReferralReasonVS
Id: referral-reason
Title: "Lý do chuyển cơ sở"
Description: "Mọi lý do chuyển cơ sở."
* ^experimental = false
* include codes from system ReferralReason

CodeSystem: FormSection
Id: form-section
Title: "Mục của biểu mẫu"
Description: "Các mục của các văn bản được ký, theo thứ tự in."
* ^caseSensitive = true
* ^experimental = false
* #correction "Đính chính"
* #addendum "Bổ sung"
* #administrative "Hành chính"
* #admission-diagnosis "Chẩn đoán vào viện"
* #main-diagnosis "Bệnh chính"
* #other-diagnoses "Bệnh kèm theo"
* #reason "Lý do đến khám"
* #history "Quá trình bệnh lý và diễn biến lâm sàng"
* #past-history "Tiền sử bệnh"
* #allergies "Dị ứng"
* #examination "Những dấu hiệu lâm sàng chính"
* #vital-signs "Dấu hiệu sinh tồn"
* #results "Tóm tắt kết quả cận lâm sàng có giá trị chẩn đoán"
* #orders "Chỉ định cận lâm sàng, thủ thuật"
* #medications "Thuốc điều trị"
* #result "Tình trạng ra viện"
* #outcome "Tình trạng khi kết thúc khám"
* #referral "Chuyển cơ sở khám bệnh, chữa bệnh"
* #plan "Hướng điều trị, lời dặn"
* #follow-up "Hẹn tái khám"
* #sick-leave "Nghỉ việc"
* #remarks "Ghi chú"

ValueSet: FormSectionVS
Id: form-section
Title: "Mục của biểu mẫu"
Description: "Mọi mục của biểu mẫu."
* ^experimental = false
* include codes from system FormSection

// Who comes with a patient, where the role is a relative's or a guardian's; another relation has a code of another list or words.
ValueSet: ContactRoleVS
Id: contact-role
Title: "Quan hệ với người bệnh"
Description: "Cha, mẹ, người giám hộ và người thân khác."
* ^experimental = false
* $roleCode#MTH "mother"
* $roleCode#FTH "father"
* $roleCode#PRN "parent"
* $roleCode#GUARD "guardian"
* $roleCode#GRMTH "grandmother"
* $roleCode#GRFTH "grandfather"
* $roleCode#SIS "sister"
* $roleCode#BRO "brother"
* $roleCode#AUNT "aunt"
* $roleCode#UNCLE "uncle"
* $roleCode#SPS "spouse"
* $roleCode#HUSB "husband"
* $roleCode#WIFE "wife"
* $roleCode#CHILD "child"
* $roleCode#FAMMEMB "family member"
* $roleCode#FRND "unrelated friend"

ValueSet: EncounterClassVS
Id: encounter-class
Title: "Hình thức khám, chữa bệnh"
Description: "Ngoại trú, nội trú, ban ngày, cấp cứu."
* ^experimental = false
* $actCode#AMB "ambulatory"
* $actCode#IMP "inpatient encounter"
* $actCode#SS "short stay"
* $actCode#EMER "emergency"

ValueSet: VitalSignVS
Id: vital-sign
Title: "Dấu hiệu sinh tồn"
Description: "Các chỉ số có một giá trị; huyết áp có hồ sơ riêng."
* ^experimental = false
* $loinc#8867-4 "Heart rate"
* $loinc#8310-5 "Body temperature"
* $loinc#9279-1 "Respiratory rate"
* $loinc#59408-5 "Oxygen saturation in Arterial blood by Pulse oximetry"
* $loinc#29463-7 "Body weight"
* $loinc#8302-2 "Body height"
* $loinc#39156-5 "Body mass index (BMI) [Ratio]"

ValueSet: ClinicalNoteVS
Id: clinical-note
Title: "Phần mô tả của lượt khám"
Description: "Bệnh sử, tiền sử, khám, kết quả, hướng điều trị."
* ^experimental = false
* $loinc#10164-2 "History of Present illness Narrative"
* $loinc#11348-0 "History of Past illness Narrative"
* $loinc#29545-1 "Physical findings Narrative"
* $loinc#30954-2 "Relevant diagnostic tests/laboratory data note"
* $loinc#18776-5 "Plan of care note"
* $loinc#42347-5 "Admission diagnosis (narrative)"
* $loinc#48767-8 "Annotation comment [Interpretation] Narrative"

ValueSet: FormTypeVS
Id: form-type
Title: "Loại văn bản"
Description: "Bản tóm tắt hồ sơ bệnh án, đơn thuốc và giấy tờ người bệnh mang về."
* ^experimental = false
* $loinc#34133-9 "Summary of episode note"
* $loinc#57833-6 "Prescription for medication"
* $loinc#56446-8 "Appointment summary Document"
* $loinc#51851-4 "Administrative note"
* $loinc#57133-1 "Referral note"
