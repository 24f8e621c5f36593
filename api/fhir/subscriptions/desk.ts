/** What a Subscription must pass before it is stored, and what is put beside it in the same transaction. http://hl7.org/fhir/R4/subscription.html */
import { stringAt, type JsonObject } from '../../model/json.ts'
import type { Caller, Clock, StoreTransaction } from '../../model/ports.ts'
import type { Registration } from '../../model/subscription-plan.ts'
import type { Gate } from '../gate.ts'
import type { Committed, Planned } from '../planned.ts'
import { readChannel, takeHeaders } from './channel.ts'
import { invalid, readCriteria } from './criteria.ts'

export interface SubscriptionDesk {
  /** `bases`: addresses of this server by which the client reached it (own-address.ts). Throws invalid-resource, forbidden. `settle` belongs behind the writes, in their transaction; undefined: no Subscription is written. */
  prepare(caller: Caller, plan: readonly Planned[], bases?: readonly string[]): Promise<{ readonly plan: readonly Planned[]; readonly settle?: Settle }>
}
type Settle = (tx: StoreTransaction, committed: readonly Committed[]) => Promise<void>

export interface DeskDeps {
  readonly gate: Gate
  readonly clock: Clock
  readonly timeZone: string
  readonly bases: readonly string[]
  /** Of endpoints that may be called. */
  readonly origins: readonly string[]
}

type Prepared = Omit<Registration, 'id'> & { readonly resource: JsonObject }

export const createSubscriptionDesk = (deps: DeskDeps): SubscriptionDesk => ({
  async prepare(caller, plan, bases = []) {
    const concerned = plan.some(({ key }) => key.type === 'Subscription')
    if (!concerned) return { plan }
    const read = plan.map((item) => (item.key.type === 'Subscription' && item.resource !== undefined ? readSubscription(deps, item.resource, bases) : undefined))
    const types = new Set(read.flatMap((one) => one?.plan.filters.map(({ type }) => type) ?? []))
    await deps.gate.require(caller, [...types].flatMap((type) => [{ interaction: 'search-type' as const, type }, { interaction: 'read' as const, type }]))
    return {
      plan: plan.map((item, at) => ({ ...item, ...(read[at] !== undefined && { resource: read[at].resource }) })),
      settle: async (tx, committed) => {
        for (const [at, item] of plan.entries()) await settleOne(tx, item, committed[at], read[at])
      },
    }
  },
})

const settleOne = async (tx: StoreTransaction, item: Planned, result: Committed | undefined, read: Prepared | undefined): Promise<void> => {
  if (item.key.type !== 'Subscription' || result?.kind !== 'written') return
  const { id } = result.written
  if (item.kind === 'delete') await tx.unsubscribe(id)
  // what looks unchanged may carry another secret
  else if (read !== undefined) await tx.subscribe({ id, plan: read.plan, headers: read.headers, status: read.status })
}

const readSubscription = (deps: DeskDeps, given: JsonObject, bases: readonly string[]): Prepared => {
  const { resource: masked, headers } = takeHeaders(given)
  const now = deps.clock.now()
  const others = bases.filter((base) => !deps.bases.includes(base))
  const criteria = readCriteria(masked, { timeZone: deps.timeZone, bases: [...deps.bases, ...others], now })
  const status = stringAt(masked, 'status')
  // what a client reads and sends back says active: whether it is, the server finds out again
  if (status === 'error') invalid('status', 'A client asks for requested or off; the server says error.')
  const end = stringAt(masked, 'end')
  if (end !== undefined && Date.parse(end) <= now.getTime() && status !== 'off') invalid('end', 'The end is past.')
  const wanted = status === 'off' ? 'off' : 'requested'
  return {
    plan: { ...criteria, ...(others.length > 0 && { bases: others }), ...readChannel(masked, criteria.topic !== undefined, deps.origins), ...(end !== undefined && { end: new Date(end).toISOString() }) },
    headers, status: wanted, resource: masked.set('status', wanted).delete('error'),
  }
}
