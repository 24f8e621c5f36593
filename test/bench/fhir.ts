/**
 * The FHIR server against what this machine can do at all, measured beside each workload: `npm run bench -- fhir`.
 *   --url BASE [--token T]  another FHIR server, with the same requests and data; no limits, sizes or log are measured there
 *   --resources N           data to begin with (20,000)
 *   --seconds S             of each measurement (5)
 *   --only WORD             workloads whose name holds the word
 *   --planted               then builds that are slower on purpose, to see that they would be seen (fhir-planted.ts)
 *   --profile FOLDER        CPU profiles of server and worker, for the developer tools of a browser
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { exportRecords } from './fhir/bulk-export.ts'
import { importRecords } from './fhir/bulk-import.ts'
import { loadRecords } from './fhir/load-records.ts'
import { openLimits, type Limits } from './fhir/limits.ts'
import { connect, drive, type Ask, type Measured } from './fhir/http-load.ts'
import { openOther, openOwnSite, type Target } from './fhir/own-site.ts'
import { openVolumes, type Volume, type Volumes } from './fhir/volumes.ts'
import { sizesOf } from './fhir/data.ts'
import { processorTime, sayProcessorTime } from './fhir/processor-time.ts'
import { judgeAnswers, judgeMost, judgeRate, sumUp, worstShare, type Judged } from './fhir/verdict.ts'
import { workloadsFor, type Workload } from './fhir/workloads.ts'

const CLIENTS = 16

const { values } = parseArgs({ options: { url: { type: 'string' }, token: { type: 'string' }, resources: { type: 'string', default: '20000' }, seconds: { type: 'string', default: '5' }, only: { type: 'string', default: '' }, planted: { type: 'boolean', default: false }, profile: { type: 'string' } }, allowPositionals: true })
const seconds = Number(values.seconds)
const sizes = sizesOf(Number(values.resources))

interface Line { readonly workload: Workload; readonly crowd: Measured; /** undefined: nobody asks for more than one at a time. */ readonly alone: Measured | undefined; readonly limit: number | undefined; readonly processor: string; readonly logged: Volume | undefined }

const rateOf = async (limits: Limits, { limit }: Workload, during: number): Promise<number> =>
  (limit === 'bulk' ? limits.bulk(during) : (await limits[limit](CLIENTS, during)).rate)

/** Half of the limit is measured before the work and half behind it, since a shared machine is twice as quick at one moment as at the next. */
const betweenLimits = async <T>(limits: Limits | undefined, workload: Workload, work: () => Promise<T>): Promise<{ readonly limit: number | undefined; readonly done: T }> => {
  const before = limits && await rateOf(limits, workload, seconds / 2)
  const done = await work()
  const after = limits && await rateOf(limits, workload, seconds / 2)
  return { limit: before === undefined || after === undefined ? undefined : (before + after) / 2, done }
}

/** Throws for what a server does not take. */
const prepare = async ({ origin }: Target, asks: readonly Ask[]): Promise<void> => {
  const connection = await connect(origin)
  for (const ask of asks) {
    const { status, body } = await connection.ask(ask)
    if (status >= 300) throw new Error(`${ask.method} ${ask.path}: ${status} ${body.toString('utf8').slice(0, 300)}`)
  }
  connection.close()
}

const measure = async (target: Target, limits: Limits | undefined, volumes: Volumes | undefined, workload: Workload): Promise<Line> => {
  const base = { base: target.origin, next: workload.next, wanted: workload.wanted }
  if (workload.prepare !== undefined) await prepare(target, workload.prepare)
  const { limit, done: { crowd, processor, logged } } = await betweenLimits(limits, workload, async () => {
    // the limits write to the same log
    const mark = await volumes?.mark()
    const before = processorTime()
    const measured = await drive({ ...base, clients: CLIENTS, seconds })
    return { crowd: measured, processor: sayProcessorTime(before, processorTime(), measured.count), logged: mark === undefined ? undefined : await volumes?.since(mark) }
  })
  // goes on where the crowd stopped: what was created is not created again
  const from = workload.counts ? 0 : crowd.count * 2 + 1000
  const alone = await drive({ ...base, clients: 1, seconds: Math.max(1, seconds / 2), next: (at) => workload.next(from + at) })
  return { workload, crowd, alone, limit, processor, logged }
}

const IMPORT: Workload = { name: 'bulk $import, ndjson', limit: 'bulk', gate: 0.55, alone: 0, next: () => ({ method: 'GET', path: '/' }), wanted: () => true }

/** As many resources as a quiet machine takes in for as long as other measurements last, after some that warm it up. */
const measureImport = async (target: Target, limits: Limits | undefined): Promise<Line> => {
  const patients = Math.max(10, Math.round((seconds * 4000) / 20))
  const first = sizes.patients * 4
  await importRecords(target, sizes, first, Math.ceil(patients / 5))
  const { limit, done: { resources, rate, refused, processor } } = await betweenLimits(limits, IMPORT, async () => {
    const before = processorTime()
    const imported = await importRecords(target, sizes, first + patients, patients)
    return { ...imported, processor: sayProcessorTime(before, processorTime(), imported.resources) }
  })
  return { workload: IMPORT, crowd: { rate, count: resources, failed: refused, p50: 0, p95: 0, p99: 0 }, alone: undefined, limit, processor, logged: undefined }
}

const LIMITS = { read: 'L1', insert: 'L2', bulk: 'L3' }

/** Against its limit; of another server, that it answered. */
const judgeLine = ({ workload: { name, limit: kind, gate, resources = 1 }, crowd: { rate, count, failed }, limit }: Line, ours: boolean): Judged & { readonly share?: number | undefined } =>
  (ours ? judgeRate({ name, rate: rate * resources, against: LIMITS[kind], limit, gate, count, failed }) : judgeAnswers(name, count, failed))

/** Information: what one client waits goes by the machine, and no limit stands beside it. */
const isQuick = ({ workload, alone }: Pick<Line, 'workload' | 'alone'>): boolean => alone !== undefined && alone.p50 <= workload.alone

/** Bytes for each resource of 2 kB, at most. */
const GATES = { log: 12_000, storage: 4_500 }

const judge = (name: string, { bytes, text }: Volume, most: number): Judged => {
  const judged = judgeMost(name, bytes, most)
  console.log(`${text} ${judged.text}`)
  return judged
}

/** No gate: beside the bare driver that reads the same bodies, and L3. */
const showExport = async (target: Target, limits: Limits, volumes: Volumes): Promise<void> => {
  const bare = await volumes.readBodies()
  const bulk = await limits.bulk(Math.max(1, seconds / 2))
  const { resources, rate, waited } = await exportRecords(target)
  console.log(`bulk $export, ndjson: ${rate.toFixed(0)}/s, ${resources} resources, files there after ${waited.toFixed(1)} s | ${(rate / bare).toFixed(3)} of the bare driver reading ${bare.toFixed(0)}/s, ${(rate / bulk).toFixed(3)} of L3 ${bulk.toFixed(0)}/s (no gate)`)
}

const timesOf = ({ workload, crowd, alone }: Line): string[] => (alone === undefined ? [`${crowd.count} resources in one request`]
  : [`p50 ${crowd.p50.toFixed(1)} p95 ${crowd.p95.toFixed(1)} p99 ${crowd.p99.toFixed(1)} ms`, `alone ${alone.p50.toFixed(2)} ms (a quiet machine: ${workload.alone}${isQuick({ workload, alone }) ? ', so it is' : ''})`])

const show = (line: Line, { text }: Judged): string => {
  const { workload, crowd } = line
  const failure = crowd.failed === 0 ? '' : ` | ${crowd.failed} failed, first: ${crowd.firstFailure}`
  return `${workload.name}: ${[`${(crowd.rate * (workload.resources ?? 1)).toFixed(0)}/s`, ...timesOf(line)].join(', ')} | ${text}${failure}`
}

let verdict = ''

const run = async (target: Target, limits: Limits | undefined, volumes: Volumes | undefined): Promise<void> => {
  const loaded = await loadRecords(target, sizes)
  console.log(`loaded ${loaded.resources} resources by transactions of one record: ${loaded.rate.toFixed(0)} resources/s`)
  await volumes?.settle()
  const judged: Judged[] = []
  // of the load alone: what the run changes leaves room behind that autovacuum takes up later
  if (volumes) judged.push(judge('storage', await volumes.sizes(), GATES.storage))
  const lines: Line[] = []
  const shares: { share: number | undefined; gate: number }[] = []
  const take = (line: Line): void => {
    const verdictOfLine = judgeLine(line, limits !== undefined)
    lines.push(line)
    judged.push(verdictOfLine)
    if (limits) shares.push({ share: verdictOfLine.share, gate: line.workload.gate })
    console.log(show(line, verdictOfLine))
    if (target.adminUrl !== undefined) console.log(`  ${line.processor}`)
  }
  for (const workload of workloadsFor(target, sizes, String(Date.now())).filter(({ name }) => name.includes(values.only))) {
    const line = await measure(target, limits, volumes, workload)
    take(line)
    if (workload.name === 'create Observation' && line.logged !== undefined) judged.push(judge('write-ahead log', line.logged, GATES.log))
  }
  if (target.adminUrl !== undefined && IMPORT.name.includes(values.only)) take(await measureImport(target, limits))
  if (volumes && limits && 'bulk $export, ndjson'.includes(values.only)) await showExport(target, limits, volumes)
  if (volumes) console.log(`after the run, ${(await volumes.sizes()).text}`)
  const sum = sumUp(judged)
  const worst = worstShare(shares)
  console.log(sum.text)
  console.log(`information: alone ${lines.filter(isQuick).length} of ${lines.filter(({ alone }) => alone !== undefined).length} are as quick as a quiet machine should be`)
  verdict = JSON.stringify({ name: 'fhir', ...(worst === undefined
    ? { value: judged.filter(({ holds }) => holds).length, unit: `of ${judged.length} answered as wanted` }
    : { value: Number(worst.toFixed(3)), unit: 'smallest share of a gate', ratio: Number(worst.toFixed(3)), against: 'gates on the limits of the same run' }) })
  process.exitCode = sum.exitCode
}

const target = values.url === undefined ? await openOwnSite({ profiles: values.profile }) : openOther(values.url, values.token)
const limits = target.limitsUrl === undefined ? undefined : await openLimits(target.limitsUrl)
const volumes = target.adminUrl === undefined ? undefined : await openVolumes(target.adminUrl)
try {
  await run(target, limits, volumes)
} finally {
  await limits?.close()
  await volumes?.close()
  await target.close()
}
// each of its sites has the machine for itself
if (values.planted && spawnSync(process.execPath, [fileURLToPath(new URL('./fhir-planted.ts', import.meta.url))], { stdio: 'inherit' }).status !== 0) process.exitCode = 1
console.log(verdict)
