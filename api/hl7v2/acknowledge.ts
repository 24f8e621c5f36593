/** Answers in original mode: AA accepted, AE failed here and may be sent again, AR refused (HL7 v2.5.1, 2.9.2, 2.14.8 MSA, 2.14.5 ERR, table 0357). Pure. */
import { createReader, field, parseMessage, segment, toTimestamp, writeMessage, type Message } from './syntax.ts'

export type AckCode = 'AA' | 'AE' | 'AR'
/** Of HL7 table 0357. */
export const ERRORS = {
  'segment-sequence': ['100', 'Segment sequence error'], 'field-missing': ['101', 'Required field missing'], 'message-type': ['200', 'Unsupported message type'], 'event-code': ['201', 'Unsupported event code'],
  'processing-id': ['202', 'Unsupported processing id'], 'version-id': ['203', 'Unsupported version id'], internal: ['207', 'Application internal error'],
} as const
export type AckError = keyof typeof ERRORS
export interface Answer { readonly code: AckCode; readonly error?: AckError }

/** `to` undefined: what came was no message, and nothing of it can be named. */
export const buildAck = (to: Message | undefined, { code, error }: Answer, { id, at }: { readonly id: string; readonly at: string }): string => {
  const read = to && createReader(to)
  const msh = to?.segments[0]
  const raw = (number: number): string => (read ? field(read.at(msh, number)) : '')
  return writeMessage([
    segment('MSH', { 3: raw(5), 4: raw(6), 5: raw(3), 6: raw(4), 7: toTimestamp(at), 9: field('ACK', read?.at(msh, 9, 2) ?? '', 'ACK'), 10: field(id), 11: 'P', 12: '2.5.1', 18: 'UNICODE UTF-8' }),
    segment('MSA', { 1: code, 2: raw(10) }),
    ...(error ? [segment('ERR', { 3: field(ERRORS[error][0], ERRORS[error][1], 'HL70357'), 4: 'E' })] : []),
  ])
}

/** What a peer answered to the message of this control id; undefined: no answer to it. `error` is a code, never text of the peer, which may name a patient. */
export const readAck = (text: string, control: string): { readonly code: string; readonly error: string } | undefined => {
  const message = parseMessage(text)
  const msa = message?.segments.find(({ name }) => name === 'MSA')
  if (message === undefined || msa === undefined) return undefined
  const read = createReader(message)
  const code = read.at(msa, 1)
  const error = read.at(message.segments.find(({ name }) => name === 'ERR'), 3)
  return read.at(msa, 2) === control && /^[AC][AER]$/.test(code) ? { code, error: /^\w{1,12}$/.test(error) ? error : '' } : undefined
}
