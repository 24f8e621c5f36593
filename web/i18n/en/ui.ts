/** Texts of the kit in English. */
export default {
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  retry: 'Try again',
  loading: 'Loading…',
  clearField: 'Clear {label}',
  datePlaceholder: 'dd/mm/yyyy',
  dateWrong: 'Not a date. Type day/month/year, for example 05/03/1980.',
  required: 'This is needed.',
  noMatch: 'Nothing matches.',
  searching: 'Searching…',
  lookupFailed: 'The list could not be searched. Try again.',
  yes: 'Yes',
  no: 'No',
}
