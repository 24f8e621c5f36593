/** Sends a generated bundle, reads everything back and compares without loss: what `npm test` and the long simulation share. */
import { parseRelative, referencesIn, rewriteReferences } from '#api/fhir/references.ts'
import { arrayAt, JsonObject, parseJson, parseJsonObject, stringAt, writeJson, type JsonValue } from '#api/model/json.ts'
import { identifierQuery, type GeneratedBundle } from './bundles.ts'

/** Any way to reach a FHIR server. */
export type Send = (method: 'GET' | 'POST', path: string, body?: string) => Promise<{ readonly status: number; readonly text: string }>

export interface Loaded {
  readonly bundle: GeneratedBundle
  /** "Type/id" of each entry, in order. */
  readonly keys: readonly string[]
  readonly created: number
}

/** Posts the bundle. Throws with the answer when it is not wholly stored. */
export const loadBundle = async (send: Send, bundle: GeneratedBundle): Promise<Loaded> => {
  const answer = await send('POST', '', bundle.text)
  if (answer.status !== 200) throw new Error(`Bundle ${bundle.seed}: ${answer.status} ${answer.text.slice(0, 2000)}`)
  const responses = arrayAt(parseJson(answer.text), 'entry')
  if (responses.length !== bundle.entries.length) throw new Error(`Bundle ${bundle.seed}: ${responses.length} answers for ${bundle.entries.length} entries`)
  const statuses = responses.map((entry) => stringAt(entry, 'response', 'status') ?? '')
  const wrong = statuses.find((status) => !/^20[01] /.test(status))
  if (wrong !== undefined) throw new Error(`Bundle ${bundle.seed}: ${wrong}`)
  const keys = responses.map((entry) => (stringAt(entry, 'response', 'location') ?? '').replace(/\/_history\/.*$/, ''))
  return { bundle, keys, created: statuses.filter((status) => status.startsWith('201')).length }
}

/** Reads under way for one bundle. */
const AT_ONCE = 6

const plain = (resource: JsonObject): string => writeJson(resource.delete('id').delete('meta'))

/** Expected text of each entry: as sent, its references those that the server gave. */
const expectedOf = ({ bundle, keys }: Loaded): string[] => {
  const known = new Map<string, string>()
  for (const [at, entry] of bundle.entries.entries()) {
    known.set(entry.fullUrl, keys[at] ?? '')
    known.set(`${entry.type}?${identifierQuery(entry.identifier)}`, keys[at] ?? '')
  }
  return bundle.entries.map((entry) => {
    const rewritten: JsonValue = rewriteReferences(entry.resource, (address) => known.get(address))
    return rewritten instanceof JsonObject ? plain(rewritten) : ''
  })
}

/** Reads every resource of a loaded bundle and compares it byte for byte but for id and meta; each reference must lead to one that was read. Answers the differences. */
export const checkBundle = async (send: Send, loaded: Loaded): Promise<string[]> => {
  const differences: string[] = []
  const expected = expectedOf(loaded)
  const read = new Set<string>()
  const wanted: string[] = []
  const check = async (at: number, key: string): Promise<void> => {
    const answer = await send('GET', `/${key}`)
    if (answer.status !== 200) {
      differences.push(`${key}: ${answer.status}`)
      return
    }
    const resource = parseJsonObject(answer.text)
    read.add(key)
    if (plain(resource) !== expected[at]) differences.push(`${key}: sent ${expected[at] ?? ''} read ${plain(resource)}`)
    wanted.push(...referencesIn(resource, key).map(({ reference }) => reference))
  }
  const left = [...loaded.keys.entries()]
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await check(...next)
  }))
  for (const reference of new Set(wanted)) {
    const key = parseRelative(reference)
    if (key === undefined || !read.has(`${key.type}/${key.id}`)) differences.push(`dangling ${reference}`)
  }
  return differences
}

/** Sends a loaded bundle again: nothing may be created, and every entry must answer the resource of the first time. */
export const checkResend = async (send: Send, loaded: Loaded): Promise<string[]> => {
  const again = await loadBundle(send, loaded.bundle)
  return [
    ...(again.created === 0 ? [] : [`bundle ${loaded.bundle.seed}: ${again.created} created again`]),
    ...again.keys.flatMap((key, at) => (key === loaded.keys[at] ? [] : [`bundle ${loaded.bundle.seed}: ${key} instead of ${loaded.keys[at] ?? 'nothing'}`])),
  ]
}
