/** Generated transaction bundles load through the API and come back without loss; the long form is test/simulation/load-bundles.ts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestSite } from '#test/support/app.ts'
import { checkBundle, checkResend, loadBundle, type Loaded, type Send } from '#test/support/bundle-check.ts'
import { generateBundle } from '#test/support/bundles.ts'

const BUNDLES = 40
let site: TestSite
let send: Send
const loaded: Loaded[] = []

beforeAll(async () => {
  site = await testSite()
  const client = await site.system()
  send = (method, path, body) => client.call(method, `/fhir/R4${path}`, body === undefined ? {} : { body })
})
afterAll(() => site.close())

const countRows = async (): Promise<number> => {
  const { rows } = await site.databases.asOwner(900, 'select count(*)::int4 as n from resource')
  const [row]: readonly { n?: number }[] = rows
  return row?.n ?? 0
}

describe(`${BUNDLES} generated bundles`, () => {
  it('load whole, also when several arrive at once', async () => {
    for (let seed = 1; seed <= BUNDLES; seed += 4) loaded.push(...await Promise.all([0, 1, 2, 3].map((more) => loadBundle(send, generateBundle(seed + more)))))
    expect(loaded.reduce((sum, each) => sum + each.created, 0)).toBe(await countRows())
    expect(new Set(loaded.flatMap(({ bundle }) => bundle.entries.map(({ type }) => type))).size).toBeGreaterThanOrEqual(12)
  })
  it('read back equal but for id and meta, every reference resolved', async () => {
    const differences: string[] = []
    for (const each of loaded) differences.push(...await checkBundle(send, each))
    expect(differences).toEqual([])
  })
  it('add nothing when they are sent again', async () => {
    const before = await countRows()
    const differences: string[] = []
    for (const each of loaded) differences.push(...await checkResend(send, each))
    expect(differences).toEqual([])
    expect(await countRows()).toBe(before)
  })
})
