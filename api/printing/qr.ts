/** A QR code (ISO/IEC 18004) as one vector path of any size; pdfmake's own node rounds the module down to whole points, at worst to nothing. */
import { createRequire } from 'node:module'
import type { Content } from 'pdfmake'

/** Points per module in the encoder's drawing. */
const MODULE = 5

interface Square { readonly x: number; readonly y: number; readonly w: number }
interface Encoder { measure(node: { readonly qr: string; readonly eccLevel: 'L' | 'M' | 'Q' | 'H' }): { readonly _canvas: readonly Square[] } }
const isEncoder = (value: unknown): value is Encoder => typeof value === 'object' && value !== null && 'measure' in value

/** pdfmake's own encoder, a CommonJS file without an entry of its own. */
const encoder = (): Encoder => {
  const module: unknown = createRequire(import.meta.url)('pdfmake/js/qrEnc.js')
  if (typeof module !== 'object' || module === null || !('default' in module) || !isEncoder(module.default)) throw new Error('pdfmake has no QR encoder where it was')
  return module.default
}

/** `size` in points, without the quiet zone: leave four modules of white around it. */
export const qrCode = (text: string, size: number): Content => {
  const [ground, ...modules] = encoder().measure({ qr: text, eccLevel: 'M' })._canvas
  const count = (ground?.w ?? MODULE) / MODULE
  const rows = new Map<number, number[]>()
  for (const { x, y } of modules) rows.set(y / MODULE, [...(rows.get(y / MODULE) ?? []), x / MODULE])
  const path = [...rows].map(([row, columns]) => runs(columns).map(([from, length]) => `M${from} ${row}h${length}v1h-${length}z`).join('')).join('')
  return { svg: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${count} ${count}"><path fill="#000000" d="${path}"/></svg>`, width: size, height: size }
}

/** Neighbouring modules of a row as one rectangle, so that no hairline shows between them. */
const runs = (columns: readonly number[]): [number, number][] => {
  const found: [number, number][] = []
  for (const column of columns.toSorted((a, b) => a - b)) {
    const last = found.at(-1)
    if (last && last[0] + last[1] === column) last[1] += 1
    else found.push([column, 1])
  }
  return found
}
