/** What server and background process need for subscriptions, made the same way in both: whose sight counts, who may be called, how a notification looks. */
import { randomBytes } from 'node:crypto'
import type { Config } from './config.ts'
import { buildCall } from './fhir/subscriptions/notification.ts'
import { createRestHook } from './fhir/subscriptions/rest-hook.ts'
import { createDeliveries, type Deliveries } from './jobs/tasks/deliver.ts'
import { createIds, systemClock } from './model/ids.ts'
import type { AuditLog, Caller, CodeSets } from './model/ports.ts'
import type { SystemClients } from './model/people.ts'
import type { FindSubscriberCaller, Subscriber, SubscriptionEvent, SubscriptionQueue } from './model/subscription-ports.ts'
import { parseLimitTests } from './search/scope-limit.ts'
import { limitFor, reachOf, toCaller } from './security/policy.ts'
import { grantScopes, testsOf, type ReadTests } from './security/scopes.ts'
import { secretFile } from './signing/secret-file.ts'
import { createAuditLog } from './store/audit/log.ts'
import type { Database } from './store/connection/database.ts'
import { transactionParts } from './store/resource-store.ts'
import { createSubscriptionQueue } from './store/subscription/queue.ts'
import { subscriptionHooks } from './store/subscription/rows.ts'
import { createSystemClientStore } from './store/people/system-clients.ts'

/** Seals the header lines of receivers; made once for each site. */
export const readSubscriptionKey = (secrets: string): Promise<Uint8Array> => secretFile(secrets, 'subscription-key', async () => randomBytes(32))

/** Reads and searches of the type, and the same of it: where scopes leave more to one than to the other, nothing is told. */
export const mayRead = ({ actor }: Caller, type: string): boolean => reachOf(actor, 'read', type) === 'site' && reachOf(actor, 'search-type', type) === 'site'
  && JSON.stringify(limitFor(actor, 'read', type)) === JSON.stringify(limitFor(actor, 'search-type', type))

/** What the token could do, as far as the client may still do it. A client that is switched off sees nothing. */
export const createFindCaller = (tenant: number, clients: Pick<SystemClients, 'find'>, readTests: ReadTests): FindSubscriberCaller => async ({ client, scopes }) => {
  const found = await clients.find(client)
  const left = found?.active !== true || scopes.length === 0 ? [] : grantScopes(found.scopes, scopes, readTests)
  const tests = testsOf(left, readTests)
  return left.length === 0 ? undefined : toCaller({ kind: 'system', tenant, client, scopes: left, ...(tests && { tests }) })
}

/** One row for each event that shows what it is about. */
export const createRecorder = (audit: Pick<AuditLog, 'record'>) => async (caller: Caller, { id, plan }: Pick<Subscriber, 'id' | 'plan'>, events: readonly SubscriptionEvent[]): Promise<void> => {
  if (plan.content === 'none' || plan.content === 'empty') return
  await Promise.all(events.flatMap(({ key, version, patient, number }) => (key === undefined ? [] : [audit.record(caller, {
    action: 'R', interaction: 'notify', ...key, ...(version !== undefined && { version }), ...(patient !== undefined && { patient }), outcome: 'success', detail: `Subscription/${id} ${number} ${plan.content}`,
  })])))
}

export interface SubscriptionWork extends Pick<SubscriptionQueue, 'match' | 'show' | 'sweep'>, Pick<Deliveries, 'run' | 'rest'> {
  /** Breaks off what is under way. */
  close(): Promise<void>
}

export interface SubscriptionWorkDeps {
  readonly config: Config
  readonly database: Database
  readonly codes?: CodeSets
  readonly log: { warn(what: Record<string, unknown>, message: string): void }
  /** As in DeliverDeps; for tests. */
  readonly pause?: number
}

export const composeSubscriptions = async ({ config, database, codes, log, pause }: SubscriptionWorkDeps): Promise<SubscriptionWork> => {
  const clock = systemClock
  const { tenant } = database
  const base = `${config.publicUrl}/fhir/R4`
  const key = await readSubscriptionKey(config.secrets)
  const context = { database, clock, timeZone: config.timeZone, bases: config.bases, ...(codes && { codes }) }
  const findCaller = createFindCaller(tenant, createSystemClientStore({ database, clock }), (type, parameters) => parseLimitTests(type, parameters, { timeZone: config.timeZone, bases: config.bases, now: clock.now() }))
  const queue = createSubscriptionQueue({ ...context, key, findCaller, may: mayRead, parts: transactionParts({ ...context, subscriptions: subscriptionHooks({ tenant, key }) }) })
  const abort = new AbortController()
  const deliveries = createDeliveries({
    queue, clock, findCaller, log, signal: abort.signal, send: createRestHook(config.subscriptionEndpoints), record: createRecorder(createAuditLog({ database, clock })),
    build: (subscriber, told, headers) => buildCall({ base, ids: createIds(clock) }, subscriber, told, headers),
    ...(pause !== undefined && { pause }),
  })
  return {
    match: () => queue.match(), show: () => queue.show(), sweep: () => queue.sweep(), run: () => deliveries.run(), rest: () => deliveries.rest(),
    async close() {
      abort.abort()
      await deliveries.rest()
    },
  }
}
