/** The keys of a page are known to the help and to the palette: none is bound beside usePageKeys. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const FEATURES = new URL('../../../web/features/', import.meta.url)
/** "g" and then a letter: it tells usePageKeys of both, and binds the first itself. */
const PREFIX = 'chart/use-view-keys.ts'

test('no page binds a key that the help does not list', () => {
  const files = readdirSync(FEATURES, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts)$/.test(name))
  expect(files.length).toBeGreaterThan(100)
  expect(files.filter((name) => readFileSync(new URL(name, FEATURES), 'utf8').includes('useHotkeys'))).toEqual([PREFIX])
})
