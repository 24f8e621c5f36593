/** Who sees and does what, against a small model, in the short form of `test/simulation/authorisation/run.ts`. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { FAULTS } from './faults.ts'
import { runAuthorisation } from './rig.ts'

let databases: TestDatabase
beforeAll(async () => { databases = await testDatabase() })
afterAll(() => databases.close())

it('has faults that each fit the sources once', () => {
  const root = new URL('../../../', import.meta.url)
  for (const [name, faults] of Object.entries(FAULTS)) for (const { file, from } of faults) expect([name, readFileSync(new URL(file, root), 'utf8').split(from).length - 1]).toEqual([name, 1])
})

it('shows and does for random people and systems what a model of the rules says, and nothing else', async () => {
  const { requests, kinds, differences } = await runAuthorisation({ databases, requests: 1200, seed: 11, perSite: 600, most: 5 })
  expect(differences).toEqual([])
  expect(requests).toBeGreaterThanOrEqual(1200)
  expect(kinds.get('search')).toBeGreaterThan(600)
  expect(kinds.size).toBeGreaterThan(10)
  expect(Math.min(kinds.get('export') ?? 0, kinds.get('document') ?? 0, kinds.get('meta') ?? 0)).toBeGreaterThan(5)
}, 180_000)
