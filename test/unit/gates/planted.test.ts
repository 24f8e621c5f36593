/** The faults of `npm run faults` still fit the sources, and the tests that must catch them are there. */
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { KINDS, PLANTED } from '#test/simulation/screens/faults.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const read = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8')

it.each(KINDS)('each fault of the kind %s can be planted once, and a test is named that is there', (kind) => {
  expect(PLANTED[kind].length).toBeGreaterThan(0)
  for (const { faults, file, test } of PLANTED[kind]) {
    for (const fault of faults) expect([fault.file, read(fault.file).split(fault.from).length - 1]).toEqual([fault.file, 1])
    for (const words of test.split(/[(|)]/).map((part) => part.trim()).filter((part) => part !== '')) expect(read(file)).toContain(words)
  }
})
