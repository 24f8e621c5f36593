/** A workbook of one sheet with text cells, as a spreadsheet program writes it: parts of Office Open XML in a ZIP (https://ecma-international.org/publications-and-standards/standards/ecma-376/). */
import { crc32, deflateRawSync } from 'node:zlib'

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'

/** A, B, … Z: more columns than the tests have are not named. */
const place = (row: number, column: number): string => `${String.fromCharCode(65 + column)}${row + 1}`

const sheet = (rows: readonly (readonly string[])[], last: string): string => `<worksheet xmlns="${MAIN}"><sheetData>${rows.map((cells, r) =>
  `<row r="${r + 1}">${cells.map((text, c) => (text === '' ? '' : `<c r="${place(r, c)}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`)).join('')}</row>`).join('')}${last}</sheetData></worksheet>`

const parts = (rows: readonly (readonly string[])[], last: string): readonly (readonly [string, string])[] => [
  ['[Content_Types].xml', `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`
    + '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    + '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'],
  ['_rels/.rels', `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
  ['xl/workbook.xml', `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Danh mục" sheetId="1" r:id="rId1"/></sheets></workbook>`],
  ['xl/_rels/workbook.xml.rels', `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`],
  ['xl/worksheets/sheet1.xml', sheet(rows, last)],
]

/** Local file header and central directory entry share all but their first and last fields (PKWARE APPNOTE 4.3). */
function zip(files: readonly (readonly [string, string])[]): Buffer {
  const bodies: Buffer[] = [], entries: Buffer[] = []
  let offset = 0
  for (const [name, text] of files) {
    const raw = Buffer.from(HEAD + text), packed = deflateRawSync(raw), path = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x0800, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt16LE(0x21, 8)
    common.writeUInt32LE(crc32(raw), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(raw.length, 18)
    common.writeUInt16LE(path.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    const body = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, packed])
    bodies.push(body)
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, tail, path]))
    offset += body.length
  }
  const directory = Buffer.concat(entries), end = Buffer.alloc(18)
  end.writeUInt16LE(files.length, 4)
  end.writeUInt16LE(files.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...bodies, directory, Buffer.from('PK\x05\x06'), end])
}

/** `last`: one more row, as it stands in the file. */
export const makeXlsx = (rows: readonly (readonly string[])[], last = ''): Buffer => zip(parts(rows, last))
