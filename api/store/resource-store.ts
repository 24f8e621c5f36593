/** The store of FHIR resources (ports.ResourceStore) on PostgreSQL: hand-written SQL on MikroORM's pool, one transaction per use case. */
import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, Clock, CodeSets, ResourceStore, StoreTransaction } from '../model/ports.ts'
import type { ResourceKey } from '../model/resource.ts'
import { typeNumber } from '../search/resource-types.ts'
import { Overtaken } from './write/rows.ts'
import type { Database } from './connection/database.ts'
import { errorCode, toOutcome } from './connection/database-errors.ts'
import { patientOf } from './read/patient-compartment.ts'
import { buildPostings, type FixedDigests } from './write/postings.ts'
import { toIndexed, type Indexed } from './write/posting-set.ts'
import { createHistory } from './read/history.ts'
import { gather } from './connection/gather.ts'
import { readCurrent, readOldVersion, readVersion } from './read/reading.ts'
import { createSearch } from './read/search.ts'
import { shareTransactions } from './write/shared-transaction.ts'
import type { TransactionParts } from './write/transaction-parts.ts'
import { openTransaction } from './connection/transaction.ts'
import { takeTurns, type Turns } from './connection/turns.ts'

export interface StoreOptions extends Pick<TransactionParts, 'insertDocument' | 'deleteDraft' | 'countOrders' | 'countKeptAlerts' | 'changeDevices' | 'subscriptions'> {
  readonly database: Database
  readonly clock: Clock
  /** IANA name, for dates without zone; default Asia/Ho_Chi_Minh. */
  readonly timeZone?: string
  /** Absolute addresses of this site's FHIR base: references to them are local. */
  readonly bases?: readonly string[]
  /** Default true. */
  readonly journal?: boolean
  /** 32 bytes that encrypt the cursors of searches; default random, so that cursors end with the process. */
  readonly cursorKey?: Uint8Array
  /** For searches by value sets and code hierarchies. */
  readonly codes?: CodeSets
}

const ATTEMPTS = 12
/** Bodies may be large: a few at a time. */
const READS = { atATime: 2, together: 16 }
/**
 * Transactions that write at once: more than the machine has cores only push each other out of its caches (14 entries each by 16 clients on 2 cores: 10.6 ms of
 * PostgreSQL's processor with eight at once, 8.4 with three).
 */
const WRITERS = { atOnce: availableParallelism() + 1, patience: 50 }
const TIME_ZONE = 'Asia/Ho_Chi_Minh'

export const createResourceStore = (options: StoreOptions): ResourceStore => {
  const { database, clock } = options
  const parts = transactionParts(options)
  const turns = takeTurns(WRITERS)
  const history = createHistory({ tenant: database.tenant, clock, timeZone: options.timeZone ?? TIME_ZONE, cursorKey: options.cursorKey ?? randomBytes(32) })
  const readAny = gather((keys: readonly ResourceKey[]) => readCurrent(database.pool, database.tenant, keys), READS)
  return {
    read: async (caller, key) => (seesAll(caller) && typeNumber(key.type) !== undefined ? readAny(key) : readVersion(database.lane, database.tenant, caller, key, clock.now())),
    vread: (caller, key, version) => readOldVersion(database.lane, database.tenant, caller, key, version, clock.now()),
    history: (caller, request) => history(database.lane, caller, request),
    search: (caller, request) => parts.search(database.lane, caller, request),
    transact: (caller, work) => transact(parts, turns, caller, work),
    transactShared: shareTransactions(parts, (caller, work) => transact(parts, turns, caller, work)),
  }
}

/** For parts that write resources inside a transaction of their own: `openTransaction(transactionParts(options), client, caller)`. */
export const transactionParts = (options: StoreOptions): TransactionParts => {
  const bases = options.bases ?? []
  const context = { timeZone: options.timeZone ?? TIME_ZONE, bases }
  const fixed: FixedDigests = new Map()
  const indexedOf = (resource: JsonObject, type: string): Indexed => toIndexed(buildPostings(resource, type, { ...context, fixed }))
  const prepared = new WeakMap<JsonObject, Indexed>()
  return {
    database: options.database,
    clock: options.clock,
    journal: options.journal ?? true,
    patientOf: (resource, type, id) => patientOf(resource, type, id, bases),
    indexedOf: (resource, type) => prepared.get(resource) ?? indexedOf(resource, type),
    prepare(resource, type) {
      try {
        prepared.set(resource, indexedOf(resource, type))
      } catch {
        // the write meets it again, and then it is a matter of that write alone
      }
    },
    search: createSearch({ ...context, database: options.database, clock: options.clock, cursorKey: options.cursorKey ?? randomBytes(32), ...(options.codes && { codes: options.codes }) }),
    ...(options.insertDocument && { insertDocument: options.insertDocument }),
    ...(options.deleteDraft && { deleteDraft: options.deleteDraft }),
    ...(options.countOrders && { countOrders: options.countOrders }),
    ...(options.countKeptAlerts && { countKeptAlerts: options.countKeptAlerts }),
    ...(options.changeDevices && { changeDevices: options.changeDevices }),
    ...(options.subscriptions && { subscriptions: options.subscriptions }),
  }
}

const transact = async <T>(parts: TransactionParts, turns: Turns, caller: Caller, work: (tx: StoreTransaction) => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await turns(() => parts.database.withTransaction(async (client, withCommit) => {
        const tx = openTransaction(parts, client, caller)
        const answer = await work(tx)
        await tx.finish(withCommit)
        return answer
      }))
    } catch (error) {
      if (!mayRepeat(error)) throw toOutcome(error)
      if (attempt >= ATTEMPTS) throw outcome('overloaded', { diagnostics: 'Too many transactions on the same rows' })
      await sleep(Math.random() * Math.min(200, 5 * 2 ** attempt))
    }
  }
}

const seesAll = ({ visibility }: Caller): boolean => visibility.kind === 'all' && visibility.types === undefined && visibility.limits === undefined

/** Serialization failure, deadlock, or overtaken: nothing was stored, and a second run sees what the other one did. */
const mayRepeat = (error: unknown): boolean => error instanceof Overtaken || ['40001', '40P01'].includes(errorCode(error) ?? '')
