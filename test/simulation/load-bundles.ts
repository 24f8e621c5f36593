/**
 * Loads generated transaction bundles over HTTP and checks them without loss: `node test/simulation/load-bundles.ts [COUNT] [--seed S] [--url BASE --token TOKEN]`.
 * Without an address it starts a site of its own. The last line is `N bundles, N resources, N differences`; anything but 0 differences is a failure.
 */
import { parseArgs } from 'node:util'
import { checkBundle, checkResend, loadBundle, type Loaded, type Send } from '#test/support/bundle-check.ts'
import { generateBundle } from '#test/support/bundles.ts'
import { testSite } from '#test/support/app.ts'
import { standaloneDatabase } from '#test/support/standalone.ts'

const WORKERS = 4
const say = (text: string): void => { process.stdout.write(`${text}\n`) }

const { values, positionals } = parseArgs({ options: { seed: { type: 'string', default: '1' }, url: { type: 'string' }, token: { type: 'string' } }, allowPositionals: true })
const count = Number(positionals[0] ?? '1000')
const first = Number(values.seed)

/** A running server by its FHIR base and a token, or a site of our own on a free port. */
const open = async (): Promise<{ base: string; headers: Record<string, string>; close: () => Promise<void> }> => {
  if (values.url !== undefined) return { base: values.url, headers: { authorization: `Bearer ${values.token ?? ''}` }, close: async () => undefined }
  const databases = await standaloneDatabase()
  const site = await testSite({ databases })
  const address = await site.listen()
  return {
    base: `${address}/fhir/R4`, headers: await site.bearer(),
    close: async () => {
      await site.close()
      await databases.close()
    },
  }
}

const site = await open()
const send: Send = async (method, path, body) => {
  const answer = await fetch(`${site.base}${path}`, { method, headers: { ...site.headers, 'content-type': 'application/fhir+json' }, ...(body === undefined ? {} : { body }) })
  return { status: answer.status, text: await answer.text() }
}

/** Runs the work on all items, some at a time, and says how far it is. */
const inParallel = async <T>(name: string, items: readonly T[], work: (item: T) => Promise<void>): Promise<number> => {
  const start = performance.now()
  let done = 0
  let next = 0
  const run = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      await work(item)
      done += 1
      if (done % 100 === 0) say(`${name}: ${done} of ${items.length}, ${((performance.now() - start) / 1000).toFixed(0)} s`)
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, run))
  return (performance.now() - start) / 1000
}

const loaded: Loaded[] = []
const differences: string[] = []
const seeds = Array.from({ length: count }, (_, at) => first + at)
const loading = await inParallel('load', seeds, async (seed) => { loaded.push(await loadBundle(send, generateBundle(seed))) })
const created = loaded.reduce((sum, each) => sum + each.created, 0)
say(`loaded ${created} resources in ${loading.toFixed(1)} s: ${(created / loading).toFixed(0)} resources/s`)
const reading = await inParallel('read', loaded, async (each) => { differences.push(...await checkBundle(send, each)) })
say(`read and compared in ${reading.toFixed(1)} s`)
const resending = await inParallel('resend', loaded, async (each) => { differences.push(...await checkResend(send, each)) })
say(`sent again in ${resending.toFixed(1)} s`)
for (const difference of differences.slice(0, 10)) say(difference.slice(0, 500))
await site.close()
say(`${loaded.length} bundles, ${created} resources, ${differences.length} differences`)
process.exitCode = differences.length === 0 && loaded.length === count ? 0 : 1
