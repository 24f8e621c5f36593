/** What a signature does in the clinical transaction beside writing resources (hooks of transaction.ts): the document's row is inserted, the draft that became it is dropped, what was ordered and which alerts were kept is counted; and what devices sent is kept. */
import type { PoolClient } from 'pg'
import type { DeviceChange } from '../../model/devices.ts'
import type { OrderCount } from '../../model/favourites.ts'
import type { Clock, NewDocument } from '../../model/ports.ts'
import type { KeptAlert } from '../../model/safety-ports.ts'
import type { Database } from '../connection/database.ts'
import { insertDocument } from '../documents.ts'
import { countOrders } from '../favourites.ts'
import { changeDevices } from '../devices.ts'
import { countKeptAlerts } from '../safety-alerts.ts'
import type { TransactionParts } from './transaction-parts.ts'

export const signingHooks = ({ database: { tenant }, clock }: { readonly database: Pick<Database, 'tenant'>; readonly clock: Clock }): Required<Pick<TransactionParts, 'insertDocument' | 'deleteDraft' | 'countOrders' | 'countKeptAlerts' | 'changeDevices'>> => ({
  insertDocument: (client: PoolClient, document: NewDocument) => insertDocument(client, tenant, document, clock.now().toISOString()),
  async deleteDraft(client: PoolClient, account: string, key: string) {
    await client.query('delete from draft where tenant = $1 and account = $2 and key = $3', [tenant, account, key])
  },
  countOrders: (client: PoolClient, count: OrderCount) => countOrders(client, tenant, count, clock.now()),
  countKeptAlerts: (client: PoolClient, encounter: string, alerts: readonly KeptAlert[]) => countKeptAlerts(client, tenant, encounter, alerts, clock.now()),
  changeDevices: (client: PoolClient, change: DeviceChange) => changeDevices(client, tenant, change, clock.now()),
})
