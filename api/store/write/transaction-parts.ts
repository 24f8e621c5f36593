/** What a transaction of the store is made of; resource-store.ts puts it together. */
import type { PoolClient } from 'pg'
import type { DeviceChange } from '../../model/devices.ts'
import type { OrderCount } from '../../model/favourites.ts'
import type { KeptAlert } from '../../model/safety-ports.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Caller, Clock, NewDocument, SearchPage, SearchRequest } from '../../model/ports.ts'
import type { Registration } from '../../model/subscription-plan.ts'
import type { Database } from '../connection/database.ts'
import type { Indexed } from './posting-set.ts'
import type { Queryable } from '../connection/rows.ts'

/** What a Subscription needs beside its resource; subscription-rows.ts has it. */
export interface SubscriptionHooks {
  readonly subscribe: (client: PoolClient, caller: Caller, registration: Registration) => Promise<void>
  readonly unsubscribe: (client: PoolClient, caller: Caller, id: string) => Promise<void>
}

export interface TransactionParts {
  readonly database: Database
  readonly clock: Clock
  readonly patientOf: (resource: JsonObject, type: string, id: string) => string | null
  readonly indexedOf: (resource: JsonObject, type: string) => Indexed
  /** Makes ahead what a write of this very object will ask for, so that the transaction is shorter. */
  readonly prepare: (resource: JsonObject, type: string) => void
  readonly search: (on: Queryable, caller: Caller, request: SearchRequest) => Promise<SearchPage>
  /** False where other sites' records are only kept (the data center): nothing leaves from here. */
  readonly journal: boolean
  readonly insertDocument?: (client: PoolClient, document: NewDocument) => Promise<void>
  readonly subscriptions?: SubscriptionHooks
  readonly deleteDraft?: (client: PoolClient, account: string, key: string) => Promise<void>
  readonly countOrders?: (client: PoolClient, count: OrderCount) => Promise<void>
  readonly changeDevices?: (client: PoolClient, change: DeviceChange) => Promise<void>
  readonly countKeptAlerts?: (client: PoolClient, encounter: string, alerts: readonly KeptAlert[]) => Promise<void>
}
