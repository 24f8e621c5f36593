/** The code of a document as people hand it in: typed with spaces, or as the whole address that the QR code holds. Pure. */

/** undefined when the text holds no code. */
export const parseVerifyCode = (typed: string): string | undefined => {
  const text = typed.trim()
  const inAddress = /[?&]ma=([^&#\s]+)/.exec(text)?.[1]
  const code = (inAddress === undefined ? text : decodeSafely(inAddress)).replace(/\s+/g, '')
  return /^[A-Za-z0-9_-]{8,128}$/.test(code) ? code : undefined
}

const decodeSafely = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
