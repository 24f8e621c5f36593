/** Where elements stand in the text of FHIR XML. */
import { expect, it } from 'vitest'
import { findXmlPlaces } from '#api/fhir/xml/places.ts'
import type { JsonPath } from '#api/model/json-places.ts'

const TEXT = `\ufeff<?xml version="1.0"?>\r\n<!-- <gender value="no"/> -->
<Patient xmlns="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml">
 <text><status value="generated"/><h:div><gender/><h:p>a &gt; <h:b>b</h:b></h:p></h:div></text>
 <contained><Organization><name value="&lt;gender>"/></Organization></contained><contained><Patient><gender value="male"/></Patient></contained>
 <name><given value="a"/><given
   value="b"/></name><name><given value="c"><extension url="x"><valueString value="1"/></extension></given></name>
 <gender value="x"/><birthDate value="y"/></Patient>`

it.each<[JsonPath, string, string]>([
  [[], '<Patient xmlns', '3:1'], [['gender'], '<gender value="x"', '8:2'], [['_birthDate'], '<birthDate', '8:21'], [['name', 0, 'given', 1], '<given', '6:26'], [['name', 1, 'given', 0], '<given value="c"', '7:28'],
  [['name', 1, '_given', 0, 'extension', 0, 'valueString'], '<valueString', '7:64'], [['contained', 1, 'gender'], '<gender value="male"', '5:101'], [['contained', 0, 'name'], '<name value', '5:27'], [['text', 'div'], '<h:div', '4:35'],
  // what is not there stands in what would hold it; an attribute has the place of its element
  [['name', 1, '_given', 0, 'extension', 0, 'url'], '<extension', '7:45'], [['name', 7], '<name><given value="a"', '6:2'], [['name', 1, 'family'], '<name>', '7:22'], [['text', 'div', 'gender'], '<h:div', '4:35'], [['telecom', 0], '<Patient xmlns', '3:1'],
])('%j is at %s', async (path, element, place) => {
  const [, found] = await findXmlPlaces(TEXT, [['nothing'], path])
  expect(TEXT.split('\n')[(found?.line ?? 0) - 1]?.slice((found?.column ?? 0) - 1)).toMatch(new RegExp(`^${element}`))
  expect(`${found?.line}:${found?.column}`).toBe(place)
})
