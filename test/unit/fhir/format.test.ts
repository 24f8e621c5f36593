/** Which format an answer is written in. http://hl7.org/fhir/R4/http.html#mime-type */
import { describe, expect, it } from 'vitest'
import { findFormat, formatOf, requireFormat } from '#api/fhir/format.ts'

const asking = (accept?: string, format?: string) => ({ headers: { accept }, query: format === undefined ? [] : [['_format', format] as const] })
const typeOf = (accept?: string, format?: string): string | undefined => findFormat(asking(accept, format))?.type

const JSON_TYPE = 'application/fhir+json; charset=utf-8'
const XML_TYPE = 'application/fhir+xml; charset=utf-8'

describe('the format of an answer', () => {
  it.each([
    [undefined, JSON_TYPE], ['', JSON_TYPE], ['*/*', JSON_TYPE], ['application/*', JSON_TYPE],
    ['application/fhir+json', JSON_TYPE], ['application/fhir+xml', XML_TYPE], ['APPLICATION/FHIR+XML', XML_TYPE],
    // a generic type is answered as it was asked for
    ['application/json', 'application/json; charset=utf-8'], ['text/json', 'text/json; charset=utf-8'], ['application/xml', 'application/xml; charset=utf-8'], ['text/xml', 'text/xml; charset=utf-8'],
    // weights; of what weighs the same, the first
    ['application/fhir+xml;q=0.5, application/fhir+json', JSON_TYPE], ['application/fhir+json;q=0.5, application/fhir+xml', XML_TYPE], ['application/fhir+xml, application/fhir+json', XML_TYPE], ['application/fhir+xml; q=0.9, */*;q=0.1', XML_TYPE],
    ['text/turtle, application/fhir+xml;q=0.2', XML_TYPE], ['*/*, application/fhir+json;q=0', XML_TYPE], ['application/fhir+xml;q=0, */*', JSON_TYPE], ['application/fhir+json;q=2, application/fhir+xml;q=0.1', XML_TYPE],
    // a browser
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', JSON_TYPE],
    ['application/fhir+xml; fhirVersion=4.0', 'application/fhir+xml; fhirVersion=4.0; charset=utf-8'], ['application/fhir+json;fhirVersion="4.0"', 'application/fhir+json; fhirVersion=4.0; charset=utf-8'],
    ['application/fhir+json; fhirVersion=5.0, application/fhir+xml', XML_TYPE],
  ])('for Accept: %s is %s', (accept, type) => {
    expect(typeOf(accept)).toBe(type)
  })
  it.each([['text/turtle'], ['application/pdf, image/png'], ['application/fhir+json;q=0'], ['*/*;q=0'], ['application/fhir+json; fhirVersion=3.0'], ['application/fhir+xml; fhirVersion=5.0'], ['application/xhtml+xml']])('for Accept: %s is none', (accept) => {
    expect(typeOf(accept)).toBeUndefined()
    expect(() => requireFormat(asking(accept))).toThrow(expect.objectContaining({ code: 'not-acceptable', detail: expect.objectContaining({ expression: 'http.Accept' }) }))
    expect(formatOf(asking(accept)).type).toBe(JSON_TYPE)
  })
  it.each([['xml', XML_TYPE], ['json', JSON_TYPE], ['application/fhir+xml', XML_TYPE], ['application/fhir xml', XML_TYPE], ['application/xml', 'application/xml; charset=utf-8'], ['text/xml', 'text/xml; charset=utf-8'], ['application/fhir+xml; fhirVersion=4.0', 'application/fhir+xml; fhirVersion=4.0; charset=utf-8']])(
    'for _format=%s is %s, whatever Accept says', (format, type) => {
      expect(typeOf('text/turtle', format)).toBe(type)
      expect(typeOf('application/json;q=1', format)).toBe(type)
    })
  it.each(['ttl', 'html', '*/*', '', 'application/fhir+xml; fhirVersion=3.0'])('for _format=%s is none', (format) => {
    expect(() => requireFormat(asking('application/fhir+json', format))).toThrow(expect.objectContaining({ code: 'not-acceptable', detail: expect.objectContaining({ expression: 'http._format' }) }))
  })
})
