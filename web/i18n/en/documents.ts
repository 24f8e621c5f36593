/** Texts about signed documents in English. */
export default {
  open: 'Open signed document',
  print: 'Print copy',
  superseded: 'Replaced by document {code} at {at}.',
  replaces: 'Correction',
  appends: 'Addendum',
  second: 'Second signature: {name}',
  secondBehalf: 'Second signature for {behalf}: {name}',
  ask: 'Send to the head to sign',
  askAgain: 'Send again',
  askNote: 'Note (optional)',
  asked: 'Waits for the head of department (sent by {name}).',
  askedNow: 'Sent to the head of department.',
  refused: '{name} refused to sign: {reason}',
  back: 'Back',
  verdict: { 'valid-current': 'Valid', 'valid-superseded': 'Superseded', invalid: 'NOT valid', unknown: 'Unknown' },
}
