/**
 * Narrative XHTML (https://hl7.org/fhir/R4/narrative.html#xhtml): a div of basic formatting elements, well-formed, with something to read in it;
 * no script, no form, no event handler, no style sheet, no address that a browser would run. Constraints txt-1 and txt-2. Pure.
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
    const [, closing, opening, attributes, empty, text] = piece
    if (opening !== undefined) {
      if (!ELEMENTS.has(opening)) return `The element ${opening} is not allowed`
      if (open.length === 0 && (started || opening !== 'div')) return 'The narrative must be one div'
      started = true
      const wrong = attributeProblem(attributes ?? '')
      if (wrong) return wrong
      content ||= opening === 'img'
      if (empty !== '/') open.push(opening)
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
  for (const [, name = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
    if (!ATTRIBUTES.has(name)) return `The attribute ${name} is not allowed`
    const value = (double ?? single ?? '').trim()
    if ((name === 'href' || name === 'src') && !ADDRESS.test(value)) return `The address in ${name} is not allowed`
    if (name === 'style' && /url\s*\(|expression|@import|\\/i.test(value)) return 'The style is not allowed'
  }
  return undefined
}
