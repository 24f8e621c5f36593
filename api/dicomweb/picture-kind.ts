/** What a picture is by its own bytes, whatever was said of it: PNG (https://www.w3.org/TR/png-3/, 5.2 and 11.2.1) or JPEG (ITU-T T.81, annex B), and how large it unfolds. Pure. */

export interface PictureKind { readonly type: 'image/jpeg' | 'image/png'; readonly width: number; readonly height: number }

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const IHDR = [0x49, 0x48, 0x44, 0x52]

const startsWith = (bytes: Uint8Array, wanted: readonly number[], at = 0): boolean => wanted.every((byte, index) => bytes[at + index] === byte)

const kindOfPng = (bytes: Uint8Array): PictureKind | undefined => {
  if (bytes.length < 33 || !startsWith(bytes, IHDR, 12)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) }
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie between them. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)

const kindOfJpeg = (bytes: Uint8Array): PictureKind | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 2; at + 9 <= bytes.length;) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) { at += 1; continue }
    if (standsAlone(marker)) { at += 2; continue }
    if (isFrame(marker)) return { type: 'image/jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    // the picture itself, or its end, before anybody said how large it is
    if (marker === 0xda || marker === 0xd9) return undefined
    const length = view.getUint16(at + 2)
    if (length < 2) return undefined
    at += 2 + length
  }
  return undefined
}

/** undefined: neither. */
export const kindOf = (bytes: Uint8Array): PictureKind | undefined => {
  if (startsWith(bytes, PNG)) return kindOfPng(bytes)
  return startsWith(bytes, [0xff, 0xd8, 0xff]) ? kindOfJpeg(bytes) : undefined
}
