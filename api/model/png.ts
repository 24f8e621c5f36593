/**
 * Whether bytes are a PNG (https://www.w3.org/TR/png-3/) that the PDF library can draw: it throws outside any promise on a damaged one.
 * One rule for the upload of a seal and for the printer, so that what was accepted is drawn.
 */
/** zlib's inflate, handed in: it gives up beyond `most` bytes by throwing. */
export type Inflate = (data: readonly Uint8Array[], most: number) => Uint8Array

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Samples per pixel by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
/** A seal of 36 mm at 600 dpi is 850 pixels wide. */
const MAX_SIDE = 2000
const MIN_SIDE = 16

/** 8 bits a sample, not interlaced, 16 to 2000 pixels wide and high, with every row of its pixels. */
export const isDrawablePng = (bytes: Uint8Array, inflate: Inflate): boolean => {
  if (!SIGNATURE.every((byte, at) => bytes[at] === byte)) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const data: Uint8Array[] = []
  let header: { width: number; height: number; depth: number; colour: number; interlaced: number } | undefined
  let palette = false
  let place = 8
  for (let ended = false; !ended; ) {
    if (place + 12 > bytes.length) return false
    const length = view.getUint32(place)
    const name = String.fromCharCode(...bytes.subarray(place + 4, place + 8))
    const body = bytes.subarray(place + 8, place + 8 + length)
    if (body.length !== length) return false
    if (name === 'IHDR' && length === 13) header = { width: view.getUint32(place + 8), height: view.getUint32(place + 12), depth: body[8] ?? 0, colour: body[9] ?? 0, interlaced: body[12] ?? 0 }
    if (name === 'PLTE') palette = true
    if (name === 'IDAT') data.push(body)
    ended = name === 'IEND'
    place += length + 12
  }
  if (!header || header.depth !== 8 || header.interlaced !== 0 || (header.colour === 3 && !palette)) return false
  const samples = SAMPLES[header.colour]
  const { width, height } = header
  if (!samples || width < MIN_SIDE || height < MIN_SIDE || width > MAX_SIDE || height > MAX_SIDE) return false
  const size = height * (width * samples + 1)
  try {
    return inflate(data, size + 1).length === size
  } catch {
    return false
  }
}
