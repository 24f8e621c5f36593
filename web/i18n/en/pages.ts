/** Names of the pages of administrators and of procedures in English, as menu and bar have them: what stands on a page comes with it. */
export default {
  clients: { menu: 'Software', title: 'Connected software' },
  hospital: { menu: 'Hospital', title: 'Hospital profile' },
  departments: { menu: 'Departments', title: 'Departments, rooms, beds' },
  staff: { menu: 'Staff', title: 'Staff and roles' },
  lists: { menu: 'Code lists', title: 'Code lists' },
  exchange: { menu: 'Exchange', title: 'Sending to the data center' },
  procedures: { menu: 'Procedures', title: 'Procedures to do' },
  audit: { menu: 'Audit', title: 'Audit log' },
}
