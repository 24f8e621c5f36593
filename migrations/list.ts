/** Every migration in order. Forward only: a released one is never changed, a mistake is mended by the next. Each part adds its own line. */
import type { Constructor } from '@mikro-orm/core'
import type { Migration } from '@mikro-orm/migrations'
import { StoreTables } from './0001-store.ts'
import { Migration0002People } from './0002-people.ts'
import { Migration0003Signing } from './0003-signing.ts'
import { ExchangeTables } from './0004-exchange.ts'
import { CenterDocuments } from './0006-center-documents.ts'
import { EarlyStatistics } from './0007-statistics.ts'
import { SigningAttempts } from './0008-signing-attempts.ts'
import { KeyTakeover } from './0009-key-takeover.ts'
import { FirstReceived } from './0010-first-received.ts'
import { SearchFunctions } from './0011-search-functions.ts'
import { OldSearchRows } from './0012-old-search-rows.ts'
import { BulkData } from './0013-bulk.ts'
import { ClientKeys } from './0014-client-keys.ts'
import { Subscriptions } from './0015-subscriptions.ts'
import { ClientAdministration } from './0016-client-administration.ts'
import { Apps } from './0017-apps.ts'
import { Contained } from './0018-contained.ts'
import { FavouriteTable } from './0019-favourites.ts'
import { VisitAids } from './0020-visit-aids.ts'
import { SafetyAlerts } from './0022-safety-alerts.ts'
import { Cosignatures } from './0023-cosignatures.ts'
import { LaboratoryRoles } from './0024-laboratory-roles.ts'
import { ColumnStatistics } from './0025-column-statistics.ts'
import { Devices } from './0026-devices.ts'
import { DevicesRefused } from './0027-devices-refused.ts'
import { NarrowSearchRows } from './0028-narrow-search-rows.ts'
import { LighterStatistics } from './0029-lighter-statistics.ts'
import { AuditEntity } from './0031-audit-entity.ts'
import { AccountHands } from './0032-account-hands.ts'
import { ContainedByType } from './0033-contained-by-type.ts'
import { LeanerRows } from './0034-leaner-rows.ts'

export const MIGRATIONS: readonly { readonly name: string; readonly class: Constructor<Migration> }[] = [
  { name: '0001-store', class: StoreTables },
  { name: '0002-people', class: Migration0002People },
  { name: '0003-signing', class: Migration0003Signing },
  { name: '0004-exchange', class: ExchangeTables },
  { name: '0006-center-documents', class: CenterDocuments },
  { name: '0007-statistics', class: EarlyStatistics },
  { name: '0008-signing-attempts', class: SigningAttempts },
  { name: '0009-key-takeover', class: KeyTakeover },
  { name: '0010-first-received', class: FirstReceived },
  { name: '0011-search-functions', class: SearchFunctions },
  { name: '0012-old-search-rows', class: OldSearchRows },
  { name: '0013-bulk', class: BulkData },
  { name: '0014-client-keys', class: ClientKeys },
  { name: '0015-subscriptions', class: Subscriptions },
  { name: '0016-client-administration', class: ClientAdministration },
  { name: '0017-apps', class: Apps },
  { name: '0018-contained', class: Contained },
  { name: '0019-favourites', class: FavouriteTable },
  { name: '0020-visit-aids', class: VisitAids },
  { name: '0022-safety-alerts', class: SafetyAlerts },
  { name: '0023-cosignatures', class: Cosignatures },
  { name: '0024-laboratory-roles', class: LaboratoryRoles },
  { name: '0025-column-statistics', class: ColumnStatistics },
  { name: '0026-devices', class: Devices },
  { name: '0027-devices-refused', class: DevicesRefused },
  { name: '0028-narrow-search-rows', class: NarrowSearchRows },
  { name: '0029-lighter-statistics', class: LighterStatistics },
  { name: '0031-audit-entity', class: AuditEntity },
  { name: '0032-account-hands', class: AccountHands },
  { name: '0033-contained-by-type', class: ContainedByType },
  { name: '0034-leaner-rows', class: LeanerRows },
]
