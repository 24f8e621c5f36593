/**
 * `npm run test:whole`: every check there is, in order; the last line counts them all. `npm test` is the same without what test-long.ts names. A word behind `--` runs the steps whose
 * name has it.
 */
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { listFiles, REPOSITORY_CHECKS } from './repository-checks.ts'
import { openTestFolder } from './test-folder.ts'
import { LONG, SHORT } from './test-long.ts'
import { recapsIn } from './test-recap.ts'
import { checkStep, exitCodeOf, runOnCores, sum, taskStep, toolStep, verdict, vitestStep, type Count, type Step, type VitestRun } from './test-steps.ts'
import { buildWeb, isWebBuilt } from './web-build.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const reports = path.join(root, '.cache/test')
/**
 * Steps at a time: one for each core; in the short form one more, since starts, signatures and commits that are waited for leave a quarter of both cores idle. The whole run is left its
 * calm: it kills what it measures the recovery of.
 */
const AT_ONCE = { whole: 2, short: 3 }
/** So many runs share the many small files: each begins when a place is free, and none is left alone with the rest at the end. */
const SHARES = 5
const FOLDERS = ['api', 'web', 'infra', 'migrations', 'test', 'fhir-profiles'].filter((folder) => fs.existsSync(path.join(root, folder)))

const tool = (name: string, ...args: string[]): Step => toolStep(name, root, args)

/** Long tools before short ones, which fill the core beside them; the machines, one long row of starts and waits, beside the journeys; then what can be shared out. */
const stepsIn = (environment: Readonly<Record<string, string>>): Step[] => {
  const vitest = (name: string, config: string, report: string, more: Pick<VitestRun, 'output' | 'share'>): Step =>
    vitestStep(name, { root, config: `.config/${config}`, report: path.join(reports, report), environment, ...more })
  return [
    ...REPOSITORY_CHECKS.map(([name, check]) => checkStep(name, () => check(root, listFiles(root)))),
    // once, before two lanes start demos at the same time
    taskStep('web app builds', async () => { if (!isWebBuilt()) await buildWeb() }),
    tool('types', 'node_modules/vue-tsc/bin/vue-tsc.js', '--noEmit', '-p', 'tsconfig.json'),
    tool('lint of .vue files', 'node_modules/eslint/bin/eslint.js', '--config', '.config/eslint.config.js', '--max-warnings', '0', '.'),
    tool('lint of .ts files', 'node_modules/oxlint/bin/oxlint', '--deny-warnings'),
    tool('import rules', 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.config/dependency-cruiser.cjs', ...FOLDERS),
    tool('unused code', 'node_modules/knip/bin/knip.js', '--config', '.config/knip.json'),
    tool('profiles as compiled', 'fhir-profiles/build.ts', '--check'),
    vitest('machines set up, killed, cut off and restored', 'vitest.machines.config.ts', 'machines.json', { output: 'hold' }),
    vitest('browser journeys', 'vitest.e2e.config.ts', 'journeys.json', { output: 'show' }),
    ...Array.from({ length: SHARES }, (_, at) => at + 1).map((number) => vitest(`unit, integration, conformance, regressions, simulation: share ${number} of ${SHARES}`, 'vitest.config.ts', `vitest-${number}.json`, { output: 'hold', share: { number, of: SHARES } })),
  ]
}

/** The names of the steps that failed, for the end of the output. */
const failed: string[] = []

async function runStep(step: Step): Promise<Count> {
  const from = performance.now()
  process.stdout.write(`• ${step.name}\n`)
  const count = await step.run()
  if (count.failed > 0) failed.push(step.name)
  process.stdout.write(`${count.failed === 0 ? '✓' : '✗'} ${step.name}: ${verdict(count)}, ${((performance.now() - from) / 1000).toFixed(1)} s\n`)
  return count
}

const WHOLE = '--whole'
const isShort = !process.argv.includes(WHOLE)
const wanted = process.argv.slice(2).filter((word) => word !== WHOLE)
const isWanted = ({ name }: Step): boolean => wanted.length === 0 || wanted.some((word) => name.includes(word))
const folder = openTestFolder()
// a report of an earlier run would be told as this one's
fs.rmSync(reports, { recursive: true, force: true })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    folder.close()
    process.exit(1)
  })
}
if (isShort) process.stdout.write(`The short form: ${LONG.length} long files and tests are left to npm run test:whole (infra/setup/test-long.ts)\n`)
const started = performance.now()
const counts = await runOnCores(stepsIn({ ...folder.environment, ...(isShort && SHORT) }).filter(isWanted), isShort ? AT_ONCE.short : AT_ONCE.whole, runStep)
folder.close()
if (failed.length > 0) process.stdout.write(`${['', `Failed: ${failed.join(', ')}`, ...recapsIn(reports)].join('\n')}\n`)
const total = sum(counts)
if (process.env.CI && total.skipped > 0) process.stdout.write('With CI set, what is skipped counts as a failure.\n')
process.stdout.write(`In all ${((performance.now() - started) / 1000).toFixed(0)} s\n${verdict(total)}\n`)
process.exitCode = exitCodeOf(total, Boolean(process.env.CI))
