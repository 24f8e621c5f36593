/**
 * Small writes that arrive while others are being stored share one transaction: the same few statements and one commit serve all of them. Each keeps its own
 * verdict, and nobody is answered before the commit. What cannot share, or was unlucky together with others, runs again alone; so `work` has no outside effects.
 */
import type { PoolClient } from 'pg'
import type { Caller, StoreTransaction, Write, Written } from '../../model/ports.ts'
import type { ResourceKey } from '../../model/resource.ts'
import { applyJobs, toWritten } from './apply-writes.ts'
import { isRefusal } from '../connection/database-errors.ts'
import type { WithCommit } from '../connection/entity-driver.ts'
import { appendJournal } from '../journal/append.ts'
import { readHeads } from '../read/reading.ts'
import { Touched } from './touched.ts'
import type { TransactionParts } from './transaction-parts.ts'

type Work<T> = (tx: StoreTransaction) => Promise<T>
type Transact = <T>(caller: Caller, work: Work<T>) => Promise<T>
/** `writes`: how many the work will make, about. */
type TransactShared = <T>(caller: Caller, work: Work<T>, writes?: number) => Promise<T>

/**
 * One transaction is worked at: what arrives meanwhile waits for the next, and the more it is, the less each costs. When only its commit is left, or it takes
 * longer than `patience` ms (it may wait for a row that others hold), the next one begins; so many at most are under way.
 */
const TURNS = { patience: 50, underWay: 4 }
/** Works in one transaction, and their writes: bounds what one slow row can hold up. */
const TOGETHER = { works: 32, writes: 96 }

/** The work asked for something that only a transaction of its own can do, or wrote what another one of them writes. */
class Alone extends Error {}

type Heads = Awaited<ReturnType<StoreTransaction['heads']>>

interface Member {
  readonly caller: Caller
  readonly work: Work<unknown>
  readonly writes: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

type Ask =
  | { readonly kind: 'heads'; readonly keys: readonly ResourceKey[]; readonly resolve: (heads: Heads) => void; readonly reject: (error: unknown) => void }
  | { readonly kind: 'write'; readonly writes: readonly Write[]; readonly resolve: (written: Written[]) => void; readonly reject: (error: unknown) => void }

/** One work: begun when it comes, so that all that it does before it asks the database is done while others are being stored. */
class Part {
  readonly member: Member
  state: 'working' | 'waiting' | 'done' | 'failed' = 'working'
  wrote = false
  answer: unknown
  failure: unknown
  #ask: Ask | undefined
  #tell: () => void = () => undefined

  constructor(member: Member) {
    this.member = member
  }

  /** `prepare`: told of resources that will be written. */
  async begin(prepare: TransactionParts['prepare']): Promise<void> {
    try {
      this.answer = await this.member.work(this.#transaction(prepare))
      this.state = 'done'
    } catch (error) {
      this.state = 'failed'
      this.failure = error
    }
    this.#tell()
  }

  /** `tell`: called whenever the state changes. */
  join(tell: () => void): void {
    this.#tell = tell
  }

  /** What it waits for, once. */
  take(): Ask | undefined {
    const ask = this.#ask
    this.#ask = undefined
    if (ask !== undefined) this.state = 'working'
    return ask
  }

  #wait(ask: Ask): void {
    this.state = 'waiting'
    this.#ask = ask
    this.#tell()
  }

  #transaction(prepare: TransactionParts['prepare']): StoreTransaction {
    const refuse = (): Promise<never> => Promise.reject(new Alone())
    return {
      prepare,
      heads: (keys) => new Promise((resolve, reject) => this.#wait({ kind: 'heads', keys, resolve, reject })),
      write: (writes) => new Promise((resolve, reject) => this.#wait({ kind: 'write', writes, resolve, reject })),
      read: refuse, search: refuse, isWithin: refuse, claimCondition: refuse, nextNumber: refuse, relate: refuse, adoptCare: refuse, dropCare: refuse, addDocument: refuse, addCosignature: refuse, dropDraft: refuse, countOrders: refuse, countKeptAlerts: refuse, changeDevices: refuse, audit: refuse, subscribe: refuse, unsubscribe: refuse,
    }
  }
}

export const shareTransactions = (parts: TransactionParts, alone: Transact): TransactShared => {
  const queue: Part[] = []
  let taken = false
  let underWay = 0
  const next = (): void => {
    if (taken || underWay >= TURNS.underWay || queue.length === 0) return
    taken = true
    underWay += 1
    let passed = false
    const pass = (): void => {
      if (passed) return
      passed = true
      clearTimeout(timer)
      taken = false
      next()
    }
    const timer = setTimeout(pass, TURNS.patience)
    const works = queue.splice(0, togetherOf(queue))
    for (const part of works) part.join(() => undefined)
    void serve(parts, works, alone, pass).finally(() => {
      underWay -= 1
      pass()
      next()
    })
  }
  return <T>(caller: Caller, work: Work<T>, writes = 1) => new Promise<T>((resolve, reject) => {
    const part = new Part({ caller, work, writes, resolve: (value) => resolve(value as T), reject })
    queue.push(part)
    // one that needs no transaction, or cannot share one, is not kept waiting for it
    part.join(() => {
      if (part.state !== 'done' && part.state !== 'failed') return
      queue.splice(queue.indexOf(part), 1)
      void settle([part], alone)
    })
    void part.begin(parts.prepare)
    // behind all that has arrived by now, so that it comes along (connection/gather.ts)
    if (queue.length === 1) setImmediate(next)
  })
}

/** How many of those who wait come along; the first always. */
const togetherOf = (queue: readonly Part[]): number => {
  let writes = 0
  const end = queue.findIndex(({ member }, at) => at >= TOGETHER.works || (writes += member.writes) > TOGETHER.writes)
  return end === -1 ? queue.length : Math.max(1, end)
}

/** `pass`: lets the next transaction begin. */
const serve = async (parts: TransactionParts, works: readonly Part[], alone: Transact, pass: () => void): Promise<void> => {
  let complete: Round | undefined
  try {
    await parts.database.withTransaction(async (client, withCommit) => {
      const round = new Round(parts, client, works)
      await round.run(withCommit)
      pass()
      complete = round
    })
  } catch (error) {
    // PostgreSQL itself refused the last statement: nothing was stored
    if (complete === undefined || isRefusal(error)) return runAlone(works, alone, pass)
    // only the commit was left, and nobody knows whether it happened: whoever runs again might do it twice
    for (const { member } of works) member.reject(error)
    return
  }
  await settle(works, alone)
}

/** What has come of works that are over: answers, and those who have to run alone do. */
const settle = async (works: readonly Part[], alone: Transact): Promise<void> => {
  const again: Part[] = []
  for (const part of works) {
    if (part.state === 'done') part.member.resolve(part.answer)
    else if (part.failure instanceof Alone) again.push(part)
    else part.member.reject(part.failure)
  }
  await runAlone(again, alone)
}

const runAlone = async (works: readonly Part[], alone: Transact, pass?: () => void): Promise<void> => {
  await Promise.all(works.map(({ member }) => alone(member.caller, async (tx) => {
    const answer = await member.work(tx)
    pass?.()
    return answer
  }).then(member.resolve, member.reject)))
}

/** Lets all works go on until each waits or is done, then asks the database once for what they wait for; and so on. */
class Round {
  readonly #parts: TransactionParts
  readonly #client: PoolClient
  readonly #touched = new Touched()
  readonly #works: readonly Part[]
  readonly #keys = new Set<string>()
  #wake: () => void = () => undefined

  constructor(parts: TransactionParts, client: PoolClient, works: readonly Part[]) {
    this.#parts = parts
    this.#client = client
    this.#works = works
    for (const part of works) part.join(() => this.#wake())
  }

  async run(withCommit: WithCommit): Promise<void> {
    for (;;) {
      await this.#quiet()
      const asks = this.#works.flatMap((part) => { const ask = part.take(); return ask === undefined ? [] : [{ part, ...ask }] })
      if (asks.length === 0) break
      await this.#answer(asks)
    }
    // one that failed after it had written must not leave its writes behind
    const late = this.#works.find(({ state, wrote }) => state === 'failed' && wrote)
    if (late !== undefined) throw late.failure
    if (this.#parts.journal) withCommit(appendJournal(this.#client, this.#parts.database, this.#touched.entries(), this.#parts.clock.now()))
  }

  /** Resolves when no work can go on by itself. */
  #quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => { if (!this.#works.some(({ state }) => state === 'working')) resolve() }
      this.#wake()
    })
  }

  async #answer(asks: readonly Asked[]): Promise<void> {
    const heads = asks.filter((ask) => ask.kind === 'heads')
    if (heads.length > 0) {
      const found = await readHeads(this.#client, this.#parts.database.tenant, heads.flatMap(({ keys }) => keys))
      for (const { keys, resolve } of heads) {
        const own = new Set(keys.map(({ type, id }) => `${type}/${id}`))
        resolve(found.filter(({ type, id }) => own.has(`${type}/${id}`)))
      }
    }
    const writes = asks.filter((ask) => ask.kind === 'write').filter((ask) => this.#takeKeys(ask))
    if (writes.length === 0) return
    const results = await applyJobs(this.#parts, this.#client, writes.map(({ part, writes: own }) => ({ caller: part.member.caller, writes: own })))
    for (const [at, { part, resolve, reject }] of writes.entries()) {
      const result = results[at]
      if (!result?.ok) {
        reject(result?.error)
        continue
      }
      part.wrote = true
      this.#touched.add(result.steps)
      resolve(result.steps.map(toWritten))
    }
  }

  /** False, and rejected, when another work of this transaction has written the same resource. */
  #takeKeys({ writes, reject }: Extract<Asked, { kind: 'write' }>): boolean {
    const keys = writes.map(({ key }) => `${key.type}/${key.id}`)
    if (keys.some((key) => this.#keys.has(key))) {
      reject(new Alone())
      return false
    }
    for (const key of keys) this.#keys.add(key)
    return true
  }
}

type Asked = Ask & { readonly part: Part }
