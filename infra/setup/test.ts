/** `npm test`: every check there is, in order; the last line counts them all. `npm test -- WORD` runs the steps whose name has the word. */
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { listFiles, REPOSITORY_CHECKS } from './repository-checks.ts'
import { checkStep, exitCodeOf, sum, toolStep, verdict, vitestStep, type Count, type Step } from './test-steps.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const reports = path.join(root, '.cache/test')
const FOLDERS = ['api', 'web', 'infra', 'migrations', 'test', 'fhir-profiles'].filter((folder) => fs.existsSync(path.join(root, folder)))

/** One after the other; what stands in one row runs side by side, since each of them uses one core. */
const steps: Step[][] = [
  ...REPOSITORY_CHECKS.map(([name, check]) => [checkStep(name, () => check(root, listFiles(root)))]),
  [
    toolStep('types', root, ['node_modules/vue-tsc/bin/vue-tsc.js', '--noEmit', '-p', 'tsconfig.json']),
    toolStep('lint', root, ['node_modules/eslint/bin/eslint.js', '--config', '.config/eslint.config.js', '--max-warnings', '0', '.']),
  ],
  [toolStep('import rules', root, ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.config/dependency-cruiser.cjs', ...FOLDERS])],
  [toolStep('unused code', root, ['node_modules/knip/bin/knip.js', '--config', '.config/knip.json'])],
  [toolStep('profiles as compiled', root, ['fhir-profiles/build.ts', '--check'])],
  [vitestStep('unit, integration, conformance, regressions, simulation', root, '.config/vitest.config.ts', path.join(reports, 'vitest.json'))],
  [
    vitestStep('browser journeys', root, '.config/vitest.e2e.config.ts', path.join(reports, 'journeys.json')),
    vitestStep('machines set up, killed and cut off', root, '.config/vitest.machines.config.ts', path.join(reports, 'machines.json'), 'hold'),
  ],
]

async function runStep(step: Step): Promise<Count> {
  const from = performance.now()
  process.stdout.write(`• ${step.name}\n`)
  const count = await step.run()
  process.stdout.write(`${count.failed === 0 ? '✓' : '✗'} ${step.name}: ${verdict(count)}, ${((performance.now() - from) / 1000).toFixed(1)} s\n`)
  return count
}

const wanted = process.argv.slice(2)
const isWanted = ({ name }: Step): boolean => wanted.length === 0 || wanted.some((word) => name.includes(word))
const counts: Count[] = []
const started = performance.now()
for (const row of steps) counts.push(...await Promise.all(row.filter(isWanted).map(runStep)))
const total = sum(counts)
if (process.env.CI && total.skipped > 0) process.stdout.write('With CI set, what is skipped counts as a failure.\n')
process.stdout.write(`In all ${((performance.now() - started) / 1000).toFixed(0)} s\n${verdict(total)}\n`)
process.exitCode = exitCodeOf(total, Boolean(process.env.CI))
