/** What `npm test` leaves out is what the list says and nothing else, and each line of the list stands for something that is there. */
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { LONG, SHORT } from '#infra/setup/test-long.ts'
import { ROLES, rolesIn } from '#test/gates/texts-and-script.ts'

const HERE = 'test/unit/infra/test-long.test.ts'
const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))
const read = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8')
const tests = fs.readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts')).map((name) => `test/${name}`)
const wholeFiles = LONG.filter(({ test, part }) => test === undefined && part === undefined).map(({ file }) => file)
const leftTests = LONG.flatMap(({ file, test }) => (test === undefined ? [] : [`${file}: ${test}`]))

/** Patients' data and what keeps it: nothing of these is ever left out but for a browser's or a machine's share of it. */
const NEVER = /^test\/(unit|regressions|integration\/(isolation|people|signing|store|api)|simulation\/(authorisation|fuzz)|conformance\/(smart|audit|compartments|fuzz))/

/** Titles of tests in a source that stand behind the question whether all are run. */
const askedFor = (source: string): string[] => [...source.matchAll(/if \(isWhole\) (?:it|test)(?:\.each\([^\n]*?\))?\((['"`])((?:\\.|(?!\1).)*)\1/g)].map(([, , title = '']) => title)

describe('the list of what is long', () => {
  it('names files that are there, and stand-ins that are there and are not left out themselves', () => {
    for (const { file, instead, title } of LONG) {
      expect(tests, 'left out').toContain(file)
      expect(tests, 'instead').toContain(instead)
      expect(wholeFiles, `stands for ${file}`).not.toContain(instead)
      if (title === undefined) continue
      expect(read(instead).replaceAll("\\'", "'"), `instead of ${file}`).toContain(title)
      expect(askedFor(read(instead)).filter((asked) => asked.includes(title)), `stands for ${file}`).toEqual([])
    }
    const parts = LONG.flatMap(({ file, part }) => (part === undefined ? [] : [file]))
    expect(new Set([...wholeFiles, ...leftTests, ...parts]).size).toBe(LONG.length)
  })

  it('has each test and table that asks for the whole, and no other', () => {
    const asking = tests.filter((file) => file !== HERE && read(file).includes('isWhole'))
    expect(asking.flatMap((file) => askedFor(read(file)).map((title) => `${file}: ${title}`)).toSorted()).toEqual(leftTests.toSorted())
    expect(asking.filter((file) => read(file).includes('isWhole ?')).toSorted()).toEqual(LONG.flatMap(({ file, part }) => (part === undefined ? [] : [file])).toSorted())
    // no other way of asking, so that nothing goes by another door: the import, and one line each
    for (const file of asking) expect([file, read(file).split('isWhole').length - 2]).toEqual([file, LONG.filter((each) => each.file === file).length])
  })

  it('leaves out nothing of what guards patients\' data', () => {
    expect(LONG.filter(({ file }) => NEVER.test(file))).toEqual([])
  })

  it('leaves a journey to each role', () => {
    const journeys = tests.filter((file) => file.startsWith('test/e2e/specs/') && !wholeFiles.includes(file)).map(read)
    expect(rolesIn(journeys)).toEqual(ROLES)
  })
})

describe('the short form', () => {
  it('runs each file that the list does not name, once, and no other', async () => {
    const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
    const listed = await Promise.all(['vitest.config.ts', 'vitest.e2e.config.ts', 'vitest.machines.config.ts'].map(async (config) => {
      const { stdout } = await run(process.execPath, [vitest, 'list', '--filesOnly', '--json', '--config', `.config/${config}`], { cwd: root, env: { ...process.env, ...SHORT } })
      return (JSON.parse(stdout) as { file: string }[]).map(({ file }) => path.relative(root, file))
    }))
    expect(listed.flat().toSorted()).toEqual(tests.filter((file) => !wholeFiles.includes(file)).toSorted())
  }, 120_000)
})
