/** Texts of the bench, where laboratory and imaging work, in English. */
export default {
  lastDays: 'Orders of 3 days, what is not done yet, and who did not come in 14 days',
  ofDay: 'Orders of {day}',
  day: 'Day', dayNotShown: 'The last 31 days can be shown.',
  noOverdue: 'Older orders that wait could not be loaded.',
  materials: { 'blood-edta': 'EDTA', 'blood-serum': 'serum', 'blood-citrate': 'citrate', 'blood-fluoride': 'fluoride', 'blood-culture': 'culture bottle', urine: 'urine', 'urine-sterile': 'sterile urine', stool: 'stool', sputum: 'sputum', nasal: 'nose and throat', breath: 'breath' },
  question: 'The doctor asks:',
  danger: {
    label: 'What to know before', allergies: 'Allergies', unasked: 'Allergies not asked', high: 'severe', contrast: 'ALLERGY TO CONTRAST MEDIA: {names}',
    kidney: 'Kidney function', creatinine: { none: 'No creatinine yet', unreadable: 'There is a creatinine whose value or unit cannot be read', is: 'Creatinine {value} µmol/L of {day}' },
    rate: 'eGFR {rate} ml/min/1.73 m²', noRate: 'eGFR cannot be computed', old: '{days} days old', asked: 'asked on {day}',
    pregnancy: { name: 'Pregnancy', unknown: 'Not asked whether pregnant', yes: 'Pregnant', no: 'Not pregnant', lactating: 'Not pregnant, breast-feeding', weeks: '{weeks} weeks', askAgain: 'Not asked again in this visit.' },
  },
  again: 'Once more',
  return: {
    heading: { lab: 'Give the specimen back', imaging: 'Give the order back' }, giveUpHeading: 'Not done', reason: 'Reason', choose: 'Choose a reason', words: 'More words', told: 'Whoever ordered it finds this among the results.', mistake: 'The order waits to be taken in again. Whoever ordered it is not told.',
    again: 'Give back, do it again', giveUp: 'Give up', done: 'On record; whoever ordered it will see it.', undone: 'On record; the order waits to be taken in again.',
    conflict: 'Not sent: this order has just changed, perhaps it has another specimen.', look: 'Show it as it is now', specimen: 'Specimen {accession}',
    reasons: { clotted: 'Clotted', haemolysed: 'Haemolysed', 'too-little': 'Too little', 'wrong-label': 'Label wrong or missing', 'wrong-container': 'Wrong tube or taking', 'no-show': 'The patient did not come', 'by-mistake': 'Taken in by mistake', other: 'Another reason (say which)' },
  },
  keys: { lab: 'Enter: open · F8: take specimen · F7: give back · P: label again · /: search', imaging: 'Enter: open · F8: call in · F7: give back · /: search' },
  key: { search: 'Search the list', receive: 'Take in the order that is chosen', open: 'Open the order', return: 'Specimen given back, patient did not come', release: 'Validate and release; of a released one the correction', next: 'Next value, sends nothing' },
}
