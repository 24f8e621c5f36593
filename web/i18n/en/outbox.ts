/** Texts of the outbox in English. */
export default {
  heading: 'Outbox', note: 'What you typed on this computer', sendAll: 'Send now',
  noLine: 'The server is out of reach. Everything below is kept on this computer, encrypted, and is sent by itself and in order when the line is back.',
  waiting: 'Waiting', empty: 'Nothing waits', emptyText: 'The server has all that you typed on this computer.', sent: 'Done today',
  patient: 'Patient', what: 'What', since: 'Typed since', lastTry: 'Last attempt', next: 'Next', actions: 'Actions', at: 'At',
  want: { draft: 'Draft', save: 'To be saved' }, notYet: 'Not tried yet', sending: 'Sending…',
  why: { merge: 'The server has a newer version.', network: 'No line.' },
  then: {
    merge: 'Nothing is overwritten. Open it and choose what stays.', refused: 'Not tried again by itself. Open it to look and mend.', session: 'Sent when you have signed in again.', line: 'Sent when the line is back.', soon: 'Sent in a moment.',
  },
  open: 'Open', send: 'Send', discard: 'Discard', keep: 'Keep', notSent: 'What you typed for {name} could not be sent. Its line says why.',
  discardHeading: 'Discard what was not sent?', discardText: 'What you typed for {name} on this computer will not be sent. Until the end of the day it can be taken back under “Done today”.', discarded: 'Discarded what was not sent of {name}.', restore: 'Take back',
  done: { draft: 'Draft is at the server', saved: 'Saved in the record', signed: 'Signed', discarded: 'Discarded' },
  forget: {
    button: 'Forget this computer', heading: 'Forget this computer?', text: 'Wiped from this computer: copies to read without a line, drafts, and your key. Records at the server stay as they are.',
    waiting: '{count} items that were not sent will be lost for good. Send them first.', done: 'This computer keeps nothing of yours any more.',
  },
}
