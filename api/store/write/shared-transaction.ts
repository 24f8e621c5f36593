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

/** One work inside a shared transaction. */
interface Part {
  readonly member: Member
  state: 'working' | 'waiting' | 'done' | 'failed'
  wrote: boolean
  answer?: unknown
}

type Ask =
  | { readonly kind: 'heads'; readonly part: Part; readonly keys: readonly ResourceKey[]; readonly resolve: (heads: Heads) => void; readonly reject: (error: unknown) => void }
  | { readonly kind: 'write'; readonly part: Part; readonly writes: readonly Write[]; readonly resolve: (written: Written[]) => void; readonly reject: (error: unknown) => void }

export const shareTransactions = (parts: TransactionParts, alone: Transact): TransactShared => {
  const queue: Member[] = []
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
    void serve(parts, queue.splice(0, togetherOf(queue)), alone, pass).finally(() => {
      underWay -= 1
      pass()
      next()
    })
  }
  return <T>(caller: Caller, work: Work<T>, writes = 1) => new Promise<T>((resolve, reject) => {
    queue.push({ caller, work, writes, resolve: (value) => resolve(value as T), reject })
    // behind all that has arrived by now, so that it comes along (connection/gather.ts)
    if (queue.length === 1) setImmediate(next)
  })
}

/** How many of those who wait come along; the first always. */
const togetherOf = (queue: readonly Member[]): number => {
  let writes = 0
  const end = queue.findIndex((member, at) => at >= TOGETHER.works || (writes += member.writes) > TOGETHER.writes)
  return end === -1 ? queue.length : Math.max(1, end)
}

/** `pass`: lets the next transaction begin. */
const serve = async (parts: TransactionParts, members: readonly Member[], alone: Transact, pass: () => void): Promise<void> => {
  const again = members.length === 1 ? members : await runTogether(parts, members, pass)
  await Promise.all(again.map((member) => alone(member.caller, async (tx) => {
    const answer = await member.work(tx)
    pass()
    return answer
  }).then(member.resolve, member.reject)))
}

/** Answers those who have to run alone; all others have their answer. */
const runTogether = async (parts: TransactionParts, members: readonly Member[], pass: () => void): Promise<readonly Member[]> => {
  let complete: Round | undefined
  try {
    await parts.database.withTransaction(async (client, withCommit) => {
      const round = new Round(parts, client, members)
      await round.run(withCommit)
      pass()
      complete = round
    })
  } catch (error) {
    // PostgreSQL itself refused the last statement: nothing was stored
    if (complete === undefined || isRefusal(error)) return members
    // only the commit was left, and nobody knows whether it happened: whoever runs again might do it twice
    for (const member of members) member.reject(error)
    return []
  }
  return complete?.settle() ?? []
}

/** Lets all works go on until each waits or is done, then asks the database once for what they wait for; and so on. */
class Round {
  readonly #parts: TransactionParts
  readonly #client: PoolClient
  readonly #touched = new Touched()
  readonly #works: Part[]
  readonly #failures = new Map<Part, unknown>()
  readonly #keys = new Set<string>()
  #asks: Ask[] = []
  #wake: () => void = () => undefined

  constructor(parts: TransactionParts, client: PoolClient, members: readonly Member[]) {
    this.#parts = parts
    this.#client = client
    this.#works = members.map((member) => ({ member, state: 'working', wrote: false }))
  }

  async run(withCommit: WithCommit): Promise<void> {
    for (const part of this.#works) void this.#start(part)
    for (;;) {
      await this.#quiet()
      const asks = this.#asks
      if (asks.length === 0) break
      this.#asks = []
      for (const ask of asks) ask.part.state = 'working'
      await this.#answer(asks)
    }
    // one that failed after it had written must not leave its writes behind
    const [late] = [...this.#failures].filter(([part]) => part.wrote)
    if (late) throw late[1]
    if (this.#parts.journal) withCommit(appendJournal(this.#client, this.#parts.database, this.#touched.entries(), this.#parts.clock.now()))
  }

  /** After the commit: answers, and those who have to run alone. */
  settle(): Member[] {
    const again: Member[] = []
    for (const part of this.#works) {
      const failure = this.#failures.get(part)
      if (part.state === 'done') part.member.resolve(part.answer)
      else if (failure instanceof Alone) again.push(part.member)
      else part.member.reject(failure)
    }
    return again
  }

  async #start(part: Part): Promise<void> {
    try {
      part.answer = await part.member.work(this.#transaction(part))
      part.state = 'done'
    } catch (error) {
      part.state = 'failed'
      this.#failures.set(part, error)
    }
    this.#wake()
  }

  /** Resolves when no work can go on by itself. */
  #quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => { if (!this.#works.some(({ state }) => state === 'working')) resolve() }
      this.#wake()
    })
  }

  #wait<A extends Ask>(ask: A): void {
    ask.part.state = 'waiting'
    this.#asks.push(ask)
    this.#wake()
  }

  async #answer(asks: readonly Ask[]): Promise<void> {
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
  #takeKeys({ writes, reject }: Extract<Ask, { kind: 'write' }>): boolean {
    const keys = writes.map(({ key }) => `${key.type}/${key.id}`)
    if (keys.some((key) => this.#keys.has(key))) {
      reject(new Alone())
      return false
    }
    for (const key of keys) this.#keys.add(key)
    return true
  }

  #transaction(part: Part): StoreTransaction {
    const refuse = (): Promise<never> => Promise.reject(new Alone())
    return {
      heads: (keys) => new Promise((resolve, reject) => this.#wait({ kind: 'heads', part, keys, resolve, reject })),
      write: (writes) => new Promise((resolve, reject) => this.#wait({ kind: 'write', part, writes, resolve, reject })),
      read: refuse, search: refuse, isWithin: refuse, claimCondition: refuse, nextNumber: refuse, relate: refuse, adoptCare: refuse, dropCare: refuse, addDocument: refuse, addCosignature: refuse, dropDraft: refuse, countOrders: refuse, countKeptAlerts: refuse, changeDevices: refuse, audit: refuse, subscribe: refuse, unsubscribe: refuse,
    }
  }
}
