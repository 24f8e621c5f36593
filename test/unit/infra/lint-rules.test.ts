/** Two tools lint, oxlint the .ts files and ESLint the .vue files: both have the same rules on, and each rule finds what it is there for. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { z } from 'zod'
import { afterAll, expect, it } from 'vitest'
import { LINT_PLANTS } from './lint-plants.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-lint-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

// beside the plants, so that its patterns count from there
const config = path.join(folder, '.oxlintrc.json')
fs.copyFileSync(path.join(root, '.oxlintrc.json'), config)

const oxlint = (...args: string[]): unknown =>
  JSON.parse(spawnSync(process.execPath, [path.join(root, 'node_modules/oxlint/bin/oxlint'), '--config', config, ...args], { cwd: folder, encoding: 'utf8' }).stdout)

/** Names without the plugin that each tool finds a rule in, with their options. */
const byName = (rules: Record<string, unknown>): Map<string, unknown[]> => new Map(Object.entries(rules).flatMap(([name, value]) => {
  const [severity, ...options] = z.array(z.unknown()).parse(Array.isArray(value) ? value : [value])
  return severity === 0 || severity === 'off' || severity === 'allow' ? [] : [[name.split('/').at(-1) ?? '', options]]
}))

const Rules = z.object({ rules: z.record(z.string(), z.unknown()) })
const inOxlint = byName(Rules.parse(oxlint('--print-config')).rules)

it('has the same rules with the same options on for .ts as for .vue', async () => {
  const eslint = new ESLint({ cwd: root, overrideConfigFile: path.join(root, '.config/eslint.config.js') })
  const { rules } = Rules.parse(await eslint.calculateConfigForFile(path.join(root, 'web/App.vue')))
  const inEslint = byName(Object.fromEntries(Object.entries(rules).filter(([name]) => !name.startsWith('vue/'))))
  expect([...inOxlint.keys()].toSorted()).toEqual([...inEslint.keys()].toSorted())
  const differing = [...inOxlint].filter(([name, options]) => JSON.stringify(options) !== JSON.stringify(inEslint.get(name))).map(([name]) => name)
  // screens may tell an error to the console, in .ts by an override
  expect(differing).toEqual(['no-console'])
})

/** What differs from folder to folder: the file, its text, and the rule that finds something or nothing there. */
const BY_FOLDER: readonly (readonly [file: string, text: string, rule: string, found: boolean])[] = [
  ['api/env.ts', 'export const a = process.env.A', 'no-restricted-properties', true],
  ['api/config.ts', 'export const a = process.env.A', 'no-restricted-properties', false],
  ['web/tell.ts', 'console.log(1)', 'no-console', true],
  ['web/error.ts', 'console.error(1)', 'no-console', false],
  ['infra/tell.ts', 'console.log(1)', 'no-console', false],
  ['test/any.ts', LINT_PLANTS['no-unsafe-assignment'] ?? '', 'no-unsafe-assignment', false],
  ['test/floating.ts', LINT_PLANTS['no-floating-promises'] ?? '', 'no-floating-promises', true],
]

it('finds a violation of each rule that is on, asking the compiler where the rule needs types', () => {
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ extends: path.join(root, 'tsconfig.json'), compilerOptions: { types: ['node'], typeRoots: [path.join(root, 'node_modules/@types')] }, include: ['**/*.ts'] }))
  const write = (file: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    fs.writeFileSync(path.join(folder, file), `${text}\nexport {}\n`)
  }
  for (const [name, text] of Object.entries(LINT_PLANTS)) write(`plants/${name}.ts`, text)
  for (const [file, text] of BY_FOLDER) write(file, text)
  write('plants/no-need.ts', '// eslint-disable-next-line no-var -- nothing to switch off\nexport const a = 1')
  const { diagnostics } = z.object({ diagnostics: z.array(z.object({ code: z.string().optional(), message: z.string(), filename: z.string() })) }).parse(oxlint('--format', 'json', '.'))
  const found = new Set(diagnostics.map(({ code = '', filename }) => `${path.relative(folder, path.resolve(folder, filename))} ${/\((.+)\)/.exec(code)?.[1] ?? code}`))
  expect([...inOxlint.keys()].filter((name) => !found.has(`plants/${name}.ts ${name}`))).toEqual([])
  expect(BY_FOLDER.filter(([file, , rule, wanted]) => found.has(`${file} ${rule}`) !== wanted)).toEqual([])
  expect(diagnostics.some(({ message, filename }) => filename.endsWith('no-need.ts') && message.startsWith('Unused eslint'))).toBe(true)
})
