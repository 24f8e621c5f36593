/**
 * `node test/simulation/screens/run.ts [--fault draft|update|safety|unsigned] [--quick]`: lost drafts, lost updates, silent safety checks and unsigned results that look signed, each planted in a copy of
 * the product. The named test holds on the sound tree and falls in the copy: exit code 0 only when all of them do. `--quick` leaves out what needs a browser.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { copyBroken } from '#test/support/broken-build.ts'
import { KINDS, PLANTED, type Planted } from './faults.ts'

const say = (text: string): void => { process.stdout.write(`${text}\n`) }

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const { values } = parseArgs({ options: { fault: { type: 'string' }, quick: { type: 'boolean', default: false } } })

interface Outcome { readonly passed: number; readonly failed: number; readonly said: string }

/** Runs the test in a tree and counts. What did not run at all is neither passed nor failed. */
const runTest = (root: string, { by, file, test }: Planted): Outcome => {
  const settings = by === 'journeys' ? ['--config', '.config/vitest.e2e.config.ts'] : ['--config', '.config/vitest.config.ts', '--project', by]
  const report = path.join(fs.mkdtempSync(path.join(root, '.fault-')), 'report.json')
  try {
    const { stderr, stdout } = spawnSync(process.execPath, [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...settings, file, ...(test === '' ? [] : ['-t', test]), '--reporter', 'json', '--outputFile', report], { cwd: root, encoding: 'utf8', maxBuffer: 1e9, timeout: 900_000 })
    if (!fs.existsSync(report)) return { passed: 0, failed: 0, said: `${stdout}${stderr}`.slice(-2000) }
    const { numPassedTests, numFailedTests } = JSON.parse(fs.readFileSync(report, 'utf8')) as { numPassedTests: number; numFailedTests: number }
    return { passed: numPassedTests, failed: numFailedTests, said: '' }
  } finally {
    fs.rmSync(path.dirname(report), { recursive: true, force: true })
  }
}

const isCaught = (planted: Planted): boolean => {
  const sound = runTest(ROOT, planted)
  const folder = copyBroken(planted.faults, ['test'])
  try {
    const broken = runTest(folder, planted)
    const caught = sound.passed > 0 && sound.failed === 0 && broken.failed > 0
    say(`${planted.name}: ${caught ? 'caught' : 'NOT CAUGHT'} by ${planted.file} (sound ${sound.passed} passed, ${sound.failed} failed; planted ${broken.passed} passed, ${broken.failed} failed)${caught ? '' : ` ${sound.said}${broken.said}`}`)
    return caught
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const kinds = KINDS.filter((kind) => values.fault === undefined || kind === values.fault)
if (kinds.length === 0) throw new Error(`--fault knows ${KINDS.join(', ')}`)
const all = kinds.flatMap((kind) => PLANTED[kind]).filter(({ by }) => !values.quick || by !== 'journeys').map(isCaught)
say(`${all.filter(Boolean).length} caught, ${all.filter((caught) => !caught).length} not caught`)
process.exitCode = all.length > 0 && all.every(Boolean) ? 0 : 1
