/**
 * `node test/simulation/authorisation/run.ts --requests 100000 --seed 1`: random people and systems ask random things of random sites, and each answer is held against a small model of who may
 * see and do what. `--only KIND` asks nothing else, writes aside; `--site N` makes another site after so many. `--fault NAME` runs a build that has the named fault instead, `--fault all` each of them in turn, which must be found: then the exit code is 0 when it was.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { copyBroken } from '#test/support/broken-build.ts'
import { standaloneDatabase } from '#test/support/standalone.ts'
import { FAULTS } from './faults.ts'
import type { Request } from './requests.ts'
import { runAuthorisation } from './rig.ts'

const { values } = parseArgs({ options: { requests: { type: 'string' }, seed: { type: 'string', default: '1' }, fault: { type: 'string' }, most: { type: 'string', default: '20' }, only: { type: 'string' }, site: { type: 'string', default: '4000' } } })
/** What can be asked alone. */
const KINDS = ['search', 'read', 'vread', 'meta', 'history', 'history-type', 'history-system', 'everything', 'lastn', 'graphql', 'document', 'export', 'batch', 'transaction-reads', 'match', 'summary', 'stats', 'diff'] as const satisfies readonly Request['kind'][]
const say = (text: string): void => { process.stdout.write(`${text}\n`) }

const only = KINDS.find((kind) => kind === values.only)
if (values.only !== undefined && only === undefined) throw new Error(`--only knows ${KINDS.join(', ')}`)

const runHere = async (requests: number, seed: number): Promise<boolean> => {
  say(`seed ${seed}`)
  const databases = await standaloneDatabase()
  const start = performance.now()
  try {
    const result = await runAuthorisation({ databases, requests, seed, most: Number(values.most), perSite: Number(values.site), say, ...(only !== undefined && { only }) })
    for (const { tenant, at, actor, request, found } of result.differences) say(`\nsite ${tenant}, request ${at}, by ${actor}\n  ${request.slice(0, 1500)}\n  ${found.join('\n  ').slice(0, 1500)}`)
    say([...result.kinds].map(([kind, count]) => `${kind} ${count}`).join(', '))
    say(`${result.requests} requests, ${(result.requests / (performance.now() - start) * 1000).toFixed(0)} requests/s, ${result.differences.length} differences`)
    return result.differences.length === 0
  } finally {
    await databases.close()
  }
}

/** Whether the fault was found, by this rig in a copy of the product that has it. */
const runBroken = (name: string, requests: number, seed: number): boolean => {
  const faults = FAULTS[name]
  if (faults === undefined) throw new Error(`--fault knows all, ${Object.keys(FAULTS).join(', ')}`)
  const folder = copyBroken(faults, ['test'])
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(folder, 'test/simulation/authorisation/run.ts'), '--requests', String(requests), '--seed', String(seed), '--most', '1', '--site', '250', ...(values.only === undefined ? [] : ['--only', values.only])], { encoding: 'utf8', maxBuffer: 1e9 })
    const found = status === 1 && /, [1-9]\d* differences\n$/.test(stdout)
    const lines = stdout.trim().split('\n')
    const [, shown = '', how = ''] = lines.slice(lines.findIndex((line) => line.startsWith('site ')))
    say(found ? `${name}: found; ${lines.at(-1) ?? ''}\n  ${shown.trim().slice(0, 300)}\n    ${how.trim().slice(0, 200)}` : `${name}: NOT FOUND ${stderr.slice(0, 500)}`)
    return found
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const seed = Number(values.seed)
const requests = Number(values.requests ?? (values.fault === undefined ? '100000' : '8000'))
const names = values.fault === 'all' ? Object.keys(FAULTS) : values.fault === undefined ? [] : [values.fault]
const good = names.length === 0 ? await runHere(requests, seed) : names.map((name) => runBroken(name, requests, seed)).every(Boolean)
process.exitCode = good ? 0 : 1
