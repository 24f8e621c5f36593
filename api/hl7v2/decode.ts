/** Bytes of a message as text by MSH-18 (HL7 v2.5.1, 2.14.9.18, table 0211). Bytes that are not of the character set are refused, not replaced. Pure. */
import { parseMessage, type Message } from './syntax.ts'

export const MOST_BYTES = 2 * 1024 * 1024

const CHARSETS: Readonly<Record<string, string>> = { '': 'utf-8', ASCII: 'utf-8', 'UNICODE UTF-8': 'utf-8', UNICODE: 'utf-8', '8859/1': 'iso-8859-1' }

/** undefined: no message, or none in a character set that is read here. */
export const decodeMessage = (bytes: Uint8Array): Message | undefined => {
  const [head = ''] = new TextDecoder('iso-8859-1').decode(bytes.subarray(0, 4096)).split(/[\r\n]/, 1)
  const separator = head.charAt(3)
  const charset = separator === '' ? undefined : CHARSETS[((head.split(separator)[17] ?? '').split(/[~\\^]/)[0] ?? '').trim()]
  if (charset === undefined) return undefined
  try {
    return parseMessage(new TextDecoder(charset, { fatal: true, ignoreBOM: false }).decode(bytes))
  } catch {
    return undefined
  }
}
