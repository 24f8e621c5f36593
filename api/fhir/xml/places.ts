/**
 * Where elements stand in the text of FHIR XML, as line and column counted from 1, by their paths in the JSON tree that was read from it (http://hl7.org/fhir/R4/xml.html): for messages about a body that
 * the reader (read.ts) has accepted already. A pass of its own, made when there is something to say. Pure.
 */
import { SaxesParser } from 'saxes'
import { toPlaces, type JsonPath, type Place } from '../../model/json-places.ts'
import { FHIR_NAMESPACE } from './elements.ts'

/** One name for an element and for what JSON keeps beside it ("_birthDate"), for the only one and the first of many. */
const toKey = (path: JsonPath): string => path.map((step) => (typeof step === 'string' ? step.replace(/^_/, '') : step)).filter((step) => step !== 0).join('/')

/** `kinds`: what stood below so far, by name; `key`: undefined for what JSON does not name apart, inside of a narrative. */
interface Open { readonly key: string | undefined; readonly kinds: Map<string, number> }

/** Characters read at once, and milliseconds before others have a turn. */
const STEP = 65_536, TURN_MS = 20

/** One answer for each path: the begin of the element, or of the nearest that would hold it. `text` is what the reader has read. */
export const findXmlPlaces = async (text: string, paths: readonly JsonPath[]): Promise<Place[]> => {
  const wanted = new Set(paths.flatMap((path) => path.map((_, at) => toKey(path.slice(0, at + 1)))))
  const found = new Map<string, number>()
  const parser = new SaxesParser({ xmlns: true, position: true, defaultXMLVersion: '1.0', forceXMLVersion: true })
  const open: Open[] = []
  let begin = 0
  parser.on('opentagstart', () => { begin = text.lastIndexOf('<', parser.position - 1) })
  parser.on('opentag', ({ local, uri }) => {
    const parent = open.at(-1)
    const key = keyIn(parent, local, uri)
    // what is in a narrative is a text
    open.push({ key: uri === FHIR_NAMESPACE ? key : undefined, kinds: new Map() })
    if (key !== undefined && (key === '' || wanted.has(key)) && !found.has(key)) found.set(key, begin)
  })
  parser.on('closetag', () => open.pop())
  for (let at = 0, since = performance.now(); at < text.length; at += STEP) {
    parser.write(text.slice(at, at + STEP))
    if (performance.now() - since < TURN_MS) continue
    await new Promise((resolve) => setImmediate(resolve))
    since = performance.now()
  }
  parser.close()
  return toPlaces(text, paths.map((path) => nearest(found, path)))
}

/** The name of a resource around its elements: Patient, or contained/Organization. JSON says it as resourceType. */
const isHolder = (local: string, uri: string): boolean => uri === FHIR_NAMESPACE && /^[A-Z]/.test(local)

const keyIn = (parent: Open | undefined, local: string, uri: string): string | undefined => {
  if (isHolder(local, uri)) return parent?.key ?? ''
  if (parent?.key === undefined) return undefined
  const before = parent.kinds.get(local) ?? 0
  parent.kinds.set(local, before + 1)
  return toKey([...(parent.key === '' ? [] : [parent.key]), local, before])
}

const nearest = (found: ReadonlyMap<string, number>, path: JsonPath): number => {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = found.get(toKey(path.slice(0, length)))
    if (offset !== undefined) return offset
  }
  return found.get('') ?? 0
}
