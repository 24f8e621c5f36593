/** Texts of order sets and phrases in English. */
export default {
  set: 'Set', keep: { set: 'Keep as order set', phrase: 'Keep as phrase' }, kept: { set: 'The order set “{name}” is kept. Type “bo …” in the order line to use it.', phrase: 'The phrase is kept. Type “.{name}” and a space to use it.' },
  name: { set: 'Name of the order set', phrase: 'Short name' }, nameHint: { set: 'For example: sore throat, adult', phrase: '2 to 16 small letters or digits without accents, for example: throat' },
  noPatient: 'It serves many patients: leave no name, number or other fact of this patient in it.',
  whose: 'For', for: { person: 'Me alone', department: 'The department', hospital: 'The hospital' }, save: 'Save',
  lines: '{count} lines', added: '{count} lines of the set “{name}” were added.', nothing: 'The sheet has everything of the set “{name}” already.', gone: 'Set “{name}”: no longer in the list, choose anew: {names}',
  phrases: 'Phrases', found: '{count} phrases; arrows choose', openPlaces: 'Places in the notes that are not filled in: {names}',
  title: 'Order sets and phrases', menu: 'Sets, phrases', adminMenu: 'Sets', note: 'For visits: “bo …” in the order line, a dot and the short name in texts.', sets: 'Order sets', content: 'Content', open: 'View',
  noSets: 'No order sets yet', noSetsText: 'In a visit press “Keep as order set” below the orders.', noPhrases: 'No phrases yet', noPhrasesText: 'Press “Add phrase”, or select a text in a visit and press Alt+M.',
  add: 'Add phrase', text: 'Phrase', textHint: 'Put what is to be filled in between braces; Tab goes from one to the next.', section: 'Part of the visit sheet', everywhere: 'Everywhere',
  copy: 'Copy', remove: 'Remove', removeNow: 'Press again to remove', saved: 'Saved.', removed: 'Removed.', dropLine: 'Leave out {name}', dosage: '{dose} × {frequency} times × {days} days',
}
