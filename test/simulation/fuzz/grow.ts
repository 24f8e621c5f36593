/** Resources of every type grown from the element table of R4 (http://hl7.org/fhir/R4/elementdefinition.html): nearly right, so that what is sent gets past the door and deep into the house. */
import { elementsOf, memberName, shapeOf, type Element, type Shape } from '#api/fhir/elements.ts'
import type { Random } from '#test/support/random.ts'

/** Right values, and values at the edge of what a type allows or past it. */
const PRIMITIVES: Readonly<Record<string, readonly unknown[]>> = {
  base64Binary: ['QQ==', '', 'A', '====', 'é'], boolean: [true, false, 'true', 0], canonical: ['http://a.example/x|1', '|', '#x', 'x#y|z'], code: ['final', 'active', 'male', ' x', 'a  b', '\u0000'],
  date: ['2026-02-28', '2026', '0000', '9999-12-31', '2026-02-30', '10000'], dateTime: ['2026-02-28T23:59:59+07:00', '2026-02', '2026-02-28T24:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:60-14:00'],
  decimal: [1.5, 0, -0, 1e300, -1e300, 5e-324, 12345678901234567890, '1'], id: ['a-1', '.', '', 'a'.repeat(65)], instant: ['2026-02-28T23:59:59+07:00', '2026-02-28', '9999-12-31T23:59:59.999999999Z'],
  integer: [0, -1, 2147483648, 1.5, 1e21], markdown: ['# x\n', ''], oid: ['urn:oid:1.2', 'urn:oid:'], positiveInt: [1, 0, -1], string: ['Mẫu', '', ' ', '\u0000', '\ud800', '😀'.repeat(50), 'x'.repeat(3000), '\u202e', 'e\u0301'.repeat(40)],
  time: ['23:59:59', '24:00:00', '1'], unsignedInt: [0, -1, 2147483648], uri: ['urn:x', 'http://[::1', '%', 'http://a.example/\u0000'], url: ['http://a.example', ''], uuid: ['urn:uuid:0c0a0e2e-1111-4222-8333-444455556666', 'urn:uuid:'],
  xhtml: ['<div xmlns="http://www.w3.org/1999/xhtml">x</div>', '<div>', '<script/>', '&bogus;'],
}
const REFERENCES = ['Patient/known', 'Patient/none', '#c', '#', 'urn:uuid:0c0a0e2e-1111-4222-8333-444455556666', 'http://other.example/fhir/Patient/1', 'Patient?identifier=a|b', 'Patient/known/_history/1', '/', 'Foo/1', 'Patient/', '\u0000', 'Observation/known']

const MOST_DEPTH = 5

const wanted = (random: Random, element: Element, depth: number): boolean => (element.mandatory ? random.chance(0.99) : random.chance(depth === 0 ? 0.15 : 0.08))

const objectOf = (random: Random, shape: Shape, depth: number): Record<string, unknown> => {
  const members: Record<string, unknown> = {}
  for (const element of elementsOf(shape).values()) {
    if (depth > MOST_DEPTH || element.name === 'id' || !wanted(random, element, depth)) continue
    const type = random.pick(element.types)
    const make = (): unknown => valueOf(random, shape, element, type, depth + 1)
    members[memberName(element, type)] = element.list ? Array.from({ length: random.whole(1, 2) }, make) : make()
    if (random.chance(0.02)) members[`_${memberName(element, type)}`] = { extension: [{ url: 'urn:x', valueString: 'y' }] }
  }
  // an object without anything is refused at the door
  return depth > 0 && Object.keys(members).length === 0 ? { extension: [{ url: 'urn:x', valueString: 'y' }] } : members
}

const valueOf = (random: Random, holder: Shape, element: Element, type: string, depth: number): unknown => {
  const pool = PRIMITIVES[type]
  // the first of a pool is right
  if (pool !== undefined) return random.chance(0.95) ? pool[0] : random.pick(pool)
  if (type === 'Reference') return { reference: random.chance(0.9) ? REFERENCES[0] : random.pick(REFERENCES) }
  if (type === 'Resource') return growResource(random, random.pick(['Basic', 'Patient', 'Bundle', 'Parameters', 'Binary']), depth + 2)
  return objectOf(random, shapeOf(holder, element, type), depth)
}

export const growResource = (random: Random, type: string, depth = 0): Record<string, unknown> => ({ resourceType: type, ...objectOf(random, { type, path: '' }, depth) })
