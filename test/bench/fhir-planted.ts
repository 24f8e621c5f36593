/**
 * Whether the FHIR bench sees a server that has become slower: a build that validates twice, and a database without an index, measured in turn with the sound one by the
 * bench's own means: `npm run bench -- fhir-planted`. Fails when one of the two is not seen.
 */
import { rmSync } from 'node:fs'
import pg from 'pg'
import { copyBroken, VALIDATE_TWICE } from '#test/support/broken-build.ts'
import { sizesOf } from './fhir/data.ts'
import { drive } from './fhir/http-load.ts'
import { openLimits, type Limits } from './fhir/limits.ts'
import { loadRecords } from './fhir/load-records.ts'
import { openOwnSite, type Target } from './fhir/own-site.ts'
import { processorTime } from './fhir/processor-time.ts'
import { judgeSeen, ratioOf } from './fhir/verdict.ts'
import { workloadsFor, type Workload } from './fhir/workloads.ts'

const ROUNDS = 3, SECONDS = 2, CLIENTS = 16
/** By so much the median of the planted one must differ: shares of one run vary by some hundredths, processor time by fewer. */
const SEEN = { processor: 1.04, share: 0.8 }

interface Subject { readonly target: Target; readonly limits: Limits; readonly create: Workload; readonly find: Workload; readonly shares: number[]; readonly processor: number[] }

const serverSeconds = (): number => processorTime().get('server') ?? 0

const open = async (target: Target): Promise<Subject> => {
  if (target.limitsUrl === undefined) throw new Error('no database for the limits')
  const sizes = sizesOf(2000)
  await loadRecords(target, sizes)
  const workloads = workloadsFor(target, sizes, 'planted')
  const named = (name: string): Workload => {
    const found = workloads.find((workload) => workload.name === name)
    if (found === undefined) throw new Error(`no workload ${name}`)
    return found
  }
  return { target, limits: await openLimits(target.limitsUrl), create: named('create Observation'), find: named('search identifier'), shares: [], processor: [] }
}

const measure = async ({ target, limits, create, find, shares, processor }: Subject): Promise<void> => {
  const load = { base: target.origin, clients: CLIENTS, seconds: SECONDS }
  const before = serverSeconds()
  const { count } = await drive({ ...load, next: create.next, wanted: create.wanted })
  processor.push(ratioOf((serverSeconds() - before) * 1000, count) ?? Number.NaN)
  const limit = await limits.read(CLIENTS, SECONDS)
  const { rate } = await drive({ ...load, next: find.next, wanted: find.wanted })
  shares.push(ratioOf(rate, limit.rate) ?? Number.NaN)
}

const dropIndex = async ({ adminUrl }: Target): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  await client.query('alter table posting drop constraint posting_pkey')
  await client.end()
}

const build = copyBroken(VALIDATE_TWICE)
const subjects: Subject[] = []
try {
  for (const options of [{}, { build }, {}]) subjects.push(await open(await openOwnSite(options)))
  const [sound, twice, bare] = subjects
  if (!sound || !twice || !bare) throw new Error('not all began')
  await dropIndex(bare.target)
  for (const subject of subjects) await measure(subject) // warms up
  for (const subject of subjects) subject.shares.length = subject.processor.length = 0
  for (let round = 0; round < ROUNDS; round += 1) for (const subject of subjects) await measure(subject)
  const slower = judgeSeen(sound.processor, twice.processor, SEEN.processor)
  const bareIndex = judgeSeen(sound.shares, bare.shares, SEEN.share)
  console.log(`validation twice, milliseconds of the server for each create: ${slower.text}`)
  console.log(`an index missing, share of L1 for a search by identifier: ${bareIndex.text}`)
  const seen = Number(slower.seen) + Number(bareIndex.seen)
  console.log(JSON.stringify({ name: 'fhir-planted', value: seen, unit: 'of 2 planted slow-downs seen' }))
  process.exitCode = seen === 2 ? 0 : 1
} finally {
  for (const { limits, target } of subjects) {
    await limits.close()
    await target.close()
  }
  rmSync(build, { recursive: true, force: true })
}
