/** JSON tree to FHIR XML. http://hl7.org/fhir/R4/xml.html */
import { describe, expect, it } from 'vitest'
import { readXml } from '#api/fhir/xml/read.ts'
import { writeXml } from '#api/fhir/xml/write.ts'
import { parseJsonObject, writeJson } from '#api/model/json.ts'

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
const write = (json: string): string => writeXml(parseJsonObject(json)).replace(HEAD, '')
const patient = (inside: string): string => `<Patient xmlns="http://hl7.org/fhir">${inside}</Patient>`

describe('writing', () => {
  it('puts elements in the order of their definition, whatever the order of the JSON', () => {
    expect(write('{"birthDate":"1990","name":[{"given":["A"],"family":"B"}],"active":true,"id":"1","resourceType":"Patient"}'))
      .toBe(patient('<id value="1"/><active value="true"/><name><family value="B"/><given value="A"/></name><birthDate value="1990"/>'))
  })
  it.each(['1.10', '0.000000000000000001', '123456789012345678', '1.00e-5', '-0.0', '1E+3'])('keeps the digits of %s', (digits) => {
    expect(write(`{"resourceType":"Observation","valueQuantity":{"value":${digits}}}`)).toContain(`<value value="${digits}"/>`)
  })
  it('writes ids and extensions of plain values, and gaps of lists', () => {
    expect(write('{"resourceType":"Patient","name":[{"id":"n","given":["A",null],"_given":[null,{"id":"g","extension":[{"url":"http://a.example/x","valueCode":"y"}]}]}],"_birthDate":{"extension":[{"url":"u"}]}}'))
      .toBe(patient('<name id="n"><given value="A"/><given id="g"><extension url="http://a.example/x"><valueCode value="y"/></extension></given></name><birthDate><extension url="u"/></birthDate>'))
  })
  it('writes contained resources in their element, without a namespace of their own', () => {
    expect(write('{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"}]}')).toBe(patient('<contained><Organization><id value="o"/></Organization></contained>'))
  })
  it('writes an element that happens to be called resourceType', () => {
    const json = '{"resourceType":"ExampleScenario","instance":[{"resourceId":"a","resourceType":"Patient"}]}'
    expect(write(json)).toContain('<instance><resourceId value="a"/><resourceType value="Patient"/></instance>')
    expect(writeJson(readXml(write(json)))).toBe(json)
  })
  it('escapes so that no parser changes a character', () => {
    const name = '<&>"\' \t\n\r\r\n  é 😀 \u0085\u2028'
    const xml = write(JSON.stringify({ resourceType: 'Patient', name: [{ text: name }] }))
    expect(xml).toContain('&lt;&amp;&gt;&quot;\' &#9;&#10;&#13;&#13;&#10;')
    expect(JSON.parse(writeJson(readXml(xml)))).toEqual({ resourceType: 'Patient', name: [{ text: name }] })
  })
  it('writes U+FFFD for what XML has no way to write', () => {
    expect(write(String.raw`{"resourceType":"Patient","name":[{"text":"a\uffffb\ufffec\u0001d"}]}`)).toContain('value="a\ufffdb\ufffdc\ufffdd"')
  })
  it('indents on demand, narratives aside', () => {
    const json = '{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>a</p> <b>b</b></div>"},"contained":[{"resourceType":"Basic","id":"b"}],"active":true}'
    const pretty = writeXml(parseJsonObject(json), { pretty: true })
    expect(pretty).toContain('\n  <text>\n    <status value="generated"/>\n    <div xmlns="http://www.w3.org/1999/xhtml"><p>a</p> <b>b</b></div>\n  </text>\n  <contained>\n    <Basic>\n      <id value="b"/>')
    expect(writeJson(readXml(pretty))).toBe(json)
  })
  it.each([
    ['{"resourceType":"Patient","shoeSize":44}', 'Patient.shoeSize'], ['{"resourceType":"Patient","name":[{"given":[{"a":1}]}]}', 'Patient.name[0].given[0]'], ['{"resourceType":"Patient","active":[true]}', 'Patient.active'],
    ['{"resourceType":"Patient","name":["A"]}', 'Patient.name[0]'], ['{"resourceType":"Patient","contained":[{"resourceType":"Foo"}]}', 'Patient.contained[0]'], ['{"resourceType":"Patient","name":[{"given":[null]}]}', 'Patient.name[0].given[0]'],
    ['{"resourceType":"Patient","text":{"_div":{"id":"x"}}}', 'Patient.text._div'], ['{"resourceType":"Patient","fhir_comments":["x"]}', 'Patient.fhir_comments'], ['{"resourceType":"Patient","extension":[{"url":1}]}', 'Patient.extension[0].url'],
  ])('says what has no XML form: %s', (json, expression) => {
    expect(() => write(json)).toThrow(expect.objectContaining({ code: 'not-acceptable', detail: expect.objectContaining({ expression }) }))
  })
})

/** Narratives that were stored before they had to be well-formed as XML. */
describe('a narrative', () => {
  const divOf = (div: string): string => /<text>(.*)<\/text>/s.exec(write(JSON.stringify({ resourceType: 'Patient', text: { div } })))?.[1] ?? ''
  const NS = 'xmlns="http://www.w3.org/1999/xhtml"'

  it.each([`<div ${NS}>a</div>`, `<div xmlns='http://www.w3.org/1999/xhtml'><br />it's &#160; &amp; so<!-- c --></div>`])('stands as it is: %s', (div) => {
    expect(divOf(div)).toBe(div)
  })
  it.each([
    ['<div>a</div>', `<div ${NS}>a</div>`], [`<div ${NS}>a & b&nbsp;c &amp; d</div>`, `<div ${NS}>a &amp; b&amp;nbsp;c &amp; d</div>`], ['<div class="x">a</div>', `<div ${NS} class="x">a</div>`],
    ['<p>a</p>', `<div ${NS}><pre>&lt;p&gt;a&lt;/p&gt;</pre></div>`], [`<div ${NS}>a</div><div ${NS}>b</div>`, `<div ${NS}><pre>&lt;div xmlns="http://www.w3.org/1999/xhtml"&gt;a&lt;/div&gt;&lt;div xmlns="http://www.w3.org/1999/xhtml"&gt;b&lt;/div&gt;</pre></div>`],
    [`<!DOCTYPE x [<!ENTITY a "b">]><div ${NS}>&a;</div>`, `<div ${NS}><pre>&lt;!DOCTYPE x [&lt;!ENTITY a "b"&gt;]&gt;&lt;div xmlns="http://www.w3.org/1999/xhtml"&gt;&amp;a;&lt;/div&gt;</pre></div>`],
  ])('becomes one that XML can hold: %s', (div, expected) => {
    expect(divOf(div)).toBe(expected)
    expect(readXml(patient(`<text>${divOf(div)}</text>`)).get('text')).toBeDefined()
  })
})
