/** Mã đơn thuốc (TT 26/2025/TT-BYT): 5 characters of the facility, 7 of [0-9a-z] by chance, "-", and N (narcotic), H (psychotropic and precursors) or C (all else). Pure. */

export const KINDS = ['N', 'H', 'C'] as const
export type PrescriptionKind = (typeof KINDS)[number]

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'

/** `random` gives integers in [0, below). */
export const makePrescriptionCode = (facility: string, kind: PrescriptionKind, random: (below: number) => number): string =>
  `${facility.padStart(5, '0').slice(-5)}${Array.from({ length: 7 }, () => ALPHABET[random(ALPHABET.length)]).join('')}-${kind}`

/** The place of a prescription among the documents of its visit: one current one for each kind of drugs. */
export const slotOfKind = (kind: PrescriptionKind): string => `prescription-${kind}`
