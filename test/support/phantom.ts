/** Pictures of an invented phantom, drawn here: a ring with discs, as a scanner is tested with, and a number of squares that tells which picture it is. Gray, eight bits, as PNG. */
import { crc32, deflateSync } from 'node:zlib'

const chunk = (name: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

export interface Phantom { readonly width: number; readonly height: number; /** Which picture of its series, from 1. */ readonly at: number; /** Of the gray scale, as a window shifts it. */ readonly center?: number; readonly spread?: number }

/** Value of the phantom at a point, in numbers as of a CT: -1000 is air, 0 water. */
const valueAt = (x: number, y: number, at: number): number => {
  const far = Math.hypot(x, y * 1.15)
  if (far > 0.92) return -1000
  if (far > 0.84) return 700
  const discs = [[0, -0.45, 0.16, 300], [0.42, 0.1, 0.2, -820], [-0.42, 0.1, 0.2, -820], [0, 0.45, 0.1 + at * 0.004, 120], [0, 0.05, 0.13, 60]] as const
  const inside = discs.find(([cx, cy, radius]) => Math.hypot(x - cx, y - cy) < radius)
  return inside?.[3] ?? Math.round(20 * Math.sin((x + at * 0.1) * 9) * Math.cos(y * 7))
}

export const drawPhantom = ({ width, height, at, center = 40, spread = 1200 }: Phantom): Buffer => {
  const rows = Buffer.alloc((width + 1) * height)
  const side = Math.max(4, Math.round(height / 40))
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const square = y > side && y < side * 2 && x % (side * 2) >= side && x < at * side * 2
      const gray = square ? 255 : ((valueAt((x / width) * 2 - 1, (y / height) * 2 - 1, at) - center) / spread + 0.5) * 255
      rows[y * (width + 1) + 1 + x] = Math.max(0, Math.min(255, Math.round(gray)))
    }
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head[8] = 8
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows, { level: 1 })), chunk('IEND', Buffer.alloc(0))])
}
