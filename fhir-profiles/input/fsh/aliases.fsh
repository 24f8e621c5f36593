// Systems in use; the same as in api/model/systems.ts, which a test compares.
// National identifiers follow the "VN Core" community guide (http://fhir.hl7.org.vn/core).

Alias: $citizen = http://fhir.hl7.org.vn/core/sid/cccd
Alias: $insurance = http://fhir.hl7.org.vn/core/sid/bhyt
Alias: $visit = http://fhir.hl7.org.vn/core/sid/ma-lk
Alias: $licence = http://fhir.hl7.org.vn/core/sid/cchn
Alias: $facility = http://fhir.hl7.org.vn/core/sid/ma-cskcb
Alias: $military = https://quany.example/fhir/sid/so-hieu-quan-nhan
Alias: $patient = https://quany.example/fhir/sid/ma-benh-nhan
Alias: $prescription = https://quany.example/fhir/sid/ma-don-thuoc
Alias: $department = https://quany.example/fhir/sid/ma-khoa

Alias: $icd10 = http://hl7.org/fhir/sid/icd-10
Alias: $loinc = http://loinc.org
Alias: $ucum = http://unitsofmeasure.org
Alias: $medicines = https://quany.example/fhir/CodeSystem/medicines
Alias: $orders = https://quany.example/fhir/CodeSystem/orders
Alias: $departments = https://quany.example/fhir/CodeSystem/department-codes
Alias: $ranks = https://quany.example/fhir/CodeSystem/military-ranks
Alias: $categories = https://quany.example/fhir/CodeSystem/military-categories
Alias: $ethnicGroups = https://quany.example/fhir/CodeSystem/ethnic-groups
Alias: $occupations = https://quany.example/fhir/CodeSystem/occupations
Alias: $provinces = https://quany.example/fhir/CodeSystem/provinces
Alias: $communes = https://quany.example/fhir/CodeSystem/communes
Alias: $routes = https://quany.example/fhir/CodeSystem/medicine-routes
Alias: $dispositions = https://quany.example/fhir/CodeSystem/dispositions

Alias: $actCode = http://terminology.hl7.org/CodeSystem/v3-ActCode
Alias: $observationCategory = http://terminology.hl7.org/CodeSystem/observation-category
Alias: $roleCode = http://terminology.hl7.org/CodeSystem/v3-RoleCode
Alias: $diagnosisRole = http://terminology.hl7.org/CodeSystem/diagnosis-role
Alias: $physicalType = http://terminology.hl7.org/CodeSystem/location-physical-type
Alias: $organizationType = http://terminology.hl7.org/CodeSystem/organization-type
