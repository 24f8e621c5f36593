/** Safety checks of drugs: on the visit sheet, and their figures. */
export default {
  heading: 'Drug safety alerts', notChecked: 'NOT CHECKED', silent: 'the server did not answer this part', noTable: 'none', again: 'Check again',
  kind: { allergy: 'allergy', duplicate: 'duplicate', interaction: 'interaction', dose: 'dose', age: 'age', kidney: 'kidney', pregnancy: 'pregnancy, breast-feeding' },
  line: {
    clear: 'Checked {time}, table {table}', partly: '{judged} of {all} checked at {time}, table {table}', none: 'Nothing could be checked ({time})',
    note: 'A note, see below ({time}, table {table})', reason: 'Needs a reason, see below ({time}, table {table})', 'second-person': 'Needs a reason and a second person ({time}, table {table})',
    answered: 'An alert, answered with a reason ({time}, table {table})', waiting: 'Being checked…', failed: 'NOT CHECKED: the server does not answer', unchecked: 'NOT CHECKED',
  },
  summary: '{count} drugs checked: {alerts} alerts, {open} not answered.',
  grade: { note: 'Note', reason: 'Reason needed', 'second-person': 'Second person needed' },
  source: 'Source: {source}', notReviewed: 'not reviewed by a pharmacist', reasonOf: 'Reason to keep {drug}', words: 'In words', confirmed: 'Confirmed by a second person',
  reason: {
    benefit: 'Benefit outweighs risk', tolerated: 'Taken before, tolerated', monitored: 'Will be monitored', adjusted: 'Dose or timing adjusted', 'no-alternative': 'No alternative',
    'wrong-fact': 'Does not fit this patient', other: 'Another reason',
  },
  second: { heading: 'A second person confirms', text: 'Another doctor of the department reads the alerts above ({count}) and confirms here.', login: 'Login of the second person', pin: 'Signing PIN of the second person', confirm: 'Confirm' },
  inBatch: 'Something was NOT CHECKED of {count} drugs; open the visit to see it.', answerFirst: '{count} drug alerts are not answered yet.', checked: 'Drug safety checks', unreviewed: '{count} rows of the tables are not reviewed by a pharmacist.',
  pregnancy: { label: 'Pregnancy, breast-feeding', unknown: 'Not asked', no: 'Neither', yes: 'Pregnant', lactating: 'Breast-feeding', weeks: 'Weeks', unit: 'weeks', wrong: '1 to 45 weeks' },
  figures: {
    title: 'Drug safety alerts', menu: 'Drug alerts', text: 'Counted by visit over the last 90 days, without anything of patients. An alert that is mostly overridden is one to look at again.', rule: 'Rule', grade: 'Grade', shown: 'Shown',
    overridden: 'Drug kept', second: 'Second person', reasons: 'Reasons', empty: 'No alerts yet', emptyText: 'How often an alert was shown on visit sheets, and how often the drug was kept, will stand here.',
  },
}
