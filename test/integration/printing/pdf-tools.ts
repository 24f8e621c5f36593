/** What poppler (https://poppler.freedesktop.org) reads in a PDF: a second opinion, independent of the library that wrote it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRequire } from 'node:module'

// a CommonJS module whose types are those of an ES module
const { default: readQr } = createRequire(import.meta.url)('jsqr') as typeof import('jsqr')

const run = (tool: string, pdf: Uint8Array, ...options: readonly string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'emr-pdf-'))
  try {
    const path = join(folder, 'document.pdf')
    writeFileSync(path, pdf)
    return execFileSync(tool, [...options, path, ...(tool === 'pdftotext' ? ['-'] : [])], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The QR code on a page, as a scanner of another maker reads it from a print of 300 dpi (jsQR); undefined when it reads none. */
export const qrOf = (pdf: Uint8Array, page: number): string | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'emr-qr-'))
  try {
    const [file, picture] = [join(folder, 'document.pdf'), join(folder, 'page')]
    writeFileSync(file, pdf)
    execFileSync('pdftoppm', ['-gray', '-r', '300', '-f', String(page), '-l', String(page), '-singlefile', file, picture])
    const bytes = readFileSync(`${picture}.pgm`)
    const [head = '', width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 100).toString('latin1')) ?? []
    const gray = bytes.subarray(head.length)
    const rgba = new Uint8ClampedArray(gray.length * 4)
    gray.forEach((level, i) => rgba.set([level, level, level, 255], i * 4))
    return readQr(rgba, Number(width), Number(height))?.data
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In the order drawn, pages separated by a form feed. */
export const textOf = (pdf: Uint8Array): string => run('pdftotext', pdf, '-raw')

export const infoOf = (pdf: Uint8Array): string => run('pdfinfo', pdf, '-custom') + run('pdfinfo', pdf)

/** Words with their boxes, in points from the upper left corner of their page. */
export const wordsOf = (pdf: Uint8Array): readonly { readonly page: number; readonly word: string; readonly box: readonly [number, number, number, number] }[] =>
  run('pdftotext', pdf, '-bbox').split('<page ').slice(1).flatMap((page, index) =>
    [...page.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<\/word>/g)].map(([, x1, y1, x2, y2, word]) => ({
      page: index, word: word ?? '', box: [Number(x1), Number(y1), Number(x2), Number(y2)] as const,
    })))

/** Height of each page in points. */
export const pagesOf = (pdf: Uint8Array): readonly { readonly width: number; readonly height: number }[] =>
  [...run('pdftotext', pdf, '-bbox').matchAll(/<page width="([\d.]+)" height="([\d.]+)"/g)].map(([, width, height]) => ({ width: Number(width), height: Number(height) }))

/** Without any space and without the line at the foot of each page: what a text says, wherever its lines break. */
export const squeeze = (text: string): string =>
  text.normalize('NFC').replace(/(?:Bản tóm tắt|Phiếu bổ sung|Đơn thuốc)[^\n]* – Mã tra cứu: [^\n]*\nKiểm tra tại: [^\n]*\nTrang \d+\/\d+/g, '').replace(/\s+/g, '')
