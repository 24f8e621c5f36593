/** Which answers of the server a PC keeps to be read when the cable is cut, sealed: opened visits and charts, and the queue of the day. Pure. */

export type Kept = 'visit' | 'results' | 'chart' | 'timeline' | 'series' | 'documents' | 'queue'

const ADDRESSES: readonly (readonly [RegExp, Kept])[] = [
  [/^\/api\/visits\/([^/?]+)$/, 'visit'], [/^\/api\/visits\/([^/?]+)\/results$/, 'results'],
  [/^\/api\/patients\/([^/?]+)\/chart$/, 'chart'], [/^\/api\/patients\/([^/?]+)\/timeline$/, 'timeline'], [/^\/api\/patients\/([^/?]+)\/series$/, 'series'],
  [/^\/api\/documents\?patient=([^&]+)$/, 'documents'], [/^\/api\/queue\?department=([^&]+)$/, 'queue'],
]

export interface KeptAddress { readonly what: Kept; /** Of the Encounter, Patient or Organization. */ readonly id: string }

export const keptAddress = (url: string): KeptAddress | undefined => {
  for (const [pattern, what] of ADDRESSES) {
    const id = pattern.exec(url)?.[1]
    if (id !== undefined) return { what, id: decodeURIComponent(id) }
  }
  return undefined
}
