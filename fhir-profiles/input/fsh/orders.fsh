// What a visit orders: medicines (TT 26/2025/TT-BYT), laboratory tests, imaging, procedures.

Invariant: vn-days
Description: "Số ngày dùng thuốc phải từ 1 đến 90"
Severity: #error
Expression: "value >= 1 and value <= 90"

Invariant: vn-amount
Description: "Số lượng thuốc phải lớn hơn 0"
Severity: #error
Expression: "value > 0"

Profile: VnMilMedicationRequest
Parent: MedicationRequest
Id: vn-mil-medication-request
Title: "Thuốc trong đơn"
Description: "Một dòng của đơn thuốc: tên, hàm lượng, liều, số lần, đường dùng, số ngày, số lượng."
* insert OfVisit
* intent = #order
* medication[x] only CodeableConcept
* insert CodedBy(medicationCodeableConcept, medicine, $medicines)
* medicationCodeableConcept.coding[medicine].display 1..1
* authoredOn 1..1
* requester 1..1
* dosageInstruction 1..*
* dosageInstruction.text 1..1
* dosageInstruction.route.coding ^slicing.discriminator.type = #value
* dosageInstruction.route.coding ^slicing.discriminator.path = "system"
* dosageInstruction.route.coding ^slicing.rules = #open
* dosageInstruction.route.coding contains route 1..1
* insert DatedCoding(dosageInstruction.route.coding[route], $routes)
* dispenseRequest 1..1
* dispenseRequest.quantity 1..1
* dispenseRequest.quantity obeys vn-amount
* dispenseRequest.quantity.value 1..1
* dispenseRequest.quantity.unit 1..1
* dispenseRequest.expectedSupplyDuration 1..1
* dispenseRequest.expectedSupplyDuration obeys vn-days
* dispenseRequest.expectedSupplyDuration.value 1..1

Profile: VnMilServiceRequest
Parent: ServiceRequest
Id: vn-mil-service-request
Title: "Chỉ định"
Description: "Chỉ định xét nghiệm, chẩn đoán hình ảnh hoặc thủ thuật."
* insert OfVisit
* intent = #order
* category 1..1
* category from OrderCategoryVS (required)
* code 1..1
* insert CodedBy(code, order, $orders)
* code.coding[order].display 1..1
* authoredOn 1..1
* requester 1..1
