/**
 * Whether a search costs the same among many resources as among few: `npm run bench -- fhir-flat`. One client asks a small and a large hospital in turn; the gate is
 * the p95 of the large one, by that of the small one.
 *   --small N  resources of the small hospital (20,000)
 *   --large N  of the large one (2,000,000: some 15 GB on the disk, and the better part of an hour to fill)
 *   --seconds S of each measurement, of which there are three for each hospital (4)
 *   --wait      after filling, until Enter is pressed: filling may share the machine with others, measuring may not
 */
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { sizesOf } from './fhir/data.ts'
import { fillStore } from './fhir/fill-store.ts'
import { drive } from './fhir/http-load.ts'
import { openOwnSite, type Target } from './fhir/own-site.ts'
import { judgeMost, median, ratioOf, sumUp, type Judged } from './fhir/verdict.ts'
import { openVolumes } from './fhir/volumes.ts'
import { workloadsFor, type Workload } from './fhir/workloads.ts'

const GATE = 1.5
const ROUNDS = 3
/** Searches with a predicate that selects, and what is found by key. A name is borne by more people the more there are: its page of 20 is beside the gate's words, and is measured with them. */
const QUERIES = ['read by id', 'search identifier', 'search name, 20 hits', 'Observation by patient and code, newest 20', 'chained by patient identifier', 'Encounter with _include', 'composite code and value', 'Patient/$everything']

const { values } = parseArgs({ options: { small: { type: 'string', default: '20000' }, large: { type: 'string', default: '2000000' }, seconds: { type: 'string', default: '4' }, wait: { type: 'boolean', default: false } }, allowPositionals: true })

interface Hospital { readonly target: Target; readonly workloads: readonly Workload[] }

const open = async (resources: number, wait: boolean): Promise<Hospital> => {
  const sizes = sizesOf(resources)
  const begun = performance.now()
  const target = await openOwnSite({ fill: async (database) => {
    await fillStore(database, sizes, (patients) => console.log(`  ${patients} of ${sizes.patients} records`))
    console.log(`${resources} resources stored in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
    if (!wait) return
    console.log('Press Enter when the machine is quiet.')
    await once(process.stdin, 'data')
    process.stdin.pause()
  } })
  if (target.adminUrl !== undefined) {
    const volumes = await openVolumes(target.adminUrl)
    await volumes.settle()
    console.log(`  ${(await volumes.sizes()).text}`)
    await volumes.close()
  }
  return { target, workloads: workloadsFor(target, sizes, 'flat').filter(({ name }) => QUERIES.includes(name)) }
}

const p95Of = async ({ target, workloads }: Hospital, name: string, round: number): Promise<number> => {
  const workload = workloads.find((each) => each.name === name)
  if (workload === undefined) throw new Error(`no workload ${name}`)
  const { p95, failed, firstFailure } = await drive({ base: target.origin, clients: 1, seconds: Number(values.seconds), next: (at) => workload.next(at + round * 100_000), wanted: workload.wanted })
  if (failed > 0) throw new Error(`${name}: ${firstFailure}`)
  return p95
}

const measure = async (large: Hospital, small: Hospital): Promise<{ readonly ratios: readonly number[]; readonly judged: readonly Judged[] }> => {
  const ratios: number[] = []
  const judged: Judged[] = []
  for (const name of QUERIES) {
    const [few, many]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      few.push(await p95Of(small, name, round))
      many.push(await p95Of(large, name, round))
    }
    const ratio = ratioOf(median(many), median(few))
    const verdict = judgeMost(name, ratio, GATE)
    ratios.push(ratio ?? Number.POSITIVE_INFINITY)
    judged.push(verdict)
    console.log(`${name}: p95 ${median(few)?.toFixed(2)} ms among ${values.small}, ${median(many)?.toFixed(2)} ms among ${values.large}: ${ratio?.toFixed(2)} ${verdict.text}`)
  }
  return { ratios, judged }
}

const large = await open(Number(values.large), values.wait)
try {
  const small = await open(Number(values.small), false)
  try {
    const { ratios, judged } = await measure(large, small)
    const worst = Math.max(...ratios)
    const sum = sumUp(judged)
    console.log(sum.text)
    console.log(JSON.stringify({ name: 'fhir-flat', value: Number(worst.toFixed(3)), unit: 'largest p95 by the small one\'s', ratio: Number(worst.toFixed(3)), against: `${GATE}, ${values.large} and ${values.small} resources in turn` }))
    process.exitCode = sum.exitCode
  } finally {
    await small.target.close()
  }
} finally {
  await large.target.close()
}
