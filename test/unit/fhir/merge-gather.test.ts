/** How much one merge moves. */
import { expect, it } from 'vitest'
import { gatherMoved, MOST_MOVED, type GatherDeps } from '#api/fhir/operations/merge-gather.ts'
import type { Caller } from '#api/model/ports.ts'
import type { StoredVersion } from '#api/model/resource.ts'

const caller: Caller = { actor: { kind: 'system', tenant: 900, client: 'x', scopes: [] }, visibility: { kind: 'all' }, purpose: 'HOPERAT' }
const stored = (at: number): StoredVersion => ({ type: 'Observation', id: `o${at}`, version: 1, lastUpdated: '2026-01-01T00:00:00.000Z', deleted: false, body: '{"resourceType":"Observation","subject":{"reference":"Patient/a"}}' })
const some = (from: number, to: number): StoredVersion[] => Array.from({ length: to - from }, (_, at) => stored(from + at))

/** So many inside of the record, in pages of a thousand, and so many outside. */
const gather = (inside: number, outside: number) => {
  const places: (string | undefined)[] = []
  const deps: GatherDeps = {
    publicUrl: 'http://x.example', store: { transact: () => Promise.resolve([] as never) },
    records: {
      referring: (_, most) => Promise.resolve(some(100_000, 100_000 + Math.min(most, outside))),
      everything: (_, { parameters }) => {
        const place = parameters.find(([name]) => name === '_cursor')?.[1]
        places.push(place)
        const from = Number(place ?? 0), to = Math.min(inside, from + 1_000)
        return Promise.resolve({ matches: some(from, to), referred: [], understood: [], whole: false, ...(to < inside && { next: String(to) }) })
      },
    },
  }
  return gatherMoved(deps, caller, 'a', 'b').then(({ moved }) => ({ moved: moved.length, places }), (error: Error) => error.message)
}

it('a merge moves what every page of the record has, and what refers to it from outside', async () => {
  expect(await gather(2_500, 3)).toEqual({ moved: 2_503, places: [undefined, '1000', '2000'] })
  expect(await gather(0, 0)).toEqual({ moved: 0, places: [undefined] })
})

it('a merge of more than a transaction holds is refused before anything is written', async () => {
  expect(await gather(MOST_MOVED, 0)).toMatchObject({ moved: MOST_MOVED })
  for (const [inside, outside] of [[MOST_MOVED + 1, 0], [MOST_MOVED, 1], [0, 2 * MOST_MOVED + 5], [30_000, 0]] as const) expect(await gather(inside, outside), `${inside} ${outside}`).toContain('too-costly')
})
