/** XML Patch on the XML form of a resource: selectors, operations, what is refused. https://www.rfc-editor.org/rfc/rfc5261 */
import { describe, expect, it } from 'vitest'
import { applyXmlPatch, MAX_XML } from '#api/fhir/patch/xml-patch.ts'
import { MAX_OPERATIONS } from '#api/fhir/patch/work.ts'
import { Outcome } from '#api/model/outcome.ts'
import { parseJsonObject, writeJson } from '#api/model/json.ts'

const DIV = '<div xmlns="http://www.w3.org/1999/xhtml">a &amp; b<br/>&#169;  c</div>'
const PATIENT = `{"resourceType":"Patient","id":"p","text":{"status":"generated","div":${JSON.stringify(DIV)}},"extension":[{"url":"http://a.example/x","valueDecimal":1.10}],`
  + '"name":[{"use":"official","family":"Nguyễn","given":["Văn","Mẫu"]},{"use":"usual","text":"Mẫu"}],"gender":"male","birthDate":"1990-05-01"}'
const diff = (operations: string): string => `<?xml version="1.0" encoding="UTF-8"?><diff xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml">${operations}</diff>`
const patched = (operations: string, body = PATIENT): string => writeJson(applyXmlPatch(parseJsonObject(body), operations.startsWith('<?') ? operations : diff(operations)))
const refusal = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error instanceof Outcome ? error.code : error
  }
}
const F = 'xmlns="http://hl7.org/fhir"'

describe('an XML Patch', () => {
  it.each([
    ['replaces an attribute', '<replace sel="f:Patient/f:birthDate/@value">1990-05-02</replace>', '"birthDate":"1990-05-01"', '"birthDate":"1990-05-02"'],
    ['replaces an element by position', `<replace sel="/f:Patient/f:name[2]"><name ${F}><text value="x"/></name></replace>`, '{"use":"usual","text":"Mẫu"}', '{"text":"x"}'],
    ['finds by the value of a child', `<replace sel="*/f:name[f:use/@value='usual']/f:text/@value">x</replace>`, '"text":"Mẫu"', '"text":"x"'],
    ['finds by an attribute', `<replace sel="f:Patient/f:extension[@url='http://a.example/x']/f:valueDecimal/@value">2.00</replace>`, '1.10', '2.00'],
    ['finds by conditions together', `<replace sel="f:Patient/f:name[1]/f:given[@value = &quot;Văn&quot;][1]/@value">x</replace>`, '"Văn"', '"x"'],
    ['adds as the last', `<add sel="f:Patient/f:name[1]"><given ${F} value="x"/></add>`, '"Mẫu"]', '"Mẫu","x"]'],
    ['adds as the first', `<add sel="f:Patient/f:name[2]" pos="prepend"><f:extension url="http://a.example/y"><f:valueString value="z"/></f:extension></add>`, '{"use":"usual"', '{"extension":[{"url":"http://a.example/y","valueString":"z"}],"use":"usual"'],
    ['adds before', `<add sel="f:Patient/f:name[2]" pos="before">\n<name ${F}><text value="x"/></name>\n</add>`, '{"use":"usual"', '{"text":"x"},{"use":"usual"'],
    ['adds after', `<add sel="f:Patient/f:name[1]/f:given[1]" pos="after"><f:given value="x"/></add>`, '"Văn",', '"Văn","x",'],
    ['adds an attribute', `<add sel="f:Patient/f:name[1]" type="@id">n1</add>`, '"name":[{', '"name":[{"id":"n1",'],
    ['removes an element, whatever ws says', `<remove sel="f:Patient/f:gender" ws="both"/>`, '"gender":"male",', ''],
    ['leaves nothing empty where a value is removed', `<remove sel="f:Patient/f:gender/@value"/>`, '"gender":"male",', ''],
    ['leaves nothing empty where the last child is removed', `<remove sel="f:Patient/f:name[2]/f:use"/><remove sel="f:Patient/f:name[2]/f:text"/>`, ',{"use":"usual","text":"Mẫu"}', ''],
    ['changes a narrative', `<add sel="f:Patient/f:text/h:div"><h:p class="x">&lt;y</h:p></add>`, JSON.stringify('&#169;  c</div>').slice(1, -1), String.raw`©  c<p class=\"x\">&lt;y</p></div>`],
    ['does one after the other', `<remove sel="f:Patient/f:name[1]"/><replace sel="f:Patient/f:name/f:text/@value">x</replace>`, '{"use":"official","family":"Nguyễn","given":["Văn","Mẫu"]},{"use":"usual","text":"Mẫu"}', '{"use":"usual","text":"x"}'],
  ])('%s', (_, operations, before, after) => {
    expect(PATIENT).toContain(before)
    expect(patched(operations)).toBe(PATIENT.replace(before, () => after))
  })
  it('takes the default namespace of the patch for names without a prefix', () => {
    expect(patched(`<?xml version="1.0"?><diff ${F}><replace sel="Patient/gender/@value">female</replace></diff>`)).toContain('"gender":"female"')
    expect(refusal(() => patched('<replace sel="Patient/gender/@value">female</replace>'))).toBe('bad-request')
  })
  it.each([
    ['nothing there', '<remove sel="f:Patient/f:photo"/>', 'patch-failed'], ['several', '<remove sel="f:Patient/f:name"/>', 'patch-failed'], ['an attribute that is not there', '<remove sel="f:Patient/f:gender/@id"/>', 'patch-failed'],
    ['an attribute that is there', '<add sel="f:Patient/f:gender" type="@value">x</add>', 'patch-failed'], ['the whole', '<remove sel="f:Patient"/>', 'patch-failed'], ['beside the whole', `<add sel="f:Patient" pos="after"><f:x/></add>`, 'patch-failed'],
    ['text()', '<remove sel="f:Patient/f:gender/text()"/>', 'bad-request'], ['a prefix of nothing', '<remove sel="z:Patient"/>', 'bad-request'], ['no sel', '<remove/>', 'bad-request'], ['//', '<remove sel="f:Patient//f:name"/>', 'bad-request'],
    ['a namespace', '<add sel="f:Patient" type="namespace::x">urn:x</add>', 'bad-request'], ['an odd pos', '<add sel="f:Patient" pos="inside"/>', 'bad-request'], ['two for one', '<replace sel="f:Patient/f:gender"><f:gender value="male"/><f:gender value="male"/></replace>', 'bad-request'],
    ['another operation', '<move sel="f:Patient"/>', 'bad-request'], ['text between', 'x<remove sel="f:Patient/f:gender"/>', 'bad-request'], ['out of order', '<add sel="f:Patient"><f:active value="true"/></add>', 'invalid-resource'],
    ['no element of FHIR', '<add sel="f:Patient"><f:nothing value="true"/></add>', 'invalid-resource'], ['no XML', '<remove', 'xml-syntax'], ['a DOCTYPE', '<?xml version="1.0"?><!DOCTYPE diff [<!ENTITY a "b">]><diff/>', 'xml-forbidden'],
    ['another document', '<?xml version="1.0"?><Patient xmlns="http://hl7.org/fhir"/>', 'bad-request'], ['a processing instruction', '<?x y?>', 'xml-forbidden'],
  ])('refuses %s', (_, operations, code) => {
    expect(refusal(() => patched(operations))).toBe(code)
  })
  it('is bounded: operations, letters, levels, work', () => {
    const many = '<replace sel="f:Patient/f:gender/@value">female</replace>'
    expect(patched(many.repeat(MAX_OPERATIONS))).toContain('female')
    expect(refusal(() => patched(many.repeat(MAX_OPERATIONS + 1)))).toBe('bad-request')
    expect(refusal(() => patched(`<add sel="f:Patient">${' '.repeat(MAX_XML)}</add>`))).toBe('body-too-large')
    expect(refusal(() => patched(`<add sel="f:Patient">${'<f:x>'.repeat(300)}${'</f:x>'.repeat(300)}</add>`))).toBe('xml-too-deep')
    const deeper = `<add sel="f:Patient${'/f:x'.repeat(100)}">${'<f:x>'.repeat(100)}${'</f:x>'.repeat(100)}</add>`
    expect(refusal(() => patched(`<add sel="f:Patient">${'<f:x>'.repeat(100)}${'</f:x>'.repeat(100)}</add>${deeper}${deeper.replace('f:Patient', `f:Patient${'/f:x'.repeat(100)}`)}`))).toBe('xml-too-deep')
    const wide = `{"resourceType":"Patient","name":[${Array.from({ length: 5000 }, () => '{"text":"x"}').join(',')}]}`
    const began = performance.now()
    expect(refusal(() => patched(`<add sel="f:Patient/f:name[f:text/@value='x'][5000]"><f:id/></add>`.repeat(MAX_OPERATIONS), wide))).toBe('body-too-large')
    expect(refusal(() => patched('<remove sel="f:Patient/f:name[1]"/>', `{"resourceType":"Patient","name":[{"text":"${'x'.repeat(MAX_XML)}"}]}`))).toBe('too-costly')
    expect(performance.now() - began).toBeLessThan(20_000)
  })
  it('refuses a resource whose XML form would not be the same', () => {
    expect(refusal(() => patched('<remove sel="f:Patient/f:gender"/>', String.raw`{"resourceType":"Patient","gender":"male","name":[{"text":"a\u0001"}]}`))).toBe('patch-failed')
  })
})
