/** Texts about signed documents in English. */
export default {
  open: 'Open signed document',
  print: 'Print copy',
  superseded: 'Replaced by document {code} at {at}.',
  replaces: 'Correction',
  appends: 'Addendum',
  verdict: { 'valid-current': 'Valid', 'valid-superseded': 'Superseded', invalid: 'NOT valid', unknown: 'Unknown' },
}
