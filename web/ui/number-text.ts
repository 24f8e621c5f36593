/** Typed decimals: text in, normalised text out, never through a float, so that 37.10 keeps its last digit. */

/** "36,5" -> "36.5", " +7 " -> "7"; undefined when the text is not one decimal number. */
export const parseDecimalText = (text: string): string | undefined => {
  const trimmed = text.trim().replace(',', '.').replace(/^\+/, '')
  return /^-?\d{1,12}(\.\d{1,8})?$/.test(trimmed) ? trimmed : undefined
}
