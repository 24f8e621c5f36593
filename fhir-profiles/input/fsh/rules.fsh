// Rules that several profiles share. Messages of invariants are what a user reads: Vietnamese.

// A Coding of a list with versions and validity dates: without its version nobody can say later what the code meant.
RuleSet: DatedCoding(path, system)
* {path}.system 1..1
* {path}.system = {system} (exactly)
* {path}.version 1..1
* {path}.code 1..1

RuleSet: IdentifierSlicing
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open

RuleSet: IdentifierSlice(slice, system)
* identifier[{slice}].system 1..1
* identifier[{slice}].system = {system} (exactly)
* identifier[{slice}].value 1..1

// Exactly one Coding of the list among the codings of a concept; others may stand beside it.
RuleSet: CodedBy(path, slice, system)
* {path}.coding 1..*
* {path}.coding ^slicing.discriminator.type = #value
* {path}.coding ^slicing.discriminator.path = "system"
* {path}.coding ^slicing.rules = #open
* {path}.coding contains {slice} 1..1
* insert DatedCoding({path}.coding[{slice}], {system})

// What belongs to a visit names patient, visit, author and time (TT 32/2023/TT-BYT art. 52: each entry shows time and author).
RuleSet: OfVisit
* subject 1..1
* subject only Reference(Patient)
* subject.reference 1..1
* encounter 1..1
* encounter.reference 1..1

Invariant: vn-digest
Description: "Giá trị băm SHA-256 phải là 64 chữ số thập lục phân viết thường"
Severity: #error
Expression: "matches('^[0-9a-f]{64}$')"
