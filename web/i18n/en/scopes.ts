/** Rights of software in plain words, in English. */
export default {
  rights: { c: 'create', r: 'read', u: 'change', d: 'delete', s: 'search', all: 'read, search, create, change, delete' },
  scope: '{type}: {rights}', only: '{scope}, only where {only}', notScope: 'not a valid scope',
  patient: '{scope} (of one patient only)', user: '{scope} (of every patient whom the user may see)',
  launch: {
    launch: 'Know the patient and the visit that are open', launchPatient: 'Know the patient whom the user chooses', openid: 'Know who is using it (account id)', fhirUser: 'Know the staff record of the user (name, title)',
    online: 'Go on until the user signs out', offline: 'Go on when the user has signed out, for 30 days at most',
  },
}
