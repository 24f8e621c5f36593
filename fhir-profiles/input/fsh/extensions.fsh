// Extensions of the product; what national guides already have is not repeated here.

Extension: MilitaryPerson
Id: military-person
Title: "Thông tin quân nhân"
Description: "Đối tượng, cấp bậc, chức vụ, đơn vị, ngày nhập ngũ của quân nhân. Không đưa ra ngoài mạng quân sự khi chưa qua kiểm tra chính sách phát hành."
Context: Patient
* extension contains
    category 0..1 and
    rank 0..1 and
    position 0..1 and
    unit 0..1 and
    enlisted 0..1 and
    qncn 0..1
* extension[category].value[x] only Coding
* extension[category].value[x] 1..1
* insert DatedCoding(extension[category].valueCoding, $categories)
* extension[rank].value[x] only Coding
* extension[rank].value[x] 1..1
* insert DatedCoding(extension[rank].valueCoding, $ranks)
* extension[position].value[x] only string
* extension[position].value[x] 1..1
* extension[unit].value[x] only string
* extension[unit].value[x] 1..1
* extension[enlisted].value[x] only date
* extension[enlisted].value[x] 1..1
* extension[qncn].value[x] only boolean
* extension[qncn].value[x] 1..1

Extension: Ethnicity
Id: ethnicity
Title: "Dân tộc"
Description: "Dân tộc của người bệnh theo danh mục các dân tộc Việt Nam."
Context: Patient
* value[x] only Coding
* value[x] 1..1
* insert DatedCoding(valueCoding, $ethnicGroups)

Extension: Occupation
Id: occupation
Title: "Nghề nghiệp"
Description: "Nghề nghiệp của người bệnh theo danh mục."
Context: Patient
* value[x] only Coding
* value[x] 1..1
* insert DatedCoding(valueCoding, $occupations)

Extension: ContactCitizen
Id: contact-citizen
Title: "Số định danh của người đưa trẻ, người giám hộ"
Description: "Số định danh cá nhân (CCCD) của người thân, người giám hộ hoặc người đưa trẻ đến khám."
Context: Patient.contact
* value[x] only Identifier
* value[x] 1..1
* valueIdentifier obeys vn-cccd
* valueIdentifier.system 1..1
* valueIdentifier.system = $citizen (exactly)
* valueIdentifier.value 1..1

Extension: Province
Id: province
Title: "Tỉnh, thành phố"
Description: "Đơn vị hành chính cấp tỉnh (QĐ 19/2025/QĐ-TTg)."
Context: Address
* value[x] only Coding
* value[x] 1..1
* insert DatedCoding(valueCoding, $provinces)

Extension: Commune
Id: commune
Title: "Xã, phường, đặc khu"
Description: "Đơn vị hành chính cấp xã (QĐ 19/2025/QĐ-TTg)."
Context: Address
* value[x] only Coding
* value[x] 1..1
* insert DatedCoding(valueCoding, $communes)

Invariant: vn-queue
Description: "Số thứ tự khám phải từ 1 trở lên"
Severity: #error
Expression: "value >= 1"

Extension: QueueNumber
Id: queue-number
Title: "Số thứ tự khám"
Description: "Số thứ tự trong ngày của khoa khám."
Context: Encounter
* obeys vn-queue
* value[x] only integer
* value[x] 1..1

Extension: FollowUp
Id: follow-up
Title: "Ngày hẹn tái khám"
Description: "Ngày hẹn người bệnh khám lại."
Context: Encounter
* value[x] only date
* value[x] 1..1

Extension: SickLeave
Id: sick-leave
Title: "Nghỉ việc"
Description: "Ngày đầu và ngày cuối của thời gian nghỉ việc mà bác sĩ cho người bệnh."
Context: Encounter
* value[x] only Period
* value[x] 1..1
* valuePeriod.start 1..1
* valuePeriod.end 1..1

Extension: Referral
Id: referral
Title: "Chuyển cơ sở"
Description: "Lý do, phương tiện và người hộ tống khi chuyển người bệnh; nơi chuyển đến ở hospitalization.destination."
Context: Encounter
* extension contains
    reason 1..1 and
    transport 0..1 and
    escort 0..1
* extension[reason].value[x] only Coding
* extension[reason].value[x] 1..1
* extension[reason].valueCoding from ReferralReasonVS (required)
* extension[reason].valueCoding.system 1..1
* extension[reason].valueCoding.code 1..1
* extension[transport].value[x] only string
* extension[transport].value[x] 1..1
* extension[escort].value[x] only string
* extension[escort].value[x] 1..1

Extension: TreatmentResult
Id: treatment-result
Title: "Kết quả điều trị"
Description: "Tình trạng của người bệnh khi ra viện hoặc kết thúc khám."
Context: Encounter
* value[x] only Coding
* value[x] 1..1
* valueCoding from TreatmentResultVS (required)
* valueCoding.system 1..1
* valueCoding.code 1..1

Extension: Letterhead
Id: letterhead
Title: "Tiêu đề văn bản"
Description: "Cơ quan chủ quản và địa danh in trên biểu mẫu của bệnh viện."
Context: Organization
* extension contains
    governingBody 0..1 and
    place 0..1
* extension[governingBody].value[x] only string
* extension[governingBody].value[x] 1..1
* extension[place].value[x] only string
* extension[place].value[x] 1..1

Extension: Rank
Id: rank
Title: "Cấp bậc"
Description: "Cấp bậc của người hành nghề, in trước họ tên."
Context: Practitioner
* value[x] only string
* value[x] 1..1

Extension: CorrectionReason
Id: correction-reason
Title: "Lý do đính chính hoặc bổ sung"
Description: "Vì sao một văn bản đã ký được thay thế hoặc bổ sung."
Context: Composition.relatesTo
* value[x] only string
* value[x] 1..1

Extension: BundleDigest
Id: bundle-digest
Title: "Giá trị băm của tài liệu FHIR"
Description: "SHA-256 của các byte Bundle đã ký."
Context: Provenance
* value[x] only string
* value[x] 1..1
* valueString obeys vn-digest

Extension: PdfDigest
Id: pdf-digest
Title: "Giá trị băm của tệp PDF"
Description: "SHA-256 của bản PDF đã ký."
Context: Provenance
* value[x] only string
* value[x] 1..1
* valueString obeys vn-digest
