/** Texts of the data center's pages in English. */
export default {
  tenant: 'Site number', hospital: 'Hospital', allHospitals: 'All hospitals', state: 'State', lastContact: 'Last contact', never: 'Never', sent: 'Sent', applied: 'Received', pending: 'Pending', quarantined: 'Quarantined',
  states: { ok: 'Normal', behind: 'Receiving', silent: 'No contact', quarantine: 'Has quarantined data' },
  monitor: { menu: 'Monitor', title: 'Hospitals', empty: 'No hospital is enrolled yet.' },
  enrolment: {
    open: 'Register a hospital', own: 'Fingerprint of this center (read it to the hospital)', file: 'The hospital\'s request', text: 'Or paste what is in the file', check: 'Check', theirs: 'Fingerprint of the hospital',
    compare: 'Call the hospital\'s administrator at a number known from before, and hear the fingerprint on their screen.', same: 'Heard: both are the same', register: 'Register', done: 'The hospital is registered.',
    taken: 'This number is registered with another key, so it is refused.', already: 'This hospital is registered already.',
  },
  received: {
    menu: 'Received', title: 'Received documents', at: 'Received at', document: 'Document', patient: 'Patient', birthDate: 'Birth date', visit: 'Visit', signer: 'Signer', verdict: 'Signature', open: 'Open',
    empty: 'No documents yet.',
  },
}
