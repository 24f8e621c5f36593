/** What a grant of an app looks like in the tables, and when it still holds: as long as person, app and, unless it is offline, the session are there. */
import type { Person } from '../../model/actor.ts'
import type { AppGrant } from '../../model/app-ports.ts'
import { nameOnForms } from '../../model/people.ts'
import { toGrants } from '../people/accounts.ts'

/** How long sessions live: api/security/sessions.ts. */
export interface SessionLife { readonly idleMs: number; readonly absoluteMs: number }

export interface GrantRow {
  readonly id: string; readonly client: string; readonly account: string; readonly scopes: string[]; readonly offline: boolean; readonly patient: string; readonly encounter: string
  readonly nonce: string; readonly signed_in_at: string; readonly created_at: string; readonly expires_at: string
}

export interface PersonRow { readonly login: string; readonly name: string; readonly title: string; readonly rank: string; readonly practitioner: string | null; readonly roles: string[]; readonly departments: string[] }

export const GRANT_COLUMNS = 'g.id, g.client, g.account, g.scopes, g.offline, g.patient, g.encounter, g.nonce, g.signed_in_at, g.created_at, g.expires_at'

export const PERSON_COLUMNS = `a.login, a.name, a.title, a.rank, a.practitioner,
  array(select r.role from account_grant r where r.tenant = a.tenant and r.account = a.id order by r.role, r.department) as roles,
  array(select r.department from account_grant r where r.tenant = a.tenant and r.account = a.id order by r.role, r.department) as departments`

/** Tables that a grant `g` hangs on. */
export const OF_GRANT = `join system_client c on c.tenant = g.tenant and c.client = g.client and c.active and c.kind = 'app'
  join account a on a.tenant = g.tenant and a.id = g.account and a.active`

/** `at`: a parameter with the instant, `life` one with {idle, absolute} in milliseconds. */
export const holdsAt = (at: string, [idle, absolute]: readonly [string, string]): string => `g.expires_at > ${at}::timestamptz and (g.offline or exists (
  select from session s where s.tenant = g.tenant and s.digest = g.session and s.account = g.account
    and s.used_at > ${at}::timestamptz - ${idle}::float8 * interval '1 millisecond' and s.created_at > ${at}::timestamptz - ${absolute}::float8 * interval '1 millisecond'))`

export const toGrant = (row: GrantRow): AppGrant => ({
  id: row.id, client: row.client, account: row.account, scopes: row.scopes, offline: row.offline, patient: row.patient, encounter: row.encounter, nonce: row.nonce,
  signedInAt: new Date(row.signed_in_at), createdAt: new Date(row.created_at), expires: new Date(row.expires_at),
})

export const toPerson = (tenant: number, row: PersonRow & Pick<GrantRow, 'account'>): Person => ({
  kind: 'person', tenant, account: row.account, login: row.login, name: nameOnForms(row), practitioner: row.practitioner, grants: toGrants(row.roles, row.departments),
})
