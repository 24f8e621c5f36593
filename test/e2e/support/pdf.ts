/** Looks at PDFs with tools that are not ours (poppler: https://poppler.freedesktop.org): the text of the pages and what is signed. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

function run(tool: string, pdf: Buffer, args: (file: string) => string[]): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-pdf-'))
  const file = path.join(folder, 'document.pdf')
  try {
    fs.writeFileSync(file, pdf)
    const done = spawnSync(tool, args(file), { encoding: 'utf8' })
    if (done.error) throw done.error
    return done.stdout + done.stderr
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Words of all pages with single blanks between them, so that a line break of the layout splits no phrase. */
export const pdfText = (pdf: Buffer): string => run('pdftotext', pdf, (file) => [file, '-']).normalize('NFC').replace(/\s+/g, ' ')

/** What pdfsig says: "Signature is Valid", or "does not contain any signatures". */
export const pdfSignatures = (pdf: Buffer): string => run('pdfsig', pdf, (file) => ['-nocert', file])

/** Width and height of each picture that the pages draw. */
export const pdfImages = (pdf: Buffer): string[] => run('pdfimages', pdf, (file) => ['-list', file]).split('\n')
  .flatMap((line) => (/^\s*\d+\s+\d+\s+image\s+(\d+)\s+(\d+)/.exec(line)?.slice(1, 3).join('x') ?? []))
