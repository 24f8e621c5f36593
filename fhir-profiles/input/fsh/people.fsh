// Who is treated and who treats.

Invariant: vn-pat-name
Description: "Người bệnh phải có họ và tên chính thức"
Severity: #error
Expression: "name.where(use = 'official' and text.exists()).exists()"

Invariant: vn-cccd
Description: "Số định danh cá nhân (CCCD) phải có đúng 12 chữ số"
Severity: #error
Expression: "value.matches('^[0-9]{12}$')"

Invariant: vn-bhyt
Description: "Số bảo hiểm phải là mã thẻ BHYT 15 ký tự, mã số BHXH 10 chữ số hoặc số định danh 12 chữ số"
Severity: #error
Expression: "value.matches('^([A-Z]{2}[1-5][0-9]{12}|[0-9]{10}|[0-9]{12})$')"

Invariant: vn-contact
Description: "Người thân, người giám hộ phải có họ và tên"
Severity: #error
Expression: "name.text.exists() or name.family.exists() or organization.exists()"

Profile: VnMilPatient
Parent: Patient
Id: vn-mil-patient
Title: "Người bệnh"
Description: "Người bệnh của bệnh viện quân y: quân nhân, thân nhân, người có thẻ BHYT, nhân dân."
* obeys vn-pat-name
* extension contains
    MilitaryPerson named military 0..1 and
    Ethnicity named ethnicity 0..1 and
    Occupation named occupation 0..1
* insert IdentifierSlicing
// numbers are cancelled and issued again: more than one of a kind may stand
* identifier contains citizen 0..* and insurance 0..* and military 0..* and patient 0..1
* insert IdentifierSlice(citizen, $citizen)
* identifier[citizen] obeys vn-cccd
// day and place of issue of the card
* identifier[citizen].period MS
* identifier[citizen].assigner.display MS
* insert IdentifierSlice(insurance, $insurance)
* identifier[insurance] obeys vn-bhyt
* insert IdentifierSlice(military, $military)
* insert IdentifierSlice(patient, $patient)
* name 1..*
* gender MS
* birthDate MS
// father, mother, guardian, companion: named on the forms of a child
* contact obeys vn-contact
* contact.extension contains ContactCitizen named citizen 0..1
* contact.relationship.coding ^slicing.discriminator.type = #value
* contact.relationship.coding ^slicing.discriminator.path = "system"
* contact.relationship.coding ^slicing.rules = #open
* contact.relationship.coding contains role 0..1
* contact.relationship.coding[role].system 1..1
* contact.relationship.coding[role].system = $roleCode (exactly)
* contact.relationship.coding[role] from ContactRoleVS (required)
* contact.relationship.coding[role].code 1..1
* contact.telecom.system 1..1
* contact.telecom.value 1..1
* address.extension contains
    Province named province 0..1 and
    Commune named commune 0..1

Invariant: vn-prac-name
Description: "Người hành nghề phải có họ và tên chính thức"
Severity: #error
Expression: "name.where(use = 'official' and text.exists()).exists()"

Profile: VnMilPractitioner
Parent: Practitioner
Id: vn-mil-practitioner
Title: "Người hành nghề"
Description: "Bác sĩ, điều dưỡng và nhân viên khác làm việc với người bệnh."
* obeys vn-prac-name
* extension contains Rank named rank 0..1
* insert IdentifierSlicing
* identifier contains licence 0..1
* insert IdentifierSlice(licence, $licence)
* active 1..1
* name 1..*
