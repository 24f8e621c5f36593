/** XML that is broken, or means harm: refused by name and place, at once, and nothing outside is ever asked for. https://owasp.org/www-community/vulnerabilities/XML_External_Entity_(XXE)_Processing */
import { describe, expect, it } from 'vitest'
import { readXml } from '#api/fhir/xml/read.ts'
import { MAX_DEPTH, parseJson, writeJson } from '#api/model/json.ts'
import { Outcome } from '#api/model/outcome.ts'

const patient = (inside: string): string => `<Patient xmlns="http://hl7.org/fhir">${inside}</Patient>`
const text = (div: string): string => patient(`<text><status value="generated"/>${div}</text>`)
const DIV = '<div xmlns="http://www.w3.org/1999/xhtml">'

const refusal = (xml: string): { code: string; expression: unknown; diagnostics: string } => {
  try {
    readXml(xml)
  } catch (error) {
    if (error instanceof Outcome) return { code: error.code, expression: error.detail.expression, diagnostics: error.detail.diagnostics ?? '' }
    throw error
  }
  return { code: 'accepted', expression: undefined, diagnostics: '' }
}

const BOMB = `<!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, at) => `<!ENTITY lol${at + 1} "${`&lol${at === 0 ? '' : at};`.repeat(10)}">`).join('')}]>`

describe('what is refused', () => {
  it.each([
    ['an external entity', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${patient('<gender value="&e;"/>')}`, 'xml-forbidden'],
    ['an external DTD', `<!DOCTYPE Patient SYSTEM "http://evil.example/a.dtd">${patient('')}`, 'xml-forbidden'],
    ['a parameter entity', `<!DOCTYPE x [<!ENTITY % p SYSTEM "http://evil.example/a.dtd"> %p;]>${patient('')}`, 'xml-forbidden'],
    ['a billion laughs', `${BOMB}${patient('<gender value="&lol9;"/>')}`, 'xml-forbidden'],
    ['a DOCTYPE after the start', patient('<!DOCTYPE x>'), 'xml-syntax'],
    ['an entity that nobody defined', patient('<gender value="&e;"/>'), 'xml-syntax'],
    ['an entity of HTML in a narrative', text(`${DIV}&nbsp;</div>`), 'xml-syntax'],
    ['a processing instruction', `<?xml-stylesheet href="http://evil.example/a.xsl"?>${patient('')}`, 'xml-forbidden'],
    ['a processing instruction in a narrative', text(`${DIV}<?php x?></div>`), 'xml-forbidden'],
    ['another encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>${patient('')}`, 'xml-syntax'],
    ['no namespace', '<Patient/>', 'xml-structure'],
    ['the namespace of something else', '<Patient xmlns="urn:hl7-org:v3"/>', 'xml-structure'],
    ['an element of another namespace', patient('<active xmlns="urn:x" value="true"/>'), 'xml-structure'],
    ['an attribute of another namespace', patient('<active xmlns:x="urn:x" x:value="true"/>'), 'xml-structure'],
    ['a prefix that nobody bound', patient('<x:active value="true"/>'), 'xml-syntax'],
    ['an unknown type', '<Foo xmlns="http://hl7.org/fhir"/>', 'xml-structure'],
    ['a datatype for a resource', '<HumanName xmlns="http://hl7.org/fhir"/>', 'xml-structure'],
    ['a prototype for an element', patient('<__proto__ value="x"/>'), 'xml-structure'],
    ['an unknown attribute', patient('<active value="true" valu="x"/>'), 'xml-structure'],
    ['xsi:type', patient('<active xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x" value="true"/>'), 'xml-structure'],
    ['xml:base', '<Patient xmlns="http://hl7.org/fhir" xml:base="http://evil.example"/>', 'xml-structure'],
    ['a value on what has elements', patient('<name value="x"/>'), 'xml-structure'],
    ['an id as an attribute of a resource', '<Patient xmlns="http://hl7.org/fhir" id="x"/>', 'xml-structure'],
    ['a url as an element', patient('<extension><url value="x"/></extension>'), 'xml-structure'],
    ['an attribute twice', patient('<active value="true" value="false"/>'), 'xml-syntax'],
    ['the same attribute by two prefixes', patient('<extension xmlns:a="urn:x" xmlns:b="urn:x" a:url="1" b:url="2"/>'), 'xml-syntax'],
    ['an element twice that does not repeat', patient('<active value="true"/><active value="true"/>'), 'xml-structure'],
    ['two of one choice', patient('<deceasedBoolean value="true"/><deceasedDateTime value="2026"/>'), 'xml-structure'],
    ['elements out of order', patient('<birthDate value="2026"/><active value="true"/>'), 'xml-structure'],
    ['a list in two parts', patient('<name><text value="a"/></name><active value="true"/><name><text value="b"/></name>'), 'xml-structure'],
    ['text between elements', patient('x<active value="true"/>'), 'xml-structure'],
    ['text in a plain value', patient('<active value="true">x</active>'), 'xml-structure'],
    ['CDATA between elements', patient('<![CDATA[x]]>'), 'xml-structure'],
    ['an element with nothing in it', patient('<active/>'), 'xml-structure'],
    ['a null character', patient('<gender value="&#0;"/>'), 'xml-syntax'],
    ['a raw control character', patient('<gender value="\u0001"/>'), 'xml-syntax'],
    ['half a surrogate pair', patient('<gender value="&#xD800;"/>'), 'xml-syntax'],
    ['two resources in one element', patient('<contained><Basic/><Basic/></contained>'), 'xml-structure'],
    ['no resource in its element', patient('<contained/>'), 'xml-structure'],
    ['something else in its element', patient('<contained><status value="x"/></contained>'), 'xml-structure'],
    ['a second root', `${patient('')}${patient('')}`, 'xml-syntax'],
    ['an end that is missing', '<Patient xmlns="http://hl7.org/fhir"><name>', 'xml-syntax'],
    ['an end of something else', '<Patient xmlns="http://hl7.org/fhir"></Basic>', 'xml-syntax'],
    ['JSON', '{"resourceType":"Patient"}', 'xml-syntax'],
    ['nothing', '', 'xml-syntax'],
    ['a comment alone', '<!-- x -->', 'xml-syntax'],
    ['a narrative of no namespace', text('<div>x</div>'), 'xml-structure'],
    ['a narrative that is a div of FHIR', text('<div value="x"/>'), 'xml-structure'],
    ['an element of FHIR in a narrative', text(`${DIV}<active xmlns="http://hl7.org/fhir" value="true"/></div>`), 'xml-structure'],
    ['SVG in a narrative', text(`${DIV}<svg xmlns="http://www.w3.org/2000/svg"/></div>`), 'xml-structure'],
    ['two narratives', text(`${DIV}x</div>${DIV}y</div>`), 'xml-structure'],
    ['a narrative where none stands', patient(`${DIV}x</div>`), 'xml-structure'],
  ])('%s', (_what, xml, code) => {
    expect(refusal(xml).code).toBe(code)
  })

  it('with the path and the line of what is wrong', () => {
    expect(refusal(patient('\n<name/>\n<name>\n  <given value="A"/><given value="B"/>\n  <surname value="C"/></name>'))).toEqual({
      code: 'xml-structure', expression: 'Patient.name[1]', diagnostics: expect.stringMatching(/^the element "surname" is not allowed here at line 5, column \d+$/),
    })
    expect(refusal('<Bundle xmlns="http://hl7.org/fhir"><type value="batch"/><entry/><entry><resource><Patient>\n<contact><telecom><system valu="x"/></telecom></contact></Patient></resource></entry></Bundle>'))
      .toMatchObject({ expression: 'Bundle.entry[1].resource.contact[0].telecom[0].system', diagnostics: expect.stringMatching(/^the attribute "valu" is not allowed here at line 2/) })
  })
  it('never tells by the megabyte what was sent', () => {
    expect(refusal(patient(`<${'a'.repeat(100_000)}/>`)).diagnostics.length).toBeLessThan(200)
  })
})

describe('nesting', () => {
  const nested = (depth: number): string => `<Basic xmlns="http://hl7.org/fhir">${'<extension url="u">'.repeat(depth)}<valueString value="x"/>${'</extension>'.repeat(depth)}</Basic>`
  it(`is accepted to ${MAX_DEPTH} levels of the JSON that it becomes, and no deeper`, () => {
    // the resource, then a list and an object each
    const deepest = Math.floor((MAX_DEPTH - 1) / 2)
    expect(parseJson(writeJson(readXml(nested(deepest))))).toBeDefined()
    expect(refusal(nested(deepest + 1)).code).toBe('xml-too-deep')
    expect(refusal(nested(200_000)).code).toBe('xml-too-deep')
  })
  it('counts what stands beside plain values', () => {
    const deep = (inside: string): string => `<Basic xmlns="http://hl7.org/fhir">${'<extension url="u">'.repeat(31)}${inside}${'</extension>'.repeat(31)}</Basic>`
    expect(parseJson(writeJson(readXml(deep('<valueString id="x" value="x"/>'))))).toBeDefined()
    expect(refusal(deep('<valueString value="x"><extension url="u"><valueString value="y"/></extension></valueString>')).code).toBe('xml-too-deep')
  })
  it('of a narrative is limited too', () => {
    const div = (depth: number): string => text(`${DIV}${'<b>'.repeat(depth)}x${'</b>'.repeat(depth)}</div>`)
    expect(refusal(div(63)).code).toBe('accepted')
    expect(refusal(div(64)).code).toBe('xml-too-deep')
    expect(refusal(div(200_000)).code).toBe('xml-too-deep')
  })
})

it('keeps a million characters of an attribute, and answers at once however long and broken the text', () => {
  const long = 'A'.repeat(1_000_000)
  expect(readXml(`<Binary xmlns="http://hl7.org/fhir"><data value="${long}"/></Binary>`).get('data')).toBe(long)
  const begun = performance.now()
  const many = (part: string): string => part.repeat(100_000 / part.length)
  for (const xml of [
    `<Patient ${many('a="b" ')}`, `<Patient xmlns="http://hl7.org/fhir" ${Array.from({ length: 10_000 }, (_, at) => `xmlns:a${at}="urn:x"`).join(' ')}/>`, many('<'), many('<!--'), patient(many('<a>')), patient(many('&amp;')),
    `<!DOCTYPE x [${many('<!ENTITY a "b">')}`, patient(`<gender value="&${many('a')};"/>`), text(`${DIV}${many('<b>')}`), text(`${DIV}${many(']')}]]></div>`), `<${many('a')}/>`, patient(many('<![CDATA[')),
  ]) expect(refusal(xml).code, xml.slice(0, 60)).toMatch(/^xml-/)
  expect(performance.now() - begun).toBeLessThan(5000)
})
