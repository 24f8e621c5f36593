/**
 * FHIR XML as the lossless JSON tree (http://hl7.org/fhir/R4/xml.html, http://hl7.org/fhir/R4/json.html#xml). The parser knows no DTD: a DOCTYPE is refused before
 * anything of it is understood, so no entity but XML's own five can stand for text, and nothing outside is ever asked for. Processing instructions are refused too.
 *
 * The rule of this server: elements stand in the order of their definition, once unless they repeat; what the definition does not have (elements, attributes, text
 * between elements, namespaces) is refused with its place, never skipped. Comments and the space between elements mean nothing. `xsi:schemaLocation` is let pass on
 * the outermost element. Whether a value suits its type is asked of the tree, as of JSON: what is no number there is handed on as a text.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes'
import { JsonObject, MAX_DEPTH } from '../../model/json.ts'
import { Outcome, outcome, type OutcomeCode } from '../../model/outcome.ts'
import { FHIR_NAMESPACE, XHTML_NAMESPACE, findResourceKind, requireKind, type XmlElement } from './elements.ts'
import { DivReader } from './read-div.ts'
import { ComplexFrame, HolderFrame, PrimitiveFrame, type Frame } from './read-frames.ts'

const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
const XMLNS = 'http://www.w3.org/2000/xmlns/'

/** Throws xml-syntax, xml-forbidden, xml-structure or xml-too-deep with the element path in `expression` and the line in `diagnostics`. */
export const readXml = (text: string): JsonObject => {
  const reader = new XmlReader(text)
  while (reader.step());
  return reader.end()
}

/** As readXml, while others have their turn: a body of the largest size keeps the parser busy for seconds. */
export const readXmlInTurns = async (text: string): Promise<JsonObject> => {
  const reader = new XmlReader(text)
  for (let since = performance.now(); reader.step();) {
    if (performance.now() - since < TURN_MS) continue
    await new Promise((resolve) => setImmediate(resolve))
    since = performance.now()
  }
  return reader.end()
}

/** Milliseconds of reading before others have a turn. */
const TURN_MS = 20
/** Characters read at once. */
const STEP = 65_536
/** No element of FHIR has more than its value, id and url, and what it says of namespaces. */
const MAX_ATTRIBUTES = 64

class XmlReader {
  readonly #text: string
  readonly #parser = new SaxesParser({ xmlns: true, position: true, defaultXMLVersion: '1.0', forceXMLVersion: true })
  readonly #frames: Frame[] = []
  #at = 0
  #attributesSeen = 0
  #div: DivReader | undefined
  #result: JsonObject | undefined

  constructor(text: string) {
    this.#text = text
    const parser = this.#parser
    parser.on('doctype', () => this.#refuse('xml-forbidden', 'a DOCTYPE is not accepted'))
    parser.on('processinginstruction', () => this.#refuse('xml-forbidden', 'a processing instruction is not accepted'))
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') this.#refuse('xml-syntax', 'the encoding must be UTF-8')
    })
    parser.on('opentagstart', () => {
      this.#attributesSeen = 0
    })
    parser.on('attribute', () => {
      this.#attributesSeen += 1
      if (this.#attributesSeen > MAX_ATTRIBUTES) this.#refuse('xml-structure', 'too many attributes')
    })
    parser.on('opentag', (tag) => (this.#div === undefined ? this.#open(tag) : this.#attempt(() => this.#div?.open(tag))))
    parser.on('closetag', (tag) => this.#close(tag))
    parser.on('text', (part) => this.#characters(part))
    parser.on('cdata', (part) => {
      this.#div?.cdata()
      this.#characters(part)
    })
  }

  /** Reads on; false at the end of the text. */
  step(): boolean {
    this.#parse(() => this.#parser.write(this.#text.slice(this.#at, this.#at + STEP)))
    this.#at += STEP
    return this.#at < this.#text.length
  }

  end(): JsonObject {
    this.#parse(() => this.#parser.close())
    if (this.#result === undefined) throw this.#refusal('xml-syntax', 'there is no element')
    return this.#result
  }

  #parse(act: () => void): void {
    try {
      act()
    } catch (error) {
      if (error instanceof Outcome) throw error
      // the parser's own words begin with the place: "3:14: unclosed tag"
      const [, line = '', column = '', what = 'not well-formed'] = /^(\d+):(\d+): (.*)$/s.exec(error instanceof Error ? error.message : '') ?? []
      throw this.#refusal('xml-syntax', what.slice(0, 200).replace(/\.$/, ''), ` at line ${line}, column ${column}`)
    }
  }

  #open(tag: SaxesTagNS): void {
    const parent = this.#frames.at(-1)
    if (tag.uri !== FHIR_NAMESPACE && !(parent instanceof ComplexFrame && parent.kind.elements.get(tag.local)?.form === 'xhtml')) {
      this.#refuse('xml-structure', `the element ${shown(tag.local)} must be of the namespace ${FHIR_NAMESPACE}`)
    }
    if (parent === undefined || parent instanceof HolderFrame) return this.#openResource(tag, parent)
    const element = this.#attempt(() => parent.enter(tag.local))
    if (element.form === 'xhtml') return this.#openDiv(tag, element)
    const path = `${parent.path}.${parent.stepOf(element)}`
    const depth = parent.depth + (element.repeats ? 2 : 1)
    const frame = element.form === 'primitive' ? new PrimitiveFrame(element, path, depth)
      : element.form === 'resource' ? new HolderFrame(element, path, depth)
        : new ComplexFrame(requireKind(element.type), element, path, depth)
    this.#push(frame)
    this.#attributes(tag, frame)
  }

  #openResource(tag: SaxesTagNS, holder: HolderFrame | undefined): void {
    const kind = findResourceKind(tag.local)
    if (kind === undefined) this.#refuse('xml-structure', `${shown(tag.local)} is not a resource type of FHIR R4`)
    if (holder?.value !== undefined) this.#refuse('xml-structure', 'one resource is expected')
    const frame = new ComplexFrame(kind, holder?.element, holder?.path ?? kind.name, holder?.depth ?? 1)
    frame.set('resourceType', kind.name)
    this.#push(frame)
    this.#attributes(tag, frame)
  }

  #openDiv(tag: SaxesTagNS, element: XmlElement): void {
    if (tag.uri !== XHTML_NAMESPACE) this.#refuse('xml-structure', `the narrative must be of the namespace ${XHTML_NAMESPACE}`)
    this.#div = new DivReader(element, this.#text, this.#parser.position)
    this.#attempt(() => this.#div?.open(tag))
  }

  #push(frame: Frame): void {
    this.#frames.push(frame)
    if (frame.least > MAX_DEPTH) this.#refuse('xml-too-deep', `nested deeper than ${MAX_DEPTH}`)
  }

  #attributes(tag: SaxesTagNS, frame: Frame): void {
    for (const attribute of Object.values(tag.attributes)) {
      if (attribute.uri === XMLNS || (attribute.uri === XSI && attribute.local === 'schemaLocation' && this.#frames.length === 1)) continue
      if (attribute.prefix !== '' || !frame.attribute(attribute.local, attribute.value)) this.#refuse('xml-structure', `the attribute ${shown(attribute.name)} is not allowed here`)
    }
  }

  #characters(part: string): void {
    if (this.#div !== undefined) this.#div.text(part)
    else if (/[^ \t\r\n]/.test(part)) this.#refuse('xml-structure', 'text is not allowed between elements')
  }

  #close(tag: SaxesTagNS): void {
    if (this.#div !== undefined) {
      const div = this.#div.close(tag, this.#parser.position)
      if (div === undefined) return
      this.#receiver()?.add(this.#div.element, div, null)
      this.#div = undefined
      return
    }
    const frame = this.#frames.at(-1)
    if (frame === undefined) return
    const { value, beside } = this.#attempt(() => frame.end())
    if (beside !== null && frame.depth > MAX_DEPTH) this.#refuse('xml-too-deep', `nested deeper than ${MAX_DEPTH}`)
    this.#frames.pop()
    const receiver = this.#frames.at(-1)
    if (receiver instanceof HolderFrame) receiver.value = value
    else if (receiver !== undefined && frame.element !== undefined) this.#receiver()?.add(frame.element, value, beside)
    else if (value instanceof JsonObject) this.#result = value
  }

  #receiver(): ComplexFrame | PrimitiveFrame | undefined {
    const frame = this.#frames.at(-1)
    return frame instanceof HolderFrame ? undefined : frame
  }

  /** The frames know what is wrong, the reader where. */
  #attempt<T>(act: () => T): T {
    try {
      return act()
    } catch (error) {
      if (error instanceof Outcome) throw this.#refusal(error.code, error.detail.diagnostics ?? '')
      throw error
    }
  }

  #refuse(code: OutcomeCode, what: string): never {
    throw this.#refusal(code, what)
  }

  #refusal(code: OutcomeCode, what: string, place = ` at line ${this.#parser.line}, column ${this.#parser.column}`): Outcome {
    const expression = this.#frames.at(-1)?.path
    return outcome(code, { ...(expression !== undefined && { expression }), diagnostics: `${what}${place}` })
  }
}

const shown = (name: string): string => `"${name.slice(0, 64)}"`
