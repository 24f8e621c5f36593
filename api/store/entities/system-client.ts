/** A program that may use the FHIR interface. Table system_client of migrations/0002-people.ts, its keys of 0014-client-keys.ts, what administrators need of 0016-client-administration.ts, apps of 0017-apps.ts. */
import { defineEntity, p } from '@mikro-orm/postgresql'

export const SystemClient = defineEntity({
  name: 'SystemClient',
  tableName: 'system_client',
  properties: {
    tenant: p.integer().primary(),
    client: p.text().primary(),
    name: p.text(),
    secret: p.text(),
    keys: p.text(),
    scopes: p.array(),
    active: p.boolean(),
    createdAt: p.datetime().columnType('timestamptz'),
    version: p.integer(),
    /** Account of the administrator who gave it its access, until another one has approved; '': nothing waits. */
    awaiting: p.text(),
    /** Of the newest token. */
    usedAt: p.datetime().columnType('timestamptz').nullable(),
    /** `system`: acts for itself; `app`: for persons. */
    kind: p.text(),
    public: p.boolean(),
    redirectUris: p.array(),
    launchUrl: p.text(),
  },
})
