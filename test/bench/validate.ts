/** What validation costs beside the write that it guards, one resource at a time: `npm run bench -- validate`. Limit: less than reading the text and storing it. */
import { readdirSync, readFileSync } from 'node:fs'
import { parseJsonObject, stringAt, writeJson, type JsonObject } from '#api/model/json.ts'
import { buildCorpus } from '#test/conformance/corpus.ts'
import { testSite, type TestSite } from '#test/support/app.ts'
import { standaloneDatabase } from '#test/support/standalone.ts'

const ROUNDS = 60
const EXAMPLES = new URL('../../fhir-profiles/examples/valid/', import.meta.url)
/** Of the corpus: those that are written all day. */
const DAILY = ['Patient', 'Encounter', 'Observation', 'Condition', 'MedicationRequest', 'ServiceRequest', 'DiagnosticReport', 'Procedure']
const LIMIT = 1

interface Sample { readonly name: string; readonly text: string }
interface Times { readonly parse: number; readonly validate: number; readonly store: number }

const samples = (): Sample[] => [
  ...readdirSync(EXAMPLES).map((file) => ({ name: file.replace('.json', ''), text: readFileSync(new URL(file, EXAMPLES), 'utf8') })),
  ...buildCorpus().filter(({ name, type }) => name.endsWith('#0') && DAILY.includes(type)).map(({ name, resource }) => ({ name, text: writeJson(resource) })),
]

const median = (times: readonly number[]): number => times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0

const timed = async <T>(work: () => T | Promise<T>): Promise<{ readonly result: T; readonly ms: number }> => {
  const begun = performance.now()
  const result = await work()
  return { result, ms: performance.now() - begun }
}

const store = (site: TestSite, resource: JsonObject, id: string): Promise<unknown> => {
  const key = { type: stringAt(resource, 'resourceType') ?? '', id }
  return site.parts.store.transactShared(site.internal, (tx) => tx.write([{ op: 'create', key, resource: resource.set('id', id) }]))
}

/** Medians, in milliseconds. The content may be wrong for this empty site; then it is judged to the end all the same. */
const measure = async (site: TestSite, { text }: Sample, at: number): Promise<Times> => {
  const all: Times[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const parsed = await timed(() => parseJsonObject(text))
    const resource = parsed.result
    const judged = await timed(() => site.parts.desks.checks.require([{ resource, path: stringAt(resource, 'resourceType') ?? '' }]).catch(() => undefined))
    const stored = await timed(() => store(site, resource, `bench-${at}-${round}`))
    // the first rounds compile
    if (round >= ROUNDS / 4) all.push({ parse: parsed.ms, validate: judged.ms, store: stored.ms })
  }
  return { parse: median(all.map(({ parse }) => parse)), validate: median(all.map(({ validate }) => validate)), store: median(all.map(({ store: each }) => each)) }
}

const databases = await standaloneDatabase()
try {
  const site = await testSite({ databases })
  let worst = 0
  const sum = { validate: 0, write: 0 }
  for (const [at, sample] of samples().entries()) {
    const { parse, validate, store: stored } = await measure(site, sample, at)
    const ratio = validate / (parse + stored)
    worst = Math.max(worst, ratio)
    sum.validate += validate
    sum.write += parse + stored
    console.log(`${sample.name} (${sample.text.length} letters): parse ${parse.toFixed(3)}, validate ${validate.toFixed(3)}, store ${stored.toFixed(3)} ms, ratio ${ratio.toFixed(2)}`)
  }
  const ratio = sum.validate / sum.write
  console.log(`together ${ratio.toFixed(2)}, worst ${worst.toFixed(2)} of the write; wanted below ${LIMIT}`)
  console.log(JSON.stringify({ name: 'validate', value: Number(sum.validate.toFixed(2)), unit: 'ms', ratio: Number(ratio.toFixed(3)), against: 'reading and storing the same resources' }))
  process.exitCode = ratio < LIMIT ? 0 : 1
  await site.close()
} finally {
  await databases.close()
}
