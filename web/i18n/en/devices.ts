/** Texts of devices in English. */
export default {
  listening: 'Takes results at {address}', closed: 'No results are taken: no port is set',
  refused: '{count} connections came from addresses that no device has, or that had too many. They were refused.',
  turned: '{device}: {count} messages were not taken since the start.', refusedCount: '{count} refused', superseded: 'A later message of this order exists', supersededShort: 'Superseded',
  replayHeading: 'Send this message again?', replayText: 'The device gets this order once more, as a new message.',
  name: 'Device', kind: 'Department', kinds: { lab: 'Laboratory', imaging: 'Imaging' }, address: 'Address', waiting: 'Waiting', lastAck: 'Last accepted', lastReceived: 'Last received', quarantined: 'Unmatched', lastError: 'Last error',
  none: 'No device is registered', noneText: 'Devices stand in a file (EMR_HL7_DEVICES), see the README.',
  orders: 'Orders for devices', queued: 'Queued', control: 'Message number', state: 'State', tries: 'Tries', do: 'Actions', states: { waiting: 'Waiting', done: 'Accepted', skipped: 'Given up', refused: 'Refused' },
  noOrders: 'No orders yet', noOrdersText: 'Orders are sent when a specimen is received (laboratory) or the visit is filed (imaging).',
  skip: 'Give up', replay: 'Send again', skipDone: 'The message was given up.', replayDone: 'Queued again.', skipHeading: 'Give this message up?', skipText: 'The device will not get this order. Messages behind it will be sent.',
  error: { ECONNREFUSED: 'The device has no open port', ETIMEDOUT: 'The device cannot be reached', EHOSTUNREACH: 'There is no way to the device', ENOTFOUND: 'The address is not known', ECONNRESET: 'The device broke the connection', closed: 'The device ended the connection without an answer', timeout: 'The device did not answer in time', 'no-answer': 'The answer is no HL7 acknowledgment', connection: 'Connection error', said: 'The device refused ({code})' },
  pacs: {
    heading: 'Picture archive (PACS)', none: 'No PACS is connected. It is named in the configuration file (EMR_PACS), see README.', check: 'Try the connection', lastAnswer: 'Answered at {time}',
    states: { answers: 'Answers', failing: 'Failing', unknown: 'Not asked yet' },
    error: {
      timeout: 'The PACS did not answer in time', refused: 'The PACS does not listen at this port', credentials: 'The PACS does not take the account', 'not-found': 'There is nothing at this address', redirect: 'The PACS leads to another address, which is not followed', status: 'The PACS reports an error',
      'too-large': 'The answer is too large', 'not-dicom-json': 'The answer is not DICOM JSON', 'not-a-picture': 'What came is not a picture', certificate: 'The TLS certificate is not trusted', busy: 'Too many requests at a time', connection: 'Connection failed',
    },
  },
  quarantine: {
    note: 'Kept as the device sent them, until somebody decides', at: 'Received', said: 'Patient as the device says', values: 'Values', why: 'Why it was not taken',
    refused: '{device} refused {count} orders. Tell the administrator, and do these by hand.', more: '{count} more appear when these are done.',
    differsText: 'The order has another result, which was released or typed by a person. Open it to compare and correct.', toBench: 'Open the result', keepHeading: 'Or keep the result that is there',
    empty: 'Nothing waits', emptyText: 'Results that fit no order, patient or unit appear here.',
    heading: 'Result of {device}', nameless: '(no name)', numbers: 'Numbers in the message', code: 'Code of the device', value: 'Value', flag: 'Flag of the device',
    assignHeading: 'Assign to an order', number: 'Specimen or accession number', numberHint: 'Scan the label or type it, then Enter', find: 'Find', noOrder: 'No order has this number.', assign: 'Right person, assign here',
    assigned: 'Assigned; the result waits for release.', assignedPart: 'Assigned. Not taken: {left}.', rejectHeading: 'Or reject', rejectReason: 'Reason', reject: 'Reject', rejected: 'Rejected, with its reason on record.',
  },
  reason: {
    unreadable: 'The message cannot be read', 'several-patients': 'The message is of several patients', 'no-order': 'No order has this number', 'order-ambiguous': 'Several orders fit', 'order-not-received': 'The order was not taken in', 'specimen-returned': 'This specimen was given back',
    'patient-number': 'The patient number is not that of the order', 'patient-unnamed': 'No name and no birth date', 'patient-name': 'The name differs', 'patient-birth': 'The birth date differs',
    'unknown-code': 'Not measured for this order', 'unknown-unit': 'The unit differs from the list', 'not-a-number': 'The value is no number', 'not-a-choice': 'The value is not in the list', implausible: 'Hardly possible in this unit',
    'embedded-document': 'An embedded document, which is not taken', 'value-withdrawn': 'The device withdrew or could not measure it', 'repeated-code': 'One code has several values', 'nothing-to-take': 'No value to take', 'order-gone': 'The order was revoked, put on hold or taken off',
    'not-storable': 'The record cannot hold it (too long, or not valid)',
    'too-many': 'The message has too many results', differs: 'Differs from the result that is there',
  },
}
