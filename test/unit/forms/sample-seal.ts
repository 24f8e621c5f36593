/** A round red picture with transparency, as an invented hospital's seal (https://www.w3.org/TR/png-3/). */
import { crc32, deflateSync } from 'node:zlib'

const chunk = (name: string, body: Uint8Array): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const named = Buffer.concat([Buffer.from(name), body])
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}

export const sealPng = (side = 200): Uint8Array => {
  const rows = Array.from({ length: side }, (_, y) => {
    const row = Buffer.alloc(1 + side * 4)
    for (let x = 0; x < side; x++) {
      const from = Math.hypot(x - side / 2, y - side / 2)
      if ((from < side * 0.49 && from > side * 0.46) || (from < side * 0.33 && from > side * 0.31)) row.writeUInt32BE(0xd01020ff, 1 + x * 4)
    }
    return row
  })
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0])
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  return new Uint8Array(Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.concat(rows))), chunk('IEND', Buffer.alloc(0)),
  ]))
}
