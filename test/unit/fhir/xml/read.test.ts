/** FHIR XML to the JSON tree. http://hl7.org/fhir/R4/xml.html */
import { describe, expect, it } from 'vitest'
import { readXml, readXmlInTurns } from '#api/fhir/xml/read.ts'
import { writeJson } from '#api/model/json.ts'

const patient = (inside: string): string => `<Patient xmlns="http://hl7.org/fhir">${inside}</Patient>`
const json = (xml: string): string => writeJson(readXml(xml))
const XHTML = 'http://www.w3.org/1999/xhtml'

describe('reading', () => {
  it('answers what JSON would hold', () => {
    expect(json(`<?xml version="1.0" encoding="utf-8"?>\n<!-- c -->\n${patient(`
      <id value="a"/>
      <text><status value="generated"/><div xmlns="${XHTML}">x</div></text>
      <contained><Organization><id value="o"/></Organization></contained>
      <extension id="e" url="http://a.example/x"><valueDecimal value="1.10"/></extension>
      <active value="true"/>
      <name><given value="A"/><given><extension url="http://a.example/y"><valueString value="z"/></extension></given></name>
      <birthDate id="q"/>
      <multipleBirthInteger value="2"/>`)}\n`)).toBe('{"resourceType":"Patient","id":"a","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">x</div>"},"contained":[{"resourceType":"Organization","id":"o"}],'
      + '"extension":[{"id":"e","url":"http://a.example/x","valueDecimal":1.10}],"active":true,"name":[{"given":["A",null],"_given":[null,{"extension":[{"url":"http://a.example/y","valueString":"z"}]}]}],"_birthDate":{"id":"q"},"multipleBirthInteger":2}')
  })
  it.each(['1.10', '0.000000000000000001', '123456789012345678', '1.00e-5', '-0.0'])('keeps the digits of %s', (digits) => {
    expect(json(`<Observation xmlns="http://hl7.org/fhir"><valueQuantity><value value="${digits}"/></valueQuantity></Observation>`)).toContain(`"value":${digits}}`)
  })
  it.each([['<active value="1"/>', '"active":"1"'], ['<multipleBirthInteger value="007"/>', '"multipleBirthInteger":"007"'], ['<multipleBirthInteger value="0x1F"/>', '"multipleBirthInteger":"0x1F"'], ['<birthDate value=""/>', '"birthDate":""']])('hands on as a text what is no value of its type: %s', (inside, expected) => {
    expect(json(patient(inside))).toContain(expected)
  })
  it('understands prefixes, a byte order mark, and a location of the schema', () => {
    expect(json(`\ufeff<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://hl7.org/fhir ../patient.xsd"><f:active value="true"/></f:Patient>`)).toBe('{"resourceType":"Patient","active":true}')
  })
  it('gives the narrative back word for word, with line ends as XML has them', () => {
    const div = `<div xmlns='${XHTML}'><br />it's &#160; &amp; so<!-- > </div> --><img alt="a > b" src="#x"/></div>`
    expect(json(patient(`<text>${div.replace('so', 'so\r\n')}</text>`))).toBe(JSON.stringify({ resourceType: 'Patient', text: { div: div.replace('so', 'so\n') } }))
  })
  it('writes a narrative anew that leans on its document: prefixes, CDATA', () => {
    expect(json(`<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:h="${XHTML}"><f:text><h:div id="d"><h:p class="a&quot;b">x<![CDATA[<b>&]]></h:p></h:div></f:text></f:Patient>`))
      .toBe(JSON.stringify({ resourceType: 'Patient', text: { div: `<div xmlns="${XHTML}" id="d"><p class="a&quot;b">x&lt;b&gt;&amp;</p></div>` } }))
  })
  it('writes CDATA of a narrative as the text that it is, without prefixes too', () => {
    expect(json(patient(`<text><div xmlns="${XHTML}">a<![CDATA[<b>]]></div></text>`))).toBe(JSON.stringify({ resourceType: 'Patient', text: { div: `<div xmlns="${XHTML}">a&lt;b&gt;</div>` } }))
  })
  it('reads the same in turns, wherever the text is cut', async () => {
    const names = Array.from({ length: 9000 }, (_, at) => `<name><text value="Nguyễn 😀 ${at}\r\n"/></name>`).join('\r\n')
    const xml = patient(`<text><status value="generated"/><div xmlns="${XHTML}">${'<b>é😀</b>\r\n'.repeat(9000)}</div></text>${names}`)
    const read = await readXmlInTurns(xml)
    expect(writeJson(read)).toBe(json(xml))
    expect(JSON.parse(writeJson(read))).toMatchObject({ text: { div: `<div xmlns="${XHTML}">${'<b>é😀</b>\n'.repeat(9000)}</div>` } })
  })
})
