// What a patient does not bear: of the patient, found or told in a visit.

Invariant: vn-allergy
Description: "Dị ứng phải ghi rõ với chất gì"
Severity: #error
Expression: "text.exists() or coding.display.exists()"

Profile: VnMilAllergyIntolerance
Parent: AllergyIntolerance
Id: vn-mil-allergy-intolerance
Title: "Dị ứng"
Description: "Dị ứng của người bệnh, ghi bằng lời hoặc mã; ai ghi nhận, khi nào."
* verificationStatus 1..1
* code 1..1
* code obeys vn-allergy
* patient 1..1
* patient only Reference(Patient)
* patient.reference 1..1
* recordedDate 1..1
* recorder 1..1
