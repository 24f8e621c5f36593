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
import { drive, type Measured } from './fhir/http-load.ts'
import { openOther, openOwnSite, type Target } from './fhir/own-site.ts'
import { openVolumes, type Volume, type Volumes } from './fhir/volumes.ts'
import { sizesOf } from './fhir/data.ts'
import { processorTime, sayProcessorTime } from './fhir/processor-time.ts'
import { workloadsFor, type Workload } from './fhir/workloads.ts'

const CLIENTS = 16

const { values } = parseArgs({ options: { url: { type: 'string' }, token: { type: 'string' }, resources: { type: 'string', default: '20000' }, seconds: { type: 'string', default: '5' }, only: { type: 'string', default: '' }, planted: { type: 'boolean', default: false }, profile: { type: 'string' } }, allowPositionals: true })
const seconds = Number(values.seconds)
const sizes = sizesOf(Number(values.resources))

interface Line { readonly workload: Workload; readonly crowd: Measured; /** undefined: nobody asks for more than one at a time. */ readonly alone: Measured | undefined; readonly limit: number | undefined; readonly processor: string; readonly logged: Volume | undefined }

const limitOf = async (limits: Limits | undefined, { limit }: Workload): Promise<number | undefined> =>
  (limits === undefined ? undefined : limit === 'bulk' ? await limits.bulk(seconds) : (await limits[limit](CLIENTS, seconds)).rate)

const measure = async (target: Target, limits: Limits | undefined, volumes: Volumes | undefined, workload: Workload): Promise<Line> => {
  const base = { base: target.origin, next: workload.next, wanted: workload.wanted }
  const limit = await limitOf(limits, workload)
  // after the limits, which write to the same log
  const mark = await volumes?.mark()
  const before = processorTime()
  const crowd = await drive({ ...base, clients: CLIENTS, seconds })
  const processor = sayProcessorTime(before, processorTime(), crowd.count)
  const logged = mark === undefined ? undefined : await volumes?.since(mark)
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
  const limit = await limitOf(limits, IMPORT)
  const before = processorTime()
  const { resources, rate, refused } = await importRecords(target, sizes, first + patients, patients)
  const processor = sayProcessorTime(before, processorTime(), resources)
  return { workload: IMPORT, crowd: { rate, count: resources, failed: refused, p50: 0, p95: 0, p99: 0 }, alone: undefined, limit, processor, logged: undefined }
}

const shareOf = ({ workload, crowd, limit }: Line): number | undefined => (limit === undefined ? undefined : (crowd.rate * (workload.resources ?? 1)) / limit)

/** Information: what one client waits goes by the machine, and no limit stands beside it. */
const isQuick = ({ workload, alone }: Pick<Line, 'workload' | 'alone'>): boolean => alone !== undefined && alone.p50 <= workload.alone

/** Bytes for each resource of 2 kB, at most. */
const GATES = { log: 12_000, storage: 4_500 }

interface Judged { readonly name: string; readonly holds: boolean }

const judge = (name: string, { bytes, text }: Volume, most: number): Judged => {
  const holds = bytes <= most
  console.log(`${text} (wanted at most ${most}) ${holds ? 'ok' : 'FALLS SHORT'}`)
  return { name, holds }
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

const show = (line: Line): string => {
  const { workload, crowd, limit } = line
  const share = shareOf(line)
  const figures = [`${(crowd.rate * (workload.resources ?? 1)).toFixed(0)}/s`, ...timesOf(line)]
  const ratio = share === undefined ? '' : ` | ${share.toFixed(3)} of ${limit?.toFixed(0)}/s (wanted ${workload.gate}) ${share >= workload.gate && crowd.failed === 0 ? 'ok' : 'FALLS SHORT'}`
  const failure = crowd.failed === 0 ? '' : ` | ${crowd.failed} failed, first: ${crowd.firstFailure}`
  return `${workload.name}: ${figures.join(', ')}${ratio}${failure}`
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
  for (const workload of workloadsFor(target, sizes, String(Date.now())).filter(({ name }) => name.includes(values.only))) {
    const line = await measure(target, limits, volumes, workload)
    lines.push(line)
    console.log(show(line))
    if (target.adminUrl !== undefined) console.log(`  ${line.processor}`)
    if (workload.name === 'create Observation' && line.logged !== undefined) judged.push(judge('write-ahead log', line.logged, GATES.log))
  }
  if (target.adminUrl !== undefined && IMPORT.name.includes(values.only)) {
    const line = await measureImport(target, limits)
    lines.push(line)
    console.log(show(line))
    console.log(`  ${line.processor}`)
  }
  if (volumes && limits && 'bulk $export, ndjson'.includes(values.only)) await showExport(target, limits, volumes)
  if (volumes) console.log(`after the run, ${(await volumes.sizes()).text}`)
  const shares = lines.flatMap((line) => { const share = shareOf(line); return share === undefined ? [] : [share / line.workload.gate] })
  const worst = shares.length === 0 ? undefined : Math.min(...shares)
  judged.push(...lines.map((line) => ({ name: line.workload.name, holds: (shareOf(line) ?? line.workload.gate) >= line.workload.gate && line.crowd.failed === 0 })))
  const short = judged.filter(({ holds }) => !holds)
  console.log(`${judged.length - short.length} hold, ${short.length} fall short${short.length === 0 ? '' : `: ${short.map(({ name }) => name).join('; ')}`}`)
  console.log(`information: alone ${lines.filter(isQuick).length} of ${lines.filter(({ alone }) => alone !== undefined).length} are as quick as a quiet machine should be`)
  verdict = JSON.stringify({ name: 'fhir', value: Number((worst ?? 0).toFixed(3)), unit: 'smallest share of a gate', ratio: Number((worst ?? 0).toFixed(3)), against: 'gates on the limits of the same run' })
  process.exitCode = short.length === 0 ? 0 : 1
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
