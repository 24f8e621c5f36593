/** Runs the steps of `npm test` and counts: a static check is one test, a run of vitest is as many as it reports. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

export interface Count { readonly passed: number; readonly failed: number; readonly skipped: number }

export interface Step {
  readonly name: string
  /** Processor cores that it keeps busy; 1 when not said. */
  readonly cores?: number
  run(): Promise<Count>
}

export const sum = (counts: readonly Count[]): Count => ({
  passed: counts.reduce((n, c) => n + c.passed, 0), failed: counts.reduce((n, c) => n + c.failed, 0), skipped: counts.reduce((n, c) => n + c.skipped, 0),
})

/** Of the whole run. With CI set nothing may be left out: what was skipped there was never shown to work. */
export const exitCodeOf = ({ failed, skipped }: Count, ci: boolean): 0 | 1 => (failed > 0 || (ci && skipped > 0) ? 1 : 0)

/** The last line of `npm test`. */
export const verdict = ({ passed, failed, skipped }: Count): string => `${passed} passed, ${failed} failed, ${skipped} skipped`

const one = (ok: boolean): Count => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 })

/** Runs steps in their order, as many at a time as there are cores for; answers in that order. */
export async function runOnCores(steps: readonly Step[], cores: number, run: (step: Step) => Promise<Count>): Promise<Count[]> {
  let free = cores
  const waiting: (() => void)[] = []
  const counts: Promise<Count>[] = []
  for (const step of steps) {
    const needed = Math.min(step.cores ?? 1, cores)
    while (free < needed) await new Promise<void>((resolve) => waiting.push(resolve))
    free -= needed
    counts.push(run(step).finally(() => {
      free += needed
      waiting.splice(0).forEach((wake) => wake())
    }))
  }
  return Promise.all(counts)
}

/** A tool whose exit code is the answer; its output is shown when it fails. */
export const toolStep = (name: string, root: string, args: readonly string[]): Step => ({
  name,
  async run() {
    const { code, output } = await runNode(root, args, 'hold', {})
    if (code !== 0) process.stdout.write(`${output.trim()}\n`)
    return one(code === 0)
  },
})

/** A check inside this process: the places where something does not hold. */
export const checkStep = (name: string, find: () => readonly string[]): Step => ({
  name,
  async run() {
    const places = find()
    for (const place of places) process.stdout.write(`  ${place}\n`)
    return one(places.length === 0)
  },
})

/** Work inside this process that either comes to its end or throws. */
export const taskStep = (name: string, work: () => Promise<void>): Step => ({
  name,
  async run() {
    try {
      await work()
      return one(true)
    } catch (error) {
      process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`)
      return one(false)
    }
  },
})

export interface VitestRun {
  readonly root: string
  readonly config: string
  /** The JSON that is counted. */
  readonly report: string
  /** Shown as it goes, or held and shown whole at its end when another one runs beside it. */
  readonly output: 'hold' | 'show'
  readonly environment: Readonly<Record<string, string>>
  /** One of several runs that share the files of the configuration between them. */
  readonly share?: { readonly number: number; readonly of: number }
}

/** On one core. */
export const vitestStep = (name: string, { root, config, report, output, environment, share }: VitestRun): Step => ({
  name,
  async run() {
    fs.mkdirSync(path.dirname(report), { recursive: true })
    fs.rmSync(report, { force: true })
    const part = share === undefined ? [] : [`--shard=${share.number}/${share.of}`, '--maxWorkers=1']
    const run = await runNode(root, ['node_modules/vitest/vitest.mjs', 'run', '--config', config, ...part, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], output, environment)
    process.stdout.write(run.output)
    return countReport(fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : undefined, run.code)
  },
})

/** Counts vitest's JSON report. A file that does not load has no tests of its own, and an error outside tests none at all: both are failures. */
export function countReport(report: unknown, code: number | null): Count {
  const number = (name: string): number => (typeof report === 'object' && report !== null ? Number(Object.entries(report).find(([key]) => key === name)?.[1] ?? 0) : 0)
  const files: unknown = typeof report === 'object' && report !== null && 'testResults' in report ? report.testResults : []
  const unloaded = Array.isArray(files) ? files.filter((file: { status?: unknown; assertionResults?: unknown }) => file.status === 'failed' && Array.isArray(file.assertionResults) && !file.assertionResults.some((test: { status?: unknown }) => test.status === 'failed')).length : 0
  const failed = number('numFailedTests') + unloaded
  return { passed: number('numPassedTests'), failed: failed === 0 && code !== 0 ? 1 : failed, skipped: number('numPendingTests') + number('numTodoTests') }
}

/** Node on this machine is npm's; the packages' Node is the one that runs us. */
function runNode(root: string, args: readonly string[], output: 'hold' | 'show', environment: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...environment }, stdio: ['ignore', output === 'show' ? 'inherit' : 'pipe', output === 'show' ? 'inherit' : 'pipe'] })
  let held = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => { held += String(text) })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: error.message }))
    child.once('close', (code) => resolve({ code, output: held }))
  })
}
