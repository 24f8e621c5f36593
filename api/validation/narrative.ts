/**
 * Narrative XHTML (https://hl7.org/fhir/R4/narrative.html#xhtml): a div of basic formatting elements, well-formed, with something to read in it;
 * no script, no form, no event handler, no style sheet, no address that a browser would run. Constraints txt-1 and txt-2. Well-formed as XML has it: the same
 * narrative stands in an XML document, where HTML's names of characters (&nbsp;) mean nothing. Pure.
 */

const ELEMENTS = new Set(['a', 'abbr', 'acronym', 'b', 'big', 'blockquote', 'br', 'caption', 'cite', 'code', 'col', 'colgroup', 'dd', 'dfn', 'div', 'dl', 'dt', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr',
  'i', 'img', 'li', 'ol', 'p', 'pre', 'q', 'samp', 'small', 'span', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'tt', 'ul', 'var'])
const ATTRIBUTES = new Set(['abbr', 'accesskey', 'align', 'alt', 'axis', 'bgcolor', 'border', 'cellhalign', 'cellpadding', 'cellspacing', 'cellvalign', 'char', 'charoff', 'charset', 'cite', 'class', 'colspan', 'compact', 'coords', 'dir',
  'frame', 'headers', 'height', 'href', 'hreflang', 'hspace', 'id', 'lang', 'longdesc', 'name', 'nowrap', 'rel', 'rev', 'rowspan', 'rules', 'scope', 'shape', 'span', 'src', 'start', 'style', 'summary', 'tabindex', 'title',
  'type', 'valign', 'value', 'vspace', 'width', 'xml:lang', 'xmlns'])
const ADDRESS = /^(?:#|https?:\/\/|mailto:|tel:|urn:|data:image\/(?:png|jpeg|gif);base64,|[A-Za-z][A-Za-z]*\/|[A-Za-z0-9._-]*$)/

/** One piece: comment, closing tag, opening tag, text. Each alternative starts apart, so that no input is read twice. */
const PIECE = /<!--[^]*?-->|<\/([A-Za-z][A-Za-z0-9]*)\s*>|<([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z:_-][A-Za-z0-9:_-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
const ATTRIBUTE = /([A-Za-z:_-][A-Za-z0-9:_-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g

const NAMESPACE = 'http://www.w3.org/1999/xhtml'
/** Elements inside elements. */
const MAX_DEPTH = 64
const REFERENCE = /&(?:(?:amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));|&/g

/** An ampersand that begins none of XML's own references, or a reference to what is no character of XML. */
const referenceProblem = (text: string): string | undefined => {
  if (!text.includes('&')) return undefined
  for (const [whole, decimal, hexadecimal] of text.matchAll(REFERENCE)) {
    if (whole === '&') return 'Not well-formed: an ampersand is written &amp;, other characters as themselves'
    const code = decimal === undefined ? (hexadecimal === undefined ? 0x20 : parseInt(hexadecimal, 16)) : Number(decimal)
    const allowed = code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff)
    if (!allowed) return 'Not well-formed: a reference to a character that XML does not have'
  }
  return undefined
}

/** What XML does not have inside a comment or a text. */
const piecesProblem = (piece: string, text: string | undefined): string | undefined => {
  if (piece.startsWith('<!--')) return /--|-$/.test(piece.slice(4, -3)) ? 'Not well-formed: two hyphens in a comment' : undefined
  if (text === undefined) return undefined
  return text.includes(']]>') ? 'Not well-formed: ]]> in a text' : referenceProblem(text)
}

/** What is wrong with it; undefined when nothing is. */
export const narrativeProblem = (xhtml: string): string | undefined => {
  const open: string[] = []
  let started = false
  let content = false
  PIECE.lastIndex = 0
  while (PIECE.lastIndex < xhtml.length) {
    const at = PIECE.lastIndex
    const piece = PIECE.exec(xhtml)
    if (!piece) return `Not well-formed at character ${at}`
    const [whole, closing, opening, attributes, empty, text] = piece
    const malformed = piecesProblem(whole, text)
    if (malformed) return malformed
    if (opening !== undefined) {
      if (!ELEMENTS.has(opening)) return `The element ${opening} is not allowed`
      if (open.length === 0 && (started || opening !== 'div')) return 'The narrative must be one div'
      started = true
      const wrong = attributeProblem(attributes ?? '')
      if (wrong) return wrong
      content ||= opening === 'img'
      if (empty !== '/' && open.push(opening) > MAX_DEPTH) return 'The narrative is nested too deeply'
    } else if (closing !== undefined) {
      if (open.pop() !== closing) return `Not well-formed: unexpected end of ${closing}`
    } else if (text !== undefined && text.trim() !== '') {
      if (open.length === 0) return 'The narrative must be one div'
      content = true
    }
  }
  if (open.length > 0 || !started) return 'Not well-formed: the div does not end'
  return content ? undefined : 'The narrative must hold something to read'
}

const attributeProblem = (attributes: string): string | undefined => {
  const seen = new Set<string>()
  for (const [, name = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
    if (!ATTRIBUTES.has(name)) return `The attribute ${name} is not allowed`
    if (seen.has(name)) return `Not well-formed: the attribute ${name} stands twice`
    seen.add(name)
    const value = (double ?? single ?? '').trim()
    const malformed = referenceProblem(value)
    if (malformed) return malformed
    if (name === 'xmlns' && value !== NAMESPACE) return `The namespace must be ${NAMESPACE}`
    if ((name === 'href' || name === 'src') && !ADDRESS.test(value)) return `The address in ${name} is not allowed`
    if (name === 'style' && /url\s*\(|expression|@import|\\/i.test(value)) return 'The style is not allowed'
  }
  return undefined
}
