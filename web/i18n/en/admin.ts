/** Texts of the administrator's pages in English. */
export default {
  saved: 'Saved.', state: 'State', active: 'In use', inactive: 'Not in use', change: 'Change', count: '{count} rows',
  hospital: {
    letterhead: 'Letterhead of every form', governingBody: 'Governing body', name: 'Name of the hospital', address: 'Address', phone: 'Phone', place: 'Place',
    placeHint: 'Before the date line', facilityCode: 'Facility code', facilityHint: '5 characters', seal: 'Seal picture', sealNote: 'PNG with transparency, at most 1 MB. A picture of a seal is not a digital signature.', noSeal: 'No seal picture yet.', chooseSeal: 'Choose a PNG file', sealSaved: 'Seal picture saved.',
  },
  departments: {
    add: 'Add department', code: 'Code', name: 'Name', kind: 'Kind', kinds: { clinic: 'Clinic', ward: 'Ward', paraclinical: 'Laboratory or imaging', office: 'Office' },
    official: 'Official department code', inUse: 'In use', rooms: 'Rooms', beds: 'Beds', roomsAndBeds: 'Rooms and beds', addRoom: 'Add room', addBed: 'Add bed', newRoom: 'Room {n}', newBed: 'Bed {n}',
    roomName: 'Name of room {n}', bedName: 'Name of bed {n}, {room}', closeRoom: 'Close {name}', closeBed: 'Close {name}, {room}', empty: 'No departments yet.',
  },
  staff: {
    add: 'Add staff', person: 'Person', name: 'Full name', titleField: 'Title', titleHint: 'For example: BS CKI, ĐD', rank: 'Rank', licence: 'Practice licence number',
    account: 'Account', login: 'Login', password: 'Password', newPassword: 'Set a new password', passwordHint: 'At least 14 characters', mayWork: 'May sign in', roles: 'Roles', roleN: 'Role {n}', placeN: 'Department of role {n}', addRole: 'Add role', removeRole: 'Remove role {n}',
    key: 'Signing key', keys: { none: 'None', admitted: 'Admitted', active: 'In use', locked: 'Locked', revoked: 'Revoked' },
    keyText: {
      none: 'This person has not been admitted to signing.', admitted: 'Admitted; the person chooses a PIN at the first signature.', active: 'Has a signing key. Only this person knows the PIN.',
      locked: 'The key is locked after too many wrong PINs.', revoked: 'The certificate has been revoked.',
    },
    admit: 'Admit to signing (the person chooses the PIN)', admitOther: 'Whoever makes the account, sets its password or gives it its role does not admit it to signing. Another administrator does on this page, or the head of the department in the signing inbox.', admitBy: 'Now this can be: {names}.', admitNobody: 'Nobody else here can do so yet: add a second administrator, or a head of this department.', waits: 'Waits for another', revoke: 'Revoke certificate', revokeReason: 'Revoked by an administrator',
  },
  lists: {
    name: 'List', version: 'Version', validFrom: 'Valid from', validTo: 'To', concepts: 'Codes', unreviewed: 'Unreviewed', kind: 'Kind', source: 'Source, legal basis', starter: 'Starter', official: 'Official',
    starterHeading: '{count} lists are starters', starterText: 'These lists are not reviewed. Import the official files before use with patients.',
    import: 'Import', importInto: 'Import into: {name}', whichVersion: 'File and version', current: 'Chosen: {version} ({extent}). Source: {source}. Licence: {licence}.', file: 'CSV or XLSX file', listName: 'Name of the list', versionHint: 'For example: tt06-2026', lastDay: 'Last day', lastDayHint: 'Empty: no end yet', legalBasis: 'Legal basis',
    publisher: 'Source', publisherHint: 'Who issued it, where the file is from', licence: 'Licence', licenceHint: 'As the source says it; “unknown” if it does not', extent: 'Extent', complete: 'Complete', partial: 'Partial',
    columns: 'Columns of the file', codeColumn: 'Code column', displayColumn: 'Name column', columnHint: 'Titles exactly as in the file', displayEnColumn: 'English name column', rowFromColumn: 'Row valid from column', rowToColumn: 'Row valid to column', reviewedColumn: 'Reviewed column',
    properties: 'Other columns', propertiesHint: 'For example: unit=Đơn vị; route=Đường dùng. Rules of ICD-10: notMain, discouraged, forbidden, deathOnly, femaleOnly, maleOnly (columns 24–29)', check: 'Check file', apply: 'Apply this version', report: 'If applied', applied: 'Applied',
    figures: '{added} added, {changed} changed, {ended} ended, {unchanged} unchanged.', row: 'Row {row}', errors: '{count} rows have errors, so that the file cannot be applied.',
    holds: 'Valid from {from} to {to}.', open: 'the next version', closes: 'Version {version} ends on {to}.', against: 'Compared with version {version}.', againstNone: 'There is no earlier version to compare with.',
    changes: 'Changes', change: 'Change', code: 'Code', display: 'Name', field: 'Field', before: 'Old', after: 'New', kinds: { added: 'Added', changed: 'Changed', ended: 'Ended' }, yes: 'yes', no: 'no',
    download: 'Download report (CSV)', more: '{shown} of {count} lines shown; the CSV file has all.',
    fields: {
      display: 'Name', displayEn: 'English name', validFrom: 'Valid from', validTo: 'Valid to', reviewed: 'Reviewed', synonyms: 'Synonyms', sex: 'Sex', inn: 'Ingredient', strength: 'Strength', form: 'Form', unit: 'Unit', route: 'Route', dose: 'Single dose',
      frequency: 'Times a day', atc: 'ATC code', class: 'Class', control: 'Control', category: 'Category', group: 'Group', short: 'Short name', province: 'Province',
    },
  },
  exchange: {
    sealed: 'Sealed', sent: 'Sent', applied: 'Applied at the center', pending: 'Pending', quarantined: 'Quarantined', lastContact: 'Last contact', never: 'never', oldest: 'Oldest pending since',
    unknownThere: 'The center has not registered this hospital yet.', lastError: 'Not sent yet', kept: 'The data is kept and will be sent again.',
  },
  enrolment: {
    request: '1. Send the request', number: 'Number', ours: 'Fingerprint of this hospital', requestText: 'Save the file and send it to the operator of the data center. Read the fingerprint out by telephone: both screens must show the same. The file holds no secret.',
    save: 'Save the request', center: '2. Believe the data center', address: 'Address of the center', addressHint: 'For instance: https://center.example.vn', look: 'Ask the center', theirs: 'Fingerprint of the center',
    compare: 'Call the operator of the center at a number known from before, and hear the fingerprint on their screen.', same: 'Heard: both are the same', trust: 'Believe and connect', trusted: 'Connected. Records go when the center has registered this hospital.', change: 'Another center',
  },
  audit: {
    from: 'From', to: 'To', who: 'Who', what: 'Action', patientId: 'Patient record id', anyone: 'Anyone', anything: 'Anything', when: 'When', on: 'On', why: 'Purpose', detail: 'Detail', outcome: 'Outcome',
    older: 'Older', newest: 'Newest', empty: 'No rows.', chainOk: 'Audit chain intact, {count} rows sealed', chainBroken: 'Audit chain broken at row {at}', brokenText: 'The audit log was changed from outside the system. Leave everything as it is and tell information security.',
    found: '{count} found', filtered: 'By: {by}', everywhere: 'Whole hospital', certificate: 'Certificate {serial}', offlineRead: 'Read at {at}, copy of {copyAt}', draftOfVisit: 'Draft of a visit sheet', exported: { system: 'All data', patients: 'All patients', some: 'Some patients: {count}' }, sentBytes: '{count} bytes', ofHospital: 'Hospital {tenant}', event: 'Notification {number}', entry: 'Entry {seq} of {node}, epoch {epoch}',
    listFrom: 'Version {version} from {from}: {added} added, {changed} changed, {ended} ended, {same} the same', listBetween: 'Version {version} from {from} to {to}: {added} added, {changed} changed, {ended} ended, {same} the same',
    danger: { allergies: 'allergies', creatinine: 'creatinine', height: 'height', pregnancy: 'pregnancy status' },
    workOf: { now: 'work at hand', overdue: 'who did not come' },
    returnFor: { clotted: 'clotted', haemolysed: 'haemolysed', 'too-little': 'too little', 'wrong-label': 'wrong label', 'wrong-container': 'wrong tube', 'no-show': 'patient did not come', 'by-mistake': 'taken in by mistake', other: 'another reason' },
    becomes: { again: 'done again', 'given-up': 'given up' },
    work: { lab: 'Laboratory', imaging: 'Imaging' }, documentsOf: { patient: 'Of the patient', encounter: 'Of the visit' },
    said: { 'used-twice': 'A code or token was used twice, so all of that grant ended.', 'grant-ended': 'That grant has ended.', invalid_client: 'The key of the client is wrong.', invalid_grant: 'The access token is not of this client.', failed: 'It failed.', unchanged: 'Nothing changed.' },
    asked: {
      identifier: 'identifier', name: 'name', birthdate: 'birth date', patient: 'patient', subject: 'patient', encounter: 'visit', date: 'date', code: 'code', status: 'status', category: 'category', type: 'type', from: 'from', to: 'to',
      account: 'person', interaction: 'action', before: 'older page', _id: 'record id', _count: 'rows', _sort: 'order', _include: 'included', _revinclude: 'included', _lastUpdated: 'last change', _type: 'type',
    },
    types: {
      Patient: 'Patient', Encounter: 'Visit', Bundle: 'Document', Composition: 'Document', Condition: 'Diagnosis', Observation: 'Result, vital sign', AllergyIntolerance: 'Allergy', MedicationRequest: 'Prescribed drug', ServiceRequest: 'Order',
      Organization: 'Department, unit', Location: 'Room, bed', Practitioner: 'Practitioner', PractitionerRole: 'Role', Provenance: 'Provenance, signature', AuditEvent: 'Audit log', Binary: 'File', CodeSystem: 'Code list', ValueSet: 'Code list', any: 'Any type',
    },
    purpose: { TREAT: 'Treatment', BTG: 'Break glass', HOPERAT: 'Operation', HSYSADMIN: 'Administration', HDATAEXCH: 'Exchange' },
    outcomes: { success: 'Success', refused: 'Refused', failed: 'Failed' },
  },
}
