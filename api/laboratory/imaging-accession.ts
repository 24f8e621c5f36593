/** The accession number of an imaging order: of its id, so that an order of any age has one without being changed. At most 16 characters, as DICOM wants it (PS3.5, 6.2, SH). Pure. */
import { createHash } from 'node:crypto'

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Whether a number could be one of them. */
export const looksLikeImagingAccession = (number: string): boolean => /^HA[0-9A-HJKMNP-TV-Z]{12}$/.test(number)

export const imagingAccession = (order: string): string => `HA${[...createHash('sha256').update(order).digest().subarray(0, 12)].map((byte) => LETTERS.charAt(byte & 31)).join('')}`
