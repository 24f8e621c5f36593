/** Texts of the palette and of the help for keys in English. */
export default {
  heading: 'Find and go to',
  hint: 'Name of a patient, card number, page or action',
  hintPages: 'Page or action',
  group: { patients: 'Patients', recent: 'Patients opened before', actions: 'On this page', pages: 'Pages', pc: 'This PC' },
  searching: 'Looking for patients',
  failed: 'Patients could not be looked up: the server does not answer.',
  nothing: 'Nothing fits.',
  keys: 'Arrows: choose · Enter: open · Esc: close',
  verify: 'Verify a signed document',
  helpHeading: 'Keys',
  help: { page: 'This page', everywhere: 'Every page' },
  key: {
    palette: 'Find patients, pages, actions', help: 'This list of keys', escape: 'Close, go back', rows: 'Choose a row of a list', enter: 'Open the row, take the first of the suggestions',
    tab: 'To the next field without taking a suggestion',
  },
  arrow: { up: 'Up', down: 'Down' },
  composing: 'Single letters work outside of text fields only, and never while an input method is composing.',
}
