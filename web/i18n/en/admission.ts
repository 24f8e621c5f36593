/** Texts of the head's page of who waits to be admitted to signing, in English. */
export default {
  tab: 'Admit to signing',
  heading: 'Waiting to be admitted to signing', who: 'Signer', role: 'Role', licence: 'Licence', admit: 'Admit to signing', admitted: '{name} may sign now.', byAnother: 'Somebody else',
  text: 'Admit only whom you know by face and who works in the department. They choose a PIN of their own, and from then on sign visits, prescriptions and other documents.',
  byAnotherText: 'You made this account, set its password or gave it its role.',
  empty: 'Nobody waits to be admitted.', emptyText: 'Doctors of the department whom an administrator has added, or whose password was set anew, appear here.',
  confirmHeading: 'Admit {name} to signing?', whole: 'Whole hospital',
}
