/** Row-level security planted to be missing, a table at a time; and which routes then answer what they must not. */
import type { TestDatabase } from '#test/support/database.ts'

export interface Plant {
  /** Routes of which at least one must answer differently; empty: no route reads the table for a caller, and the connection alone is asked. */
  readonly routes: readonly string[]
  /** Tables that a row of this one is only reached through: they are open too, and this one must add to what is seen. */
  readonly together?: readonly string[]
  /** The application remembers what it read of the table: a new one is asked. */
  readonly remembered?: true
}

const UNREAD: Plant = { routes: [] }
const SEARCH = 'GET /fhir/R4/:type'

/** Search rows are found through `resource`; what is theirs is that a search by them finds anything. */
const SEARCHED: Plant = { routes: [SEARCH], together: ['resource'] }
const STAFF = 'GET /api/admin/staff'
const AUDIT = ['GET /api/admin/audit', 'GET /fhir/R4/AuditEvent']

export const PLANTS: Readonly<Record<string, Plant>> = {
  access_token: UNREAD, // looked for by the digest of a token, before there is a caller
  account: { routes: [STAFF] },
  account_hand: UNREAD, // beside `account`, which has a policy of its own: of accounts that are shown
  account_grant: { routes: [STAFF], together: ['account'] },
  app_grant: UNREAD, app_launch: UNREAD, // of one's own account
  app_token: UNREAD, // looked for by the digest of a token
  applied_order: UNREAD, // of the center
  audit_chain: { routes: ['GET /api/admin/audit'], remembered: true },
  audit_log: { routes: AUDIT },
  audit_pending: UNREAD, // the sealer's
  bulk_file: { routes: ['GET /fhir/R4/$export/:job'], together: ['bulk_job'] },
  bulk_job: { routes: ['GET /fhir/R4/$export/:job', 'GET /fhir/R4/$import/:job'] },
  bulk_line: { routes: ['GET /fhir/R4/$import/:job/errors'], together: ['bulk_job'] },
  bulk_slice: { routes: ['GET /fhir/R4/$export/:job/:file'], together: ['bulk_job', 'bulk_file', 'resource'] },
  care_relation: UNREAD, // bounds what is seen of `resource`, which has a policy of its own
  client_assertion: UNREAD, // a lock, by the digest of what an assertion calls itself
  cond_key: UNREAD, // a lock, by the digest of a condition
  cosign_delegation: UNREAD, cosign_request: UNREAD, // of one's own account and the departments of one's own grants
  counter: UNREAD, // numbers that a registration draws
  device: UNREAD, // looked for by the digest of a cookie
  device_message: UNREAD, device_order: UNREAD, device_place: UNREAD, // of devices that a hospital's file names: the two here have none
  document: { routes: ['GET /api/documents/:id/pdf', 'GET /api/verify/:code', 'POST /api/verify'] },
  document_cosignature: UNREAD, // stands behind `document`, which has a policy of its own
  draft: { routes: ['GET /api/drafts', 'GET /api/drafts/:key'] },
  favourite: UNREAD, // of one's own account, and sums of one's own departments: codes that every hospital has
  hospital_seal: { routes: ['GET /api/admin/hospital/seal'] },
  inbox: UNREAD, inbox_progress: UNREAD, inbox_receipt: UNREAD, // of the center
  journal: { routes: ['GET /api/exchange/status'] },
  journal_head: UNREAD, // the sender's
  login_throttle: UNREAD,
  node: UNREAD, // of the center
  patient_head: UNREAD, // a lock
  peer: UNREAD,
  posting: SEARCHED, pst_date: SEARCHED, pst_num: SEARCHED, pst_ref: SEARCHED, pst_str: SEARCHED,
  received_document: UNREAD, // of the center
  resource: { routes: ['GET /fhir/R4/:type/:id', SEARCH, 'GET /api/visits/:encounter', 'GET /api/admin/hospital'] },
  resource_history: { routes: ['GET /fhir/R4/:type/_history', 'GET /fhir/R4/:type/:id/_history/:version'], together: ['resource'] },
  safety_alert: UNREAD, // sums by rule, of tables that every hospital has
  session: UNREAD, // looked for by the digest of a cookie
  setting: UNREAD,
  signing_admission: UNREAD, signing_attempt: UNREAD, signing_key: UNREAD, // of one's own account
  subscription: { routes: ['GET /fhir/R4/Subscription/$status', 'GET /fhir/R4/Subscription/:id/$status'] },
  subscription_event: { routes: ['GET /fhir/R4/Subscription/:id/$events'], together: ['subscription'] },
  subscription_place: UNREAD, // of the background process
  subscription_token: UNREAD, // looked for by the digest of what binds a websocket
  system_client: { routes: ['GET /api/admin/clients'] },
  visit_aid: { routes: ['GET /api/visit-aids'] },
}

const PROTECTED = `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant'
  where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace order by 1`

/** Tables whose row security is off, or through which a connection of the hospital sees a row of another. */
export async function findOpenTables(databases: TestDatabase, tenant: number): Promise<string[]> {
  const { pool } = await databases.open(tenant)
  const { rows } = await pool.query<{ relname: string }>(PROTECTED)
  const found: string[] = []
  for (const { relname } of rows) {
    const { rows: [state] } = await pool.query<{ held: boolean }>('select relrowsecurity and relforcerowsecurity as held from pg_class where oid = $1::regclass', [relname])
    // the log is opened for what the run itself writes
    const others = relname.startsWith('audit_') ? [] : (await pool.query(`select 1 from ${relname} where tenant <> $1 limit 1`, [tenant])).rows
    if (state?.held !== true || others.length > 0) found.push(relname)
  }
  return found
}

export async function withoutRowSecurity<T>(databases: TestDatabase, tables: readonly string[], work: () => Promise<T>): Promise<T> {
  const turn = async (how: 'disable' | 'enable'): Promise<void> => { for (const table of tables) await databases.asOwner(901, `alter table ${table} ${how} row level security`) }
  await turn('disable')
  try {
    return await work()
  } finally {
    await turn('enable')
  }
}
