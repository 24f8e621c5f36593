/** Sends inputs to the real application on the real PostgreSQL: no answer is a fault of the server, none takes long, and at the end everything works and no connection is held. */
import fc from 'fast-check'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { anyInput } from './further-inputs.ts'
import type { Input } from './inputs.ts'

export interface FuzzOptions {
  readonly databases?: TestDatabase
  readonly inputs: number
  readonly seed: number
  readonly say?: (text: string) => void
}
export interface FuzzResult { readonly inputs: number; readonly statuses: ReadonlyMap<number, number>; readonly slowest: number; readonly failures: readonly string[] }

const AT_ONCE = 8
const STALL_MS = 2000
/** So many times as long as a plain read. */
const STALL_OF_PLAIN = 10
/** How long a failure is made smaller. */
const SHRINK_MS = 30_000
const BASE = '/fhir/R4'
const PATIENT = { resourceType: 'Patient', id: 'known', name: [{ text: 'Mẫu', given: ['A', 'B'] }], birthDate: '1990-05-01', identifier: [{ system: 'a', value: 'b' }] }

class Fuzz {
  readonly #caller: TestCaller
  readonly statuses = new Map<number, number>()
  #until = Infinity
  inputs = 0
  slowest = 0
  constructor(caller: TestCaller) {
    this.#caller = caller
  }

  async #send({ method, url, headers, body, type }: Input): Promise<{ readonly status: number; readonly ms: number; readonly text: string }> {
    const start = performance.now()
    const answer = await this.#caller.call(method, `${BASE}${url}`, { headers, ...(body !== undefined && { body }), ...(type !== undefined && { type }) })
    const ms = performance.now() - start
    // what is answered later is not waited for, and so much of it may be open
    const later = answer.status === 202 ? answer.headers['content-location'] : undefined
    if (typeof later === 'string') await this.#caller.delete(new URL(later).pathname)
    return { status: answer.status, ms, text: answer.text }
  }

  /** Undefined when all is well. Slow in company may be the company: what seems to stall is sent again alone. */
  async judge(some: readonly Input[]): Promise<string | undefined> {
    if (performance.now() > this.#until) return undefined
    const failure = await this.#judge(some)
    if (failure !== undefined) this.#until = Math.min(this.#until, performance.now() + SHRINK_MS)
    return failure
  }

  /** The fastest of some tries, each beside a plain read: a machine that takes long for that is busy elsewhere, and nothing is told of the input. */
  async #alone(input: Input): Promise<number> {
    let [fastest, plain] = [Infinity, Infinity]
    for (let tries = 0; tries < 3 && fastest > STALL_MS; tries += 1) {
      plain = Math.min(plain, (await this.#send({ method: 'GET', url: '/Patient/known', headers: {} })).ms)
      fastest = Math.min(fastest, (await this.#send(input)).ms)
    }
    return fastest > plain * STALL_OF_PLAIN ? fastest : 0
  }

  async #judge(some: readonly Input[]): Promise<string | undefined> {
    const answers = await Promise.all(some.map((each) => this.#send(each)))
    for (const [at, each] of some.entries()) {
      const answer = answers[at]
      if (answer === undefined) continue
      this.inputs += 1
      this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1)
      if (answer.status >= 500) return `${answer.status} ${answer.text.slice(0, 200)} for ${show(each)}`
      if (answer.ms <= STALL_MS) this.slowest = Math.max(this.slowest, answer.ms)
      else {
        const alone = await this.#alone(each)
        this.slowest = Math.max(this.slowest, Math.min(alone, STALL_MS))
        if (alone > STALL_MS) return `${alone.toFixed(0)} ms for ${show(each)}`
      }
    }
    return undefined
  }
}

/** Of a character that comes again and again, how often. */
const brief = (text: string): string => text.replaceAll(/(.)\1{20,}/gs, (run, each: string) => `${each}{${run.length}}`)
const show = ({ method, url, headers, body, type }: Input): string => `${method} ${brief(url).slice(0, 600)} ${JSON.stringify(headers).slice(0, 300)} ${type ?? ''} ${brief(body ?? '').slice(0, 1500)}`

/** Serves as before, with as many connections as before. */
const healthOf = async ({ database }: TestSite, caller: TestCaller): Promise<string[]> => {
  const found: string[] = []
  await caller.put(`${BASE}/Patient/known`, PATIENT)
  for (const url of [`${BASE}/Patient/known`, `${BASE}/metadata`, `${BASE}/Patient?identifier=a|b`]) {
    const { status } = await caller.get(url)
    if (status !== 200) found.push(`GET ${url} is answered ${status} at the end`)
  }
  const { totalCount, idleCount, waitingCount } = database.pool
  if (totalCount !== idleCount || waitingCount > 0) found.push(`${totalCount - idleCount} connections are held at the end, ${waitingCount} wait for one`)
  return found
}

export const runFuzz = async ({ databases, inputs, seed, say }: FuzzOptions): Promise<FuzzResult> => {
  const site = await testSite(databases === undefined ? {} : { databases })
  try {
    const caller = await site.system()
    await caller.put(`${BASE}/Patient/known`, PATIENT)
    const fuzz = new Fuzz(caller)
    let told = 0
    const property = fc.asyncProperty(fc.array(anyInput, { minLength: AT_ONCE, maxLength: AT_ONCE, size: 'max' }), async (some) => {
      const failure = await fuzz.judge(some)
      if (fuzz.inputs - told >= 5000) {
        told = fuzz.inputs
        say?.(`${told} inputs, slowest ${fuzz.slowest.toFixed(0)} ms`)
      }
      if (failure !== undefined) throw new Error(failure)
    })
    const details = await fc.check(property, { seed, numRuns: Math.ceil(inputs / AT_ONCE) })
    const failures = details.failed ? [details.errorInstance instanceof Error ? details.errorInstance.message : 'An input failed.'] : []
    return { inputs: fuzz.inputs, statuses: fuzz.statuses, slowest: fuzz.slowest, failures: [...failures, ...await healthOf(site, caller)] }
  } finally {
    await site.close()
  }
}
