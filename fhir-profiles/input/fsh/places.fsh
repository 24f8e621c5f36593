// Hospital, departments, rooms, beds.

Invariant: vn-cskcb
Description: "Mã cơ sở khám bệnh, chữa bệnh phải có 5 chữ số hoặc chữ in hoa"
Severity: #error
Expression: "value.matches('^[A-Z0-9]{5}$')"

Profile: VnMilHospital
Parent: Organization
Id: vn-mil-hospital
Title: "Bệnh viện"
Description: "Bệnh viện quân y, đứng tên trên biểu mẫu."
* extension contains Letterhead named letterhead 0..1
* insert IdentifierSlicing
* identifier contains facility 1..1
* insert IdentifierSlice(facility, $facility)
* identifier[facility] obeys vn-cskcb
* active 1..1
* type 1..*
* type ^slicing.discriminator.type = #pattern
* type ^slicing.discriminator.path = "$this"
* type ^slicing.rules = #open
* type contains provider 1..1
* type[provider] = $organizationType#prov
* name 1..1

Profile: VnMilDepartment
Parent: Organization
Id: vn-mil-department
Title: "Khoa, phòng"
Description: "Khoa, phòng của bệnh viện; mã khoa quốc gia đứng cạnh mã nội bộ."
* insert IdentifierSlicing
* identifier contains local 1..1
* insert IdentifierSlice(local, $department)
* active 1..1
* type 1..*
* type.coding ^slicing.discriminator.type = #value
* type.coding ^slicing.discriminator.path = "system"
* type.coding ^slicing.rules = #open
* type.coding contains kind 0..1 and official 0..1
* type.coding[kind].system 1..1
* type.coding[kind].system = Canonical(DepartmentKind) (exactly)
* type.coding[kind].code 1..1
* type.coding[kind] from DepartmentKindVS (required)
* insert DatedCoding(type.coding[official], $departments)
* obeys vn-dep-kind
* name 1..1
* partOf 1..1
* partOf only Reference(Organization)

Invariant: vn-dep-kind
Description: "Khoa, phòng phải có đúng một loại"
Severity: #error
Expression: "type.coding.where(system = 'https://quany.example/fhir/CodeSystem/department-kind').count() = 1"

Profile: VnMilRoom
Parent: Location
Id: vn-mil-room
Title: "Buồng, phòng khám"
Description: "Buồng bệnh hoặc phòng khám của một khoa."
* status 1..1
* name 1..1
* mode = #instance
* physicalType 1..1
* physicalType = $physicalType#ro
* managingOrganization 1..1
* managingOrganization only Reference(Organization)

Profile: VnMilBed
Parent: Location
Id: vn-mil-bed
Title: "Giường bệnh"
Description: "Giường trong một buồng."
* status 1..1
* name 1..1
* mode = #instance
* physicalType 1..1
* physicalType = $physicalType#bd
* managingOrganization 1..1
* managingOrganization only Reference(Organization)
* partOf 1..1
* partOf only Reference(Location)
