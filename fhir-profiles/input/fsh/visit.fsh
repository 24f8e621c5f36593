// The visit and what is recorded in it.

Invariant: vn-enc-end
Description: "Lượt khám đã kết thúc phải có thời điểm kết thúc"
Severity: #error
Expression: "status = 'finished' implies period.end.exists()"

Invariant: vn-enc-main
Description: "Lượt khám chỉ có một bệnh chính"
Severity: #error
Expression: "diagnosis.where(rank = 1).count() <= 1"

Profile: VnMilEncounter
Parent: Encounter
Id: vn-mil-encounter
Title: "Lượt khám"
Description: "Lượt khám, chữa bệnh tại một khoa."
* obeys vn-enc-end and vn-enc-main
* extension contains
    QueueNumber named queueNumber 0..1 and
    FollowUp named followUp 0..1 and
    SickLeave named sickLeave 0..1 and
    Referral named referral 0..1 and
    TreatmentResult named treatmentResult 0..1
* insert IdentifierSlicing
* identifier contains visit 1..1
* insert IdentifierSlice(visit, $visit)
* class from EncounterClassVS (required)
* class.system 1..1
* class.code 1..1
* subject 1..1
* subject only Reference(Patient)
* period 1..1
* period.start 1..1
* serviceProvider 1..1
* diagnosis.use 1..1
* diagnosis.rank 1..1
* hospitalization.dischargeDisposition.coding ^slicing.discriminator.type = #value
* hospitalization.dischargeDisposition.coding ^slicing.discriminator.path = "system"
* hospitalization.dischargeDisposition.coding ^slicing.rules = #open
* hospitalization.dischargeDisposition.coding contains disposition 1..1
* insert DatedCoding(hospitalization.dischargeDisposition.coding[disposition], $dispositions)

Invariant: vn-icd
Description: "Mã bệnh phải có dạng ICD-10, ví dụ J02 hoặc J02.9"
Severity: #error
Expression: "code.matches('^[A-Z][0-9]{2}([.][0-9A-Z]{1,2})?[†*]?$')"

Profile: VnMilCondition
Parent: Condition
Id: vn-mil-condition
Title: "Chẩn đoán"
Description: "Chẩn đoán của lượt khám, mã ICD-10 theo bản có hiệu lực vào ngày khám."
* insert OfVisit
* verificationStatus 1..1
* category 1..*
* code 1..1
* insert CodedBy(code, icd10, $icd10)
* code.coding[icd10].display 1..1
* code.coding[icd10] obeys vn-icd
* recordedDate 1..1
* recorder 1..1

Invariant: vn-unit
Description: "Đơn vị đo không đúng với chỉ số"
Severity: #error
Expression: """(code.coding.where(code = '8310-5').exists() implies value.code = 'Cel')
  and (code.coding.where(code = '8867-4' or code = '9279-1').exists() implies value.code = '/min')
  and (code.coding.where(code = '59408-5').exists() implies value.code = '%')
  and (code.coding.where(code = '29463-7').exists() implies value.code = 'kg')
  and (code.coding.where(code = '8302-2').exists() implies value.code = 'cm')
  and (code.coding.where(code = '39156-5').exists() implies value.code = 'kg/m2')"""

Invariant: vn-positive
Description: "Giá trị đo phải lớn hơn 0"
Severity: #error
Expression: "value > 0"

// The outermost values that are ever measured in the living; the same as VITAL_RANGES of the visit sheet, which a test compares.
Invariant: vn-possible
Description: "Giá trị đo không thể có"
Severity: #error
Expression: """(code.coding.where(code = '8867-4').exists() implies (value.value >= 10 and value.value <= 350))
  and (code.coding.where(code = '8310-5').exists() implies (value.value >= 15 and value.value <= 46))
  and (code.coding.where(code = '9279-1').exists() implies (value.value >= 1 and value.value <= 120))
  and (code.coding.where(code = '59408-5').exists() implies (value.value >= 10 and value.value <= 100))
  and (code.coding.where(code = '29463-7').exists() implies (value.value >= 0.3 and value.value <= 500))
  and (code.coding.where(code = '8302-2').exists() implies (value.value >= 15 and value.value <= 260))"""

RuleSet: MeasuredAtVisit
* insert OfVisit
* category 1..*
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* effective[x] 1..1
* effective[x] only dateTime
* performer 1..*

RuleSet: UcumQuantity(path)
* {path} 1..1
* {path} obeys vn-positive
* {path}.value 1..1
* {path}.unit 1..1
* {path}.system 1..1
* {path}.system = $ucum (exactly)
* {path}.code 1..1

Profile: VnMilVitalSign
Parent: Observation
Id: vn-mil-vital-sign
Title: "Dấu hiệu sinh tồn"
Description: "Mạch, nhiệt độ, nhịp thở, SpO2, cân nặng, chiều cao, BMI; đơn vị UCUM."
* obeys vn-unit and vn-possible
* insert MeasuredAtVisit
* category contains vitalSigns 1..1
* category[vitalSigns] = $observationCategory#vital-signs
* code from VitalSignVS (required)
* value[x] only Quantity
* insert UcumQuantity(valueQuantity)

Invariant: vn-pressure
Description: "Huyết áp tâm thu phải lớn hơn huyết áp tâm trương"
Severity: #error
Expression: "component.where(code.coding.where(code = '8480-6').exists()).value.value > component.where(code.coding.where(code = '8462-4').exists()).value.value"

Invariant: vn-possible-pressure
Description: "Huyết áp không thể có"
Severity: #error
Expression: """component.where(code.coding.where(code = '8480-6').exists()).value.all(value >= 20 and value <= 350)
  and component.where(code.coding.where(code = '8462-4').exists()).value.all(value >= 5 and value <= 250)"""

Profile: VnMilBloodPressure
Parent: Observation
Id: vn-mil-blood-pressure
Title: "Huyết áp"
Description: "Huyết áp tâm thu và tâm trương của một lần đo."
* obeys vn-pressure and vn-possible-pressure
* insert MeasuredAtVisit
* category contains vitalSigns 1..1
* category[vitalSigns] = $observationCategory#vital-signs
* code = $loinc#85354-9
* value[x] 0..0
* component 2..*
* component ^slicing.discriminator.type = #pattern
* component ^slicing.discriminator.path = "code"
* component ^slicing.rules = #open
* component contains systolic 1..1 and diastolic 1..1
* component[systolic].code = $loinc#8480-6
* component[systolic].value[x] only Quantity
* insert UcumQuantity(component[systolic].valueQuantity)
* component[systolic].valueQuantity.code = #mm[Hg]
* component[diastolic].code = $loinc#8462-4
* component[diastolic].value[x] only Quantity
* insert UcumQuantity(component[diastolic].valueQuantity)
* component[diastolic].valueQuantity.code = #mm[Hg]

Profile: VnMilClinicalNote
Parent: Observation
Id: vn-mil-clinical-note
Title: "Phần mô tả của lượt khám"
Description: "Bệnh sử, tiền sử, khám lâm sàng, kết quả cận lâm sàng, hướng điều trị: văn bản do bác sĩ nhập."
* insert OfVisit
* effective[x] 1..1
* effective[x] only dateTime
* performer 1..*
* code from ClinicalNoteVS (required)
* value[x] 1..1
* value[x] only string
* component 0..0
