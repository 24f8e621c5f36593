/** Texts of the first set-up of a site in English. */
export default {
  title: 'First set-up',
  what: { hospital: 'This hospital has no administrator yet.', center: 'This data center has no operator yet.' },
  steps: {
    code: 'Take the set-up code from the terminal in which npm start runs, or from npm run setup-code.',
    fill: { hospital: 'Fill in the hospital and its first administrator.', center: 'Fill in the first operator of the center.' },
    next: { hospital: 'Then the administrator adds departments and staff, and connects to the data center.', center: 'Then the operator registers each hospital.' },
  },
  codeHeading: '1. Set-up code', codeNote: 'Good once, for 8 hours.', code: 'Set-up code',
  hospitalHeading: '2. Hospital', hospitalNote: 'Stands at the head of every form; can be changed later.',
  personHeading: { hospital: '3. First administrator', center: '2. First operator' }, personNote: { hospital: 'Sees no clinical content.', center: 'Sees the state of the hospitals and the documents they send.' },
  again: 'Password again',
  submit: 'Set up and sign in',
  done: 'This site is set up.',
  wrong: {
    missing: 'Fill this in.', facilityCode: 'Exactly 5 letters (no accents) or digits.', login: '2 to 50 letters, digits, dots, hyphens.', password: 'At least 14 characters.', again: 'The two passwords differ.',
  },
}
