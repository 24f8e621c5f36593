/** What the server finds wrong in what was sent, in the words of a person; web/fhir/issue-text.ts tells which. In English. */
export default {
  missing: 'Still missing.', many: 'Too many of these.', notAllowed: 'This may not stand here.', notInList: 'The code is not in the list.', otherValue: 'The value is another than required.',
  wrongTarget: 'Points to a record of the wrong kind.', empty: 'May not be empty.', noDay: 'There is no such day.', notNumber: 'Must be a number.', tooLong: 'The text is too long.', wrongForm: 'The data has the wrong form.', general: 'This does not conform yet.',
  icd: {
    forbidden: 'This code may not be used by the coding rules: choose another one.', notMain: 'This code may not be the main diagnosis: choose another one as main.', deathOnly: 'This code is only for the cause of a death.',
    discouraged: 'This code is discouraged: choose a more specific one if there is one.', sex: 'This code is not for the sex of the patient.', tooMany: 'A visit has at most 12 accompanying diagnoses.',
  },
  paper: {
    referralTo: 'Say to which facility the patient is sent.', referralReason: 'Choose why the patient is sent.',
    followUpEarly: 'The next visit lies after this one.', leaveStart: 'Sick leave begins on the day of the visit.', leaveSpan: 'Sick leave is 1 to 30 days.',
    leaveParent: 'Under seven years the certificate names father or mother: ask reception to add one to the record.',
  },
  at: '{place}: {message}',
}
