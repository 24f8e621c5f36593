/**
 * The faces that forms are printed in: Tinos (metric-compatible with Times New Roman, the face of NĐ 30/2020/NĐ-CP, OFL 1.1) and DejaVu Sans for
 * what Tinos lacks, such as ☐ ☑. Both hold every Vietnamese letter as one composed character.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Font, Format } from 'fontkit'
import type { TextNode } from 'pdfmake'

const require = createRequire(import.meta.url)
type Fontkit = Pick<typeof import('fontkit'), 'create' | 'registerFormat'>
const isFontkit = (module: unknown): module is Fontkit => typeof module === 'object' && module !== null && 'create' in module && 'registerFormat' in module

/** The instance that pdfkit draws with (CommonJS; an import would be a second one). */
const loadFontkit = (): Fontkit => {
  const module: unknown = require('fontkit')
  if (!isFontkit(module)) throw new Error('fontkit is not the one that pdfkit needs')
  return module
}
const inPackage = (name: string, file: string): string => join(dirname(require.resolve(`${name}/package.json`)), file)
const tinos = (face: string): string => inPackage('@expo-google-fonts/tinos', `${face}/Tinos_${face}.ttf`)
const dejaVu = (file: string): string => inPackage('dejavu-fonts-ttf', `ttf/${file}.ttf`)

const FILES = {
  'Tinos.ttf': tinos('400Regular'),
  'Tinos-Bold.ttf': tinos('700Bold'),
  'Tinos-Italic.ttf': tinos('400Regular_Italic'),
  'Tinos-BoldItalic.ttf': tinos('700Bold_Italic'),
  'Symbols.ttf': dejaVu('DejaVuSans'),
  'Symbols-Bold.ttf': dejaVu('DejaVuSans-Bold'),
} as const

/** Families as pdfmake names them. */
export const FAMILIES = {
  Tinos: { normal: 'Tinos.ttf', bold: 'Tinos-Bold.ttf', italics: 'Tinos-Italic.ttf', bolditalics: 'Tinos-BoldItalic.ttf' },
  Symbols: { normal: 'Symbols.ttf', bold: 'Symbols-Bold.ttf', italics: 'Symbols.ttf', bolditalics: 'Symbols-Bold.ttf' },
}

export interface Fonts {
  /** What pdfmake is given as the content of each font file. */
  readonly files: Readonly<Record<string, Uint8Array>>
  /** Text as it can be drawn: composed letters, no control characters, runs of the symbol face where Tinos has no glyph. */
  drawable(text: string): string | TextNode[]
  /** Width in points of text set in Tinos regular. */
  width(text: string, size: number): number
}

/**
 * Opens the six files once (3 MB): no document opens a path, and none pays for reading the tables of a font again, which is most of the time of a
 * page. pdfkit knows only bytes, so it gets a name as bytes, and fontkit a format that answers the open font for such a name.
 */
export const openFonts = (): Fonts => {
  const fontkit = loadFontkit()
  const opened = new Map(Object.entries(FILES).map(([name, path]) => [`quan-y-emr:${name}`, fontkit.create(readFileSync(path))]))
  fontkit.registerFormat(formatOf(opened))
  const regular = font(opened, 'Tinos.ttf')
  const main = new Set(regular.characterSet)
  const symbols = new Set(font(opened, 'Symbols.ttf').characterSet)
  return {
    files: Object.fromEntries(Object.keys(FILES).map((name) => [name, Buffer.from(`quan-y-emr:${name}`)])),
    drawable: (text) => drawable(text, main, symbols),
    width: (text, size) => {
      let units = 0
      for (const letter of text.normalize('NFC')) units += regular.glyphForCodePoint(letter.codePointAt(0) ?? 0).advanceWidth
      return (units * size) / regular.unitsPerEm
    },
  }
}

const font = (opened: ReadonlyMap<string, Font>, name: string): Font => {
  const found = opened.get(`quan-y-emr:${name}`)
  if (!found) throw new Error(`font ${name} is missing`)
  return found
}

const isFont = (value: unknown): value is Font => typeof value === 'object' && value !== null && 'unitsPerEm' in value

/**
 * The same tables, but glyphs of its own: fontkit keeps with each glyph the character for which it was first asked, and none when it came as a part
 * of another (the a in á while a file was written), so that glyphs of an earlier document would lose their letters in the text of the next.
 */
const ofOneDocument = (base: Font): Font => {
  const own: unknown = Object.create(base, { _glyphs: { value: {} } })
  if (!isFont(own)) throw new Error('not a font')
  return own
}

const formatOf = (opened: ReadonlyMap<string, Font>): Format => {
  const nameOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1', 0, 64)
  function OpenFont(stream: { readonly buffer: Uint8Array }): Font {
    const found = opened.get(nameOf(stream.buffer))
    if (!found) throw new Error('unknown font')
    return ofOneDocument(found)
  }
  return Object.assign(OpenFont, { probe: (bytes: Uint8Array) => bytes.length < 64 && opened.has(nameOf(bytes)) })
}

/**
 * NFC, so that text copied out of the PDF is the text typed (decomposed letters draw right and extract wrong); invisible characters go:
 * controls, and the format characters that could make a line read differently from what was signed.
 */
export const tidy = (text: string): string =>
  text.normalize('NFC').toWellFormed().replace(/\r\n?/g, '\n').replace(/[\t\u00a0\u2028\u2029]/g, ' ').replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, '')

/** A word that is longer than any line. pdfmake measures the rest of it anew for each line, in a time that grows with its square: minutes for a pasted picture. */
const ENDLESS = /[^\s\u200b]{80}(?=[^\s\u200b])/gu
const breakable = (text: string): string => text.replace(ENDLESS, '$&\u200b')

const drawable = (source: string, main: ReadonlySet<number>, symbols: ReadonlySet<number>): string | TextNode[] => {
  const text = tidy(source)
  const runs: { text: string; font?: string }[] = []
  for (const letter of text) {
    const point = letter.codePointAt(0) ?? 0
    const inMain = letter === '\n' || main.has(point)
    // a letter that no face has is named, never dropped: the reader sees that something stood there
    const shown = inMain || symbols.has(point) ? letter : `[U+${point.toString(16).toUpperCase().padStart(4, '0')}]`
    const font = inMain || shown !== letter ? undefined : 'Symbols'
    const last = runs.at(-1)
    if (last && last.font === font) last.text += shown
    else runs.push(font ? { text: shown, font } : { text: shown })
  }
  for (const run of runs) run.text = breakable(run.text)
  const [only] = runs
  return runs.length <= 1 && !only?.font ? (only?.text ?? '') : runs
}
