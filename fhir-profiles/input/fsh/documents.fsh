// The signed forms as FHIR documents.

Invariant: vn-rx-code
Description: "Mã đơn thuốc phải gồm 5 ký tự mã cơ sở, 7 ký tự, dấu gạch và một chữ N, H, C hoặc T"
Severity: #error
Expression: "type.coding.where(code = '57833-6').exists() implies identifier.where(system = 'https://quany.example/fhir/sid/ma-don-thuoc').value.matches('^[0-9A-Za-z]{5}[0-9a-z]{7}-[NHCT]$')"

Profile: VnMilComposition
Parent: Composition
Id: vn-mil-composition
Title: "Văn bản bệnh án"
Description: "Bản tóm tắt hồ sơ bệnh án, đơn thuốc, giấy tờ người bệnh mang về: các mục có mã, thứ tự như bản in."
* obeys vn-rx-code
* type from FormTypeVS (required)
* subject 1..1
* subject only Reference(Patient)
* encounter 1..1
* author 1..*
* author only Reference(Practitioner or PractitionerRole or Organization)
* title 1..1
* relatesTo.extension contains CorrectionReason named reason 0..1
* section 1..*
* section.title 1..1
* section.code 1..1
* section.code from FormSectionVS (required)
* section.section 0..0

Invariant: vn-signed-target
Description: "Nguồn gốc phải chỉ tới văn bản đã ký, lượt khám và người bệnh"
Severity: #error
Expression: "target.where(reference.startsWith('Bundle/')).count() = 1 and target.where(reference.startsWith('Encounter/')).count() = 1 and target.where(reference.startsWith('Patient/')).count() = 1"

Profile: VnMilProvenance
Parent: Provenance
Id: vn-mil-provenance
Title: "Nguồn gốc của văn bản đã ký"
Description: "Ai ký văn bản nào, khi nào; chữ ký JWS tách rời và giá trị băm của Bundle và của tệp PDF."
* obeys vn-signed-target
* extension contains
    BundleDigest named bundleDigest 1..1 and
    PdfDigest named pdfDigest 1..1
* agent 1..1
* agent.type 1..1
* agent.who 1..1
* agent.who only Reference(Practitioner)
* signature 1..1
* signature.who only Reference(Practitioner)
* signature.targetFormat 1..1
* signature.sigFormat 1..1
* signature.sigFormat = #application/jose
* signature.data 1..1
