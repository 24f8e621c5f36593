/**
 * `node test/simulation/fuzz/run.ts --inputs 200000 --seed 1`: resources of every type that are nearly right, searches, patches, bundles and operations, none of which may be answered with a fault of
 * the server or stall it. `--fault crash` and `--fault stall` run a build that does one of these, which must be found: then the exit code is 0 when it was.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { copyBroken, type Fault } from '#test/support/broken-build.ts'
import { standaloneDatabase } from '#test/support/standalone.ts'
import { runFuzz } from './rig.ts'

const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  crash: [{ file: 'api/search/parse-value.ts', from: "parts.push(text.slice(from, at))", to: "if (separator === '$') throw new TypeError('planted')\n      parts.push(text.slice(from, at))" }],
  stall: [{ file: 'api/search/parse-value.ts', from: "parts.push(text.slice(from, at))", to: "if (separator === '$') { const until = Date.now() + 2500; while (Date.now() < until); }\n      parts.push(text.slice(from, at))" }],
}

const { values } = parseArgs({ options: { inputs: { type: 'string' }, seed: { type: 'string', default: '1' }, fault: { type: 'string' } } })
const say = (text: string): void => { process.stdout.write(`${text}\n`) }

const runHere = async (inputs: number, seed: number): Promise<boolean> => {
  say(`seed ${seed}`)
  const databases = await standaloneDatabase()
  const start = performance.now()
  try {
    const result = await runFuzz({ databases, inputs, seed, say })
    for (const failure of result.failures) say(failure)
    say([...result.statuses].toSorted(([one], [other]) => one - other).map(([status, count]) => `${status}: ${count}`).join(', '))
    say(`${result.inputs} inputs, ${(result.inputs / (performance.now() - start) * 1000).toFixed(0)} inputs/s, slowest ${result.slowest.toFixed(0)} ms, ${result.failures.length} failures`)
    return result.failures.length === 0
  } finally {
    await databases.close()
  }
}

const runBroken = (name: string, inputs: number, seed: number): boolean => {
  const faults = FAULTS[name]
  if (faults === undefined) throw new Error(`--fault knows ${Object.keys(FAULTS).join(', ')}`)
  const folder = copyBroken(faults, ['test'])
  try {
    const { stdout } = spawnSync(process.execPath, [path.join(folder, 'test/simulation/fuzz/run.ts'), '--inputs', String(inputs), '--seed', String(seed)], { encoding: 'utf8', maxBuffer: 1e9 })
    const lines = stdout.trim().split('\n')
    const found = lines.some((line) => (name === 'crash' ? line.startsWith('500 ') : / ms for /.test(line)))
    say(`${name}: ${found ? 'found' : 'NOT FOUND'}; ${lines.at(-1) ?? ''}`)
    return found
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const seed = Number(values.seed)
const inputs = Number(values.inputs ?? (values.fault === undefined ? '200000' : '20000'))
process.exitCode = (values.fault === undefined ? await runHere(inputs, seed) : runBroken(values.fault, inputs, seed)) ? 0 : 1
