/** Texts of the data center's pages in English. */
export default {
  tenant: 'Site number', hospital: 'Hospital', allHospitals: 'All hospitals', state: 'State', lastContact: 'Last contact', never: 'Never', sent: 'Sent', applied: 'Received', pending: 'Pending', quarantined: 'Quarantined',
  states: { ok: 'Normal', behind: 'Receiving', silent: 'No contact', quarantine: 'Has quarantined data' },
  monitor: { menu: 'Monitor', title: 'Hospitals', empty: 'No hospital is enrolled yet.' },
  received: {
    menu: 'Received', title: 'Received documents', at: 'Received at', document: 'Document', patient: 'Patient', birthDate: 'Birth date', visit: 'Visit', signer: 'Signer', verdict: 'Signature', open: 'Open',
    empty: 'No documents yet.',
  },
}
