/** Texts of the viewer of pictures in English. */
export default {
  title: 'Imaging pictures', accession: 'Accession {number}', notForDiagnosis: 'For reference, not for primary diagnosis',
  allSeries: 'Series', series: 'Series {number}', count: '{count} pictures', stage: 'Picture on view', alt: '{series}, picture {counter}', loading: 'Loading picture {counter}…', asking: 'Asking the PACS…',
  offline: 'The server cannot be reached. Pictures are not kept on this PC: they can be seen only while there is a connection.',
  cut: 'This study has more pictures than are shown. See all of them at the reading station of the imaging department.',
  alsoWithheld: 'The PACS has {count} more with this number, which are not shown: {why}', withheldHelp: 'Nothing is shown, so that patients are not mixed up. Ask the imaging department to check accession {number}.',
  withheld: {
    'other-order': 'The PACS has pictures that were noted for this order, but carry the number of another', 'patient-number': 'The PACS has pictures with this number, but under another patient number', 'patient-name': 'The PACS has pictures with this number, but under another name', 'patient-birth': 'The PACS has pictures with this number, but with another birth date', 'patient-unnamed': 'The PACS has pictures with this number, but without a name or birth date to compare',
  },
  state: { off: 'No PACS is connected', unreachable: 'No pictures came from the PACS', unasked: 'The PACS cannot be asked for this number', crowded: 'Whether the PACS has pictures of this number is not known', empty: 'The PACS has the study, but no pictures to see', none: 'No pictures yet', withheld: 'The pictures of this number cannot be shown' },
  help: { off: 'An administrator names the PACS in the configuration file (EMR_PACS).', unreachable: 'The report can be read as always.',
    unasked: 'Accession {number} has characters that the PACS does not take. There may be pictures all the same: see the reading station of the imaging department.', crowded: 'The PACS answered with so many other studies that pictures of accession {number} may be missing. See the reading station of the imaging department, and tell an administrator.',
    empty: 'Pictures may be on their way, or the study has a report only. Try again in some minutes.', none: 'The PACS has no pictures with accession {number} yet. They are here as soon as the device has sent them.' },
  error: {
    away: 'The PACS does not answer. Try again in some minutes.', busy: 'Too many pictures are asked for at the moment. Try again in some seconds.', credentials: 'The PACS does not take the account of the record. Tell an administrator.', certificate: 'The certificate of the PACS is not trusted, so nothing was asked. Tell an administrator.',
    'too-large': 'The PACS answered with too much. See the reading station of the imaging department, and tell an administrator.', wrong: 'The PACS does not answer as the standard says. Tell an administrator.',
  },
  tones: { own: 'Own window', soft: 'Soft tissue', lung: 'Lung', bone: 'Bone', brain: 'Brain', contrast: 'High contrast', light: 'Lighter', dark: 'Darker' }, isInverted: 'inverted',
  arrows: 'Arrow left, right',
  keys: { picture: 'picture', seriesKey: 'series', zoom: 'zoom', tone: 'window', invert: 'invert', ends: 'first, last', back: 'back' },
}
