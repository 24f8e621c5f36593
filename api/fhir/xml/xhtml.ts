/**
 * The narrative's div (http://hl7.org/fhir/R4/narrative.html): a text in JSON, elements of another namespace in XML. What is stored passed the narrative's own
 * rule; here it only has to be well-formed wherever it is put.
 */
import { SaxesParser } from 'saxes'
import { XHTML_NAMESPACE } from './elements.ts'

/** Elements inside elements of one narrative. */
export const MAX_DIV_DEPTH = 64

/** What XML 1.0 cannot hold, not even as a reference (https://www.w3.org/TR/xml/#charsets). */
const NO_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const MARKUP = /[<>&"\t\n\r]/g
const REFERENCES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', '\t': '&#9;', '\n': '&#10;', '\r': '&#13;' }

/** Characters that XML has no way to write become U+FFFD. */
const withXmlCharacters = (text: string): string => text.replace(NO_CHARACTER, '\ufffd')

/** A text as an attribute's value, so that every reader gets the same characters: spaces that a parser would normalise are written as references. */
export const escapeAttribute = (text: string): string => withXmlCharacters(text).replace(MARKUP, (sign) => REFERENCES[sign] ?? sign)

/** A text between tags. */
export const escapeText = (text: string): string => withXmlCharacters(text).replace(/[<>&\r]/g, (sign) => REFERENCES[sign] ?? sign)

/** One div of the XHTML namespace and nothing else around it, well-formed, without a DTD. */
const isDiv = (text: string): boolean => {
  const parser = new SaxesParser({ xmlns: true, position: false })
  let depth = 0
  const refuse = (): never => {
    throw new Error('Not a div')
  }
  parser.on('doctype', refuse)
  parser.on('processinginstruction', refuse)
  parser.on('xmldecl', refuse)
  parser.on('opentag', (tag) => {
    depth += 1
    if (depth > MAX_DIV_DEPTH || tag.uri !== XHTML_NAMESPACE || (depth === 1 && tag.name !== 'div')) refuse()
  })
  parser.on('closetag', () => {
    depth -= 1
  })
  try {
    parser.write(text).close()
    return true
  } catch {
    return false
  }
}

const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)/g

/** The div of a JSON narrative for an XML document: as it is when it can be, else mended, else its source to read. */
export const toXmlDiv = (div: string): string => {
  const text = withXmlCharacters(div).trim()
  if (isDiv(text)) return text
  const mended = text.replace(/^<div(?=[\s/>])(?![^>]*\sxmlns\s*=)/, `<div xmlns="${XHTML_NAMESPACE}"`).replace(BARE_AMPERSAND, '&amp;')
  return isDiv(mended) ? mended : `<div xmlns="${XHTML_NAMESPACE}"><pre>${escapeText(text)}</pre></div>`
}
