/** The checks of `npm test` find what they are for, and its count misses nothing. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { filesAreShort, linksLeadSomewhere, lockNamesNoRegistry, noForeignPlaces, nothingUnfinished, topLevelIsKnown } from '#infra/setup/repository-checks.ts'
import { chooseParent, openTestFolder } from '#infra/setup/test-folder.ts'
import { recapOf, recapsIn } from '#infra/setup/test-recap.ts'
import { shareOf } from '#infra/setup/test-shares.ts'
import { countReport, exitCodeOf, runOnCores, sum, taskStep, verdict, type Step } from '#infra/setup/test-steps.ts'
import { footprint, leftovers } from '#test/support/leftovers.ts'

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-checks-'))
beforeEach(() => {
  fs.rmSync(root, { recursive: true, force: true })
  fs.mkdirSync(path.join(root, 'api'), { recursive: true })
})
afterAll(() => fs.rmSync(root, { recursive: true, force: true }))

const write = (file: string, text: string): string => {
  fs.writeFileSync(path.join(root, file), text)
  return file
}

test('a lock that names a registry is found', () => {
  write('package-lock.json', '{"packages":{"node_modules/x":{"version":"1"}}}')
  expect(lockNamesNoRegistry(root, [])).toEqual([])
  write('package-lock.json', '{"packages":{"node_modules/x":{"resolved":"https://registry.example/x.tgz"}}}')
  expect(lockNamesNoRegistry(root, [])).toHaveLength(1)
})

test('paths of one machine, unfinished work and checks that are switched off are found with their place', () => {
  const place = write('api/place.ts', `// see /wor${'k'}/notes\n`)
  expect(noForeignPlaces(root, [place])).toEqual([`api/place.ts:1: // see /wor${'k'}/notes`])
  const off = ['TO' + 'DO later', 'te' + 'st.only(', 'i' + 't.sk' + 'ip(', 'descr' + 'ibe.to' + 'do(', '// eslint-dis' + 'able-next-line x', '// oxlint-dis' + 'able-next-line x', '// @ts-ig' + 'nore']
  expect(nothingUnfinished(root, [write('api/off.ts', off.join('\n'))])).toHaveLength(7)
  expect(nothingUnfinished(root, [write('api/on.ts', '// eslint-dis' + 'able-next-line x -- the rule is wrong here because\n')])).toEqual([])
})

test('dead links, strangers at the top, missing READMEs and long files are found', () => {
  const readme = write('api/README.md', '[a](a.ts) [gone](gone.ts#x) [web](https://example.org) [here](#here)')
  write('api/a.ts', 'x\n'.repeat(401))
  expect(linksLeadSomewhere(root, [readme])).toEqual(['api/README.md: gone.ts'])
  expect(topLevelIsKnown(root, ['api/a.ts', 'notes.md', '.ci/run'])).toEqual(['notes.md does not belong at the top', 'api/README.md is missing'])
  expect(filesAreShort(root, ['api/a.ts'])).toEqual(['api/a.ts: 401 lines'])
})

test('a file that does not load, and an error outside all tests, count as failures', () => {
  const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults: [
    { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] }, { status: 'failed', assertionResults: [] }, { status: 'passed', assertionResults: [] },
  ] }
  expect(countReport(report, 1)).toEqual({ passed: 5, failed: 2, skipped: 3 })
  expect(countReport({ numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 })
  expect(countReport(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('what failed is told again at the end, shortly and without the terminal\'s colours', () => {
  const red = `${String.fromCodePoint(27)}[31m`
  expect(recapOf({ testResults: [
    { name: 'a.test.ts', status: 'failed', assertionResults: [{ status: 'passed', fullName: 'holds' }, { status: 'failed', fullName: 'a list is short', failureMessages: [`${red}expected 3\nto be 2${'\nat x'.repeat(50)}`] }] },
    { name: 'b.test.ts', status: 'failed', message: 'no such file', assertionResults: [] },
    { name: 'c.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'works' }] },
  ] })).toEqual([`✗ a.test.ts: a list is short\n    expected 3\n    to be 2${'\n    at x'.repeat(10)}`, '✗ b.test.ts: did not load\n    no such file'])
  expect(recapOf({ testResults: Array.from({ length: 20 }, () => ({ status: 'failed' })) }).at(-1)).toBe('and 12 more')
  expect(recapsIn(path.join(root, 'nowhere'))).toEqual([])
})

test('what is skipped fails the run with CI set, and only there', () => {
  const count = { passed: 5, failed: 0, skipped: 1 }
  expect([exitCodeOf(count, true), exitCodeOf(count, false), exitCodeOf({ ...count, skipped: 0 }, true), exitCodeOf({ ...count, failed: 1 }, false)]).toEqual([1, 0, 0, 1])
})

test('the last line is alone and plain', () => {
  expect(verdict(sum([{ passed: 1, failed: 0, skipped: 0 }, { passed: 40, failed: 2, skipped: 3 }]))).toBe('41 passed, 2 failed, 3 skipped')
})

test('steps begin in their order, never more at a time than there are cores for, and all are counted', async () => {
  const ends = new Map<string, () => void>()
  const begun: string[] = []
  const step = (name: string, cores?: number): Step => ({ name, ...(cores && { cores }), run: () => new Promise((resolve) => ends.set(name, () => resolve({ passed: 1, failed: name === 'c' ? 1 : 0, skipped: 0 }))) })
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.()
    await new Promise((resolve) => setTimeout(resolve))
  }
  const all = runOnCores([step('a'), step('b'), step('c'), step('d', 2), step('e')], 2, async (each) => {
    begun.push(each.name)
    return each.run()
  })
  const seen: string[] = [begun.join('')]
  for (const name of ['b', 'a', 'c', 'd', 'e']) {
    await end(name)
    seen.push(begun.join(''))
  }
  expect(seen).toEqual(['ab', 'abc', 'abc', 'abcd', 'abcde', 'abcde'])
  expect(sum(await all)).toEqual({ passed: 5, failed: 1, skipped: 0 })
})

test('shares of the tests are all of them, each once, and differ by one at most', () => {
  const files = Array.from({ length: 17 }, (_, at) => `${at}`)
  for (const count of [1, 2, 5, 20]) {
    const shares = Array.from({ length: count }, (_, at) => shareOf(files, { index: at + 1, count }))
    expect(shares.flat().sort()).toEqual(files.toSorted())
    expect(Math.max(...shares.map(({ length }) => length)) - Math.min(...shares.map(({ length }) => length))).toBeLessThanOrEqual(1)
  }
})

test('work that throws is a failure', async () => {
  expect(await taskStep('works', async () => undefined).run()).toEqual({ passed: 1, failed: 0, skipped: 0 })
  expect(await taskStep('breaks', async () => { throw new Error('shown by the test: it does not build') }).run()).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('what a run throws away lies in memory only where there is plenty, and what a killed run left is removed', () => {
  expect(chooseParent({}, root, 1e12)).toBe(root)
  expect(chooseParent({}, root, 1e9)).toBe(os.tmpdir())
  expect(chooseParent({}, path.join(root, 'nowhere'), 1e12)).toBe(os.tmpdir())
  expect(chooseParent({ TMPDIR: '/named' }, root, 1e12)).toBe('/named')
  fs.mkdirSync(path.join(root, 'emr-tests-999999999-abc/data'), { recursive: true })
  fs.mkdirSync(path.join(root, `emr-tests-${process.pid}-abc`))
  const folder = openTestFolder(root)
  expect(fs.readdirSync(root).sort()).toEqual(['api', path.basename(folder.path), `emr-tests-${process.pid}-abc`].sort())
  folder.close()
  expect(fs.existsSync(folder.path)).toBe(false)
})

test('a test file that leaves something behind in its process is found out', () => {
  const before = footprint()
  const listen = (): void => undefined
  const { fetch: real } = globalThis
  process.env.EMR_LEFT = '1'
  process.on('SIGTERM', listen)
  globalThis.fetch = async () => new Response()
  const found = leftovers(before, footprint())
  delete process.env.EMR_LEFT
  process.off('SIGTERM', listen)
  globalThis.fetch = real
  expect(found.sort()).toEqual(['environment EMR_LEFT', 'globalThis.fetch', 'listeners of SIGTERM'])
  expect(leftovers(before, footprint())).toEqual([])
})
