/** Values of the primitive types (http://hl7.org/fhir/R4/datatypes.html#primitive) that a careless reader or writer would change. */
import { JsonNumber } from '#api/model/json.ts'
import { chosen } from './choose.ts'

/** 1 to 18 digits, zeros at the end, exponents: none may lose or win a digit. All positive: many invariants ask for it. */
export const DECIMALS: readonly string[] = [
  '1', '12', '1.10', '0.001', '98.60', '123456', '0.1234567', '12345678', '1.23456789', '1234567890', '12345.678901', '123456789012', '0.0000000000001', '123456789012.3', '12345678901234', '1.23456789012345',
  '1234567890123456', '12345678901234.567', '123456789012345678', '0.000000000000000001', '1.00000000000000000', '1e-5', '1.50E+3', '2.0e2', '0.10',
]

const TEXTS: readonly string[] = [
  'Nguyễn Văn Đức', 'a < b & c > "d" \'e\'', 'một\nhai\tba', '😀 emoji', '  spaces  ', 'xuống\r\ndòng', '<b>not markup</b>', '&amp; &lt; &#65;', ']]>', '-- comment -->', '\\ \u00a0 / \u2028', 'ký tự e\u0301',
]

const POOLS: Readonly<Record<string, readonly (string | number | boolean)[]>> = {
  base64Binary: ['QQ==', 'AAECAwQ=', '/+8='],
  boolean: [true, false],
  canonical: ['http://example.org/fhir/StructureDefinition/thing|1.0.0', 'http://example.org/fhir/ValueSet/things'],
  code: ['code-a', 'code b', 'C'],
  date: ['2026', '2026-02', '2026-02-28', '1901-12-31'],
  dateTime: ['2026', '2026-02', '2026-02-28', '2026-02-28T23:59:59+07:00', '2026-02-28T23:59:59.123456789Z'],
  id: ['id-1', 'A.b-9'],
  instant: ['2026-02-28T23:59:59+07:00', '2026-02-28T23:59:59.120Z'],
  integer: [0, -1, 7, 2147483647, -2147483648],
  markdown: ['# đầu đề\n\n* một\n* hai', 'a\r\nb'],
  oid: ['urn:oid:1.2.840.10008.1.2', 'urn:oid:2.999'],
  positiveInt: [1, 7, 2147483647],
  string: TEXTS,
  time: ['23:59:59', '00:00:00.001'],
  unsignedInt: [0, 7, 2147483647],
  uri: ['http://example.org/a?b=c&d=e#f', 'urn:oid:1.2.3', 'urn:uuid:0c0a0e2e-1111-4222-8333-444455556666'],
  url: ['https://example.org/a?b=c&d=e', 'mailto:a@example.org'],
  uuid: ['urn:uuid:0c0a0e2e-1111-4222-8333-444455556666'],
  xhtml: [
    '<div xmlns="http://www.w3.org/1999/xhtml"><p>Ho, sốt 38&#176;C &amp; đau < đầu</p></div>'.replace('< đ', '&lt; đ'),
    '<div xmlns="http://www.w3.org/1999/xhtml" xml:lang="vi"><table border=\'1\'><tr><td colspan="2">it\'s<br /></td></tr></table><!-- xong --></div>',
    '<div xmlns="http://www.w3.org/1999/xhtml">\n  <ul>\n    <li class="a">một</li>\n  </ul>\n</div>',
  ],
}

/** A value of the type for that place. */
export const primitiveAt = (type: string, place: string): string | number | boolean | JsonNumber => {
  if (type === 'decimal') return new JsonNumber(chosen(DECIMALS, place))
  const pool = POOLS[type]
  if (pool === undefined) throw new Error(`No values of ${type}`)
  return chosen(pool, place)
}

/** Of types that any string fits, for the second value of a list that must not repeat one. */
export const isText = (type: string): boolean => type === 'string' || type === 'markdown'
