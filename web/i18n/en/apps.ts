/** Texts about apps that act for a person, in English. */
export default {
  title: 'Allow an app', asks: '{name} wants to use data', you: 'The app works for {name}, and never sees or does more than you may.',
  patient: 'Patient', of: 'Opened from the record of', choose: 'Choose a patient', chooseHint: 'Type a name or a number, or scan a card. The app is told of this patient only.', choosePlaceholder: 'Name or number',
  may: 'The app will be able to', leaveOut: 'Clear what you do not want to allow.', changes: 'It may change records', needsPatient: 'Choose a patient, or clear the rights that are about one.', needsOne: 'Keep one right at least, or refuse.',
  allow: 'Allow', deny: 'Refuse', then: 'After that the browser opens {site}.', cannot: 'This cannot go on', going: 'Going back to the app…', loading: 'Reading what the app asks',
  open: 'Open an app', opened: '{name} was opened in a new window.', blocked: 'The browser has blocked the new window: allow it and open the app again.',
  granted: 'Apps that you allowed', none: 'You have allowed no app.', since: 'From {since} to {until}', untilOut: 'From {since}, until you sign out', end: 'End', endName: 'End: {name}', ended: 'Ended.',
}
